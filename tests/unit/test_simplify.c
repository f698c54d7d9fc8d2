/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"
#include "tiler/simplify.h"

enum {
	SIDE = 8,
	STAR = 20000 /* corners of a ring that is hard on recursion */
};
static const float TOLERANCES[] = {0.5f, 1, 2, 4, 8, 16, 40, 200};
enum {
	TOLERANCE_COUNT = sizeof(TOLERANCES) / sizeof(TOLERANCES[0])
};

static double true_distance(struct point p, struct point a, struct point b)
{
	double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
	double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(p.x - (a.x + t * dx), p.y - (a.y + t * dy));
}

static uint32_t count_shown(const struct outline *outline, const struct outline_path *path,
			    const bool *shown)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < path->count; i++)
		count += shown[outline->vertices[path->first + i]];
	return count;
}

/* The farthest that a vertex left out of the path lies from the segment that replaces it. */
static double farthest(const struct outline *outline, const struct outline_path *path, bool ring,
		       const bool *shown)
{
	const uint32_t *vertices = outline->vertices + path->first;
	uint32_t steps = ring ? path->count : path->count - 1, first = 0, last;
	double most = 0;

	while (!shown[vertices[first]])
		first++;
	last = first;
	for (uint32_t i = first + 1; i <= first + steps; i++) {
		if (!shown[vertices[i % path->count]])
			continue;
		for (uint32_t k = last + 1; k < i; k++) {
			double d = true_distance(outline->points[vertices[k % path->count]],
						 outline->points[vertices[last % path->count]],
						 outline->points[vertices[i % path->count]]);

			most = d > most ? d : most;
		}
		last = i;
	}
	return most;
}

/* What must be true of any outline at any tolerance. */
static void check(const struct outline *outline, bool rings)
{
	bool *finer = NULL;

	for (int t = 0; t < TOLERANCE_COUNT; t++) {
		bool *shown = simplify_shown(outline, NULL, NULL, TOLERANCES[t]);

		for (uint64_t p = 0; p < outline->path_count; p++) {
			const struct outline_path *path = &outline->paths[p];

			assert_true(count_shown(outline, path, shown) >= (rings ? 3u : 2u));
			assert_true(farthest(outline, path, rings, shown) <=
				    TOLERANCES[t] * (1 + 1e-5));
		}
		for (uint32_t v = 0; finer && v < outline->vertex_count; v++)
			assert_true(finer[v] || !shown[v]);
		free(finer);
		finer = shown;
	}
	free(finer);
}

static struct path random_line(struct arena *arena, struct chance *chance, uint32_t count)
{
	struct path line = {arena_alloc(arena, count * sizeof(struct point)), count, true};
	struct point at = {0, 0};

	for (uint32_t i = 0; i < count; i++) {
		line.points[i] = at;
		at.x += chance_between(chance, -1, 3);
		at.y += chance_between(chance, -3, 3);
	}
	return line;
}

static void lines_stray_by_no_more_than_the_tolerance(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {1};
	struct geometry shapes[50];
	struct drawn_outline drawn;

	for (int i = 0; i < 50; i++) {
		shapes[i] = (struct geometry){GEOMETRY_LINE, 1,
					      arena_alloc(arena, sizeof(struct path))};
		shapes[i].paths[0] = random_line(arena, &chance,
						 2 + chance_below(&chance, i < 45 ? 300 : 5000));
	}
	drawn = outline_of(*state, GEOMETRY_LINE, shapes, 50);
	simplify_outline(drawn.outline);
	check(drawn.outline, false);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static void a_mosaic_keeps_to_it_too(void **state)
{
	struct arena *arena = arena_new();
	struct mosaic mosaic = mosaic_of(arena, 5, SIDE);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, mosaic.shapes,
						mosaic.count);

	simplify_outline(drawn.outline);
	check(drawn.outline, true);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

struct kept_point {
	struct point at;
	float significance;
};

static int by_place(const void *left, const void *right)
{
	const struct kept_point *a = left, *b = right;

	if (a->at.x != b->at.x)
		return a->at.x < b->at.x ? -1 : 1;
	return (a->at.y > b->at.y) - (a->at.y < b->at.y);
}

/* New: every vertex with its significance, by place. */
static struct kept_point *weigh(void **state, struct arena *arena, const struct geometry *shapes,
				uint32_t count, uint32_t *vertices)
{
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, count);
	struct kept_point *points = arena_alloc(arena,
						drawn.outline->vertex_count * sizeof(*points));

	simplify_outline(drawn.outline);
	*vertices = drawn.outline->vertex_count;
	for (uint32_t v = 0; v < *vertices; v++)
		points[v] = (struct kept_point){drawn.outline->points[v],
						drawn.outline->significance[v]};
	qsort(points, *vertices, sizeof(*points), by_place);
	drawn_outline_release(&drawn);
	return points;
}

