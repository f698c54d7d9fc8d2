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
#include "tiler/mask.h"
#include "tiler/memory.h"
#include "tiler/mend.h"

/* GEOS judges what the mask leaves of shapes. */

enum {
	TRIALS = 400,
	SIDE = 4096,
	RING_MOST = 600,
};
static const struct box CLIP = {-64, -64, SIDE + 64, SIDE + 64};
static const double UNIT = 1.01; /* with the corners of GEOS's round buffers */

struct bench {
	struct arena *arena, *mask_arena;
	GEOSContextHandle_t geos;
	struct repairer *repairer;
};

static int make_bench(void **state)
{
	struct bench *bench = memory_zeroed(1, sizeof(*bench));

	bench->arena = arena_new();
	bench->mask_arena = arena_new();
	bench->geos = GEOS_init_r();
	bench->repairer = repairer_new();
	*state = bench;
	return 0;
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	repairer_free(bench->repairer);
	arena_free(bench->arena);
	arena_free(bench->mask_arena);
	GEOS_finish_r(bench->geos);
	free(bench);
	return 0;
}

/* A ring of COUNT corners around X, Y, from a half to the whole of RADIUS away. */
static struct tile_path star(struct bench *bench, struct chance *chance, uint32_t count, double x,
			     double y, double radius)
{
	struct path ring = {arena_alloc(bench->arena, (count + 1) * sizeof(struct point)),
			    count + 1, true};

	for (uint32_t k = 0; k < count; k++) {
		double angle = 2 * 3.14159265358979 * k / count;
		double reach = radius * chance_between(chance, 0.5, 1);

		ring.points[k] = (struct point){fmin(fmax(x + reach * cos(angle), -64), SIDE + 64),
						fmin(fmax(y + reach * sin(angle), -64), SIDE + 64)};
	}
	ring.points[count] = ring.points[0];
	return snap_ring(ring, bench->arena);
}

static struct tile_rings mended(struct bench *bench, struct tile_rings rings)
{
	struct error error;
	bool repaired;

	if (mend_rings(bench->repairer, &rings, bench->arena, &repaired, &error))
		fail_msg("%s", error.text);
	return rings;
}

/* A star of COUNT corners at most, with a hole in its middle. */
static struct tile_rings polygon(struct bench *bench, struct chance *chance, uint32_t count)
{
	struct tile_rings rings = {arena_alloc(bench->arena, 2 * sizeof(*rings.rings)), 2};
	double x = chance_between(chance, 0, SIDE), y = chance_between(chance, 0, SIDE);
	double radius = chance_between(chance, 20, 3000);

	rings.rings[0] = star(bench, chance, 5 + chance_below(chance, count), x, y, radius);
	rings.rings[1] = star(bench, chance, 5 + chance_below(chance, 40), x, y, radius * 0.3);
	rings.rings[1].exterior = false;
	rings.count = rings.rings[0].count == 0 ? 0 : 1 + (rings.rings[1].count > 0);
	return mended(bench, rings);
}

/* All but RINGS: theirs are its holes, and their holes are parts of it. */
static struct tile_rings all_but(struct bench *bench, struct tile_rings rings)
{
	struct tile_rings rest = {
		arena_alloc(bench->arena, (rings.count + 1) * sizeof(*rest.rings)), 1};

	rest.rings[0] = tile_path_of(bench->arena, "-200 -200, 4400 -200, 4400 4400, -200 4400");
	tile_path_orient(rest.rings[0], true);
	rest.rings[0].exterior = true;
	for (uint32_t r = 0; r < rings.count; r++) {
		struct tile_path ring = rings.rings[r];
		size_t size = ring.count * sizeof(*ring.points);

		ring.points = memcpy(arena_alloc(bench->arena, size), ring.points, size);
		ring.exterior = !ring.exterior;
		tile_path_orient(ring, ring.exterior);
		rest.rings[rest.count++] = ring;
	}
	return rest;
}

static struct tile_rings cut(struct bench *bench, struct tile_rings outline,
			     struct tile_rings shape)
{
	struct mask *mask = mask_new(outline, CLIP, bench->mask_arena);
	struct error error;

	if (mask_rings(mask, &shape, bench->repairer, bench->arena, &error))
		fail_msg("%s", error.text);
	if (!geos_finds_valid(bench->geos, shape))
		fail_msg("came out as %s", geos_text(bench->geos, shape));
	for (uint32_t r = 0; r < shape.count; r++)
		assert_true((tile_path_double_area(shape.rings[r]) > 0) == shape.rings[r].exterior);
	return shape;
}

typedef GEOSGeometry *(*overlay_f)(GEOSContextHandle_t geos, const GEOSGeometry *a,
				   const GEOSGeometry *b);

/* Area, or length where there is none, of the overlay. */
static double measure(GEOSContextHandle_t geos, overlay_f overlay, const GEOSGeometry *a,
		      const GEOSGeometry *b)
{
	GEOSGeometry *result = overlay(geos, a, b);
	double area = 0, length = 0;

	GEOSArea_r(geos, result, &area);
	GEOSLength_r(geos, result, &length);
	GEOSGeom_destroy_r(geos, result);
	return area > 0 ? area : length;
}

