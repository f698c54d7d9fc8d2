/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/filter.h"

static const struct column column = {.name = (char *)(uintptr_t) "n", .type = VALUE_INTEGER};
static const struct filter_place here = {.within = {-1e6, -1e6, 1e6, 1e6}};
static const struct filter_place north_first = {.northing_first = true,
						.within = {-1e6, -1e6, 1e6, 1e6}};

static struct filter_binding *bind(const char *text, const struct filter_place *place,
				   struct filter **filter)
{
	struct filter_binding *binding;
	struct error error;

	if (filter_parse(text, filter, &error) ||
	    filter_bind(*filter, &column, 1, place, "it", &binding, &error))
		fail_msg("%s: %s", text, error.text);
	return binding;
}

static bool keeps(const char *text, const struct filter_place *place, double x, double y)
{
	struct point point = {x, y};
	struct path path = {&point, 1, false};
	struct geometry geometry = {GEOMETRY_POINT, 1, &path};
	struct value value = {.type = VALUE_INTEGER, .integer = 1};
	struct feature feature = {.geometries = &geometry, .geometry_count = 1, .values = &value};
	struct filter *filter;
	struct filter_binding *binding = bind(text, place, &filter);
	bool kept = filter_keeps(binding, &feature);
	struct box box = filter_box(binding);

	if (kept)
		assert_true(box_intersects(box, box_of_points(&point, 1)));
	filter_binding_free(binding);
	filter_free(filter);
	return kept;
}

static void test_what_touches_a_place_is_kept(void **state)
{
	static const char box[] = "S_INTERSECTS(geometry,BBOX(1,2,5,4))";
	static const char ring[] =
		"S_INTERSECTS(geometry,POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1)))";

	(void)state;
	assert_true(keeps(box, &here, 3, 3));
	assert_true(keeps(box, &here, 5, 4));
	assert_false(keeps(box, &here, 5.001, 4));
	assert_true(keeps(ring, &here, 0.5, 2));
	assert_true(keeps(ring, &here, 1, 1));
	assert_false(keeps(ring, &here, 2, 2));
	assert_true(keeps("S_INTERSECTS(POINT(2 1),geometry)", &here, 2, 1));
	assert_true(keeps("NOT S_INTERSECTS(POINT(2 1),geometry)", &here, 2, 2));
}

static void test_axes_in_the_order_of_the_authority(void **state)
{
	(void)state;
	assert_true(keeps("S_INTERSECTS(geometry,BBOX(2,1,4,5))", &north_first, 4.5, 3));
	assert_false(keeps("S_INTERSECTS(geometry,BBOX(2,1,4,5))", &north_first, 3, 4.5));
	assert_true(
		keeps("S_INTERSECTS(geometry,MULTIPOINT(-1.5e1 2,7 -8))", &north_first, 2, -15));
	assert_true(keeps("S_INTERSECTS(geometry,MULTIPOINT(-1.5e1 2,7 -8))", &north_first, -8, 7));
	assert_false(
		keeps("S_INTERSECTS(geometry,MULTIPOINT(-1.5e1 2,7 -8))", &north_first, 7, -8));
}

static void test_a_box_across_the_antimeridian(void **state)
{
	static const char fiji[] = "S_INTERSECTS(geometry,BBOX(177,-20,-178,-12))";

	(void)state;
	assert_true(keeps(fiji, &here, 178, -18));
	assert_true(keeps(fiji, &here, -179, -18));
	assert_false(keeps(fiji, &here, 0, -18));
	assert_false(keeps(fiji, &here, 176, -18));
}

static void test_a_feature_without_geometry_is_nowhere(void **state)
{
	struct value value = {.type = VALUE_INTEGER, .integer = 1};
	struct feature nowhere = {.values = &value};
	struct filter *filter;
	struct filter_binding *binding = bind("S_INTERSECTS(g,BBOX(-9,-9,9,9))", &here, &filter);

	(void)state;
	assert_false(filter_keeps(binding, &nowhere));
	filter_binding_free(binding);
	filter_free(filter);
}

static void check_box(const char *text, double minx, double maxx)
{
	struct filter *filter;
	struct filter_binding *binding = bind(text, &here, &filter);
	struct box box = filter_box(binding);

	if (minx > maxx)
		assert_true(box_is_empty(box));
	else if (box.minx != minx || box.maxx != maxx)
		fail_msg("%s: from %g to %g", text, box.minx, box.maxx);
	filter_binding_free(binding);
	filter_free(filter);
}

static void test_the_box_of_what_may_be_kept(void **state)
{
	(void)state;
#define A "S_INTERSECTS(g,BBOX(0,0,2,2))"
#define B "S_INTERSECTS(g,BBOX(1,0,5,2))"
	check_box(A, 0, 2);
	check_box(A " AND " B, 1, 2);
	check_box(A " OR " B, 0, 5);
	check_box(A " AND n = 1", 0, 2);
	check_box(A " OR n = 1", -INFINITY, INFINITY);
	check_box("NOT " A, -INFINITY, INFINITY);
	check_box("NOT (" A " OR n = 1)", -INFINITY, INFINITY);
	check_box("(" A " OR FALSE) AND n > 2", 0, 2);
	check_box("FALSE", 1, 0);
	check_box("TRUE", -INFINITY, INFINITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_touches_a_place_is_kept),
		cmocka_unit_test(test_axes_in_the_order_of_the_authority),
		cmocka_unit_test(test_a_box_across_the_antimeridian),
		cmocka_unit_test(test_a_feature_without_geometry_is_nowhere),
		cmocka_unit_test(test_the_box_of_what_may_be_kept),
	};

	return cmocka_run_group_tests_name("filter_place", tests, NULL, NULL);
}
