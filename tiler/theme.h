/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tiler/crs.h"
#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/geometry.h"
#include "tiler/text_list.h"
#include "tiler/theme_options.h"

/* A theme: one layer of one data set, as the catalogue describes it. Immutable once it is in a
 * catalogue; every text is UTF-8; NULL where the source does not say. */

struct column {
	char *name;
	enum value_type type;
	char *source_type; /* what the source calls it: "Integer64", "DateTime" ... */
	char *alias;	   /* what people call it; NULL: nothing was said */
	char *meaning;
};

/* Where the data come from and how they looked, so that a change is seen. */
struct origin {
	char *dataset;	/* what GDAL opens: a path, /vsizip/..., later a connection string */
	char *layer;	/* the source's own layer name, which may differ from the theme's */
	char *driver;	/* GDAL's name of the format: "GPKG" */
	char stamp[33]; /* hash of names, sizes and modification times of the data set's files */
	int64_t changed_at; /* seconds since 1970: when the youngest of them was written; 0: unknown
			     */
	uint64_t device;    /* the disk they are on; 0: unknown */
};

struct slot; /* shelf_slot.h */

struct theme {
	char *id;    /* "group:layer", unique in its catalogue */
	char *group; /* "eq_educ" */
	char *layer; /* "ecole": also the name of the MVT layer */
	char *title; /* never NULL: the id's layer part when the source has none */
	char *abstract;
	char *title_en, *abstract_en; /* the same in English */
	struct text_list keywords;
	char *licence; /* SPDX identifier or URL */
	char *attribution;
	char *producer;
	char *contact;	 /* a mail or web address, or how else to reach them */
	char *frequency; /* ISO 19115's word ("monthly"), or what the source says */
	char *lineage;
	char *inspire_theme;	/* two letters */
	char *metadata_record;	/* UUID or address */
	bool personal_data;	/* the data say something of persons */
	struct text_list grids; /* served in these alone; empty: in all */
	enum geometry_kind kind;
	struct crs *crs;
	uint64_t feature_count; /* rows, geometry or not; 0: unknown until prepared */
	struct box extent;	/* in its CRS; empty for a theme without features */
	struct box bounds;	/* degrees WGS84: west, south, east, north; empty likewise */
	struct column *columns; /* published: all that anyone but the reader of the source sees */
	uint32_t column_count;
	struct column *hidden_columns; /* the source's others, in its order */
	uint32_t hidden_count;
	struct theme_options options;
	struct origin origin;
	struct slot *slot; /* the shelf's: where its prepared versions stand */
	atomic_uint references;
};

/* A new theme with nothing in it and the default options; one reference. */
struct theme *theme_new(void);
/* A new reference, so that catalogues can share what has not changed. */
struct theme *theme_ref(struct theme *theme);
/* Gives a reference back; NULL is none. */
void theme_free(struct theme *theme);

/* Are both made of the same data, with options that come to the same? */
bool theme_same_data(const struct theme *a, const struct theme *b);

/* Does THEME publish a column of each of these names? */
bool theme_publishes(const struct theme *theme, const struct column *columns, uint32_t count);

/* May what was made of OLDER, of these COLUMNS, be shown until THEME is prepared? Not where it
 * would tell what THEME's options, having changed, hide. */
bool theme_may_show(const struct theme *theme, const struct theme *older,
		    const struct column *columns, uint32_t count);

/* Checks OPTIONS (copied) against the theme's columns and takes them; columns not to be published
 * become hidden ones. For a theme that is not yet in a catalogue, once. ERROR_INVALID: the options
 * contradict each other or name a column the theme has not (the nearest is named), or one of the
 * wrong type (said of "it", so that the caller names the theme); the theme is as it was and, since
 * it may publish what was to be hidden, not to be served. */
MUST_CHECK enum error_code theme_set_options(struct theme *theme,
					     const struct theme_options *options,
					     struct error *error);

/* Are there tiles of the theme in the grid of that id? */
bool theme_served_in(const struct theme *theme, const char *grid_id);

/* "Point", "Ligne", "Polygone", "Mixte" and so on stay with the pages; here is only what is needed
 * to find a theme's files: a folder name made of the id, unambiguous on any file system. New. */
char *theme_folder_name(const char *id);
