/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "geos_rings.h"
#include "tiler/clip.h"
#include "tiler/memory.h"
#include "tiler/untangle.h"

/* GEOS judges what comes out. */

enum {
	TRIALS = 20000,
	ACCIDENT = 16,
	SHELL_CORNERS = 24,
	RINGS_MOST = 4,
	ROUNDS = 8 /* of noding: see noding.c */
};
static const double HALF_DIAGONAL = 0.7072; /* of a square of the grid */

struct bench {
	struct arena *arena;
	GEOSContextHandle_t geos;
	double difference, length; /* of areas and rings: sums over what was checked */
};

static int make_bench(void **state)
{
	struct bench *bench = memory_zeroed(1, sizeof(*bench));

	bench->arena = arena_new();
	bench->geos = GEOS_init_r();
	*state = bench;
	return 0;
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	arena_free(bench->arena);
	GEOS_finish_r(bench->geos);
	free(bench);
	return 0;
}

static double length_of(struct tile_rings rings)
{
	double sum = 0;

	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		for (uint32_t i = 0; i < ring->count; i++) {
			struct tile_point a = ring->points[i];
			struct tile_point b = ring->points[(i + 1) % ring->count];

			sum += hypot(b.x - a.x, b.y - a.y);
		}
	}
	return sum;
}

static bool is_wound(struct tile_rings rings)
{
	if (rings.count && !rings.rings[0].exterior)
		return false;
	for (uint32_t r = 0; r < rings.count; r++) {
		int64_t area = tile_path_double_area(rings.rings[r]);

		if (rings.rings[r].count < 3 || area == 0 || (area > 0) != rings.rings[r].exterior)
			return false;
	}
	return true;
}

static struct tile_rings copy_of(struct arena *arena, struct tile_rings rings)
{
	struct tile_rings copy = {arena_alloc(arena, rings.count * sizeof(*copy.rings)),
				  rings.count};

	for (uint32_t r = 0; r < rings.count; r++) {
		size_t size = rings.rings[r].count * sizeof(struct tile_point);

		copy.rings[r] = rings.rings[r];
		copy.rings[r].points = arena_alloc(arena, size);
		memcpy(copy.rings[r].points, rings.rings[r].points, size);
	}
	return copy;
}

static void assert_untouched(struct tile_rings rings, struct tile_rings given)
{
	assert_int_equal(rings.count, given.count);
	for (uint32_t r = 0; r < given.count; r++) {
		assert_int_equal(rings.rings[r].count, given.rings[r].count);
		assert_int_equal(rings.rings[r].exterior, given.rings[r].exterior);
		assert_memory_equal(rings.rings[r].points, given.rings[r].points,
				    given.rings[r].count * sizeof(struct tile_point));
	}
}

/* How often the rings go round the point. */
static int winding_at(struct tile_rings rings, double x, double y)
{
	int winding = 0;

	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		for (uint32_t i = 0; i < ring->count; i++) {
			struct tile_point a = ring->points[i];
			struct tile_point b = ring->points[(i + 1) % ring->count];
			double side = ((double)b.x - a.x) * (y - a.y) -
				      ((double)b.y - a.y) * (x - a.x);

			if (a.y <= y && b.y > y && side > 0)
				winding++;
			if (a.y > y && b.y <= y && side < 0)
				winding--;
		}
	}
	return winding;
}

/* Twice the area that the rings go round once or more, as GEOS cuts the plane along them. */
static double covered(const struct bench *bench, struct tile_rings rings)
{
	GEOSGeometry *lines[64], *noded, *faces;
	const GEOSGeometry *list[1];
	double sum = 0;

	for (uint32_t r = 0; r < rings.count; r++)
		lines[r] = geos_ring(bench->geos, rings.rings[r]);
	faces = GEOSGeom_createCollection_r(bench->geos, GEOS_GEOMETRYCOLLECTION, lines,
					    rings.count);
	noded = GEOSUnaryUnion_r(bench->geos, faces);
	GEOSGeom_destroy_r(bench->geos, faces);
	list[0] = noded;
	faces = GEOSPolygonize_r(bench->geos, list, 1);
	for (int i = 0; i < GEOSGetNumGeometries_r(bench->geos, faces); i++) {
		const GEOSGeometry *face = GEOSGetGeometryN_r(bench->geos, faces, i);
		GEOSGeometry *inside = GEOSPointOnSurface_r(bench->geos, face);
		double x, y, area;

		GEOSGeomGetX_r(bench->geos, inside, &x);
		GEOSGeomGetY_r(bench->geos, inside, &y);
		GEOSArea_r(bench->geos, face, &area);
		sum += winding_at(rings, x, y) > 0 ? 2 * area : 0;
		GEOSGeom_destroy_r(bench->geos, inside);
	}
	GEOSGeom_destroy_r(bench->geos, faces);
	GEOSGeom_destroy_r(bench->geos, noded);
	return sum;
}

