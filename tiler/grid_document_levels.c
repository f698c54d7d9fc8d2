/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid_document_levels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILE_PIXELS_MOST = 16384,
	MATRIX_TILES_MOST = 1 << 30,
};

static const double STANDARD_PIXEL = 0.00028; /* metres: what scale denominators assume */
/* Cell sizes decide, scales tell of slips. Some count pixels of 96 an inch instead, OGC's own
 * CanadianNAD83_LCC among them. */
static const double SCALE_OFF = 1.2;
static const double FARTHEST = 1e12; /* CRS units: no place is */

/* Of a tile's side: below this share of its coordinates a double has not the digits for them. */
static const double PRECISION = 1e-10;

/* What is being read, for the errors. */
struct matrix_place {
	size_t index;
	const char *id;
};

static enum error_code refuse_member(struct error *error, const struct matrix_place *place,
				     const char *member, const char *why)
{
	return error_set(error, ERROR_INVALID, "tileMatrices[%zu] (\"%.40s\"): %s %s", place->index,
			 place->id, member, why);
}

static enum error_code read_count(json_t *matrix, const struct matrix_place *place,
				  const char *member, uint32_t most, uint32_t *count,
				  struct error *error)
{
	json_t *value = json_object_get(matrix, member);
	double number = json_number_value(value);
	char why[80];

	if (json_is_number(value) && number >= 1 && number <= most && number == floor(number)) {
		*count = (uint32_t)number;
		return ERROR_NONE;
	}
	snprintf(why, sizeof(why), "must be a whole number from 1 to %u", most);
	return refuse_member(error, place, member, why);
}

static enum error_code read_cell_size(json_t *matrix, const struct matrix_place *place,
				      const struct crs *crs, double *cell_size, struct error *error)
{
	json_t *size = json_object_get(matrix, "cellSize");
	json_t *scale = json_object_get(matrix, "scaleDenominator");
	double by_scale = json_number_value(scale) * STANDARD_PIXEL / crs->metres_per_unit;

	if (size && !(json_number_value(size) > 0))
		return refuse_member(error, place, "cellSize", "must be a number above 0");
	if (scale && !(by_scale > 0))
		return refuse_member(error, place, "scaleDenominator", "must be a number above 0");
	if (!size && !scale)
		return refuse_member(error, place, "cellSize",
				     "is missing, and so is scaleDenominator");
	*cell_size = size ? json_number_value(size) : by_scale;
	if (scale && fabs(log(*cell_size / by_scale)) > log(SCALE_OFF))
		return refuse_member(error, place, "cellSize",
				     "does not fit scaleDenominator: it must be scaleDenominator x "
				     "0.00028 m, in units of the CRS");
	return ERROR_NONE;
}

