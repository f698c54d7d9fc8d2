/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/error.h"
#include "tiler/fgb.h"
#include "tiler/grid.h"
#include "tiler/report.h"
#include "tiler/theme.h"

/* A theme ready to be drawn: an immutable folder STATE/themes/FOLDER/VERSION with `theme.json` and
 * one FlatGeobuf file a level, mapped into memory. The folder of a version is made aside and
 * renamed into place, so whoever sees it sees it whole; a reader keeps its version until it lets
 * go. */

enum {
	PREPARED_LEVELS_MOST = 24
};

struct prepared_level {
	double resolution; /* it was generalised for: metres of the theme's CRS a 256th of a tile's
			      side (see prepared_resolution); 0: the data */
	uint32_t zoom;	   /* of WebMercatorQuad, likewise; level 0: the finest */
	double tolerance;  /* metres its lines stray from the data at most */
	uint64_t features, vertices;
	uint64_t largest_tile; /* bytes, gzipped, at that zoom; 0: not weighed */
	struct level_losses losses;
	struct fgb *fgb;
	struct fgb *points; /* companions of its features; NULL: the theme has none */
};

struct prepared {
	char version[33]; /* hash of the prepared content and the zooms; part of every cache key */
	char *theme_id;
	struct crs *crs;
	struct box extent;	 /* of the features kept, in the CRS */
	struct box bounds;	 /* degrees WGS84 */
	enum geometry_kind kind; /* of the features seen, where the source says only "any" */
	uint64_t feature_count;	 /* kept in level 0 */
	uint32_t min_zoom;	 /* WebMercatorQuad zoom below which the tiles are left empty */
	uint32_t zoom_limit;	 /* from this one on they show what the one before does; 0: none */
	struct point centre;	 /* degrees: where the theme is densest ... */
	uint32_t centre_zoom;	 /* ... and a zoom that shows it */
	int64_t prepared_at;	 /* seconds since 1970 */
	struct column *columns;	 /* as in the levels, in order */
	uint32_t column_count;
	uint32_t *first_zooms; /* of each column, below which tiles go without; NULL: 0 */
	char *commune_column;  /* tells whose features they are; NULL: their place does */
	bool companion;	       /* each feature has its point in a layer beside (companion.h) ... */
	bool companion_turns;  /* ... with an angle, the last of the file's columns */
	struct prepare_report report;
	uint32_t level_count; /* 0: a theme without features */
	struct prepared_level levels[PREPARED_LEVELS_MOST];
	struct mapped_file *ids; /* of level 0: see feature_ids.h; NULL: there is none */
};

/* Takes from THEME's options what the preparation obeys too: the first zooms of the columns, and
 * whether there are companions. Kind and columns must be known. For prepare.c. */
void prepared_obey(struct prepared *prepared, const struct theme *theme);

/* Opens the version of THEME prepared from its data as they are now (its stamp) with its present
 * options. New, with one reference. ERROR_NOT_FOUND: not prepared, or from older data;
 * ERROR_INVALID: damaged on disk. In both cases preparing anew mends it. */
MUST_CHECK enum error_code prepared_open(const char *state, const struct theme *theme,
					 struct prepared **prepared, struct error *error);

/* The newest version of THEME that stands, whatever data of the same layer it was made of, if THEME
 * publishes all that it shows; likewise. */
MUST_CHECK enum error_code prepared_open_older(const char *state, const struct theme *theme,
					       struct prepared **prepared, struct error *error);
struct prepared *prepared_ref(struct prepared *prepared);
void prepared_unref(struct prepared *prepared);

/* Does the folder stand that VERSION of the theme THEME_ID is read from? */
bool prepared_stands(const char *state, const char *theme_id, const char *version);

/* Metres of the theme's CRS that a 256th of a tile's side of level Z is long at the middle of the
 * theme: the same for all tiles of a level, so that neighbours show the same. TRANSFORM leads from
 * the theme's CRS to the grid's; NULL when they are the same. */
double prepared_resolution(const struct prepared *prepared, struct transform *transform,
			   const struct grid *grid, uint32_t z);

/* The level to draw at a resolution: the coarsest that is fine enough. NULL for a theme without
 * features. Borrowed. */
const struct prepared_level *prepared_level(const struct prepared *prepared, double resolution);

/* The zoom of WebMercatorQuad that shows the theme's ground as level Z of GRID does; it may lie
 * below 0. */
long prepared_zoom(const struct prepared *prepared, const struct grid *grid, uint32_t z);

/* The first level of GRID that is ZOOM of WebMercatorQuad or beyond; its last where none is. */
uint32_t prepared_level_of_zoom(const struct prepared *prepared, const struct grid *grid,
				uint32_t zoom);

/* Is the theme drawn at this level of this grid? */
bool prepared_shows(const struct prepared *prepared, const struct grid *grid, uint32_t z);
