/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"

static struct drawn_outline drawn_of(void **state, enum geometry_kind kind,
				     const char *const *texts, uint32_t count)
{
	struct arena *arena = arena_new();
	struct geometry shapes[16];
	struct drawn_outline drawn;

	for (uint32_t i = 0; i < count; i++)
		shapes[i] = shape_of(arena, kind, texts[i]);
	drawn = outline_of(*state, kind, shapes, count);
	arena_free(arena);
	return drawn;
}

static uint32_t vertex_at(const struct outline *outline, double x, double y)
{
	for (uint32_t v = 0; v < outline->vertex_count; v++)
		if (outline->points[v].x == x && outline->points[v].y == y)
			return v;
	fail_msg("no vertex at %g %g", x, y);
	return 0;
}

static bool is_junction(const struct outline *outline, double x, double y)
{
	return outline->junction[vertex_at(outline, x, y)];
}

static double area_of(const struct outline *outline, const struct outline_path *path)
{
	double sum = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		struct point a = outline->points[outline->vertices[path->first + i]];
		struct point b =
			outline->points[outline->vertices[path->first + (i + 1) % path->count]];

		sum += a.x * b.y - b.x * a.y;
	}
	return sum / 2;
}

static void shared_vertices_are_one(void **state)
{
	/* The second has the first point twice in a row, and a zero of the other sign. */
	static const char *const texts[] = {"0 0, 4 0, 4 4, 0 4", "4 0, 4 0, 8 -0.0, 8 4, 4 4"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POLYGON, texts, 2);
	struct outline *outline = drawn.outline;

	assert_int_equal(outline->vertex_count, 6);
	assert_int_equal(outline->reference_count, 8);
	assert_int_equal(outline->shape_count, 2);
	assert_int_equal(outline->path_count, 2);
	assert_true(is_junction(outline, 4, 0));
	assert_true(is_junction(outline, 4, 4));
	assert_false(is_junction(outline, 0, 0));
	assert_false(is_junction(outline, 8, 4));
	drawn_outline_release(&drawn);
}

static void rings_are_wound_alike(void **state)
{
	static const char *const texts[] = {"0 0, 0 9, 9 9, 9 0 / 1 1, 3 1, 3 3",
					    "20 0, 29 0, 29 9, 20 9 / 21 1, 21 3, 23 3"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POLYGON, texts, 2);

	assert_int_equal(drawn.outline->path_count, 4);
	for (uint32_t p = 0; p < 4; p++) {
		const struct outline_path *path = &drawn.outline->paths[p];

		assert_true((area_of(drawn.outline, path) > 0) == path->exterior);
	}
	drawn_outline_release(&drawn);
}

static void lines_end_and_meet_in_junctions(void **state)
{
	/* Two that go on from each other, one that crosses at a vertex, one that does so without.
	 */
	static const char *const texts[] = {"0 0, 5 0, 9 0", "9 0, 12 3, 15 3", "5 -5, 5 0, 5 5",
					    "2 -1, 2 1", "30 0, 35 0, 40 0 | 40 1, 41 1"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_LINE, texts, 5);
	struct outline *outline = drawn.outline;

	assert_true(is_junction(outline, 0, 0));
	assert_true(is_junction(outline, 9, 0));
	assert_true(is_junction(outline, 5, 0));
	assert_true(is_junction(outline, 15, 3));
	assert_true(is_junction(outline, 40, 1));
	assert_false(is_junction(outline, 12, 3));
	assert_false(is_junction(outline, 35, 0));
	assert_null(outline->twins);
	drawn_outline_release(&drawn);
}

static void a_line_back_and_forth_has_its_junctions(void **state)
{
	static const char *const texts[] = {"0 0, 5 0, 5 5, 5 0, 9 0"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_LINE, texts, 1);

	assert_int_equal(drawn.outline->vertex_count, 4);
	assert_true(is_junction(drawn.outline, 5, 0));
	drawn_outline_release(&drawn);
}

/* A part is a shape: a polygon with its holes, a line, a point; those of one feature in a row. */
static void parts_are_shapes(void **state)
{
	static const char *const polygons[] = {
		"0 0, 9 0, 9 9, 0 9 / 1 1, 1 2, 2 2 / 5 5, 5 6, 6 6 | 20 0, 29 0, 29 9 | 40 0, 49 0, "
		"49 9 / 48 1, 48 2, 47 1",
		"60 0, 69 0, 69 9"};
	static const char *const lines[] = {"0 0, 1 1 | 2 2, 3 3, 4 4"};
	static const uint32_t paths[] = {3, 1, 2};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POLYGON, polygons, 2);
	const struct outline_shape *shapes = drawn.outline->shapes + drawn.shapes[0];

	assert_int_equal(drawn.outline->shape_count, 4);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(shapes[i].feature, shapes[0].feature);
		assert_int_equal(shapes[i].path_count, paths[i]);
		assert_true(drawn.outline->paths[shapes[i].first_path].exterior);
	}
	assert_int_not_equal(drawn.outline->shapes[drawn.shapes[1]].feature, shapes[0].feature);
	drawn_outline_release(&drawn);
	drawn = drawn_of(state, GEOMETRY_LINE, lines, 1);
	assert_int_equal(drawn.outline->shape_count, 2);
	assert_int_equal(drawn.outline->shapes[1].path_count, 1);
	drawn_outline_release(&drawn);
}

