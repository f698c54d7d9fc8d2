/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cover.h"

#include <assert.h>

#include "tiler/fgb.h"
#include "tiler/footprint.h"
#include "tiler/hilbert.h"
#include "tiler/showing.h"
#include "tiler/tile_request.h"

/* How far the tiles looked at exceed the image of the themes' extents, as a share of its sides:
 * more than what the sampled outline of a curved image can miss. */
static const double REACH_MARGIN = 0.05;

struct walk {
	const struct cover *cover;
	uint32_t z, depth;				       /* depth: the order of the tiles */
	uint32_t order;					       /* of the squares to visit */
	const struct prepared_level *levels[TILE_THEMES_MOST]; /* NULL: the layer is not drawn */
	struct tile_range range;			       /* outside it nothing can show */
	double buffer;
	cover_visit_f visit;
	void *context;
	struct error *error;
};

uint32_t cover_order(const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *level = &grid->levels[z];
	uint32_t order = 0;

	while ((uint64_t)1 << order < level->matrix_width ||
	       (uint64_t)1 << order < level->matrix_height)
		order++;
	return order;
}

struct tile_id cover_tile(struct cover_square square, uint32_t z)
{
	struct tile_id tile = {.z = z};

	hilbert_place(square.order, square.index, &tile.x, &tile.y);
	return tile;
}

/* The tiles of a square that are within the walk's range; false: none. */
static bool tiles_of(const struct walk *walk, struct cover_square square, struct tile_range *tiles)
{
	uint32_t shift = walk->depth - square.order, x, y;
	uint64_t most_x, most_y;

	hilbert_place(square.order, square.index, &x, &y);
	most_x = (((uint64_t)x + 1) << shift) - 1;
	most_y = (((uint64_t)y + 1) << shift) - 1;
	*tiles = walk->range;
	if ((uint64_t)x << shift > tiles->max_x || (uint64_t)y << shift > tiles->max_y ||
	    most_x < tiles->min_x || most_y < tiles->min_y)
		return false;
	tiles->min_x = tiles->min_x > x << shift ? tiles->min_x : x << shift;
	tiles->min_y = tiles->min_y > y << shift ? tiles->min_y : y << shift;
	tiles->max_x = tiles->max_x < most_x ? tiles->max_x : (uint32_t)most_x;
	tiles->max_y = tiles->max_y < most_y ? tiles->max_y : (uint32_t)most_y;
	return true;
}

/* The first feature is enough: this ends the query with a code that is no error here. */
static enum error_code stop_at_first(const struct feature *feature, void *context,
				     struct error *error)
{
	(void)feature;
	*(bool *)context = true;
	return error_set(error, ERROR_STOPPED, "found");
}

static enum error_code layer_touches(const struct walk *walk, uint32_t index, struct box ground,
				     bool *touches)
{
	const struct prepared *prepared = walk->cover->layers[index].prepared;
	struct arena_mark mark = arena_mark(walk->cover->arena);
	struct transform *transform;
	enum error_code code = transforms_get(walk->cover->transforms, prepared->crs,
					      walk->cover->grid->crs, &transform, walk->error);

	if (code)
		return code;
	ground = footprint(transform, ground, walk->buffer, prepared->extent);
	code = fgb_query(walk->levels[index]->fgb, ground, walk->cover->arena, stop_at_first,
			 touches, walk->error);
	arena_rewind(walk->cover->arena, mark);
	if (code == ERROR_STOPPED)
		return ERROR_NONE;
	return code ? error_prefix(walk->error, "theme %s: ", prepared->theme_id) : code;
}

/* May something show in the tiles? */
static enum error_code touched(const struct walk *walk, struct tile_range tiles, bool *touches)
{
	const struct grid *grid = walk->cover->grid;
	struct box ground = box_union(
		grid_tile_box(grid, (struct tile_id){walk->z, tiles.min_x, tiles.min_y}),
		grid_tile_box(grid, (struct tile_id){walk->z, tiles.max_x, tiles.max_y}));
	enum error_code code = ERROR_NONE;

	*touches = false;
	for (uint32_t i = 0; i < walk->cover->layer_count && !*touches && !code; i++) {
		if (walk->levels[i])
			code = layer_touches(walk, i, ground, touches);
	}
	return code;
}

static enum error_code descend(const struct walk *walk, struct cover_square square)
{
	struct tile_range tiles;
	bool touches = true;
	enum error_code code = ERROR_NONE;

	if (!tiles_of(walk, square, &tiles))
		return ERROR_NONE;
	if (square.order < walk->depth)
		code = touched(walk, tiles, &touches);
	if (code || !touches)
		return code;
	if (square.order == walk->order)
		return walk->visit(square, walk->context, walk->error);
	for (uint32_t quarter = 0; quarter < 4 && !code; quarter++)
		code = descend(walk,
			       (struct cover_square){square.order + 1, 4 * square.index + quarter});
	return code;
}

/* The grid's ground that the theme can reach: its extent's image, or everything where part of that
 * has no image. */
static struct box reach_of(struct transform *transform, const struct prepared *prepared,
			   struct box everything)
{
	struct box reach = prepared->extent;
	size_t failed = 0;

	if (transform)
		reach = transform_box(transform, reach, &failed);
	if (failed)
		return everything;
	return box_grown(reach, REACH_MARGIN * (reach.maxx - reach.minx + reach.maxy - reach.miny));
}

/* Chooses the levels and the range; *ANY: there is something to look at. */
static enum error_code prepare_walk(struct walk *walk, bool *any)
{
	const struct cover *cover = walk->cover;
	const struct tile_matrix *matrix = &cover->grid->levels[walk->z];
	struct tile_id first = {walk->z, 0, 0};
	struct tile_id last = {walk->z, matrix->matrix_width - 1, matrix->matrix_height - 1};
	struct box everything = box_union(grid_tile_box(cover->grid, first),
					  grid_tile_box(cover->grid, last));
	struct box reach = box_empty();

	walk->buffer = footprint_buffer(grid_tile_box(cover->grid, first));
	for (uint32_t i = 0; i < cover->layer_count; i++) {
		const struct prepared *prepared = cover->layers[i].prepared;
		struct transform *transform;
		enum error_code code;

		assert(!cover->layers[i].read_source);
		if (!prepared_shows(prepared, cover->grid, walk->z))
			continue;
		code = transforms_get(cover->transforms, prepared->crs, cover->grid->crs,
				      &transform, walk->error);
		if (code)
			return error_prefix(walk->error, "theme %s: ", prepared->theme_id);
		walk->levels[i] = showing_level(prepared, transform, cover->grid, walk->z);
		if (walk->levels[i])
			reach = box_union(reach, reach_of(transform, prepared, everything));
	}
	reach = box_intersection(box_grown(reach, walk->buffer), cover->area);
	*any = !box_is_empty(reach) && grid_range(cover->grid, walk->z, reach, &walk->range);
	return ERROR_NONE;
}

enum error_code cover_walk(const struct cover *cover, uint32_t z, struct cover_square from,
			   uint32_t order, cover_visit_f visit, void *context, struct error *error)
{
	struct walk walk = {
		.cover = cover,
		.z = z,
		.depth = cover_order(cover->grid, z),
		.order = order,
		.visit = visit,
		.context = context,
		.error = error,
	};
	bool any = false;
	enum error_code code;

	assert(from.order <= order && order <= walk.depth &&
	       cover->layer_count <= TILE_THEMES_MOST);
	code = prepare_walk(&walk, &any);
	return code || !any ? code : descend(&walk, from);
}
