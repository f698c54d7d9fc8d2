/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geos_geometry.h"
#include "shapes.h"
#include "tiler/region.h"

/* GEOS judges what was cut: of polygons the area and the validity, of lines the length. */

enum {
	PAIRS_TRIED = 3000,
	CORNERS_MOST = 12
};
static const double SIDE = 10;

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

/* A star round a point: valid, thin here and there. */
static struct geometry star(struct chance *chance, struct arena *arena)
{
	struct path *ring = arena_alloc(arena, sizeof(*ring));
	uint32_t count = 3 + chance_below(chance, CORNERS_MOST);
	double size = chance_between(chance, 0.5, SIDE / 2);
	double x = chance_between(chance, 0, SIDE), y = chance_between(chance, 0, SIDE);

	*ring = (struct path){arena_alloc(arena, (count + 1) * sizeof(struct point)), count + 1,
			      true};
	for (uint32_t i = 0; i < count; i++) {
		double angle = 2 * M_PI * i / count, reach = chance_between(chance, 0.1, 1) * size;

		ring->points[i] = (struct point){x + reach * cos(angle), y + reach * sin(angle)};
	}
	ring->points[count] = ring->points[0];
	return (struct geometry){GEOMETRY_POLYGON, 1, ring};
}

static double length_of(const struct geometry *lines)
{
	double sum = 0;

	for (uint32_t p = 0; p < lines->path_count; p++)
		for (uint32_t i = 1; i < lines->paths[p].count; i++)
			sum += hypot(lines->paths[p].points[i].x - lines->paths[p].points[i - 1].x,
				     lines->paths[p].points[i].y - lines->paths[p].points[i - 1].y);
	return sum;
}

/* Of both in common, as GEOS has it. */
static double common_area(GEOSContextHandle_t geos, struct arena *arena, const struct geometry *a,
			  const struct geometry *b)
{
	GEOSGeometry *left = geos_of_polygons(geos, arena, a);
	GEOSGeometry *right = geos_of_polygons(geos, arena, b);
	GEOSGeometry *common = GEOSIntersection_r(geos, left, right);
	double area = geos_area(geos, common);

	GEOSGeom_destroy_r(geos, common);
	GEOSGeom_destroy_r(geos, left);
	GEOSGeom_destroy_r(geos, right);
	return area;
}

static bool is_valid(GEOSContextHandle_t geos, struct arena *arena, const struct geometry *geometry,
		     double *area)
{
	GEOSGeometry *shape = geos_of_polygons(geos, arena, geometry);
	bool valid = GEOSisValid_r(geos, shape) == 1;

	*area = geos_area(geos, shape);
	GEOSGeom_destroy_r(geos, shape);
	return valid;
}

static bool is_whole(const struct geometry *geometry)
{
	for (uint32_t p = 0; p < geometry->path_count; p++)
		for (uint32_t i = 0; i < geometry->paths[p].count; i++) {
			struct point point = geometry->paths[p].points[i];

			if (point.x != round(point.x) || point.y != round(point.y))
				return false;
		}
	return true;
}

/* Cuts one star to another; returns how it lay. */
static enum region_share cut_and_judge(GEOSContextHandle_t geos, struct chance *chance,
				       struct arena *arena)
{
	struct geometry outline = star(chance, arena), whole = star(chance, arena), cut = whole;
	double want = common_area(geos, arena, &outline, &whole), area, rounded;
	enum region_share share;
	struct region *region;
	struct error error;

	assert_int_equal(region_of_geometries(&outline, 1, &region, &error), ERROR_NONE);
	share = region_cut(region, &cut, arena);
	if (share == REGION_NOTHING) {
		assert_true(want < 1e-9);
	} else {
		assert_true(is_valid(geos, arena, &cut, &area) && fabs(area - want) < 1e-9);
		assert_int_equal(share == REGION_ALL, cut.paths == whole.paths);
		/* rounded as coarsely as this, most would cross themselves */
		if (region_round(region, &cut, 1, arena))
			assert_true(is_valid(geos, arena, &cut, &rounded) && rounded > 0 &&
				    is_whole(&cut));
	}
	region_free(region);
	return share;
}

