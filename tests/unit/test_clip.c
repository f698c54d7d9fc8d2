/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/clip.h"

static const struct box BOX = {0, 0, 10, 10};

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

static void assert_path(struct path path, struct arena *arena, const char *expected)
{
	struct path right = path_of(arena, expected);

	assert_int_equal(path.count, right.count);
	for (uint32_t i = 0; i < path.count; i++)
		if (path.points[i].x != right.points[i].x || path.points[i].y != right.points[i].y)
			fail_msg("point %u is %.17g %.17g, not %.17g %.17g", i, path.points[i].x,
				 path.points[i].y, right.points[i].x, right.points[i].y);
}

/* Twice the signed area of a closed ring. */
static double double_area(struct path ring)
{
	double sum = 0;

	for (uint32_t i = 1; i < ring.count; i++)
		sum += ring.points[i - 1].x * ring.points[i].y -
		       ring.points[i].x * ring.points[i - 1].y;
	return sum;
}

static void a_ring_inside_is_itself(void **state)
{
	struct path ring = path_of(*state, "0 0, 10 0, 5 10, 0 0");
	struct path clipped = clip_ring(ring, BOX, *state);

	assert_ptr_equal(clipped.points, ring.points);
	assert_int_equal(clipped.count, 4);
}

static void nothing_is_left_of_a_ring_outside(void **state)
{
	assert_int_equal(clip_ring(path_of(*state, "11 0, 20 0, 20 9, 11 0"), BOX, *state).count,
			 0);
	assert_int_equal(clip_ring(path_of(*state, "-5 -5, -1 20, -9 3, -5 -5"), BOX, *state).count,
			 0);
	assert_int_equal(clip_ring((struct path){NULL, 0, true}, BOX, *state).count, 0);
	/* Around a corner: no side has all of it beyond. */
	assert_true(double_area(clip_ring(path_of(*state, "9 20, 20 9, 20 20, 9 20"), BOX,
					  *state)) == 0);
}

static void a_ring_around_becomes_the_box(void **state)
{
	struct path clipped = clip_ring(path_of(*state, "-5 -5, 30 -5, 30 30, -5 30, -5 -5"), BOX,
					*state);

	assert_true(double_area(clipped) == 200);
	assert_true(box_contains(BOX, box_of_points(clipped.points, clipped.count)));
	assert_true(clipped.exterior);
}

static void holes_stay_holes(void **state)
{
	struct path ring = path_of(*state, "5 5, 15 5, 15 6, 5 6, 5 5");

	ring.exterior = false;
	ring = clip_ring(ring, BOX, *state);
	assert_false(ring.exterior);
	assert_path(ring, *state, "5 5, 10 5, 10 6, 5 6, 5 5");
}

static void a_clipped_ring_is_closed_where_it_was_open_outside(void **state)
{
	struct path ring = clip_ring(path_of(*state, "15 5, 5 8, 5 2, 15 5"), BOX, *state);

	assert_true(ring.count >= 4);
	assert_memory_equal(&ring.points[0], &ring.points[ring.count - 1], sizeof(struct point));
	assert_true(fabs(double_area(ring)) > 0);
}

static struct path star(struct chance *chance, struct arena *arena, double reach)
{
	uint32_t count = 3 + chance_below(chance, 12);
	struct path ring = {arena_alloc(arena, (count + 1) * sizeof(struct point)), count + 1,
			    true};
	struct point middle = {chance_between(chance, -5, 15), chance_between(chance, -5, 15)};

	for (uint32_t i = 0; i < count; i++) {
		double radius = chance_between(chance, 0.1, reach);

		ring.points[i] = (struct point){middle.x + radius * cos(2 * M_PI * i / count),
						middle.y + radius * sin(2 * M_PI * i / count)};
	}
	ring.points[count] = ring.points[0];
	return ring;
}

/* The area inside a box, reckoned by cutting the plane elsewhere: halves add up. */
static void halves_make_the_whole(void **state)
{
	struct chance chance = {3};

	for (int i = 0; i < 5000; i++) {
		struct path ring = star(&chance, *state, 14);
		double cut = chance_between(&chance, 1, 9);
		double whole = double_area(clip_ring(ring, BOX, *state));
		double west = double_area(clip_ring(ring, (struct box){0, 0, cut, 10}, *state));
		double east = double_area(clip_ring(ring, (struct box){cut, 0, 10, 10}, *state));

		if (fabs(west + east - whole) > 1e-9)
			fail_msg("%g and %g are not %g", west, east, whole);
		arena_reset(*state);
	}
}

/* The point of RING that is nearest to PLACE. */
static struct point nearest(struct path ring, struct point place)
{
	struct point best = {HUGE_VAL, HUGE_VAL};

	for (uint32_t i = 0; i < ring.count; i++)
		if (hypot(ring.points[i].x - place.x, ring.points[i].y - place.y) <
		    hypot(best.x - place.x, best.y - place.y))
			best = ring.points[i];
	return best;
}

static void assert_shared(struct path one, struct path other, struct point place)
{
	struct point a = nearest(one, place), b = nearest(other, place);

	assert_true(hypot(a.x - place.x, a.y - place.y) < 1e-9);
	assert_true(a.x == b.x && a.y == b.y);
}