/* However its polygons are begun and wound, and whoever comes first: the same mosaic comes out the
 * same, bit for bit. A triangle far to the south-east changes the order in the file. */
static void what_is_shared_comes_out_the_same(void **state)
{
	struct arena *arena = arena_new();
	struct mosaic mosaic = mosaic_of(arena, 6, SIDE);
	struct geometry *others = arena_alloc(arena, (mosaic.count + 1) * sizeof(*others));
	struct chance chance = {8};
	uint32_t count, other_count;
	struct kept_point *points, *other_points;

	points = weigh(state, arena, mosaic.shapes, mosaic.count, &count);
	for (uint32_t i = 0; i < mosaic.count; i++) {
		others[i] = mosaic.shapes[i];
		for (uint32_t p = 0; p < others[i].path_count; p++) {
			others[i].paths[p].count--;
			mosaic_turn(arena, &chance, &others[i].paths[p]);
		}
	}
	others[mosaic.count] = shape_of(arena, GEOMETRY_POLYGON,
					"1370000 7200000, 1370010 7200000, 1370010 7200010");
	other_points = weigh(state, arena, others, mosaic.count + 1, &other_count);
	assert_int_equal(count + 3, other_count);
	for (uint32_t v = 0; v < count; v++) {
		assert_int_equal(by_place(&points[v], &other_points[v]), 0);
		assert_true(points[v].significance == other_points[v].significance);
	}
	arena_free(arena);
}

static float significance_at(const struct outline *outline, double x, double y)
{
	for (uint32_t v = 0; v < outline->vertex_count; v++)
		if (outline->points[v].x == x && outline->points[v].y == y)
			return outline->significance[v];
	fail_msg("no vertex at %g %g", x, y);
	return 0;
}

static void significance_is_the_tolerance_that_ends_a_vertex(void **state)
{
	struct arena *arena = arena_new();
	struct geometry line = shape_of(arena, GEOMETRY_LINE, "0 0, 5 2, 10 0, 15 -1, 20 0");
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_LINE, &line, 1);
	struct outline *outline = drawn.outline;

	simplify_outline(outline);
	assert_true(isinf(significance_at(outline, 0, 0)));
	assert_true(isinf(significance_at(outline, 20, 0)));
	assert_true(significance_at(outline, 5, 2) == 2);
	/* No child above its parent. */
	assert_true(significance_at(outline, 10, 0) <= 2);
	assert_true(significance_at(outline, 15, -1) <= significance_at(outline, 10, 0) ||
		    significance_at(outline, 10, 0) <= significance_at(outline, 15, -1));
	assert_true(significance_at(outline, 15, -1) > 0.9);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* Where two vertices are equally far, which one goes first must not hang on the direction: of a
 * line, or of a ring that is a hole here and an island there. */
