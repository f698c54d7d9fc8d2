/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/snap.h"

static int make_arena(void **state)
{
	*state = arena_new();
	return 0;
}

static int drop_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static void assert_path(struct tile_path path, struct arena *arena, const char *expected)
{
	struct tile_path right = tile_path_of(arena, expected);

	assert_int_equal(path.count, right.count);
	for (uint32_t i = 0; i < path.count; i++)
		if (path.points[i].x != right.points[i].x || path.points[i].y != right.points[i].y)
			fail_msg("point %u is %d %d, not %d %d", i, path.points[i].x,
				 path.points[i].y, right.points[i].x, right.points[i].y);
}

static struct tile_path ring_of(struct arena *arena, const char *text)
{
	return snap_ring(path_of(arena, text), arena);
}

static void a_ring_is_opened_and_rounded(void **state)
{
	assert_path(ring_of(*state, "0.4 0.4, 9.6 -0.4, 9.5 10.4, 0.4 0.4"), *state,
		    "0 0, 10 0, 10 10");
	assert_path(ring_of(*state, "-63.7 -0.2, 4159.8 0, 2.4 8, -63.7 -0.2"), *state,
		    "-64 0, 4160 0, 2 8");
}

static void points_that_fell_together_are_one(void **state)
{
	assert_path(ring_of(*state, "0 0, 0.3 0.3, 9 0, 9.2 0.1, 9 9, 8.8 9.1, 0 0.2, 0 0"), *state,
		    "0 0, 9 0, 9 9");
}

static void points_within_a_side_are_taken_out(void **state)
{
	assert_path(ring_of(*state, "0 0, 4 0, 8 0, 8 8, 0 8, 0 4, 0 0"), *state,
		    "0 0, 8 0, 8 8, 0 8");
	/* The beginning may lie within a side too. */
	assert_path(ring_of(*state, "4 0, 8 0, 8 8, 0 8, 0 0, 4 0"), *state, "8 0, 8 8, 0 8, 0 0");
}

static void spikes_are_taken_out(void **state)
{
	assert_path(ring_of(*state, "0 0, 8 0, 20 0, 8 0, 8 8, 0 8, 0 0"), *state,
		    "0 0, 8 0, 8 8, 0 8");
	/* One whose way back overshoots, one with steps, one at the ring's end. */
	assert_path(ring_of(*state, "0 0, 8 0, 20 0, 5 0, 5 8, 0 8, 0 0"), *state,
		    "0 0, 5 0, 5 8, 0 8");
	assert_path(ring_of(*state, "0 0, 8 0, 12 0, 20 0, 12 0, 8 0, 8 8, 0 8, 0 0"), *state,
		    "0 0, 8 0, 8 8, 0 8");
	assert_path(ring_of(*state, "0 0, 8 0, 8 8, 0 8, 0 0, -9 0, 0 0"), *state,
		    "0 0, 8 0, 8 8, 0 8");
}

static void nothing_is_left_of_a_ring_without_area(void **state)
{
	assert_int_equal(ring_of(*state, "0 0, 0.2 0, 0.2 0.2, 0 0").count, 0);
	assert_int_equal(ring_of(*state, "0 0, 9 0, 18 0.3, 0 0").count, 0);
	assert_int_equal(ring_of(*state, "0 0, 9 3, 18 6, 9 3, 0 0").count, 0);
	assert_int_equal(ring_of(*state, "0 0, 0 0, 0 0, 0 0").count, 0);
	assert_int_equal(ring_of(*state, "0 0, 5 0, 0 0, 0 5, 0 0").count, 0);
}

static void a_ring_keeps_its_part(void **state)
{
	struct path hole = path_of(*state, "0 0, 9 0, 9 9, 0 0");

	assert_true(snap_ring(hole, *state).exterior);
	hole.exterior = false;
	assert_false(snap_ring(hole, *state).exterior);
}

static int64_t cross(struct tile_point a, struct tile_point b, struct tile_point c)
{
	return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
	       ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

/* What the other files take for granted of any ring. */
static void no_snapped_ring_has_a_straight_corner(void **state)
{
	struct chance chance = {1};

	for (int i = 0; i < 20000; i++) {
		uint32_t count = 3 + chance_below(&chance, 10);
		struct path ring = {arena_alloc(*state, (count + 1) * sizeof(struct point)),
				    count + 1, true};
		struct tile_path snapped;

		for (uint32_t k = 0; k < count; k++)
			ring.points[k] = (struct point){chance_between(&chance, 0, 4),
							chance_between(&chance, 0, 4)};
		ring.points[count] = ring.points[0];
		snapped = snap_ring(ring, *state);
		for (uint32_t k = 0; k < snapped.count; k++) {
			struct tile_point a = snapped.points[k];
			struct tile_point b = snapped.points[(k + 1) % snapped.count];
			struct tile_point c = snapped.points[(k + 2) % snapped.count];

			assert_true(cross(a, b, c) != 0);
		}
		assert_true(snapped.count == 0 || snapped.count >= 3);
		arena_reset(*state);
	}
}

static void a_line_keeps_its_turns(void **state)
{
	assert_path(snap_line(path_of(*state, "0.1 0, 4 0, 8.2 0, 8 0.3, 8 9, 8 9.2"), *state),
		    *state, "0 0, 8 0, 8 9");
	/* A line may go back the way it came. */
	assert_path(snap_line(path_of(*state, "0 0, 8 0, 2 0"), *state), *state, "0 0, 8 0, 2 0");
	/* A closed line stays closed. */
	assert_path(snap_line(path_of(*state, "0 0, 8 0, 8 8, 0 0"), *state), *state,
		    "0 0, 8 0, 8 8, 0 0");
}

static void a_line_without_length_is_nothing(void **state)
{
	assert_int_equal(snap_line(path_of(*state, "3.1 3.1, 2.9 3, 3.4 2.6"), *state).count, 0);
	assert_int_equal(snap_line(path_of(*state, "3 3"), *state).count, 0);
}

static void points_stay_even_where_they_meet(void **state)
{
	assert_path(snap_points(path_of(*state, "1.2 1.4, 0.8 0.9, 7 7"), *state), *state,
		    "1 1, 1 1, 7 7");
}

/* MVT 2.1, 4.3.3.3: positive in a frame whose y goes down is clockwise on the screen. */
static void a_clockwise_ring_has_a_positive_area(void **state)
{
	struct tile_path ring = tile_path_of(*state, "0 0, 10 0, 10 10, 0 10");

	assert_int_equal(tile_path_double_area(ring), 200);
	tile_path_orient(ring, true);
	assert_path(ring, *state, "0 0, 10 0, 10 10, 0 10");
	tile_path_orient(ring, false);
	assert_path(ring, *state, "0 10, 10 10, 10 0, 0 0");
	assert_int_equal(tile_path_double_area(ring), -200);
	tile_path_orient(ring, true);
	assert_int_equal(tile_path_double_area(ring), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_is_opened_and_rounded),
		cmocka_unit_test(points_that_fell_together_are_one),
		cmocka_unit_test(points_within_a_side_are_taken_out),
		cmocka_unit_test(spikes_are_taken_out),
		cmocka_unit_test(nothing_is_left_of_a_ring_without_area),
		cmocka_unit_test(a_ring_keeps_its_part),
		cmocka_unit_test(no_snapped_ring_has_a_straight_corner),
		cmocka_unit_test(a_line_keeps_its_turns),
		cmocka_unit_test(a_line_without_length_is_nothing),
		cmocka_unit_test(points_stay_even_where_they_meet),
		cmocka_unit_test(a_clockwise_ring_has_a_positive_area),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
