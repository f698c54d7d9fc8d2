/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* Grids that start from one square tile and halve: all that such a one needs. */
struct quad_definition {
	const char *id, *title, *uri, *crs;
	struct point origin;
	double cell_size; /* of level 0 */
	uint32_t tile_size;
	uint32_t level_count;
};

static const double MERCATOR_HALF = 20037508.342789244; /* pi * 6378137 m */

static const struct quad_definition built_in[] = {
	{"WebMercatorQuad",
	 "Web Mercator (EPSG:3857)",
	 "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
	 "EPSG:3857",
	 {-MERCATOR_HALF, MERCATOR_HALF},
	 2 * MERCATOR_HALF / 256,
	 256,
	 25},
	/* At Rennes its levels show the ground resolution of Web Mercator's zooms within 0.4 %, so
	 * that styles keep their zooms. */
	{"CC48_10cm",
	 "RGF93 Conique conforme 48 (EPSG:3948), 10 cm",
	 NULL,
	 "EPSG:3948",
	 {0, 12000000},
	 104857.6,
	 256,
	 21},
};
enum {
	BUILT_IN_COUNT = sizeof(built_in) / sizeof(built_in[0])
};

struct grids {
	uint32_t count;
	struct grid grids[BUILT_IN_COUNT];
};

static enum error_code quad_init(struct grid *grid, const struct quad_definition *quad,
				 struct error *error)
{
	enum error_code code = crs_new(quad->crs, &grid->crs, error);

	if (code)
		return error_prefix(error, "grid %s: ", quad->id);
	grid->id = quad->id;
	grid->title = quad->title;
	grid->uri = quad->uri;
	grid->level_count = quad->level_count;
	for (uint32_t z = 0; z < quad->level_count; z++)
		grid->levels[z] = (struct tile_matrix){
			ldexp(quad->cell_size, -(int)z),
			quad->origin,
			quad->tile_size,
			quad->tile_size,
			1u << z,
			1u << z,
		};
	return ERROR_NONE;
}

enum error_code grids_new(struct grids **result, struct error *error)
{
	struct grids *grids = memory_zeroed(1, sizeof(*grids));
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < BUILT_IN_COUNT && !code; i++) {
		code = quad_init(&grids->grids[i], &built_in[i], error);
		grids->count += !code;
	}
	if (code)
		grids_free(grids);
	else
		*result = grids;
	return code;
}

void grids_free(struct grids *grids)
{
	if (!grids)
		return;
	for (uint32_t i = 0; i < grids->count; i++)
		crs_free(grids->grids[i].crs);
	free(grids);
}

uint32_t grids_count(const struct grids *grids)
{
	return grids->count;
}

const struct grid *grids_at(const struct grids *grids, uint32_t index)
{
	return &grids->grids[index];
}

const struct grid *grids_find(const struct grids *grids, const char *id)
{
	for (uint32_t i = 0; i < grids->count; i++) {
		if (strcmp(grids->grids[i].id, id) == 0)
			return &grids->grids[i];
	}
	return NULL;
}

bool grid_has(const struct grid *grid, struct tile_id tile)
{
	return tile.z < grid->level_count && tile.x < grid->levels[tile.z].matrix_width &&
	       tile.y < grid->levels[tile.z].matrix_height;
}

struct box grid_tile_box(const struct grid *grid, struct tile_id tile)
{
	const struct tile_matrix *level = &grid->levels[tile.z];
	double width = level->cell_size * level->tile_width;
	double height = level->cell_size * level->tile_height;

	return (struct box){
		level->origin.x + tile.x * width,
		level->origin.y - (tile.y + 1.0) * height,
		level->origin.x + (tile.x + 1.0) * width,
		level->origin.y - tile.y * height,
	};
}

double grid_resolution(const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *level = &grid->levels[z];

	return level->cell_size * level->tile_width / 256 * grid->crs->metres_per_unit;
}

/* The index of the tile that POSITION (tiles from the origin) lies in, clamped to 0..COUNT-1. */
static uint32_t clamped_index(double position, uint32_t count)
{
	if (!(position > 0))
		return 0;
	return position >= count ? count - 1 : (uint32_t)position;
}

bool grid_range(const struct grid *grid, uint32_t z, struct box box, struct tile_range *range)
{
	const struct tile_matrix *level = &grid->levels[z];
	double width = level->cell_size * level->tile_width;
	double height = level->cell_size * level->tile_height;
	double west = (box.minx - level->origin.x) / width;
	double east = (box.maxx - level->origin.x) / width;
	double north = (level->origin.y - box.maxy) / height;
	double south = (level->origin.y - box.miny) / height;

	if (!(west <= east && north <= south) || east < 0 || south < 0 ||
	    west > level->matrix_width || north > level->matrix_height)
		return false;
	*range = (struct tile_range){
		clamped_index(west, level->matrix_width),
		clamped_index(east, level->matrix_width),
		clamped_index(north, level->matrix_height),
		clamped_index(south, level->matrix_height),
	};
	return true;
}