static double length_of(GEOSContextHandle_t geos, const GEOSGeometry *geometry)
{
	double length = 0;

	GEOSLength_r(geos, geometry, &length);
	return length;
}

/* PART is what SHAPE and OUTLINE have in common, but for a unit. */
static void assert_common(struct bench *bench, struct tile_rings part, struct tile_rings shape,
			  struct tile_rings outline)
{
	GEOSContextHandle_t geos = bench->geos;
	GEOSGeometry *is = geos_polygons(geos, part), *whole = geos_polygons(geos, shape);
	GEOSGeometry *ground = geos_polygons(geos, outline);
	GEOSGeometry *common = GEOSIntersection_r(geos, whole, ground);
	GEOSGeometry *near = GEOSBuffer_r(geos, ground, UNIT, 8);
	GEOSGeometry *grown = GEOSBuffer_r(geos, whole, UNIT, 8);
	double length = length_of(geos, common);

	assert_true(measure(geos, GEOSDifference_r, is, near) < 1e-6);
	assert_true(measure(geos, GEOSDifference_r, is, grown) < 1e-6);
	assert_true(measure(geos, GEOSSymDifference_r, is, common) <= 0.3 * length + 1);
	GEOSGeom_destroy_r(geos, grown);
	GEOSGeom_destroy_r(geos, near);
	GEOSGeom_destroy_r(geos, common);
	GEOSGeom_destroy_r(geos, ground);
	GEOSGeom_destroy_r(geos, whole);
	GEOSGeom_destroy_r(geos, is);
}

static void polygons_are_cut_as_geos_cuts_them(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {11};

	for (int i = 0; i < TRIALS; i++) {
		struct tile_rings outline = polygon(bench, &chance, RING_MOST);
		struct tile_rings shape = polygon(bench, &chance, 40);

		assert_common(bench, cut(bench, outline, shape), shape, outline);
		arena_reset(bench->arena);
		arena_reset(bench->mask_arena);
	}
}

/* What ONE and OTHER have in common, and what of SHAPE is in neither, is less than a unit wide. */
static void assert_neighbours(struct bench *bench, struct tile_rings one, struct tile_rings other,
			      struct tile_rings shape)
{
	GEOSContextHandle_t geos = bench->geos;
	GEOSGeometry *a = geos_polygons(geos, one), *b = geos_polygons(geos, other);
	GEOSGeometry *whole = geos_polygons(geos, shape);
	GEOSGeometry *both = GEOSIntersection_r(geos, a, b), *all = GEOSUnion_r(geos, a, b);
	GEOSGeometry *gap = GEOSDifference_r(geos, whole, all);
	GEOSGeometry *core = GEOSBuffer_r(geos, both, -UNIT / 2, 8);
	GEOSGeometry *hole = GEOSBuffer_r(geos, gap, -UNIT / 2, 8);

	assert_true(GEOSisEmpty_r(geos, core) == 1 && GEOSisEmpty_r(geos, hole) == 1);
	GEOSGeom_destroy_r(geos, hole);
	GEOSGeom_destroy_r(geos, core);
	GEOSGeom_destroy_r(geos, gap);
	GEOSGeom_destroy_r(geos, all);
	GEOSGeom_destroy_r(geos, both);
	GEOSGeom_destroy_r(geos, whole);
	GEOSGeom_destroy_r(geos, b);
	GEOSGeom_destroy_r(geos, a);
}

static void neighbours_neither_overlap_nor_leave_a_gap(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {12};

	for (int i = 0; i < TRIALS; i++) {
		struct tile_rings outline = polygon(bench, &chance, RING_MOST);
		struct tile_rings shape = polygon(bench, &chance, 40);

		assert_neighbours(bench, cut(bench, outline, shape),
				  cut(bench, all_but(bench, outline), shape), shape);
		arena_reset(bench->arena);
		arena_reset(bench->mask_arena);
	}
}

static void boxes_lie_to_the_mask_as_geos_says(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {13};
	int seen[3] = {0};

	for (int i = 0; i < 100; i++) {
		struct tile_rings outline = polygon(bench, &chance, RING_MOST);
		struct mask *mask = mask_new(outline, CLIP, bench->mask_arena);
		GEOSGeometry *ground = geos_polygons(bench->geos, outline);

		for (int k = 0; k < 50; k++) {
			double x = chance_between(&chance, 0, SIDE - 300);
			double y = chance_between(&chance, 0, SIDE - 300);
			double side = chance_between(&chance, 0, 300);
			struct box box = {x, y, x + side, y + side};
			GEOSGeometry *place = GEOSGeom_createRectangle_r(bench->geos, x, y,
									 x + side, y + side);
			struct geometry part;
			enum mask_answer answer = mask_look(mask, box, bench->arena, &part);

			seen[answer]++;
			if (answer == MASK_INSIDE)
				assert_int_equal(GEOSContains_r(bench->geos, ground, place), 1);
			if (answer == MASK_OUTSIDE)
				assert_int_equal(GEOSDisjoint_r(bench->geos, ground, place), 1);
			GEOSGeom_destroy_r(bench->geos, place);
		}
		GEOSGeom_destroy_r(bench->geos, ground);
		arena_reset(bench->arena);
		arena_reset(bench->mask_arena);
	}
	/* most are told without their edges */
	assert_true(seen[MASK_INSIDE] > 500 && seen[MASK_OUTSIDE] > 500);
}

