/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tiler/commune_source.h"
#include "tiler/error.h"
#include "tiler/filter.h"
#include "tiler/geometry.h"
#include "tiler/text_list.h"
#include "tiler/theme.h"

/* What tiles are asked for with beside their themes: only some columns, only some
 * features, only those of a commune. Normalised, so that two that come to the same have one key.
 * Immutable, shared by all threads; no variant (NULL) is the plain tile. */
struct variant {
	bool all_columns;
	struct text_list columns;	 /* else these alone are carried: sorted, each once */
	char *properties;		 /* the same as it would be asked for; NULL: all */
	struct filter *filter;		 /* NULL: all features are drawn; else those it keeps */
	struct crs *filter_crs;		 /* of its coordinates; NULL: CRS84, or it has none */
	char *filter_crs_name;		 /* its URI, likewise */
	char commune[COMMUNE_CODE_SIZE]; /* "": all of them. Which features are its, a join tells */
	struct box commune_bounds;	 /* degrees; empty: not known */
	bool clip;			 /* lines and polygons are cut at its border */
	char *key;			 /* all of it, for keys of caches */
	atomic_uint references;
};

/* A variant in the words of who asks; NULL: nothing was said. UTF-8. */
struct variant_wish {
	const char *properties; /* names of columns with commas between, in any order; one that
				   holds a comma or a quotation mark in quotation marks, doubled
				   within: "a,b". Empty: no column */
	const char *filter;	/* CQL2 text (filter.h) */
	const char *filter_crs; /* the CRS of its coordinates, by its URI, URN or "EPSG:3948":
				   CRS84, or a theme's own; NULL: CRS84 */
	const char *commune;	/* a sound code; that there is one of it, the caller has seen */
	struct box commune_bounds;
	bool clip; /* to the commune, which must be said */
};

enum {
	VARIANT_TEXT_MOST = 8192, /* bytes of each text of a wish */
	VARIANT_COLUMNS_MOST = 512,
};

/* New, of tiles of these THEMES; NULL where what is wished comes to the plain tile. ERROR_INVALID:
 * a name is that of a column of none of the themes, the nearest being told (a hidden column is as
 * unknown as any), the text breaks its form, or the filter does or names what one of the themes has
 * not; ERROR_LIMIT: it is too long. */
MUST_CHECK enum error_code variant_new(const struct variant_wish *wish,
				       const struct theme *const *themes, uint32_t theme_count,
				       struct variant **variant, struct error *error);

/* NULL gives NULL; NULL is none. */
struct variant *variant_ref(struct variant *variant);
void variant_unref(struct variant *variant);

/* Is it limited to a commune? NULL is not. */
static inline bool variant_is_limited(const struct variant *variant)
{
	return variant && *variant->commune;
}

/* Where the features of VARIANT (NULL: all) of a theme of those BOUNDS are, in degrees: in the
 * commune, if it is limited to one that is known. */
struct box variant_bounds(const struct variant *variant, struct box bounds);

/* Does it carry the column of that NAME? */
bool variant_carries(const struct variant *variant, const char *name);
