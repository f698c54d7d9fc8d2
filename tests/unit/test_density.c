/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiler/density.h"

static const struct box RENNES = {-1.98, 47.92, -1.45, 48.32};
static const struct box EARTH = {-180, -90, 180, 90};

struct fixture {
	struct transform *to_degrees;
	struct density *density;
};

static struct fixture fixture_of(const char *definition)
{
	struct fixture fixture = {NULL, NULL};
	struct crs *from = NULL, *degrees = NULL;
	struct error error;

	assert_int_equal(crs_new(definition, &from, &error), ERROR_NONE);
	assert_int_equal(crs_new("EPSG:4326", &degrees, &error), ERROR_NONE);
	assert_int_equal(transform_new(from, degrees, &fixture.to_degrees, &error), ERROR_NONE);
	crs_free(from);
	crs_free(degrees);
	fixture.density = density_new(fixture.to_degrees);
	return fixture;
}

static struct density_summary summary_of(struct fixture fixture, struct box bounds)
{
	struct density_summary summary = density_summary(fixture.density, bounds);

	density_free(fixture.density);
	transform_free(fixture.to_degrees);
	return summary;
}

static void add_point(struct fixture fixture, double x, double y, uint64_t vertices)
{
	density_add(fixture.density, (struct box){x, y, x, y}, vertices);
}

/* COUNT features on a square lattice of SIDE around a place in the fixture's CRS. */
static void add_square(struct fixture fixture, struct point middle, double side, int count)
{
	int columns = (int)sqrt(count);

	for (int i = 0; i < columns * columns; i++)
		add_point(fixture, middle.x + side * (i % columns / (double)columns - 0.5),
			  middle.y + side * (i / columns / (double)columns - 0.5), 1);
}

static void nothing_shows_from_the_start(void **state)
{
	struct density_summary summary = summary_of(fixture_of("EPSG:3948"), box_empty());

	(void)state;
	assert_int_equal(summary.min_zoom, 0);
	assert_int_equal(summary.centre_zoom, 0);
}

static void a_small_theme_is_shown_whole(void **state)
{
	struct fixture fixture = fixture_of("EPSG:3948");
	struct density_summary summary;

	(void)state;
	add_square(fixture, (struct point){1351000, 7222000}, 30000, 43);
	summary = summary_of(fixture, RENNES);
	assert_int_equal(summary.min_zoom, 0);
	assert_int_equal(summary.centre_zoom, 10);
	assert_true(fabs(summary.centre.x - (RENNES.minx + RENNES.maxx) / 2) < 1e-6);
	assert_true(fabs(summary.centre.y - (RENNES.miny + RENNES.maxy) / 2) < 0.01);
}

static void a_dense_theme_is_shown_where_it_is_dense(void **state)
{
	struct fixture fixture = fixture_of("EPSG:3948");
	struct density_summary summary;

	(void)state;
	add_square(fixture, (struct point){1351000, 7222000}, 40000, 1000);
	add_square(fixture, (struct point){1340000, 7230000}, 5000, 130000);
	summary = summary_of(fixture, RENNES);
	/* 130,000 on 5 km: at zoom 13 a tile is 3.3 km wide there. */
	assert_in_range(summary.min_zoom, 12, 14);
	assert_int_equal(summary.centre_zoom, summary.min_zoom + 1);
	assert_true(fabs(summary.centre.x + 1.836) < 0.05);
	assert_true(fabs(summary.centre.y - 48.168) < 0.05);
}

static void vertices_count_too(void **state)
{
	struct fixture fixture = fixture_of("EPSG:4326");

	(void)state;
	add_point(fixture, -1, 48, 800000);
	add_point(fixture, 1, 48, 800000);
	assert_int_equal(summary_of(fixture, RENNES).min_zoom, 1);
}

static void giants_are_not_hidden(void **state)
{
	struct fixture fixture = fixture_of("EPSG:4326");

	(void)state;
	add_point(fixture, -1, 48, UINT64_MAX);
	add_point(fixture, 1, 48, 3);
	assert_int_equal(summary_of(fixture, RENNES).min_zoom, 0);
}

static void places_that_have_none_are_left_out(void **state)
{
	struct fixture fixture = fixture_of("EPSG:3948");
	struct density_summary summary;

	(void)state;
	add_point(fixture, 1e300, -1e300, 1);
	add_point(fixture, 1351000, 7222000, 1);
	summary = summary_of(fixture, RENNES);
	assert_int_equal(summary.min_zoom, 0);
	assert_true(isfinite(summary.centre.x) && isfinite(summary.centre.y));
}

static void the_poles_do_no_harm(void **state)
{
	struct fixture fixture = fixture_of("EPSG:4326");
	struct density_summary summary;

	(void)state;
	add_point(fixture, 0, 90, 1);
	add_point(fixture, 180, -90, 1);
	summary = summary_of(fixture, EARTH);
	assert_true(fabs(summary.centre.x) < 1e-9 && fabs(summary.centre.y) < 1e-9);
	assert_int_equal(summary.centre_zoom, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_shows_from_the_start),
		cmocka_unit_test(a_small_theme_is_shown_whole),
		cmocka_unit_test(a_dense_theme_is_shown_where_it_is_dense),
		cmocka_unit_test(vertices_count_too),
		cmocka_unit_test(giants_are_not_hidden),
		cmocka_unit_test(places_that_have_none_are_left_out),
		cmocka_unit_test(the_poles_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
