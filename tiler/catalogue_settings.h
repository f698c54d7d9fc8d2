/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "tiler/error.h"
#include "tiler/problem.h"
#include "tiler/text_list.h"
#include "tiler/theme_override.h"

/* What a catalogue is made of: where the data are, and what is said of the themes found in them.
 * It comes from a configuration file, or from the command line. Every text is UTF-8 and owned. */

/* Data that themes are looked for in. */
struct dataset_settings {
	char *name;  /* a file, a folder, a pattern of files, or a GDAL connection string */
	char *place; /* "tuilerie.yaml:12"; NULL: the command line */
	char *group; /* of its themes, with {file}, {folder} and {schema}; NULL: as source_list says
		      */
	struct text_list layers;  /* patterns of the layers to serve; empty: all */
	struct text_list without; /* patterns of those left out */
};

struct catalogue_settings {
	struct dataset_settings *datasets;
	size_t dataset_count;
	struct theme_overrides overrides;
	struct problem *notes; /* what was wrong with what is said of themes, for the catalogue */
	size_t note_count;
};

/* New, empty. */
struct catalogue_settings *catalogue_settings_new(void);
void catalogue_settings_free(struct catalogue_settings *settings);

/* New: data sets of these names and nothing else said. */
struct catalogue_settings *catalogue_settings_of(const char *const *names, size_t count);

/* Adds a data set and gives it to be filled. Borrowed until the next is added. */
struct dataset_settings *catalogue_settings_add(struct catalogue_settings *settings,
						const char *name);

/* Adds a note; the texts are copied. */
void catalogue_settings_note(struct catalogue_settings *settings, const char *place,
			     const char *text, bool remark);
