/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_rounding.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/moves.h"
#include "tiler/repair.h"

enum {
	PASSES_MOST = 64,
	PIECES = 64, /* shares of the shapes */
	/* Levels of more are those of fine zooms, which hardly gain, and the memory is dear. */
	VERTICES_MOST = 1000000,
};

/* While vertices are rounded, the places of the look are on the grid: tile units, y upward. */
struct rounding {
	struct level_look *look;
	const struct rounding_grid *grid;
	struct parallel *parallel;
	struct arena **arenas; /* one a worker */
	struct point *exact;   /* of each place, likewise */
	int32_t *steps;	       /* of each place */
	uint32_t count, room;
	uint32_t *ring_counts; /* of each shape, before anything is rounded */
	uint8_t *first_fits;   /* of each shape: how it is in the first pass if nothing moves */
	struct moves moves;
};

static bool to_grid(const struct rounding_grid *grid, struct point *points, size_t count)
{
	if (grid->transform && transform_forward(grid->transform, points, count))
		return false;
	for (size_t i = 0; i < count; i++)
		points[i] = (struct point){(points[i].x - grid->origin.x) / grid->unit,
					   (points[i].y - grid->origin.y) / grid->unit};
	return true;
}

static void from_grid(const struct rounding_grid *grid, struct point *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		points[i] = (struct point){points[i].x * grid->unit + grid->origin.x,
					   points[i].y * grid->unit + grid->origin.y};
	if (grid->transform)
		transform_back(grid->transform, points, count);
}

static void put(struct rounding *rounding, uint32_t place)
{
	double step = rounding->steps[place];
	struct point exact = rounding->exact[place];

	rounding->look->places[place] = (struct point){round(exact.x / step) * step,
						       round(exact.y / step) * step};
	moves_note(&rounding->moves, place);
}

static void make_room(struct rounding *rounding, uint32_t room)
{
	struct level_look *look = rounding->look;

	rounding->room = room;
	look->places = memory_resize(look->places, room, sizeof(*look->places));
	rounding->exact = memory_resize(rounding->exact, room, sizeof(*rounding->exact));
	rounding->steps = memory_resize(rounding->steps, room, sizeof(*rounding->steps));
}

