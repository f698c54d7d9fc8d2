/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiler/geometry.h"

static void assert_box(struct box box, double minx, double miny, double maxx, double maxy)
{
	assert_true(box.minx == minx && box.miny == miny && box.maxx == maxx && box.maxy == maxy);
}

static void kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(geometry_kind_name(GEOMETRY_MIXED), "mixed");
	assert_string_equal(geometry_kind_name(GEOMETRY_POINT), "point");
	assert_string_equal(geometry_kind_name(GEOMETRY_LINE), "line");
	assert_string_equal(geometry_kind_name(GEOMETRY_POLYGON), "polygon");
}

static void nothing_in_an_empty_box(void **state)
{
	struct box all = {-1e300, -1e300, 1e300, 1e300};

	(void)state;
	assert_true(box_is_empty(box_empty()));
	assert_false(box_is_finite(box_empty()));
	assert_false(box_intersects(box_empty(), all));
	assert_true(box_is_empty(box_grown(box_empty(), 10)));
	assert_true(box_is_empty(box_of_points(NULL, 0)));
	assert_true(box_is_empty((struct box){NAN, 0, NAN, 1}));
	assert_false(box_is_empty((struct box){3, 4, 3, 4}));
}

static void union_with_nothing_changes_nothing(void **state)
{
	struct box box = {1, 2, 3, 4};

	(void)state;
	assert_box(box_union(box, box_empty()), 1, 2, 3, 4);
	assert_box(box_union(box_empty(), box), 1, 2, 3, 4);
	assert_box(box_union(box, (struct box){-1, 3, 2, 9}), -1, 2, 3, 9);
	assert_box(box_include(box, (struct point){0, 5}), 0, 2, 3, 5);
	assert_box(box_include(box_empty(), (struct point){7, 8}), 7, 8, 7, 8);
}

static void touching_boxes_intersect(void **state)
{
	struct box box = {0, 0, 10, 10};

	(void)state;
	assert_true(box_intersects(box, (struct box){10, 10, 20, 20}));
	assert_true(box_intersects(box, (struct box){-5, 3, 0, 4}));
	assert_false(box_intersects(box, (struct box){10.001, 0, 20, 10}));
	assert_false(box_intersects(box, (struct box){0, -2, 10, -1}));
	assert_box(box_intersection(box, (struct box){4, -5, 15, 6}), 4, 0, 10, 6);
	assert_true(box_is_empty(box_intersection(box, (struct box){11, 0, 12, 1})));
}

static void a_box_contains_itself(void **state)
{
	struct box box = {0, 0, 10, 10};

	(void)state;
	assert_true(box_contains(box, box));
	assert_true(box_contains(box, (struct box){1, 1, 2, 2}));
	assert_false(box_contains(box, (struct box){1, 1, 2, 10.5}));
	assert_false(box_contains((struct box){1, 1, 2, 2}, box));
}

static void box_of_points_holds_all(void **state)
{
	struct point points[] = {{3, -1}, {2, 8}, {-4, 0}};

	(void)state;
	assert_box(box_of_points(points, 3), -4, -1, 3, 8);
	assert_box(box_grown(box_of_points(points, 1), 2), 1, -3, 5, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(nothing_in_an_empty_box),
		cmocka_unit_test(union_with_nothing_changes_nothing),
		cmocka_unit_test(touching_boxes_intersect),
		cmocka_unit_test(a_box_contains_itself),
		cmocka_unit_test(box_of_points_holds_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