static void ties_are_settled_by_place(void **state)
{
	static const struct {
		enum geometry_kind kind;
		const char *one, *other;
	} pairs[] = {
		{GEOMETRY_LINE, "0 0, 2 4, 5 0, 8 4, 10 0", "10 0, 8 4, 5 0, 2 4, 0 0"},
		{GEOMETRY_POLYGON, "0 0, 2 4, 5 0, 8 4, 10 0, 8 -4, 5 -1, 2 -4",
		 "-50 -50, 50 -50, 50 50, -50 50 / 0 0, 2 4, 5 0, 8 4, 10 0, 8 -4, 5 -1, 2 -4"},
	};

	for (int i = 0; i < 2; i++) {
		struct arena *arena = arena_new();
		struct geometry one = shape_of(arena, pairs[i].kind, pairs[i].one);
		struct geometry other = shape_of(arena, pairs[i].kind, pairs[i].other);
		struct drawn_outline drawn = outline_of(*state, pairs[i].kind, &one, 1);
		struct drawn_outline turned = outline_of(*state, pairs[i].kind, &other, 1);

		simplify_outline(drawn.outline);
		simplify_outline(turned.outline);
		for (uint32_t v = 0; v < drawn.outline->vertex_count; v++) {
			struct point at = drawn.outline->points[v];

			assert_true(drawn.outline->significance[v] ==
				    significance_at(turned.outline, at.x, at.y));
		}
		drawn_outline_release(&drawn);
		drawn_outline_release(&turned);
		arena_free(arena);
	}
}

/* An island, a ring that another touches in one point, and one that fills a hole. */
static void closed_arcs_keep_three_vertices(void **state)
{
	struct arena *arena = arena_new();
	struct geometry shapes[] = {
		shape_of(arena, GEOMETRY_POLYGON,
			 "0 0, 2 -1, 4 0, 5 2, 4 4, 2 5, 0 4, -1 2 / 1 1, 2 1, 3 2, 2 3, 1 2"),
		shape_of(arena, GEOMETRY_POLYGON, "5 2, 7 1, 9 2, 9 4, 7 5, 5.5 3"),
		shape_of(arena, GEOMETRY_POLYGON, "1 1, 2 1, 3 2, 2 3, 1 2"),
		shape_of(arena, GEOMETRY_POLYGON, "100 0, 101 0, 101 1"),
	};
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, 4);
	bool *shown;

	simplify_outline(drawn.outline);
	shown = simplify_shown(drawn.outline, NULL, NULL, 1000);
	for (uint64_t p = 0; p < drawn.outline->path_count; p++)
		assert_int_equal(count_shown(drawn.outline, &drawn.outline->paths[p], shown), 3);
	free(shown);
	check(drawn.outline, true);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* Each corner is farther out than the last: the farthest always lies next to the end. */
static struct geometry spiral(struct arena *arena, uint32_t corners)
{
	struct geometry shape = {GEOMETRY_POLYGON, 1, arena_alloc(arena, sizeof(struct path))};
	struct path ring = {arena_alloc(arena, (corners + 1) * sizeof(struct point)), corners + 1,
			    true};

	for (uint32_t i = 0; i < corners; i++) {
		double t = (double)i / corners;

		ring.points[i] = (struct point){1e6 * t, 1e6 * t * t * t * t * t * t * t * t};
	}
	ring.points[corners] = ring.points[0];
	shape.paths[0] = ring;
	return shape;
}

static void a_very_long_ring_keeps_to_the_tolerance(void **state)
{
	struct arena *arena = arena_new();
	struct geometry shape = spiral(arena, STAR);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, &shape, 1);
	bool *shown;

	simplify_outline(drawn.outline);
	check(drawn.outline, true);
	/* And is left with few vertices where few will do. */
	shown = simplify_shown(drawn.outline, NULL, NULL, 1e4f);
	assert_true(count_shown(drawn.outline, &drawn.outline->paths[0], shown) < 20);
	free(shown);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_stray_by_no_more_than_the_tolerance),
		cmocka_unit_test(a_mosaic_keeps_to_it_too),
		cmocka_unit_test(what_is_shared_comes_out_the_same),
		cmocka_unit_test(significance_is_the_tolerance_that_ends_a_vertex),
		cmocka_unit_test(ties_are_settled_by_place),
		cmocka_unit_test(closed_arcs_keep_three_vertices),
		cmocka_unit_test(a_very_long_ring_keeps_to_the_tolerance),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
