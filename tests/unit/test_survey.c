/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/survey.h"

static struct feature feature_of(uint64_t id, struct point *point, struct path *path,
				 struct geometry *geometry)
{
	*path = (struct path){point, 1, false};
	*geometry = (struct geometry){GEOMETRY_POINT, 1, path};
	return (struct feature){
		.has_id = true, .id = id, .geometry_count = 1, .geometries = geometry};
}

static void see(struct survey *survey, uint64_t id, double x, struct prepare_report *report)
{
	struct point point = {x, 2};
	struct geometry geometry;
	struct path path;
	struct feature feature = feature_of(id, &point, &path, &geometry);

	survey_add(survey, &feature, report);
}

static void ids_that_come_twice_are_counted_with_the_first(void **state)
{
	struct survey *survey = survey_new();
	struct prepare_report report = {0};
	const struct flaw_count *twice = &report.flaws[FLAW_DUPLICATE_ID];
	struct feature nameless = {0};

	(void)state;
	for (uint64_t id = 0; id < 5000; id++)
		see(survey, id * 977, 1, &report);
	see(survey, UINT64_MAX, 1, &report);
	survey_add(survey, &nameless, &report);
	survey_add(survey, &nameless, &report);
	assert_int_equal(twice->features, 0);

	see(survey, 977 * 4321, 7, &report);
	see(survey, 0, 8, &report);
	see(survey, UINT64_MAX, 9, &report);
	assert_int_equal(twice->features, 3);
	assert_int_equal(twice->example.id, 977 * 4321);
	assert_true(twice->example.has_place && twice->example.place.x == 7);
	report_release(&report);
	survey_free(survey);
	survey_free(NULL);
}

static void what_geos_says_is_a_kind_and_a_place(void **state)
{
	static const struct {
		const char *text;
		enum flaw flaw;
		bool has_place;
	} cases[] = {
		{"Self-intersection at or near point 5 -2.5", FLAW_SELF_INTERSECTION, true},
		{"Ring Self-intersection at or near point 5 -2.5", FLAW_RING_SELF_INTERSECTION,
		 true},
		{"Hole lies outside shell at or near point 5 -2.5", FLAW_HOLE_OUTSIDE, true},
		{"Holes are nested at or near point 5 -2.5", FLAW_NESTED_HOLES, true},
		{"Nested shells at or near point 5 -2.5", FLAW_NESTED_SHELLS, true},
		{"Interior is disconnected at or near point 5 -2.5", FLAW_CUT_INTERIOR, true},
		{"Duplicate Rings", FLAW_DUPLICATE_RINGS, false},
		{"Too few points in geometry component at or near point nan nan",
		 FLAW_FEW_RING_POINTS, false},
		{"", FLAW_OTHERWISE_INVALID, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct point place = {0, 0};
		bool has_place;

		assert_int_equal(flaw_of_geos(cases[i].text, &place, &has_place), cases[i].flaw);
		assert_int_equal(has_place, cases[i].has_place);
		assert_true(!has_place || (place.x == 5 && place.y == -2.5));
	}
}

static void each_flaw_and_loss_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a < FLAWS; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(flaw_name((enum flaw)a), flaw_name((enum flaw)b));
	for (int a = 0; a < LOSSES; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(loss_name((enum loss)a), loss_name((enum loss)b));
}

static void examples_get_degrees_where_there_are_some(void **state)
{
	struct flaw_example here = {.has_place = true, .place = {1350000, 7222000}};
	struct prepare_report report = {0};
	struct crs *cc48 = NULL, *degrees = NULL;
	struct transform *transform = NULL;
	struct error error;

	(void)state;
	assert_int_equal(crs_new("EPSG:3948", &cc48, &error), ERROR_NONE);
	assert_int_equal(crs_new("EPSG:4326", &degrees, &error), ERROR_NONE);
	assert_int_equal(transform_new(cc48, degrees, &transform, &error), ERROR_NONE);
	report_note(&report, FLAW_LONG_TEXT, &here);
	report_note(&report, FLAW_FAR_AWAY, &here);
	report_note(&report, FLAW_EMPTY, &(struct flaw_example){0});
	survey_examples(&report, transform);
	assert_true(report.flaws[FLAW_LONG_TEXT].example.has_degrees);
	assert_true(report.flaws[FLAW_LONG_TEXT].example.degrees.y > 48.09);
	assert_false(report.flaws[FLAW_FAR_AWAY].example.has_degrees);
	assert_false(report.flaws[FLAW_EMPTY].example.has_degrees);
	assert_int_equal(report.unreadable, 1);
	assert_int_equal(report.without_geometry, 1);
	report_release(&report);
	transform_free(transform);
	crs_free(cc48);
	crs_free(degrees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_that_come_twice_are_counted_with_the_first),
		cmocka_unit_test(what_geos_says_is_a_kind_and_a_place),
		cmocka_unit_test(each_flaw_and_loss_has_a_name_of_its_own),
		cmocka_unit_test(examples_get_degrees_where_there_are_some),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