/* What must be true of any rings, whether they can be taken apart or not; tells which.
 *
 * The area is that of what the rings go round, but for the rounding of the cuts: it moves them by
 * half the diagonal of a square of the grid at most, a round, along all that is cut. */
static bool check(struct bench *bench, struct tile_rings rings)
{
	struct tile_rings given = copy_of(bench->arena, rings), out = rings;
	double moved = 2 * HALF_DIAGONAL * ROUNDS * length_of(given);

	if (!untangle_rings(&out, bench->arena)) {
		assert_untouched(out, given);
		return false;
	}
	if (!geos_finds_valid(bench->geos, out) || !is_wound(out))
		fail_msg("came out as %s", geos_text(bench->geos, out));
	bench->difference += fabs(double_area_of(out) - covered(bench, given));
	bench->length += length_of(given);
	assert_true(fabs(double_area_of(out) - covered(bench, given)) <= moved);
	return true;
}

static struct tile_rings untangled(struct bench *bench, const char *text, bool *done)
{
	struct tile_rings rings = tile_rings_of(bench->arena, text);

	*done = untangle_rings(&rings, bench->arena);
	if (*done) {
		assert_true(geos_finds_valid(bench->geos, rings));
		assert_true(is_wound(rings));
	}
	return rings;
}

/* TEXT comes out as COUNT rings, EXTERIORS of which are such, with twice the area AREA. */
static void comes_out(struct bench *bench, const char *text, uint32_t count, uint32_t exteriors,
		      double area)
{
	bool done;
	struct tile_rings rings = untangled(bench, text, &done);
	uint32_t seen = 0;

	if (!done)
		fail_msg("refused: %s", text);
	for (uint32_t r = 0; r < rings.count; r++)
		seen += rings.rings[r].exterior;
	if (rings.count != count || seen != exteriors || double_area_of(rings) != area)
		fail_msg("%s became %s", text, geos_text(bench->geos, rings));
	arena_reset(bench->arena);
}

static void what_is_sound_stays(void **state)
{
	struct bench *bench = *state;

	comes_out(bench, "0 0, 9 0, 9 9, 0 9", 1, 1, 162);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 3 1, 3 3 / 5 5, 7 5, 7 7", 3, 1, 154);
	comes_out(bench, "0 0, 4 0, 4 4 ; 5 0, 9 0, 9 4", 2, 2, 32);
	/* An island in a hole. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 8 1, 8 8, 1 8 ; 3 3, 5 3, 5 5, 3 5", 3, 2,
		  162 - 98 + 8);
	comes_out(bench, "", 0, 0, 0);
}

static void spikes_and_bridges_go(void **state)
{
	struct bench *bench = *state;

	/* A spike outward in the middle of an edge, one inward, one of zero width on a corner. */
	comes_out(bench, "0 0, 4 0, 4 -5, 4 0, 9 0, 9 9, 0 9", 1, 1, 162);
	comes_out(bench, "0 0, 4 0, 4 5, 4 0, 9 0, 9 9, 0 9", 1, 1, 162);
	/* Two squares that clipping joined along the box's edge, and three. */
	comes_out(bench, "0 0, 3 0, 3 3, 0 3, 0 6, 3 6, 3 9, 0 9", 2, 2, 36);
	comes_out(bench, "0 0, 3 0, 3 3, 0 3, 0 6, 3 6, 3 9, 0 9, 0 12, 3 12, 3 15, 0 15", 3, 3,
		  54);
	/* A hole joined to its shell by a cut. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9, 0 4, 3 4, 3 6, 6 6, 6 4, 3 4, 0 4", 2, 1, 162 - 12);
}

static void rings_that_touch_themselves_part(void **state)
{
	struct bench *bench = *state;

	/* At a corner: two triangles. In a chain: three diamonds, each touching the next. */
	comes_out(bench, "0 0, 4 0, 2 2, 4 4, 0 4, 2 2", 2, 2, 16);
	comes_out(bench, "0 2, 2 0, 4 2, 6 0, 8 2, 10 0, 12 2, 10 4, 8 2, 6 4, 4 2, 2 4", 3, 3, 48);
	/* Inside: the ring touches itself and encloses a hole. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9, 0 0, 3 6, 6 6, 6 3", 2, 1, 162 - 36);
}

static void holes_that_touch_stay_or_part(void **state)
{
	struct bench *bench = *state;

	/* The shell in one point: still a hole. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 0 3, 3 3, 3 6", 2, 1, 162 - 9);
	/* The shell along an edge: a bay. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 0 3, 3 3, 3 6, 0 6", 1, 1, 162 - 18);
	/* The shell in two points: what is left is in two parts. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 0 4, 4 0, 9 4, 4 9", 4, 4, 162 - 81);
	/* Two holes that touch in a point; along an edge. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 4 1, 4 4 / 4 4, 7 4, 7 7", 3, 1, 162 - 18);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 4 1, 4 4, 1 4 / 4 1, 7 1, 7 4, 4 4", 2, 1,
		  162 - 36);
	/* A chain of holes from shell to shell parts the inside. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 0 4, 2 2, 4 4, 2 6 / 4 4, 6 2, 9 4, 6 6", 2, 2,
		  162 - 16 - 20);
	/* A ring of holes closes an island off. */
	comes_out(bench,
		  "0 0, 20 0, 20 20, 0 20 / 5 5, 15 5, 10 8 / 15 5, 15 15, 12 10 / 15 15, 5 15, "
		  "10 12 / 5 15, 5 5, 8 10",
		  3, 2, 800 - 4 * 30);
}

