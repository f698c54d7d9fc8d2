/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/catalogue_settings.h"
#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/problem.h"
#include "tiler/report.h"
#include "tiler/theme.h"

/* Data as their owners keep them, read through GDAL/OGR whatever the format: the listing of what a
 * path holds, and one pass over a layer. Only prepare reads features here; tiles are rendered from
 * prepared themes. */

/* Called for each theme found (stolen: the callee owns it) or each problem (texts borrowed). */
struct source_visitor {
	void (*theme)(struct theme *theme, void *context);
	void (*problem)(const char *place, const char *text, void *context);
	void *context;
	/* Where not NULL, told what is worth knowing and keeps nothing from being served; else
	 * PROBLEM is. */
	void (*remark)(const char *place, const char *text, void *context);
	/* Where not NULL, asked before a data set is opened: false leaves it out. */
	bool (*enter)(const char *dataset, void *context);
	/* Where not NULL, told with each problem of a data set or, where LAYER is not NULL, of one
	 * of its layers (as the source names it). */
	void (*refused)(const char *dataset, const char *layer, void *context);
};

/* Prepares GDAL for use by this process; once, before any thread is started. */
void source_init(void);

/* What a run of listings shares: finding a CRS takes milliseconds, and data sets share a few. */
struct source_listing;

/* New; VISITOR is borrowed as long as it lives. */
MUST_CHECK enum error_code source_listing_new(const struct source_visitor *visitor,
					      struct source_listing **listing, struct error *error);
void source_listing_free(struct source_listing *listing);

/* Every vector layer that SETTINGS let through: of a file, a zip, a folder (all files below it that
 * GDAL opens, in order of name; files that belong to another one, such as .dbf, are not opened on
 * their own), all of these that fit a pattern, or of a GDAL connection string. Where SETTINGS do
 * not name it, the group of the themes is the file's name without its extension (the folder's name
 * for a data set that is a folder), or the schema in a database; the layer's name is the source's.
 * Ids are not yet made unique. Fails only when the data set itself is missing or nothing in it can
 * be opened. */
MUST_CHECK enum error_code source_list(struct source_listing *listing,
				       const struct dataset_settings *settings,
				       struct error *error);

/* A data set's name for people: a path, also into a zip. New, UTF-8. */
char *source_place(const char *dataset);

/* The stamp of the data set's files as they are now (see struct origin); ERROR_NOT_FOUND when they
 * are gone. A data set without files (a connection string) has always the same one. */
MUST_CHECK enum error_code source_stamp(const char *dataset, char stamp[33], struct error *error);

/* Called for each row: with the feature (in the theme's CRS and columns; all it points at is gone
 * after the call), or with NULL for a row that cannot be drawn, which the report counts. Any code
 * but ERROR_NONE ends the reading and is returned by it. */
typedef enum error_code (*source_visit_f)(const struct feature *feature, void *context,
					  struct error *error);

/* Reads THEME's layer once, with a handle of its own. Geometries are two-dimensional, finite, of
 * straight segments and in parts of one kind each (struct feature); polygons are valid. REPORT is
 * filled, the caller releases it. ERROR_NOT_FOUND: the data set is gone
 * or not any more, at the beginning or at the end, as it was listed. */
MUST_CHECK enum error_code source_read(const struct theme *theme, source_visit_f visit,
				       void *context, struct prepare_report *report,
				       struct error *error);
