/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/crs.h"
#include "tiler/geometry.h"

/* Tile matrix sets (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0) and the tiles in them. */

struct tile_id {
	uint32_t z, x, y; /* level, column from the west, row from the north */
};

struct tile_matrix {
	double cell_size;		      /* CRS units a pixel */
	struct point origin;		      /* upper left corner, easting and northing */
	uint32_t tile_width, tile_height;     /* pixels */
	uint32_t matrix_width, matrix_height; /* tiles */
};

enum {
	GRID_LEVELS_MOST = 31
};

struct grid {
	const char *id;	   /* "WebMercatorQuad" */
	const char *title; /* for people, in French */
	const char *uri;   /* of the definition where it is registered, else NULL */
	struct crs *crs;
	uint32_t level_count;
	struct tile_matrix levels[GRID_LEVELS_MOST];
};

/* The grids built in, made once at start-up: WebMercatorQuad and CC48_10cm. */
struct grids;
MUST_CHECK enum error_code grids_new(struct grids **grids, struct error *error);
void grids_free(struct grids *grids);
uint32_t grids_count(const struct grids *grids);
const struct grid *grids_at(const struct grids *grids, uint32_t index);
const struct grid *grids_find(const struct grids *grids, const char *id); /* NULL: no such grid */

/* Is the tile inside the matrix of its level? */
bool grid_has(const struct grid *grid, struct tile_id tile);

/* The tile's ground in the grid's CRS, without buffer. The tile must be inside the matrix. */
struct box grid_tile_box(const struct grid *grid, struct tile_id tile);

/* Ground resolution of a level, metres for one 256th of a tile's side: comparable between grids
 * whatever their tile size. Without regard to the scale error of the projection. */
double grid_resolution(const struct grid *grid, uint32_t z);

/* Columns and rows of level Z that BOX (grid CRS) touches, clamped to the matrix; false: none. */
struct tile_range {
	uint32_t min_x, max_x, min_y, max_y;
};
bool grid_range(const struct grid *grid, uint32_t z, struct box box, struct tile_range *range);
