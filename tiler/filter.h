/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/crs.h"
#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/theme.h"

/* Conditions on features in CQL2 text (OGC 21-065r2): comparison, LIKE, BETWEEN, IN, IS NULL, AND,
 * OR, NOT, CASEI, ACCENTI, DATE, TIMESTAMP and S_INTERSECTS with a literal geometry. Parsed once
 * into an immutable filter that all threads share, checked against the columns of a theme, and
 * bound by each thread that asks it of features. What docs/filters.md tells users is the reference
 * of the language. */
struct filter;

enum {
	FILTER_TEXT_MOST = 8192, /* bytes */
	FILTER_DEPTH_MOST = 50,	 /* conditions in conditions */
	FILTER_NAMES_MOST = 64,	 /* columns it names */
	FILTER_PLACES_MOST = 32, /* geometries: each is brought into the theme's CRS */
};

/* New, of TEXT in UTF-8. Errors say at which character (from 1) they are and what was expected
 * there: ERROR_INVALID, or ERROR_LIMIT where the text is too long or nested too deeply. */
MUST_CHECK enum error_code filter_parse(const char *text, struct filter **filter,
					struct error *error);
void filter_free(struct filter *filter);

/* The filter in one spelling, which reads back as the same filter: equal for those that differ in
 * spaces, letters of keywords, superfluous parentheses or the order of what AND, OR and IN join.
 * Borrowed. */
const char *filter_text(const struct filter *filter);

/* Does it ask where features are? Only then does the CRS of its coordinates matter. */
bool filter_asks_place(const struct filter *filter);

/* Can it be asked of features with these columns? ERROR_INVALID, of the text's character: there is
 * no such column (the nearest is told), what is compared cannot be, a geometry is not valid. WHOSE:
 * whom the sentence says it of ("theme a:b"). Quick; any thread. */
MUST_CHECK enum error_code filter_check(const struct filter *filter, const struct column *columns,
					uint32_t column_count, const char *whose,
					struct error *error);

/* Where features are, for S_INTERSECTS. */
struct filter_place {
	bool northing_first; /* the filter gives the northing (latitude) before the easting */
	struct transform *transform; /* from its CRS to the features'; NULL: they are the same */
	const struct crs *crs;	     /* the features'; may be NULL with `transform` */
	struct box within;	     /* where they are: their CRS */
};

/* A filter as one thread asks it. */
struct filter_binding;

/* New, of features whose values have these columns in this order. FILTER is borrowed as long as it
 * lives. PLACE is borrowed for the call; NULL where filter_asks_place says no. Errors are those of
 * filter_check, and of region_moved (region.h). */
MUST_CHECK enum error_code filter_bind(const struct filter *filter, const struct column *columns,
				       uint32_t column_count, const struct filter_place *place,
				       const char *whose, struct filter_binding **binding,
				       struct error *error);
void filter_binding_free(struct filter_binding *binding);

/* Where the features are that it may keep (their CRS): they touch this box. Infinite where they may
 * be anywhere, empty where it keeps none. */
struct box filter_box(const struct filter_binding *binding);

/* Is it true of FEATURE? Not where it is false or, by a value that is missing, unknown. Allocates
 * nothing but what GEOS needs. */
bool filter_keeps(struct filter_binding *binding, const struct feature *feature);
