/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_weights.h"

#include <stdlib.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

/* A shape of few vertices counts in the tile of one of them, a large one (a coast, the zones of a
 * plan) along its lines, in the tiles of one vertex in so many. */

enum {
	VERTICES_A_PLACE = 16,
	FIRST_ROOM = 1024, /* tiles */
	/* Gzipped bytes of a feature without its attributes, and of a vertex. */
	FEATURE_WEIGHT = 8,
	VERTEX_WEIGHT = 3,
};

struct tile_weights {
	const struct outline *outline;
	const struct grid *grid;
	struct point *places; /* in the grid's CRS */
	uint64_t *first;      /* of each shape in `places`; one more at the end */
};

struct tile {
	uint32_t x, y;
	double bytes; /* 0: a free place */
};

/* Tiles by their place. */
struct tiles {
	struct tile *list;
	uint64_t room, count; /* room is a power of two, more than twice the count */
};

static uint64_t vertex_count(const struct outline *outline, const struct outline_shape *shape)
{
	uint64_t count = 0;

	for (uint32_t p = 0; p < shape->path_count; p++)
		count += outline->paths[shape->first_path + p].count;
	return count;
}

static uint64_t place_count(uint64_t vertices)
{
	return (vertices + VERTICES_A_PLACE - 1) / VERTICES_A_PLACE;
}

/* The places of one shape, VERTICES in all: each in the middle of its share of them. */
static struct point *add_places(const struct outline *outline, const struct outline_shape *shape,
				uint64_t vertices, struct point *places)
{
	uint64_t count = place_count(vertices), share = count ? vertices / count : 0, passed = 0;
	uint64_t next = share / 2;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &outline->paths[shape->first_path + p];

		for (; count && next < passed + path->count; next += share, count--)
			*places++ = outline->points[outline->vertices[path->first + next - passed]];
		passed += path->count;
	}
	return places;
}

struct tile_weights *tile_weights_new(const struct outline *outline, const struct grid *grid,
				      struct transform *transform)
{
	struct tile_weights *weights = memory_zeroed(1, sizeof(*weights));
	struct point *end;

	weights->outline = outline;
	weights->grid = grid;
	weights->first = memory_zeroed(outline->shape_count + 1, sizeof(*weights->first));
	for (uint64_t s = 0; s < outline->shape_count; s++)
		weights->first[s + 1] = weights->first[s] +
					place_count(vertex_count(outline, &outline->shapes[s]));
	end = weights->places = memory_new(weights->first[outline->shape_count] *
					   sizeof(*weights->places));
	for (uint64_t s = 0; s < outline->shape_count; s++)
		end = add_places(outline, &outline->shapes[s],
				 vertex_count(outline, &outline->shapes[s]), end);
	if (transform)
		transform_forward(transform, weights->places, weights->first[outline->shape_count]);
	return weights;
}

void tile_weights_free(struct tile_weights *weights)
{
	if (!weights)
		return;
	free(weights->places);
	free(weights->first);
	free(weights);
}

static double feature_weight(const struct level_look *look, uint64_t shape)
{
	return FEATURE_WEIGHT + look->outline->weights[look->outline->shapes[shape].feature];
}

uint64_t tile_weights_shape(const struct level_look *look, uint64_t shape)
{
	return (uint64_t)feature_weight(look, shape) +
	       VERTEX_WEIGHT * level_shape_vertices(look, shape);
}

static struct tile *tile_at(const struct tiles *tiles, uint32_t x, uint32_t y)
{
	uint32_t key[2] = {x, y};
	uint64_t at = hash_bytes(key, sizeof(key)) & (tiles->room - 1);

	while (tiles->list[at].bytes > 0 && (tiles->list[at].x != x || tiles->list[at].y != y))
		at = (at + 1) & (tiles->room - 1);
	return &tiles->list[at];
}

static void make_room(struct tiles *tiles)
{
	struct tiles larger = {memory_zeroed(2 * tiles->room, sizeof(*larger.list)),
			       2 * tiles->room, tiles->count};

	for (uint64_t i = 0; i < tiles->room; i++) {
		if (tiles->list[i].bytes > 0)
			*tile_at(&larger, tiles->list[i].x, tiles->list[i].y) = tiles->list[i];
	}
	free(tiles->list);
	*tiles = larger;
}

static void add_bytes(struct tiles *tiles, uint32_t x, uint32_t y, double bytes)
{
	struct tile *tile = tile_at(tiles, x, y);

	if (!(tile->bytes > 0)) {
		tiles->count++;
		tile->x = x;
		tile->y = y;
	}
	tile->bytes += bytes;
	if (2 * tiles->count > tiles->room)
		make_room(tiles);
}

/* Its attributes are in each tile that it lies in. */
static void add_shape(const struct tile_weights *weights, const struct level_look *look,
		      uint64_t shape, uint32_t z, struct tiles *tiles)
{
	uint64_t first = weights->first[shape], end = weights->first[shape + 1];
	double whole = feature_weight(look, shape), share;
	struct tile_range last = {.min_x = UINT32_MAX}, range;

	if (first == end)
		return;
	share = VERTEX_WEIGHT * (double)level_shape_vertices(look, shape) / (double)(end - first);
	for (uint64_t i = first; i < end; i++) {
		struct point at = weights->places[i];
		bool again;

		if (!grid_range(weights->grid, z, (struct box){at.x, at.y, at.x, at.y}, &range))
			continue;
		again = range.min_x == last.min_x && range.min_y == last.min_y;
		add_bytes(tiles, range.min_x, range.min_y, again ? share : whole + share);
		last = range;
	}
}

static bool is_heavier(const struct tile *a, const struct tile *b)
{
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes;
	return a->y != b->y ? a->y < b->y : a->x < b->x;
}

/* Puts TILE where it belongs among the heaviest so far, COUNT of at most MOST. */
static uint32_t take_heavy(struct tile *heavy, uint32_t count, uint32_t most, struct tile tile)
{
	uint32_t at = count < most ? count : most;

	while (at > 0 && is_heavier(&tile, &heavy[at - 1])) {
		if (at < most)
			heavy[at] = heavy[at - 1];
		at--;
	}
	if (at == most)
		return count;
	heavy[at] = tile;
	return count < most ? count + 1 : count;
}

uint32_t tile_weights_heaviest(const struct tile_weights *weights, const struct level_look *look,
			       uint32_t z, struct heavy_tile *tiles, uint32_t most)
{
	struct tiles all = {memory_zeroed(FIRST_ROOM, sizeof(*all.list)), FIRST_ROOM, 0};
	struct tile *heavy = memory_new(most * sizeof(*heavy));
	uint32_t count = 0;

	for (uint64_t s = 0; s < weights->outline->shape_count; s++) {
		if (look->selection->kept[s])
			add_shape(weights, look, s, z, &all);
	}
	for (uint64_t i = 0; i < all.room; i++) {
		if (all.list[i].bytes > 0)
			count = take_heavy(heavy, count, most, all.list[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		tiles[i] = (struct heavy_tile){{z, heavy[i].x, heavy[i].y}, heavy[i].bytes};
	free(heavy);
	free(all.list);
	return count;
}