static void what_cancels_is_nothing(void **state)
{
	struct bench *bench = *state;

	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 0 0, 9 0, 9 9, 0 9", 0, 0, 0);
	/* Neighbours grow together. */
	comes_out(bench, "0 0, 4 0, 4 9, 0 9 ; 4 0, 9 0, 9 9, 4 9", 1, 1, 162);
	/* Overlapping along parts of their edges only. */
	comes_out(bench, "0 0, 4 0, 4 9, 0 9 ; 4 3, 9 3, 9 6, 4 6", 1, 1, 72 + 30);
	/* A hole that an island fills. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 3 3, 6 3, 6 6, 3 6 ; 3 3, 6 3, 6 6, 3 6", 1, 1, 162);
}

static void what_lies_double_or_inside_out_is_left_out(void **state)
{
	struct bench *bench = *state;

	/* A lobe inside out; a hole that sticks out; exteriors that overlap, the one with a hole
	 * where the other covers it; three deep. */
	comes_out(bench, "0 0, 20 0, 20 20, -2 20, -2 22, 0 22", 1, 1, 800);
	comes_out(bench, "0 0, 20 20, 20 0, 0 20", 1, 1, 200);
	comes_out(bench, "0 0, 20 0, 20 20, 0 20 / -1 5, 4 5, 4 6, -1 6", 1, 1, 800 - 8);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 ; 8 8, 17 8, 17 17, 8 17", 1, 1, 324 - 2);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 5 5, 7 5, 7 7, 5 7 ; 3 3, 12 3, 12 12, 3 12", 1, 1,
		  324 - 72);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 ; 1 1, 8 1, 8 8, 1 8 ; 2 2, 7 2, 7 7, 2 7", 1, 1, 162);
	/* The same exterior twice; one whose edge lies on another's, on the same side. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 ; 0 0, 9 0, 9 9, 0 9", 1, 1, 162);
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 ; 3 0, 6 0, 6 6, 3 6", 1, 1, 162);
	/* A hole outside, one in a hole with an island in that. */
	comes_out(bench, "0 0, 9 0, 9 9, 0 9 / 20 0, 29 0, 29 9, 20 9", 1, 1, 162);
	comes_out(bench,
		  "0 0, 20 0, 20 20, 0 20 / 1 1, 19 1, 19 19, 1 19 / 5 5, 9 5, 9 9, 5 9 ; "
		  "6 6, 8 6, 8 8, 6 8",
		  2, 1, 800 - 648);
}

static void too_much_is_refused(void **state)
{
	struct bench *bench = *state;
	struct tile_path comb = {NULL, 4000, true};

	/* A comb of long teeth, each beside each. */
	comb.points = arena_alloc(bench->arena, comb.count * sizeof(*comb.points));
	for (int32_t i = 0; i < 4000; i++)
		comb.points[i] = (struct tile_point){(i & 2) ? 4000 : i == 0 ? -1 : 0, i};
	tile_path_orient(comb, true);
	assert_false(check(bench, (struct tile_rings){&comb, 1}));
	arena_reset(bench->arena);
}

/* Rings of any form on a grid so small that they meet in every way. */
static struct tile_rings random_rings(struct bench *bench, struct chance *chance)
{
	struct tile_rings rings = {arena_alloc(bench->arena, RINGS_MOST * sizeof(*rings.rings)), 0};
	uint32_t wanted = 1 + chance_below(chance, RINGS_MOST);
	uint32_t side = 4 + chance_below(chance, 20);