static bool is_text(const json_t *value, const char *text)
{
	return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static enum error_code read_origin(json_t *matrix, const struct matrix_place *place,
				   bool northing_first, struct tile_matrix *level,
				   struct error *error)
{
	json_t *point = json_object_get(matrix, "pointOfOrigin");
	json_t *corner = json_object_get(matrix, "cornerOfOrigin");
	json_t *first = json_array_get(point, 0), *second = json_array_get(point, 1);

	if (json_array_size(point) != 2 || !json_is_number(first) || !json_is_number(second))
		return refuse_member(error, place, "pointOfOrigin", "must be two numbers");
	level->origin = (struct point){json_number_value(northing_first ? second : first),
				       json_number_value(northing_first ? first : second)};
	level->rows_from_south = is_text(corner, "bottomLeft");
	if (corner && !level->rows_from_south && !is_text(corner, "topLeft"))
		return refuse_member(error, place, "cornerOfOrigin",
				     "must be \"topLeft\" or \"bottomLeft\"");
	if (level->rows_from_south)
		level->origin.y += level->cell_size * level->tile_height * level->matrix_height;
	return ERROR_NONE;
}

static double farthest(struct box box)
{
	return fmax(fmax(fabs(box.minx), fabs(box.maxx)), fmax(fabs(box.miny), fabs(box.maxy)));
}

static enum error_code check_ground(const struct grid *grid, const struct matrix_place *place,
				    struct error *error)
{
	const struct tile_matrix *level = &grid->levels[grid->level_count];
	struct box ground = grid_level_box(grid, grid->level_count);

	if (!box_is_finite(ground) || !(farthest(ground) <= FARTHEST))
		return refuse_member(error, place, "cellSize",
				     "and the sizes reach farther than any place on the Earth");
	if (!(level->cell_size * fmin(level->tile_width, level->tile_height) >
	      PRECISION * farthest(ground)))
		return refuse_member(error, place, "cellSize",
				     "is finer than coordinates can be told apart; leave this "
				     "level out");
	return ERROR_NONE;
}

static enum error_code read_matrix(json_t *matrix, size_t index, bool northing_first,
				   struct grid *grid, struct error *error)
{
	struct tile_matrix *level = &grid->levels[grid->level_count];
	const char *id = json_string_value(json_object_get(matrix, "id"));
	struct matrix_place place = {index, id ? id : ""};
	enum error_code code;

	if (!json_is_object(matrix))
		return error_set(error, ERROR_INVALID, "tileMatrices[%zu] must be an object",
				 index);
	if (!id)
		return error_set(error, ERROR_INVALID, "tileMatrices[%zu]: id must be a text",
				 index);
	if (json_array_size(json_object_get(matrix, "variableMatrixWidths")) > 0)
		return error_set(error, ERROR_UNSUPPORTED,
				 "tileMatrices[%zu] (\"%.40s\"): variableMatrixWidths, rows whose "
				 "tiles are joined, are not served; use a grid without them",
				 index, place.id);
	if ((code = read_cell_size(matrix, &place, grid->crs, &level->cell_size, error)) ||
	    (code = read_count(matrix, &place, "tileWidth", TILE_PIXELS_MOST, &level->tile_width,
			       error)) ||
	    (code = read_count(matrix, &place, "tileHeight", TILE_PIXELS_MOST, &level->tile_height,
			       error)) ||
	    (code = read_count(matrix, &place, "matrixWidth", MATRIX_TILES_MOST,
			       &level->matrix_width, error)) ||
	    (code = read_count(matrix, &place, "matrixHeight", MATRIX_TILES_MOST,
			       &level->matrix_height, error)) ||
	    (code = read_origin(matrix, &place, northing_first, level, error)))
		return code;
	code = check_ground(grid, &place, error);
	grid->level_count += !code;
	return code;
}

/* The identifiers of matrices need not be in order, but must differ. */
static enum error_code check_ids(json_t *matrices, struct error *error)
{
	for (size_t i = 0; i < json_array_size(matrices); i++) {
		json_t *id = json_object_get(json_array_get(matrices, i), "id");

		for (size_t k = 0; k < i; k++)
			if (id &&
			    json_equal(id, json_object_get(json_array_get(matrices, k), "id")))
				return error_set(error, ERROR_INVALID,
						 "tileMatrices[%zu] and [%zu] have the same id "
						 "\"%.40s\"; each needs its own",
						 k, i, json_string_value(id));
	}
	return ERROR_NONE;
}

static int coarser_first(const void *a, const void *b)
{
	double x = ((const struct tile_matrix *)a)->cell_size;
	double y = ((const struct tile_matrix *)b)->cell_size;

	return (x < y) - (x > y);
}

enum error_code grid_document_levels(json_t *root, bool northing_first, struct grid *grid,
				     struct error *error)
{
	json_t *matrices = json_object_get(root, "tileMatrices"), *matrix;
	size_t index, count = json_array_size(matrices);
	enum error_code code;

	if (count == 0)
		return error_set(error, ERROR_INVALID,
				 "tileMatrices must be an array of tile matrices, one at least");
	if (count > GRID_LEVELS_MOST)
		return error_set(error, ERROR_LIMIT,
				 "it has %zu tile matrices; leave out the finest, %d are the most",
				 count, GRID_LEVELS_MOST);
	code = check_ids(matrices, error);
	json_array_foreach(matrices, index, matrix)
	{
		if (code)
			return code;
		code = read_matrix(matrix, index, northing_first, grid, error);
	}
	if (code)
		return code;
	qsort(grid->levels, grid->level_count, sizeof(*grid->levels), coarser_first);
	for (uint32_t z = 1; z < grid->level_count; z++)
		if (!(grid_resolution(grid, z) < grid_resolution(grid, z - 1)))
			return error_set(error, ERROR_INVALID,
					 "two tile matrices show %g m a pixel; each must be finer "
					 "than the one before",
					 grid_resolution(grid, z));
	return ERROR_NONE;
}
