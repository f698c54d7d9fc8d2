/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/crs.h"

static const char ENGINEERING_CRS[] =
	"ENGCRS[\"site\",EDATUM[\"peg\"],CS[Cartesian,2],AXIS[\"x\",east],AXIS[\"y\",north],"
	"LENGTHUNIT[\"metre\",1]]";

static struct crs *crs_of(const char *definition)
{
	struct error error;
	struct crs *crs = NULL;

	if (crs_new(definition, &crs, &error))
		fail_msg("%s: %s", definition, error.text);
	return crs;
}

static struct transform *transform_of(const char *from, const char *to)
{
	struct crs *source = crs_of(from), *target = crs_of(to);
	struct transform *transform = NULL;
	struct error error;

	if (transform_new(source, target, &transform, &error))
		fail_msg("%s to %s: %s", from, to, error.text);
	crs_free(source);
	crs_free(target);
	return transform;
}

static void assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance))
		fail_msg("%.9g is not within %g of %.9g", value, tolerance, expected);
}

static void a_registered_crs_is_described(void **state)
{
	struct crs *crs = crs_of("EPSG:3948");

	(void)state;
	assert_string_equal(crs->name, "RGF93 v1 / CC48");
	assert_string_equal(crs->authority, "EPSG");
	assert_string_equal(crs->code, "3948");
	assert_string_equal(crs->definition, "EPSG:3948");
	assert_false(crs->geographic);
	assert_true(crs->metres_per_unit == 1);
	assert_true(box_is_finite(crs->area_of_use));
	assert_true(crs->area_of_use.miny > 40 && crs->area_of_use.maxy < 55);
	crs_free(crs);
}

static void a_degree_is_counted_at_the_equator(void **state)
{
	struct crs *crs = crs_of("EPSG:4326");

	(void)state;
	assert_true(crs->geographic);
	assert_near(crs->metres_per_unit, 111319.49, 0.01);
	crs_free(crs);
	crs = crs_of("EPSG:2263"); /* US survey feet */
	assert_near(crs->metres_per_unit, 0.3048006, 1e-7);
	crs_free(crs);
}

static void definitions_of_all_kinds_are_understood(void **state)
{
	struct crs *plain = crs_of("EPSG:2154");
	struct crs *urn = crs_of("urn:ogc:def:crs:EPSG::2154");
	struct crs *three = crs_of("EPSG:4979");
	struct crs *compound = crs_of("EPSG:5698"); /* Lambert-93 + NGF height */

	(void)state;
	assert_true(crs_equal(plain, urn));
	assert_true(crs_equal(plain, compound));
	assert_false(crs_equal(plain, three));
	assert_true(three->geographic);
	crs_free(plain);
	crs_free(urn);
	crs_free(three);
	crs_free(compound);
}

static void a_crs_in_no_register_keeps_its_wkt(void **state)
{
	struct crs *crs = crs_of("+proj=lcc +lat_1=47 +lat_2=49 +lat_0=48 +lon_0=-2 +x_0=1000 "
				 "+y_0=2000 +ellps=GRS80 +units=m +type=crs");
	struct crs *again = crs_of(crs->definition);

	(void)state;
	assert_null(crs->authority);
	assert_null(crs->code);
	assert_non_null(strstr(crs->definition, "PROJCRS"));
	assert_true(crs_equal(crs, again));
	crs_free(crs);
	crs_free(again);
}

static void what_is_no_place_on_a_map_is_refused(void **state)
{
	struct crs *crs = NULL;
	struct error error;

	(void)state;
	assert_int_equal(crs_new("EPSG:99999", &crs, &error), ERROR_INVALID);
	assert_non_null(strstr(error.text, "EPSG:99999"));
	assert_int_equal(crs_new("", &crs, &error), ERROR_INVALID);
	assert_int_equal(crs_new("EPSG:7019", &crs, &error), ERROR_INVALID); /* GRS 1980 */
	assert_int_equal(crs_new("+proj=merc", &crs, &error), ERROR_INVALID);
	assert_int_equal(crs_new("EPSG:5720", &crs, &error), ERROR_UNSUPPORTED); /* heights */
	assert_int_equal(crs_new("EPSG:4978", &crs, &error), ERROR_UNSUPPORTED); /* geocentric */
	assert_int_equal(crs_new(ENGINEERING_CRS, &crs, &error), ERROR_UNSUPPORTED);
	assert_null(crs);
}

static void coordinates_are_easting_then_northing(void **state)
{
	struct transform *transform = transform_of("EPSG:4326", "EPSG:3857");
	struct point points[] = {{-1.677793, 48.117266}, {180, 0}};

	(void)state;
	assert_int_equal(transform_forward(transform, points, 2), 0);
	/* x = a * longitude, y = a * ln(tan(45 + latitude / 2)), a = 6378137 m */
	assert_near(points[0].x, 6378137 * -1.677793 * M_PI / 180, 1e-3);
	assert_near(points[0].y, 6378137 * log(tan((45 + 48.117266 / 2) * M_PI / 180)), 1e-3);
	assert_near(points[1].x, 20037508.342789, 1e-3);
	assert_int_equal(transform_back(transform, points, 1), 0);
	assert_near(points[0].x, -1.677793, 1e-9);
	assert_near(points[0].y, 48.117266, 1e-9);
	transform_free(transform);
}