static void polygons_are_cut_and_stay_valid(void **state)
{
	GEOSContextHandle_t geos = GEOS_init_r();
	struct chance chance = {5};
	uint32_t seen[REGION_ALL + 1] = {0};

	for (int i = 0; i < PAIRS_TRIED; i++) {
		seen[cut_and_judge(geos, &chance, *state)]++;
		arena_reset(*state);
	}
	assert_true(seen[REGION_NOTHING] > 100);
	assert_true(seen[REGION_PART] > 400);
	assert_true(seen[REGION_ALL] > 10);
	GEOS_finish_r(geos);
}

static void assert_line_left(struct arena *arena, const char *text, enum region_share share,
			     double length, uint32_t pieces)
{
	struct path square = path_of(arena, "0 0, 10 0, 10 10, 0 10, 0 0"),
		    path = path_of(arena, text);
	struct geometry outline = {GEOMETRY_POLYGON, 1, &square}, line = {GEOMETRY_LINE, 1, &path};
	struct region *region;
	struct error error;

	assert_int_equal(region_of_geometries(&outline, 1, &region, &error), ERROR_NONE);
	assert_int_equal(region_cut(region, &line, arena), share);
	if (share != REGION_NOTHING) {
		assert_true(fabs(length_of(&line) - length) < 1e-9);
		assert_int_equal(line.path_count, pieces);
	}
	region_free(region);
}

static void lines_are_cut(void **state)
{
	assert_line_left(*state, "-5 5, 5 5, 5 20", REGION_PART, 10, 1);
	assert_line_left(*state, "5 5, 15 5, 15 6, 5 6", REGION_PART, 10, 2);
	assert_line_left(*state, "1 1, 2 2", REGION_ALL, sqrt(2), 1);
	assert_line_left(*state, "12 1, 12 8", REGION_NOTHING, 0, 0);
	/* along the border, and only touching it */
	assert_line_left(*state, "10 -5, 10 15", REGION_PART, 10, 1);
	assert_line_left(*state, "10 2, 10 8", REGION_ALL, 6, 1);
	assert_line_left(*state, "10 5, 15 5", REGION_NOTHING, 0, 0);
	assert_line_left(*state, "9 5, 15 5, 15 0, 10 0", REGION_PART, 1, 1);
}

static void a_polygon_that_only_touches_is_not_left(void **state)
{
	struct path square = path_of(*state, "0 0, 10 0, 10 10, 0 10, 0 0");
	struct path beside = path_of(*state, "10 2, 15 2, 15 8, 10 8, 10 2");
	struct geometry outline = {GEOMETRY_POLYGON, 1, &square},
			other = {GEOMETRY_POLYGON, 1, &beside};
	struct region *region;
	struct error error;

	assert_int_equal(region_of_geometries(&outline, 1, &region, &error), ERROR_NONE);
	assert_int_equal(region_cut(region, &other, *state), REGION_NOTHING);
	region_free(region);
}

static void rounding_may_leave_nothing(void **state)
{
	struct path thin = path_of(*state, "1.1 0, 1.2 0, 1.2 9, 1.1 9, 1.1 0");
	struct path lost = path_of(*state, "INF INF, 1 0, 1 9, INF INF");
	struct geometry sliver = {GEOMETRY_POLYGON, 1, &thin};
	struct geometry nowhere = {GEOMETRY_POLYGON, 1, &lost};
	struct region *region = region_of_box((struct box){0, 0, 1, 1});

	assert_false(region_round(region, &sliver, 1, *state));
	assert_true(region_round(region, &nowhere, 1, *state));
	assert_ptr_equal(nowhere.paths, &lost);
	region_free(region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polygons_are_cut_and_stay_valid),
		cmocka_unit_test(lines_are_cut),
		cmocka_unit_test(a_polygon_that_only_touches_is_not_left),
		cmocka_unit_test(rounding_may_leave_nothing),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