/* Many parts come in the order of the Hilbert curve: those in a row lie side by side. */
static void many_parts_follow_the_curve(void **state)
{
	enum {
		SIDE = 16
	};
	struct point points[SIDE * SIDE];
	struct path path = {points, SIDE * SIDE, false};
	struct geometry grid = {GEOMETRY_POINT, 1, &path};
	struct drawn_outline drawn;

	for (int i = 0; i < SIDE * SIDE;
	     i++) /* 97 and the number of points have no factor in common */
		points[i] = (struct point){i * 97 % (SIDE * SIDE) % SIDE,
					   i * 97 % (SIDE * SIDE) / SIDE};
	drawn = outline_of(*state, GEOMETRY_POINT, &grid, 1);
	assert_int_equal(drawn.outline->shape_count, SIDE * SIDE);
	for (int i = 1; i < SIDE * SIDE; i++) {
		const struct outline *outline = drawn.outline;
		struct point a =
			outline->points
				[outline->vertices[outline->paths[outline->shapes[i - 1].first_path]
							   .first]];
		struct point b =
			outline->points
				[outline->vertices[outline->paths[outline->shapes[i].first_path]
							   .first]];

		assert_true(fabs(a.x - b.x) + fabs(a.y - b.y) == 1);
	}
	drawn_outline_release(&drawn);
}

static void points_stay_as_they_are(void **state)
{
	static const char *const texts[] = {"1 1, 1 1, 2 2", "1 1"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POINT, texts, 2);

	assert_int_equal(drawn.outline->vertex_count, 2);
	assert_int_equal(drawn.outline->reference_count, 4);
	assert_int_equal(drawn.outline->shape_count, 4);
	assert_null(drawn.outline->twins);
	drawn_outline_release(&drawn);
}

static void a_mosaic_is_a_coverage_and_islands_are_not(void **state)
{
	static const char *const apart[] = {"0 0, 4 0, 4 4, 0 4", "5 0, 9 0, 9 4, 5 4"};
	/* Five of seven sides are nobody else's. */
	static const char *const touching[] = {"0 0, 4 0, 4 4, 0 4", "4 0, 9 0, 4 4"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POLYGON, apart, 2);
	struct arena *arena = arena_new();
	struct mosaic mosaic = mosaic_of(arena, 3, 6);

	assert_null(drawn.outline->twins);
	drawn_outline_release(&drawn);
	drawn = drawn_of(state, GEOMETRY_POLYGON, touching, 2);
	assert_null(drawn.outline->twins);
	drawn_outline_release(&drawn);
	drawn = outline_of(*state, GEOMETRY_POLYGON, mosaic.shapes, mosaic.count);
	assert_non_null(drawn.outline->twins);
	assert_non_null(drawn.outline->owners);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static void twins_walk_the_same_edge_the_other_way(void **state)
{
	struct arena *arena = arena_new();
	struct mosaic mosaic = mosaic_of(arena, 4, 5);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, mosaic.shapes,
						mosaic.count);
	struct outline *outline = drawn.outline;
	uint32_t alone = 0;

	for (uint32_t r = 0; r < outline->reference_count; r++) {
		uint32_t shape = outline->owners[r], twin = outline->twins[r];
		const struct outline_path *first =
			&outline->paths[outline->shapes[shape].first_path];

		assert_true(r >= first->first);
		if (twin == OUTLINE_NO_TWIN) {
			alone++;
			continue;
		}
		assert_int_equal(outline->twins[twin], r);
		assert_int_not_equal(outline->owners[twin], shape);
		assert_int_equal(
			outline->vertices[outline_next(outline, outline->owners[twin], twin)],
			outline->vertices[r]);
		assert_int_equal(outline->vertices[outline_next(outline, shape, r)],
				 outline->vertices[twin]);
	}
	/* The rim, and nothing else. */
	assert_int_equal(alone, 4 * 5 * (MOSAIC_WINDINGS + 1));
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* The same polygon thrice over: edges pair off, one is left. */
static void what_lies_double_pairs_off_once(void **state)
{
	static const char *const texts[] = {"0 0, 4 0, 4 4, 0 4", "4 0, 8 0, 8 4, 4 4",
					    "4 0, 8 0, 8 4, 4 4", "8 0, 12 0, 12 4, 8 4",
					    "0 4, 12 4, 12 8, 0 8"};
	struct drawn_outline drawn = drawn_of(state, GEOMETRY_POLYGON, texts, 5);
	struct outline *outline = drawn.outline;

	for (uint32_t r = 0; outline->twins && r < outline->reference_count; r++)
		if (outline->twins[r] != OUTLINE_NO_TWIN)
			assert_int_equal(outline->twins[outline->twins[r]], r);
	drawn_outline_release(&drawn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_vertices_are_one),
		cmocka_unit_test(rings_are_wound_alike),
		cmocka_unit_test(lines_end_and_meet_in_junctions),
		cmocka_unit_test(a_line_back_and_forth_has_its_junctions),
		cmocka_unit_test(parts_are_shapes),
		cmocka_unit_test(many_parts_follow_the_curve),
		cmocka_unit_test(points_stay_as_they_are),
		cmocka_unit_test(a_mosaic_is_a_coverage_and_islands_are_not),
		cmocka_unit_test(twins_walk_the_same_edge_the_other_way),
		cmocka_unit_test(what_lies_double_pairs_off_once),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
