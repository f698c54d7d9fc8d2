/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/catalogue_settings.h"
#include "tiler/error.h"
#include "tiler/source.h"
#include "tiler/theme.h"

/* The themes found in the data, and what was wrong with what is not among them. An immutable,
 * reference-counted snapshot: readers hold one for the time of a request; a change of data makes a
 * new one aside. */
struct catalogue;

/* New, one reference: every theme of every data set (see source_list), described as SETTINGS says
 * (borrowed for the call). Themes are sorted by id; where two layers would have one id, the later
 * one gets "~2", "~3" ... after its layer name, and a problem says so. Data that cannot be opened
 * are a problem, not a failure: fails only when there is no data set. */
MUST_CHECK enum error_code catalogue_build(const struct catalogue_settings *settings,
					   struct catalogue **catalogue, struct error *error);

/* What a catalogue takes the place of. */
struct catalogue_past {
	const struct catalogue *catalogue; /* borrowed */
	/* Are the files of DATASET being written? Then its themes stay as they were. May be NULL.
	 */
	bool (*is_written)(const char *dataset, void *context);
	void *context;
};

/* The same in place of PAST (may be NULL), of which themes stay that were not taken away but cannot
 * be read now: a problem says so. */
MUST_CHECK enum error_code catalogue_rebuild(const struct catalogue_settings *settings,
					     const struct catalogue_past *past,
					     struct catalogue **catalogue, struct error *error);

/* Do both serve the same, and say the same of the rest? */
bool catalogue_equal(const struct catalogue *a, const struct catalogue *b);

/* Of data sets named, with nothing else said. */
MUST_CHECK enum error_code catalogue_new(const char *const *names, size_t count,
					 struct catalogue **catalogue, struct error *error);
struct catalogue *catalogue_ref(struct catalogue *catalogue);
void catalogue_unref(struct catalogue *catalogue);

/* The themes by place, in the order of their ids, or by id (NULL: none). Borrowed. */
size_t catalogue_theme_count(const struct catalogue *catalogue);
const struct theme *catalogue_theme(const struct catalogue *catalogue, size_t index);
const struct theme *catalogue_find(const struct catalogue *catalogue, const char *id);

/* What was found and is not served. Borrowed. */
size_t catalogue_problem_count(const struct catalogue *catalogue);
const struct problem *catalogue_problem(const struct catalogue *catalogue, size_t index);