/* The origin of CC48 is defined: 3 degrees east, 48 degrees north is at 1700000, 7200000. */
static void the_origin_of_cc48_is_where_it_is_defined(void **state)
{
	struct transform *transform = transform_of("EPSG:4171", "EPSG:3948");
	struct point point = {3, 48};

	(void)state;
	assert_int_equal(transform_forward(transform, &point, 1), 0);
	assert_near(point.x, 1700000, 1e-3);
	assert_near(point.y, 7200000, 1e-3);
	transform_free(transform);
}

static void points_without_image_are_told(void **state)
{
	struct transform *transform = transform_of("EPSG:4326", "EPSG:3857");
	struct point points[] = {{2, 48}, {0, 91}, {NAN, 0}, {3, 48}};

	(void)state;
	assert_int_equal(transform_forward(transform, points, 4), 2);
	assert_true(isfinite(points[0].x) && isfinite(points[3].x));
	assert_true(points[1].x == HUGE_VAL && points[1].y == HUGE_VAL);
	assert_true(points[2].x == HUGE_VAL && points[2].y == HUGE_VAL);
	assert_true(points[3].x > points[0].x);
	assert_int_equal(transform_calls(transform), 4);
	assert_int_equal(transform_forward(transform, points, 0), 0);
	transform_free(transform);
}

static void the_image_of_a_box_holds_its_bulge(void **state)
{
	/* A parallel is straight in degrees and bends in a conic projection: the middle of the
	 * northern side lies well below its ends. */
	struct transform *transform = transform_of("EPSG:4171", "EPSG:2154");
	struct point middle = {3, 51}, corner = {-7, 51};
	size_t failed = 1;
	struct box image = transform_box(transform, (struct box){-7, 42, 13, 51}, &failed);

	(void)state;
	assert_int_equal(failed, 0);
	transform_forward(transform, &middle, 1);
	transform_forward(transform, &corner, 1);
	assert_true(corner.y > middle.y + 40000);
	assert_near(image.maxy, corner.y, 1e-6);
	middle.x = 3, middle.y = 42;
	transform_forward(transform, &middle, 1);
	assert_near(image.miny, middle.y, 1e-6);
	transform_free(transform);
}

static void a_box_without_image_has_an_empty_one(void **state)
{
	struct transform *transform = transform_of("EPSG:4326", "EPSG:3857");
	size_t failed = 0;
	struct box image = transform_box(transform, (struct box){0, 91, 1, 92}, &failed);

	(void)state;
	assert_true(box_is_empty(image));
	assert_true(failed > 0);
	image = transform_box_back(transform, (struct box){0, 0, 111319.49, 111325.14}, NULL);
	assert_near(image.maxx, 1, 1e-6);
	assert_near(image.maxy, 1, 1e-6);
	transform_free(transform);
}

static void all_meridians_lie_around_a_pole(void **state)
{
	struct transform *transform = transform_of("EPSG:4326", "EPSG:2154");
	struct point pole = {3, 90};
	struct box image;

	(void)state;
	assert_int_equal(transform_forward(transform, &pole, 1), 0);
	image = transform_box_back(transform, box_grown(box_of_points(&pole, 1), 1e5), NULL);
	assert_true(image.minx <= -180 && image.maxx >= 180 && image.maxy >= 90);
	assert_true(image.miny > 85);
	transform_free(transform);
}

/* The cone of Lambert 93 is laid flat with 3 degrees east in the middle. */
static void a_cone_is_cut_opposite_to_its_middle(void **state)
{
	struct transform *cone = transform_of("EPSG:4326", "EPSG:2154");
	struct transform *degrees = transform_of("EPSG:3857", "EPSG:4326");
	struct transform *local = transform_of("EPSG:3413", "EPSG:2154");
	struct transform *paris = transform_of("EPSG:4807", "EPSG:4326");

	(void)state;
	assert_true(fabs(transform_cut(cone) + 177) < 1e-6);
	assert_true(transform_cut(degrees) == HUGE_VAL && transform_cut(local) == HUGE_VAL);
	assert_true(transform_in_step(degrees) && !transform_in_step(local));
	assert_false(transform_in_step(paris));
	assert_true(fabs(transform_pole(degrees) - 90) < 1e-9);
	transform_free(cone);
	transform_free(degrees);
	transform_free(local);
	transform_free(paris);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_registered_crs_is_described),
		cmocka_unit_test(a_degree_is_counted_at_the_equator),
		cmocka_unit_test(definitions_of_all_kinds_are_understood),
		cmocka_unit_test(a_crs_in_no_register_keeps_its_wkt),
		cmocka_unit_test(what_is_no_place_on_a_map_is_refused),
		cmocka_unit_test(coordinates_are_easting_then_northing),
		cmocka_unit_test(the_origin_of_cc48_is_where_it_is_defined),
		cmocka_unit_test(points_without_image_are_told),
		cmocka_unit_test(the_image_of_a_box_holds_its_bulge),
		cmocka_unit_test(a_box_without_image_has_an_empty_one),
		cmocka_unit_test(all_meridians_lie_around_a_pole),
		cmocka_unit_test(a_cone_is_cut_opposite_to_its_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
