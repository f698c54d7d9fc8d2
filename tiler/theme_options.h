/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/error.h"

/* What a theme is told beyond what its data say. Zooms are those of WebMercatorQuad and mean ground
 * resolution: other grids carry them over. Every text is UTF-8 and owned. */

enum {
	THEME_TILE_BUDGET = 200 * 1000, /* bytes, gzipped */
	THEME_ZOOM_MOST = 30,
	THEME_ZOOM_OF_DATA = 31, /* as a max_zoom: as far as the data hold more to see */
};

/* The points of the layer that accompanies a theme's own, for labels and symbols. */
enum companion_point {
	COMPANION_NONE,
	COMPANION_INTERIOR, /* far inside a polygon; in the middle of the way along a line */
	COMPANION_CENTROID, /* the centre of gravity, wherever it falls */
	COMPANION_START,    /* of a line; the others take the interior point where it is no line */
	COMPANION_MIDDLE,
	COMPANION_END,
};

/* "none", "interior", "centroid", "start", "middle", "end". */
const char *companion_point_name(enum companion_point point);
/* False: there is no such name; POINT is left as it was. */
bool companion_point_of(const char *name, enum companion_point *point);

struct column_names {
	char **names; /* sorted, each once */
	uint32_t count;
};

struct column_zoom {
	char *column;
	uint32_t first_zoom; /* below it tiles go without the column */
};

struct theme_options {
	uint64_t tile_budget;		 /* bytes of the largest tile, gzipped, at zooms 0 to 15 */
	bool publish_all;		 /* else only the columns in `published` */
	struct column_names published;	 /* looked at unless publish_all */
	struct column_names hidden;	 /* never published, whatever the above says */
	struct column_zoom *first_zooms; /* sorted by column, each once; others: from 0 */
	uint32_t first_zoom_count;
	char *id_column;       /* whole numbers from 0: the features' id; NULL: the source's own */
	char *priority_column; /* numbers: what stays when a level shows less; NULL: by size */
	char *commune_column;  /* codes of communes that decide instead of the place; NULL: none */
	bool smallest_first;   /* the smallest number has priority, not the greatest */
	enum companion_point companion;
	uint32_t min_zoom; /* below it tiles are empty */
	uint32_t max_zoom; /* beyond it tiles show no more than there; or THEME_ZOOM_OF_DATA */
};

/* Today's defaults: everything published from zoom 0, the budget above, no companion. */
void theme_options_init(struct theme_options *options);
void theme_options_copy(struct theme_options *to, const struct theme_options *from);
void theme_options_release(struct theme_options *options);

/* Publishes these alone: the first call ends publish_all. Names are copied. */
void theme_options_publish(struct theme_options *options, const char *column);
void theme_options_hide(struct theme_options *options, const char *column);
/* A second call for a column replaces the first. */
void theme_options_carry_from(struct theme_options *options, const char *column,
			      uint32_t first_zoom);
/* COLUMN may be NULL. */
void theme_options_set_id(struct theme_options *options, const char *column);
void theme_options_set_priority(struct theme_options *options, const char *column,
				bool smallest_first);

/* COLUMN may be NULL. */
void theme_options_set_commune(struct theme_options *options, const char *column);

/* Is the column published, as far as its name says? */
bool theme_options_publishes(const struct theme_options *options, const char *column);
/* 0 where nothing else was said. */
uint32_t theme_options_first_zoom(const struct theme_options *options, const char *column);

/* ERROR_INVALID: a number is out of its range or two options contradict each other, whatever the
 * theme's columns are. */
MUST_CHECK enum error_code theme_options_check(const struct theme_options *options,
					       struct error *error);

/* Hash of what the preparation depends on: when it changes, a theme is prepared anew. */
void theme_options_hash(const struct theme_options *options, char hash[33]);
/* Hash of what only drawing and documents depend on: the zooms, and whose column tells the
 * communes.
 */
void theme_options_drawing_hash(const struct theme_options *options, char hash[33]);