static GEOSGeometry *geos_lines(GEOSContextHandle_t geos, const struct tile_path *lines,
				uint32_t count)
{
	GEOSGeometry *parts[GEOS_PARTS_MOST];

	for (uint32_t l = 0; l < count; l++) {
		GEOSCoordSequence *points = GEOSCoordSeq_create_r(geos, lines[l].count, 2);

		for (uint32_t i = 0; i < lines[l].count; i++)
			GEOSCoordSeq_setXY_r(geos, points, i, lines[l].points[i].x,
					     lines[l].points[i].y);
		parts[l] = GEOSGeom_createLineString_r(geos, points);
	}
	return GEOSGeom_createCollection_r(geos, GEOS_MULTILINESTRING, parts, count);
}

static void assert_cut_line(struct bench *bench, struct tile_path line, struct tile_rings outline)
{
	GEOSContextHandle_t geos = bench->geos;
	struct mask *mask = mask_new(outline, CLIP, bench->mask_arena);
	struct tile_path *lines = &line;
	GEOSGeometry *whole = geos_lines(geos, &line, 1), *ground = geos_polygons(geos, outline);
	uint32_t count = mask_lines(mask, &lines, 1, bench->arena);
	GEOSGeometry *is = geos_lines(geos, lines, count);
	GEOSGeometry *want = GEOSIntersection_r(geos, whole, ground);
	GEOSGeometry *grown = GEOSBuffer_r(geos, ground, UNIT, 8);
	GEOSGeometry *near = GEOSBuffer_r(geos, is, UNIT, 8);
	GEOSGeometry *along = GEOSBuffer_r(geos, whole, UNIT, 8);

	assert_true(measure(geos, GEOSDifference_r, is, grown) < 1e-6);
	assert_true(measure(geos, GEOSDifference_r, is, along) < 1e-6);
	/* what is shorter than a unit may be gone */
	assert_true(measure(geos, GEOSDifference_r, want, near) <=
		    0.02 * length_of(geos, want) + 1);
	GEOSGeom_destroy_r(geos, along);
	GEOSGeom_destroy_r(geos, near);
	GEOSGeom_destroy_r(geos, grown);
	GEOSGeom_destroy_r(geos, want);
	GEOSGeom_destroy_r(geos, is);
	GEOSGeom_destroy_r(geos, ground);
	GEOSGeom_destroy_r(geos, whole);
}

static void lines_are_cut_as_geos_cuts_them(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {14};

	for (int i = 0; i < TRIALS; i++) {
		struct tile_rings outline = polygon(bench, &chance, RING_MOST);
		struct tile_path line = {arena_alloc(bench->arena, 60 * sizeof(*line.points)), 60,
					 false};
		int32_t x = chance_below(&chance, SIDE), y = chance_below(&chance, SIDE);

		for (uint32_t k = 0; k < line.count; k++) {
			line.points[k] = (struct tile_point){x, y};
			x = (x + 1 + chance_below(&chance, 90)) % SIDE;
			y = (y + 1 + chance_below(&chance, 50)) % SIDE;
		}
		assert_cut_line(bench, line, outline);
		arena_reset(bench->arena);
		arena_reset(bench->mask_arena);
	}
}

static void a_line_along_the_border_stays_on_both_sides(void **state)
{
	struct bench *bench = *state;
	struct tile_rings square = tile_rings_of(bench->arena,
						 "100 100, 900 100, 900 900, 100 900");
	struct tile_path line = tile_path_of(bench->arena, "50 900, 300 900, 950 900");

	for (int side = 0; side < 2; side++) {
		struct tile_rings ground = side ? all_but(bench, square) : square;
		struct mask *mask = mask_new(ground, CLIP, bench->mask_arena);
		struct tile_path *lines = &line;

		assert_int_equal(mask_lines(mask, &lines, 1, bench->arena), 1);
		assert_int_equal(lines[0].count, 2);
		assert_int_equal(lines[0].points[0].x, side ? 50 : 100);
		assert_int_equal(lines[0].points[1].x, side ? 950 : 900);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polygons_are_cut_as_geos_cuts_them),
		cmocka_unit_test(neighbours_neither_overlap_nor_leave_a_gap),
		cmocka_unit_test(boxes_lie_to_the_mask_as_geos_says),
		cmocka_unit_test(lines_are_cut_as_geos_cuts_them),
		cmocka_unit_test(a_line_along_the_border_stays_on_both_sides),
	};

	return cmocka_run_group_tests(tests, make_bench, drop_bench);
}
