/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "geos_geometry.h"
#include "shapes.h"
#include "tiler/plain_polygons.h"

/* What is called plain is held against GEOS. */

static bool are_plain(const char *first, const char *second)
{
	struct arena *arena = arena_new();
	struct path rings[] = {path_of(arena, first), path_of(arena, second)};
	struct geometry geometry = {GEOMETRY_POLYGON, *second ? 2 : 1, rings};
	bool plain = polygons_are_plain(&geometry);

	arena_free(arena);
	return plain;
}

static void buildings_are_plain(void **state)
{
	(void)state;
	assert_true(are_plain("0 0,1 0,0 1,0 0", ""));
	assert_true(are_plain("0 0,8 0,8 3,5 3,5 6,8 6,8 9,0 9,0 0", ""));
	assert_true(are_plain("0 0,0 9,8 9,8 0,0 0", ""));		  /* the other way round */
	assert_true(are_plain("0 0,4 0,8 0,8 9,0 9,0 5,0 0", ""));	  /* vertices on the way */
	assert_true(are_plain("0 0,1 0,1 1,0 1,0 0", "5 5,6 5,6 6,5 5")); /* two */
}

static void what_may_be_invalid_is_not(void **state)
{
	(void)state;
	assert_false(are_plain("0 0,8 8,8 0,0 8,0 0", ""));		   /* crosses itself */
	assert_false(are_plain("0 0,8 0,8 8,4 0,0 8,0 0", ""));		   /* touches a border */
	assert_false(are_plain("0 0,8 0,4 4,8 8,0 8,4 4,0 0", ""));	   /* touches a corner */
	assert_false(are_plain("0 0,8 0,8 8,8 12,8 8,0 8,0 0", ""));	   /* a spike */
	assert_false(are_plain("0 0,8 0,12 0,8 0,8 8,0 8,0 0", ""));	   /* along a border */
	assert_false(are_plain("0 0,4 0,8 0,4 0,0 0", ""));		   /* has no area */
	assert_false(are_plain("0 0,1 0,0 0", ""));			   /* too few */
	assert_false(are_plain("0 0,4 0,4 4,0 4,0 0", "3 3,6 3,6 6,3 3")); /* overlap */
	assert_false(are_plain("0 0,1 0,1 0,1 1,0 1,0 0", ""));		   /* a vertex twice */
}

static void holes_and_many_vertices_are_left_to_others(void **state)
{
	struct arena *arena = arena_new();
	struct path rings[] = {path_of(arena, "0 0,9 0,9 9,0 9,0 0"),
			       path_of(arena, "1 1,2 1,2 2,1 1")};
	struct geometry geometry = {GEOMETRY_POLYGON, 2, rings};
	struct point circle[201];

	(void)state;
	rings[1].exterior = false;
	assert_false(polygons_are_plain(&geometry));
	for (int i = 0; i < 200; i++)
		circle[i] = (struct point){cos(i * 0.0314159), sin(i * 0.0314159)};
	circle[200] = circle[0];
	rings[0] = (struct path){circle, 201, true};
	geometry.path_count = 1;
	assert_false(polygons_are_plain(&geometry));
	arena_free(arena);
}

/* Rings of random corners on a grid of SIDE places, STEP apart from FROM on, so that corners and
 * borders often meet. */
static void hold_against_geos(GEOSContextHandle_t geos, uint32_t side, double from, double step)
{
	struct arena *arena = arena_new();
	struct chance chance = {side};
	uint32_t plain = 0, valid = 0;

	for (int i = 0; i < 20000; i++) {
		uint32_t count = 3 + chance_below(&chance, 6);
		struct point points[10];
		struct path ring = {points, count + 1, true};
		struct geometry geometry = {GEOMETRY_POLYGON, 1, &ring};
		GEOSGeometry *judged;

		for (uint32_t k = 0; k < count; k++)
			points[k] = (struct point){from + step * chance_below(&chance, side),
						   from + step * chance_below(&chance, side)};
		points[count] = points[0];
		judged = geos_of_polygons(geos, arena, &geometry);
		valid += GEOSisValid_r(geos, judged) == 1;
		if (polygons_are_plain(&geometry)) {
			plain++;
			assert_int_equal(GEOSisValid_r(geos, judged), 1);
		}
		GEOSGeom_destroy_r(geos, judged);
		arena_reset(arena);
	}
	assert_true(plain > 100);
	/* where corners are hardly ever on one line, all that is valid is plain */
	if (side >= 1000)
		assert_true(plain * 100 > valid * 99);
	arena_free(arena);
}

static void nothing_invalid_is_called_plain(void **state)
{
	GEOSContextHandle_t geos = GEOS_init_r();

	(void)state;
	hold_against_geos(geos, 4, 0, 1);
	hold_against_geos(geos, 12, 1369856.76, 0.01);
	hold_against_geos(geos, 1000, -7e6, 1.7);
	hold_against_geos(geos, 6, 1e8, 1.5e-8); /* as close as the numbers go */
	GEOS_finish_r(geos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buildings_are_plain),
		cmocka_unit_test(what_may_be_invalid_is_not),
		cmocka_unit_test(holes_and_many_vertices_are_left_to_others),
		cmocka_unit_test(nothing_invalid_is_called_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