	for (uint32_t i = 0; i < wanted; i++) {
		uint32_t count = 3 + chance_below(chance, 1 + chance_below(chance, 8));
		struct path ring = {arena_alloc(bench->arena, (count + 1) * sizeof(struct point)),
				    count + 1, false};
		struct tile_path snapped;

		for (uint32_t k = 0; k < count; k++)
			ring.points[k] = (struct point){chance_below(chance, side),
							chance_below(chance, side)};
		ring.points[count] = ring.points[0];
		snapped = snap_ring(ring, bench->arena);
		if (!snapped.count)
			continue;
		snapped.exterior = rings.count == 0 || chance_below(chance, 3) == 0;
		tile_path_orient(snapped, snapped.exterior);
		rings.rings[rings.count++] = snapped;
	}
	return rings;
}

static void random_rings_come_out_valid(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {5};
	int done = 0;

	for (int i = 0; i < TRIALS; i++) {
		done += check(bench, random_rings(bench, &chance));
		arena_reset(bench->arena);
	}

	assert_int_equal(done, TRIALS);
	/* In the mean, rounding moves what it cuts by much less than it may. */
	assert_true(bench->difference < 0.05 * bench->length);
}

/* A star around MIDDLE: valid as it is, but not once it is on the grid. */
static struct path star(struct bench *bench, struct chance *chance, struct point middle,
			double radius)
{
	uint32_t count = 5 + chance_below(chance, SHELL_CORNERS);
	struct path ring = {arena_alloc(bench->arena, (count + 1) * sizeof(struct point)),
			    count + 1, true};

	for (uint32_t k = 0; k < count; k++) {
		double angle = 2 * 3.14159265358979 * (k + chance_between(chance, 0, 0.9)) / count;
		double reach = radius * chance_between(chance, 0.02, 1);

		ring.points[k] = (struct point){middle.x + reach * cos(angle),
						middle.y + reach * sin(angle)};
	}
	ring.points[count] = ring.points[0];
	return ring;
}

/* What drawing makes of a polygon: a shell and a hole, cut by a box whose edges they may straddle,
 * then rounded. */
static struct tile_rings drawn(struct bench *bench, struct chance *chance)
{
	struct tile_rings rings = {arena_alloc(bench->arena, 2 * sizeof(*rings.rings)), 0};
	double radius = chance_between(chance, 2, 80), reach = radius * 0.6;
	struct box box = {-reach, -reach, reach, reach};
	struct point middle = {chance_between(chance, -reach, reach),
			       chance_between(chance, -reach, reach)};

	for (int i = 0; i < 2; i++) {
		struct path ring = star(bench, chance, middle, i ? radius * 0.02 : radius);
		struct tile_path snapped;

		ring.exterior = i == 0;
		ring = clip_ring(ring, box, bench->arena);
		if (ring.count < 4)
			continue;
		snapped = snap_ring(ring, bench->arena);
		snapped.exterior = i == 0;
		if (!snapped.count || (i && !rings.count))
			continue;
		tile_path_orient(snapped, snapped.exterior);
		rings.rings[rings.count++] = snapped;
	}
	return rings;
}

static void drawn_polygons_come_out_as_geos_has_them(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {11};
	double difference = 0, area = 0;
	int done = 0, tried = 0;

	for (int i = 0; i < TRIALS; i++) {
		struct tile_rings rings = drawn(bench, &chance);
		struct tile_rings given = copy_of(bench->arena, rings);

		if (!rings.count || rings_are_sound(rings, bench->arena))
			continue;
		tried++;
		if (untangle_rings(&rings, bench->arena)) {
			double judged = 2 * geos_structure_area(bench->geos, given);

			done++;
			assert_true(check(bench, given));
			difference += fabs(double_area_of(rings) - judged);
			area += judged;
		}
		arena_reset(bench->arena);
	}
	assert_true(tried > TRIALS / 10);
	assert_int_equal(done, tried);
	assert_true(difference < 1e-4 * area);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sound_stays),
		cmocka_unit_test(spikes_and_bridges_go),
		cmocka_unit_test(rings_that_touch_themselves_part),
		cmocka_unit_test(holes_that_touch_stay_or_part),
		cmocka_unit_test(what_cancels_is_nothing),
		cmocka_unit_test(what_lies_double_or_inside_out_is_left_out),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(random_rings_come_out_valid),
		cmocka_unit_test(drawn_polygons_come_out_as_geos_has_them),
	};

	return cmocka_run_group_tests(tests, make_bench, drop_bench);
}