/* Gives every vertex shown its exact place. */
static bool find_places(struct rounding *rounding)
{
	struct level_look *look = rounding->look;
	const struct outline *outline = look->outline;
	uint32_t count = 0;

	for (uint32_t v = 0; v < outline->vertex_count; v++)
		count += look->shown[v];
	if (count > VERTICES_MOST)
		return false;
	make_room(rounding, count + 1);
	look->place_of = memory_new(outline->vertex_count * sizeof(*look->place_of));
	for (uint32_t v = 0; v < outline->vertex_count; v++) {
		if (!look->shown[v])
			continue;
		rounding->exact[rounding->count] = outline->points[v];
		rounding->steps[rounding->count] = rounding->grid->step;
		look->place_of[v] = rounding->count++;
	}
	if (!to_grid(rounding->grid, rounding->exact, count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		look->places[i] = rounding->exact[i];
	return true;
}

static bool is_round(const struct rounding *rounding, uint64_t shape)
{
	const struct level_look *look = rounding->look;

	return look->selection->kept[shape] &&
	       look->outline->shapes[shape].kind == GEOMETRY_POLYGON &&
	       selection_stand_in(look->selection, shape, &look->rule) == 0;
}

static void count_rings(struct rounding *rounding)
{
	const struct borders *borders = rounding->look->selection->borders;
	uint64_t count = rounding->look->outline->shape_count;

	rounding->ring_counts = memory_zeroed(count, sizeof(*rounding->ring_counts));
	for (uint64_t s = 0; s < count; s++) {
		if (is_round(rounding, s))
			rounding->ring_counts[s] = (uint32_t)(borders->first_ring[s + 1] -
							      borders->first_ring[s]);
	}
}

/* The ring without repeated points, on the grid of a tile. */
static struct tile_path on_tile(struct path ring, struct arena *arena)
{
	struct tile_path out = {arena_alloc(arena, ring.count * sizeof(*out.points)), 0,
				ring.exterior};

	for (uint32_t i = 0; i + 1 < ring.count; i++) {
		struct tile_point point = {(int32_t)lround(ring.points[i].x),
					   (int32_t)lround(ring.points[i].y)};
		const struct tile_point *last = out.count ? &out.points[out.count - 1] : NULL;

		if (!last || last->x != point.x || last->y != point.y)
			out.points[out.count++] = point;
	}
	while (out.count > 1 && out.points[0].x == out.points[out.count - 1].x &&
	       out.points[0].y == out.points[out.count - 1].y)
		out.count--;
	return out;
}

enum fit {
	SOUND,
	TOUCHING,  /* itself */
	COLLAPSED, /* in one of its rings, or more */
};

static enum fit fit_of(const struct rounding *rounding, uint64_t shape, struct arena *arena)
{
	struct geometry geometry;
	struct tile_rings rings = {NULL, 0};

	if (!rounding->ring_counts[shape])
		return SOUND; /* it is not rounded */
	arena_reset(arena);
	level_shape_rings(rounding->look, shape, arena, &geometry);
	if (geometry.path_count != rounding->ring_counts[shape])
		return COLLAPSED;
	rings.rings = arena_alloc(arena, geometry.path_count * sizeof(*rings.rings));
	for (uint32_t p = 0; p < geometry.path_count; p++) {
		rings.rings[p] = on_tile(geometry.paths[p], arena);
		if (rings.rings[p].count < 3)
			return COLLAPSED;
	}
	rings.count = geometry.path_count;
	return rings_are_sound(rings, arena) ? SOUND : TOUCHING;
}

struct ring_vertices {
	const uint32_t *vertices;
	uint32_t count;
};

static struct ring_vertices vertices_of(const struct rounding *rounding, uint64_t ring)
{
	const struct borders *borders = rounding->look->selection->borders;

	return (struct ring_vertices){borders->vertices + borders->rings[ring].first,
				      borders->rings[ring].count};
}

/* Lists the shapes that are rounded around each place. */
static void list_around(struct rounding *rounding)
{
	const struct level_look *look = rounding->look;
	const struct borders *borders = look->selection->borders;

	moves_init(&rounding->moves, (uint32_t)look->outline->shape_count, rounding->count);
	for (uint32_t s = 0; s < look->outline->shape_count; s++) {
		uint64_t end = is_round(rounding, s) ? borders->first_ring[s + 1] : 0;

		for (uint64_t r = borders->first_ring[s]; r < end; r++) {
			struct ring_vertices ring = vertices_of(rounding, r);

			for (uint32_t i = 0; i < ring.count; i++) {
				if (look->shown[ring.vertices[i]])
					moves_add(&rounding->moves,
						  look->place_of[ring.vertices[i]], s);
			}
		}
	}
}

static bool refine(struct rounding *rounding, struct ring_vertices ring)
{
	const struct level_look *look = rounding->look;
	bool any = false;

	for (uint32_t i = 0; i < ring.count; i++) {
		uint32_t place;

		if (!look->shown[ring.vertices[i]])
			continue;
		place = look->place_of[ring.vertices[i]];
		if (rounding->steps[place] == 1)
			continue;
		rounding->steps[place] /= 2;
		put(rounding, place);
		any = true;
	}
	return any;
}

static bool holds(const struct rounding *rounding, uint32_t shape, uint32_t vertex)
{
	const struct borders *borders = rounding->look->selection->borders;

	for (uint64_t r = borders->first_ring[shape]; r < borders->first_ring[shape + 1]; r++) {
		struct ring_vertices ring = vertices_of(rounding, r);

		for (uint32_t i = 0; i < ring.count; i++) {
			if (ring.vertices[i] == vertex)
				return true;
		}
	}
	return false;
}

/* The listed place that comes next to the vertex AT in the ring, STEP by step. */
static uint32_t place_beside(const struct rounding *rounding, struct ring_vertices ring,
			     uint32_t at, uint32_t step)
{
	const struct level_look *look = rounding->look;

	for (uint32_t i = (at + step) % ring.count; i != at; i = (i + step) % ring.count) {
		uint32_t v = ring.vertices[i];

		if (look->shown[v] && look->place_of[v] < rounding->moves.place_count)
			return look->place_of[v];
	}
	return MOVES_NOBODY;
}

/* All shapes around a vertex that was not shown change in the next pass. Where borders meet all is
 * shown, so each of them is around the place beside it as well. */
static void await_around(struct rounding *rounding, struct ring_vertices ring, uint32_t at,
			 uint32_t step)
{
	struct moves *moves = &rounding->moves;
	uint32_t place = place_beside(rounding, ring, at, step);

	for (uint32_t i = place == MOVES_NOBODY ? MOVES_NOBODY : moves->latest[place];
	     i != MOVES_NOBODY; i = moves->around[i].next) {
		if (holds(rounding, moves->around[i].shape, ring.vertices[at]))
			moves_await(moves, moves->around[i].shape);
	}
}

/* Shows the most significant vertex of the ring that was not. */
static bool show_more(struct rounding *rounding, struct ring_vertices ring)
{
	struct level_look *look = rounding->look;
	const float *significance = look->selection->borders->significance;
	uint32_t best = UINT32_MAX, at = 0;
	struct point exact;

	for (uint32_t i = 0; i < ring.count; i++) {
		uint32_t v = ring.vertices[i];

		if (look->shown[v] || (best != UINT32_MAX && significance[v] <= significance[best]))
			continue;
		best = v;
		at = i;
	}
	if (best == UINT32_MAX)
		return false;
	exact = look->outline->points[best];
	if (!to_grid(rounding->grid, &exact, 1))
		return false;
	if (rounding->count == rounding->room)
		make_room(rounding, 2 * rounding->room);
	look->shown[best] = true;
	look->place_of[best] = rounding->count;
	rounding->exact[rounding->count] = exact;
	rounding->steps[rounding->count] = 1;
	put(rounding, rounding->count++);
	await_around(rounding, ring, at, 1);
	await_around(rounding, ring, at, ring.count - 1);
	return true;
}

/* False: nothing could be done for it. */
static bool mend(struct rounding *rounding, uint64_t shape, enum fit fit)
{
	const struct borders *borders = rounding->look->selection->borders;
	bool mended = false;

	for (uint64_t r = borders->first_ring[shape]; r < borders->first_ring[shape + 1]; r++)
		mended = refine(rounding, vertices_of(rounding, r)) || mended;
	if (mended || fit != COLLAPSED)
		return mended;
	for (uint64_t r = borders->first_ring[shape]; r < borders->first_ring[shape + 1]; r++)
		mended = show_more(rounding, vertices_of(rounding, r)) || mended;
	return mended;
}

/* Judges a share of the shapes as they are rounded at first: a piece of work. */
static void judge_share(void *context, uint32_t number, uint32_t worker)
{
	struct rounding *rounding = context;
	uint64_t count = rounding->look->outline->shape_count;
	uint64_t end = count * (number + 1) / PIECES;

	for (uint64_t s = count * number / PIECES; s < end; s++)
		rounding->first_fits[s] = (uint8_t)fit_of(rounding, s, rounding->arenas[worker]);
}

static enum fit fit_now(const struct rounding *rounding, uint32_t shape)
{
	const struct moves *moves = &rounding->moves;

	if (!moves_changed(moves, shape))
		return SOUND;
	if (moves->pass == 1 && moves->changed[shape] == 0)
		return (enum fit)rounding->first_fits[shape];
	return fit_of(rounding, shape, rounding->arenas[0]);
}

static void round_all(struct rounding *rounding)
{
	uint32_t shape_count = (uint32_t)rounding->look->outline->shape_count;
	bool any = true;

	for (uint32_t i = 0; i < rounding->count; i++)
		put(rounding, i);
	list_around(rounding);
	parallel_run(rounding->parallel, PIECES, judge_share, rounding);
	while (any && rounding->moves.pass + 1 < PASSES_MOST) {
		any = false;
		moves_pass(&rounding->moves);
		for (uint32_t s = 0; s < shape_count; s++) {
			enum fit fit = fit_now(rounding, s);

			if (fit != SOUND)
				any = mend(rounding, s, fit) || any;
		}
	}
}

void level_look_round(struct level_look *look, const struct rounding_grid *grid,
		      struct parallel *parallel)
{
	struct rounding rounding = {.look = look, .grid = grid, .parallel = parallel};
	uint32_t workers = parallel_workers(parallel);

	rounding.first_fits = memory_new(look->outline->shape_count);
	rounding.arenas = memory_new(workers * sizeof(struct arena *));
	for (uint32_t i = 0; i < workers; i++)
		rounding.arenas[i] = arena_new();
	if (find_places(&rounding)) {
		count_rings(&rounding);
		round_all(&rounding);
		from_grid(grid, look->places, rounding.count);
		level_look_recount(look);
	} else {
		free(look->places);
		free(look->place_of);
		look->places = NULL;
		look->place_of = NULL;
	}
	for (uint32_t i = 0; i < workers; i++)
		arena_free(rounding.arenas[i]);
	free(rounding.arenas);
	free(rounding.first_fits);
	free(rounding.exact);
	free(rounding.steps);
	free(rounding.ring_counts);
	moves_release(&rounding.moves);
}
