/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	crs_free(grid->crs);
	free(grid->id);
	free(grid->title);
	free(grid->uri);
	free(grid);
}

void grid_hash(const struct grid *grid, char hex[33])
{
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%s\n", grid->crs->definition);
	for (uint32_t z = 0; z < grid->level_count; z++) {
		const struct tile_matrix *level = &grid->levels[z];

		buf_print(&text, "%.17g %.17g %.17g %u %u %u %u %d\n", level->cell_size,
			  level->origin.x, level->origin.y, level->tile_width, level->tile_height,
			  level->matrix_width, level->matrix_height, level->rows_from_south);
	}
	hash_hex(text.bytes, text.length, hex);
	buf_release(&text);
}

bool grid_has(const struct grid *grid, struct tile_id tile)
{
	return tile.z < grid->level_count && tile.x < grid->levels[tile.z].matrix_width &&
	       tile.y < grid->levels[tile.z].matrix_height;
}

static bool nearly(double value, double expected)
{
	return fabs(value - expected) <= 1e-9 * fabs(expected);
}

bool grid_is_quad(const struct grid *grid)
{
	const struct tile_matrix *first = &grid->levels[0];
	double side = first->cell_size * first->tile_width;

	for (uint32_t z = 0; z < grid->level_count; z++) {
		const struct tile_matrix *level = &grid->levels[z];

		if (level->rows_from_south || level->tile_width != level->tile_height ||
		    level->matrix_width != 1u << z || level->matrix_height != 1u << z ||
		    !nearly(level->cell_size * level->tile_width, ldexp(side, -(int)z)) ||
		    fabs(level->origin.x - first->origin.x) > 1e-9 * side ||
		    fabs(level->origin.y - first->origin.y) > 1e-9 * side)
			return false;
	}
	return true;
}

/* Rows from the north of a row as the grid counts, and back. */
static uint32_t turned_row(const struct tile_matrix *level, uint32_t row)
{
	return level->rows_from_south ? level->matrix_height - 1 - row : row;
}

struct box grid_tile_box(const struct grid *grid, struct tile_id tile)
{
	const struct tile_matrix *level = &grid->levels[tile.z];
	double width = level->cell_size * level->tile_width;
	double height = level->cell_size * level->tile_height;
	uint32_t row = turned_row(level, tile.y);

	return (struct box){
		level->origin.x + tile.x * width,
		level->origin.y - (row + 1.0) * height,
		level->origin.x + (tile.x + 1.0) * width,
		level->origin.y - row * height,
	};
}

struct box grid_level_box(const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *level = &grid->levels[z];

	return (struct box){
		level->origin.x,
		level->origin.y - level->cell_size * level->tile_height * level->matrix_height,
		level->origin.x + level->cell_size * level->tile_width * level->matrix_width,
		level->origin.y,
	};
}

double grid_resolution(const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *level = &grid->levels[z];

	return level->cell_size * fmin(level->tile_width, level->tile_height) / 256 *
	       grid->crs->metres_per_unit;
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
	uint32_t first, last;

	if (!(west <= east && north <= south) || east < 0 || south < 0 ||
	    west > level->matrix_width || north > level->matrix_height)
		return false;
	first = turned_row(level, clamped_index(north, level->matrix_height));
	last = turned_row(level, clamped_index(south, level->matrix_height));
	*range = (struct tile_range){
		clamped_index(west, level->matrix_width),
		clamped_index(east, level->matrix_width),
		first < last ? first : last,
		first < last ? last : first,
	};
	return true;
}