/* Two triangles share the edge A-B and walk it in opposite directions. */
static void neighbours_are_cut_at_the_same_point(void **state)
{
	struct chance chance = {5};

	for (int i = 0; i < 5000; i++) {
		struct point a = {chance_between(&chance, -8, 18), chance_between(&chance, -8, 18)};
		struct point b = {chance_between(&chance, -8, 18), chance_between(&chance, -8, 18)};
		struct point left[] = {a, b, {a.x - b.y + a.y, a.y + b.x - a.x}, a};
		struct point right[] = {b, a, {b.x - a.y + b.y, b.y + a.x - b.x}, b};
		struct path line = {left, 2, false}, *pieces;
		struct path one = clip_ring((struct path){left, 4, true}, BOX, *state);
		struct path other = clip_ring((struct path){right, 4, true}, BOX, *state);

		if (clip_line(line, BOX, *state, &pieces)) {
			assert_shared(one, other, pieces[0].points[0]);
			assert_shared(one, other, pieces[0].points[1]);
		}
		arena_reset(*state);
	}
}

static void a_line_inside_is_itself(void **state)
{
	struct path line = path_of(*state, "0 0, 10 10, 3 4"), *pieces;

	assert_int_equal(clip_line(line, BOX, *state, &pieces), 1);
	assert_ptr_equal(pieces[0].points, line.points);
	assert_int_equal(pieces[0].count, 3);
}

static void a_line_outside_leaves_no_piece(void **state)
{
	struct path *pieces;

	assert_int_equal(clip_line(path_of(*state, "11 0, 12 5"), BOX, *state, &pieces), 0);
	assert_int_equal(clip_line(path_of(*state, "8 15, 15 8"), BOX, *state, &pieces), 0);
	assert_int_equal(clip_line(path_of(*state, "-1 20, 5 11, 20 12"), BOX, *state, &pieces), 0);
	assert_int_equal(clip_line((struct path){NULL, 0, false}, BOX, *state, &pieces), 0);
	assert_int_equal(clip_line(path_of(*state, "20 20"), BOX, *state, &pieces), 0);
}

static void a_line_that_comes_back_has_two_pieces(void **state)
{
	struct path *pieces;

	assert_int_equal(
		clip_line(path_of(*state, "5 5, 15 5, 15 6, 2 6, 2 20"), BOX, *state, &pieces), 2);
	assert_path(pieces[0], *state, "5 5, 10 5");
	assert_path(pieces[1], *state, "10 6, 2 6, 2 10");
}

static void a_line_through_the_box_is_cut_at_both_ends(void **state)
{
	struct path *pieces;

	assert_int_equal(clip_line(path_of(*state, "-10 0, 20 15"), BOX, *state, &pieces), 1);
	assert_path(pieces[0], *state, "0 5, 10 10");
	assert_int_equal(clip_line(path_of(*state, "20 15, -10 0"), BOX, *state, &pieces), 1);
	assert_path(pieces[0], *state, "10 10, 0 5");
}

static void a_line_along_a_side_is_kept(void **state)
{
	struct path *pieces;

	assert_int_equal(clip_line(path_of(*state, "10 -5, 10 20"), BOX, *state, &pieces), 1);
	assert_path(pieces[0], *state, "10 0, 10 10");
}

static double length(struct path line)
{
	double sum = 0;

	for (uint32_t i = 1; i < line.count; i++)
		sum += hypot(line.points[i].x - line.points[i - 1].x,
			     line.points[i].y - line.points[i - 1].y);
	return sum;
}

static double length_inside(struct path line, struct box box, struct arena *arena)
{
	struct path *pieces;
	uint32_t count = clip_line(line, box, arena, &pieces);
	double sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		assert_true(pieces[i].count >= 2);
		assert_true(box_contains(box, box_of_points(pieces[i].points, pieces[i].count)));
		sum += length(pieces[i]);
	}
	return sum;
}

static void lengths_add_up(void **state)
{
	struct chance chance = {11};

	for (int i = 0; i < 5000; i++) {
		struct path line = star(&chance, *state, 20);
		double cut = chance_between(&chance, 1, 9);
		double whole = length_inside(line, BOX, *state);
		double south = length_inside(line, (struct box){0, 0, 10, cut}, *state);
		double north = length_inside(line, (struct box){0, cut, 10, 10}, *state);

		if (fabs(south + north - whole) > 1e-9)
			fail_msg("%g and %g are not %g", south, north, whole);
		arena_reset(*state);
	}
}

static void points_on_the_side_are_inside(void **state)
{
	struct path points = clip_points(path_of(*state, "5 5, 10 10, 10.1 5, 0 3, -1 3"), BOX,
					 *state);

	assert_path(points, *state, "5 5, 10 10, 0 3");
	points = path_of(*state, "1 1, 2 2");
	assert_ptr_equal(clip_points(points, BOX, *state).points, points.points);
	assert_int_equal(clip_points(path_of(*state, "11 11"), BOX, *state).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_inside_is_itself),
		cmocka_unit_test(nothing_is_left_of_a_ring_outside),
		cmocka_unit_test(a_ring_around_becomes_the_box),
		cmocka_unit_test(holes_stay_holes),
		cmocka_unit_test(a_clipped_ring_is_closed_where_it_was_open_outside),
		cmocka_unit_test(halves_make_the_whole),
		cmocka_unit_test(neighbours_are_cut_at_the_same_point),
		cmocka_unit_test(a_line_inside_is_itself),
		cmocka_unit_test(a_line_outside_leaves_no_piece),
		cmocka_unit_test(a_line_that_comes_back_has_two_pieces),
		cmocka_unit_test(a_line_through_the_box_is_cut_at_both_ends),
		cmocka_unit_test(a_line_along_a_side_is_kept),
		cmocka_unit_test(lengths_add_up),
		cmocka_unit_test(points_on_the_side_are_inside),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
