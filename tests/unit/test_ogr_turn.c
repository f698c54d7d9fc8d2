/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cpl_conv.h>
#include <cpl_error.h>

#include "ogr_data.h"
#include "tiler/ogr_geometry.h"

/* EXPECTED: NULL where the geometry is left as it is. */
static void assert_within(const char *wkt, double turn, const char *expected)
{
	OGRGeometryH geometry = geometry_make(wkt), within = ogr_within_a_turn(geometry, turn),
		     normal;
	char *told = NULL;

	OGR_G_DestroyGeometry(geometry);
	if (!expected || !within) {
		assert_null(expected);
		assert_null(within);
		return;
	}
	normal = OGR_G_Normalize(within);
	OGR_G_ExportToWkt(normal, &told);
	assert_string_equal(told, expected);
	CPLFree(told);
	OGR_G_DestroyGeometry(normal);
	OGR_G_DestroyGeometry(within);
}

static void what_lies_within_is_left_alone(void **state)
{
	(void)state;
	assert_within("POINT(180 0)", 360, NULL);
	assert_within("POINT(-180 0)", 360, NULL);
	assert_within("POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))", 360, NULL);
	assert_within("LINESTRING(-180.0000000001 0,10 10)", 360, NULL);
	assert_within("POINT EMPTY", 360, NULL);
	assert_null(ogr_within_a_turn(NULL, 360));
}

static void metres_are_no_longitudes(void **state)
{
	(void)state;
	assert_within("POINT(1351000 7222000)", 360, NULL);
	assert_within("LINESTRING(-1351000 0,1351000 0)", 360, NULL);
}

static void points_come_back_by_whole_turns(void **state)
{
	(void)state;
	assert_within("POINT(181 5)", 360, "GEOMETRYCOLLECTION (POINT (-179 5))");
	assert_within("POINT(-250 5)", 360, "GEOMETRYCOLLECTION (POINT (110 5))");
	assert_within("POINT(540 5)", 360, "GEOMETRYCOLLECTION (POINT (180 5))");
	assert_within("POINT(201 5)", 400, "GEOMETRYCOLLECTION (POINT (-199 5))"); /* gon */
}

static void shapes_are_cut_at_the_seam(void **state)
{
	(void)state;
	assert_within("LINESTRING(170 0,190 10)", 360,
		      "GEOMETRYCOLLECTION (LINESTRING (170 0,180 5),LINESTRING (-180 5,-170 10))");
	assert_within("POLYGON((170 0,190 0,190 10,170 10,170 0))", 360,
		      "GEOMETRYCOLLECTION (POLYGON ((170 0,170 10,180 10,180 0,170 0)),"
		      "POLYGON ((-180 0,-180 10,-170 10,-170 0,-180 0)))");
}

/* A corner on the seam leaves no point behind. */
static void only_what_has_the_same_dimension_is_kept(void **state)
{
	(void)state;
	assert_within("MULTIPOLYGON(((170 0,180 5,170 10,170 0)),((190 0,200 0,200 10,190 0)))",
		      360,
		      "GEOMETRYCOLLECTION (POLYGON ((170 0,170 10,180 5,170 0)),"
		      "POLYGON ((-170 0,-160 10,-160 0,-170 0)))");
}

static void a_collection_is_cut_part_by_part(void **state)
{
	(void)state;
	assert_within(
		"GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(179 0,181 0))", 360,
		"GEOMETRYCOLLECTION (LINESTRING (179 0,180 0),LINESTRING (-180 0,-179 0),POINT (1 1))");
}

static void invalid_polygons_are_cut_too(void **state)
{
	OGRGeometryH geometry = geometry_make("POLYGON((170 0,190 10,190 0,170 10,170 0))"), within;
	OGREnvelope all;

	(void)state;
	CPLPushErrorHandler(CPLQuietErrorHandler);
	within = ogr_within_a_turn(geometry, 360);
	CPLPopErrorHandler();
	assert_non_null(within);
	OGR_G_GetEnvelope(within, &all);
	assert_true(all.MinX == -180 && all.MaxX == 180);
	OGR_G_DestroyGeometry(geometry);
	OGR_G_DestroyGeometry(within);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lies_within_is_left_alone),
		cmocka_unit_test(metres_are_no_longitudes),
		cmocka_unit_test(points_come_back_by_whole_turns),
		cmocka_unit_test(shapes_are_cut_at_the_seam),
		cmocka_unit_test(only_what_has_the_same_dimension_is_kept),
		cmocka_unit_test(a_collection_is_cut_part_by_part),
		cmocka_unit_test(invalid_polygons_are_cut_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
