/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/crs.h"
#include "tiler/geometry.h"

/* Tile matrix sets (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0) and the tiles in them. */

/* Level, column from the west, row from the corner of origin: the north, but in grids whose rows
 * are counted from the south. */
struct tile_id {
	uint32_t z, x, y;
};

struct tile_matrix {
	double cell_size;		      /* CRS units a pixel */
	struct point origin;		      /* upper left corner, easting and northing */
	uint32_t tile_width, tile_height;     /* pixels */
	uint32_t matrix_width, matrix_height; /* tiles */
	bool rows_from_south;		      /* cornerOfOrigin is bottomLeft */
};

enum {
	GRID_LEVELS_MOST = 31
};

struct grid {
	char *id;    /* "WebMercatorQuad": letters, digits, "_", "-" and "." only */
	char *title; /* for people */
	char *uri;   /* of the definition where it is registered, else NULL */
	struct crs *crs;
	uint32_t level_count; /* 1 at least; each finer than the one before */
	struct tile_matrix levels[GRID_LEVELS_MOST];
};

void grid_free(struct grid *grid);

/* The grids served: those built in (grid_builtin.c), and those read from files. */
struct grids;
struct problem; /* source.h */

/* New, with the grids built in: WebMercatorQuad first. */
MUST_CHECK enum error_code grids_new(struct grids **grids, struct error *error);
void grids_free(struct grids *grids);

/* Adds those of FILES, paths with commas between: documents as grid_document.h reads them, or
 * folders, of which every *.json is read. One that cannot be served is a problem, and the others
 * are added all the same. Before the grids are shared by threads. */
void grids_add_files(struct grids *grids, const char *files);
size_t grids_problem_count(const struct grids *grids);
const struct problem *grids_problem(const struct grids *grids, size_t index);

uint32_t grids_count(const struct grids *grids);
const struct grid *grids_at(const struct grids *grids, uint32_t index);
const struct grid *grids_find(const struct grids *grids, const char *id); /* NULL: no such grid */

/* A hash of all that places a tile of the grid on the ground: another definition, another hash. */
void grid_hash(const struct grid *grid, char hex[33]);

/* Is the tile inside the matrix of its level? */
bool grid_has(const struct grid *grid, struct tile_id tile);

/* Does the grid begin with one square tile, halve from level to level, and count all rows from the
 * north? What clients that compute the levels themselves (QGIS, GDAL) take for granted. */
bool grid_is_quad(const struct grid *grid);

/* The tile's ground in the grid's CRS, without buffer. The tile must be inside the matrix. */
struct box grid_tile_box(const struct grid *grid, struct tile_id tile);

/* The ground of all tiles of a level. */
struct box grid_level_box(const struct grid *grid, uint32_t z);

/* Ground resolution of a level, metres for one 256th of a tile's shorter side: comparable between
 * grids whatever their tile size. Without regard to the scale error of the projection. */
double grid_resolution(const struct grid *grid, uint32_t z);

/* Columns and rows of level Z that BOX (grid CRS) touches, clamped to the matrix; false: none. */
struct tile_range {
	uint32_t min_x, max_x, min_y, max_y;
};
bool grid_range(const struct grid *grid, uint32_t z, struct box box, struct tile_range *range);
