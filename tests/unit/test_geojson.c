/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/geojson.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"

/* What is written is read back by jansson. */

static struct crs degrees = {.definition = "OGC:CRS84", .geographic = true},
		  metres = {.definition = "EPSG:3948"};

static struct column columns[] = {{.name = "nom", .type = VALUE_TEXT},
				  {.name = "a\"\\\n", .type = VALUE_INTEGER},
				  {.name = "part", .type = VALUE_REAL},
				  {.name = "vrai", .type = VALUE_BOOLEAN}};
static const struct value nothing[4];

static struct prepared theme_of(enum geometry_kind kind)
{
	return (struct prepared){.kind = kind, .columns = columns, .column_count = 4};
}

/* The feature read back; new. */
static json_t *written(const struct prepared *prepared, const struct crs *crs, bool northing_first,
		       const bool *chosen, const struct feature *feature)
{
	struct geojson geojson;
	json_t *json;
	struct buf out;

	buf_init(&out, 0);
	buf_add_char(&out, '{');
	geojson_init(&geojson, prepared, crs, northing_first, chosen, &out);
	geojson_feature(&geojson, feature);
	geojson_release(&geojson);
	buf_add_char(&out, '}');
	json = json_loads(out.bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	if (!json)
		fail_msg("no JSON: %s", out.bytes);
	buf_release(&out);
	return json;
}

static void expect_geometry(const struct prepared *prepared, const struct crs *crs,
			    bool northing_first, const struct geometry *geometries, uint32_t count,
			    const char *expected)
{
	struct feature feature = {
		.geometry_count = count, .geometries = geometries, .values = nothing};
	json_t *json = written(prepared, crs, northing_first, NULL, &feature);
	char *text = json_dumps(json_object_get(json, "geometry"),
				JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

	assert_string_equal(text, expected);
	free(text);
	json_decref(json);
}

static void coordinates_have_the_decimals_of_their_unit(void **state)
{
	struct point points[] = {{-1.67812345678, 48.1}};
	struct path path = {points, 1, false};
	struct geometry point = {GEOMETRY_POINT, 1, &path};
	struct prepared prepared = theme_of(GEOMETRY_POINT);

	(void)state;
	expect_geometry(&prepared, &degrees, false, &point, 1,
			"{\"type\":\"Point\",\"coordinates\":[-1.6781235,48.1]}");
	expect_geometry(&prepared, &degrees, true, &point, 1,
			"{\"type\":\"Point\",\"coordinates\":[48.1,-1.6781235]}");
	points[0] = (struct point){1350000.0004, -0.0004};
	expect_geometry(&prepared, &metres, false, &point, 1,
			"{\"type\":\"Point\",\"coordinates\":[1350000,0]}");
	points[0] = (struct point){-0.05, 7220000.9996};
	expect_geometry(&prepared, &metres, false, &point, 1,
			"{\"type\":\"Point\",\"coordinates\":[-0.05,7220001]}");
	points[0] = (struct point){1e300, -1e-300};
	expect_geometry(&prepared, &metres, false, &point, 1,
			"{\"type\":\"Point\",\"coordinates\":[1e300,0]}");
	/* where there is no image there is no geometry */
	points[0] = (struct point){HUGE_VAL, HUGE_VAL};
	expect_geometry(&prepared, &metres, false, &point, 1, "null");
	expect_geometry(&prepared, &metres, false, NULL, 0, "null");
}

static void each_kind_has_its_form(void **state)
{
	struct point a[] = {{0, 0}, {1, 1}}, b[] = {{2, 2}, {3, 3}};
	struct path paths[] = {{a, 2, false}, {b, 2, false}};
	struct geometry lines = {GEOMETRY_LINE, 2, paths}, line = {GEOMETRY_LINE, 1, paths};
	struct geometry points = {GEOMETRY_POINT, 1, paths};
	struct geometry several[] = {points, line};
	struct prepared of_lines = theme_of(GEOMETRY_LINE), of_points = theme_of(GEOMETRY_POINT),
			mixed = theme_of(GEOMETRY_MIXED);

	(void)state;
	expect_geometry(
		&mixed, &metres, false, &lines, 1,
		"{\"type\":\"MultiLineString\",\"coordinates\":[[[0,0],[1,1]],[[2,2],[3,3]]]}");
	expect_geometry(&mixed, &metres, false, &line, 1,
			"{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}");
	expect_geometry(&of_lines, &metres, false, &line, 1,
			"{\"type\":\"MultiLineString\",\"coordinates\":[[[0,0],[1,1]]]}");
	expect_geometry(&mixed, &metres, false, &points, 1,
			"{\"type\":\"MultiPoint\",\"coordinates\":[[0,0],[1,1]]}");
	expect_geometry(&mixed, &metres, false, several, 2,
			"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"MultiPoint\","
			"\"coordinates\":[[0,0],[1,1]]},{\"type\":\"LineString\","
			"\"coordinates\":[[0,0],[1,1]]}]}");
	/* a point is several where one of the theme is */
	paths[0].count = 1;
	of_points.levels[0].features = 10;
	of_points.levels[0].vertices = 10;
	expect_geometry(&of_points, &metres, false, &points, 1,
			"{\"type\":\"Point\",\"coordinates\":[0,0]}");
	of_points.levels[0].vertices = 11;
	expect_geometry(&of_points, &metres, false, &points, 1,
			"{\"type\":\"MultiPoint\",\"coordinates\":[[0,0]]}");
}

static void rings_run_as_rfc_7946_has_them(void **state)
{
	struct point outer[] = {{0, 0}, {0, 9}, {9, 9}, {0, 0}};     /* clockwise */
	struct point hole[] = {{1, 2}, {2, 3}, {1, 3}, {1, 2}};	     /* counterclockwise */
	struct point other[] = {{20, 0}, {29, 0}, {29, 9}, {20, 0}}; /* counterclockwise */
	struct path rings[] = {{outer, 4, true}, {hole, 4, false}, {other, 4, true}};
	struct geometry polygon = {GEOMETRY_POLYGON, 2, rings}, both = {GEOMETRY_POLYGON, 3, rings};
	struct prepared mixed = theme_of(GEOMETRY_MIXED);

	(void)state;
	expect_geometry(&mixed, &metres, false, &polygon, 1,
			"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,9],[0,9],[0,0]],"
			"[[1,2],[1,3],[2,3],[1,2]]]}");
	expect_geometry(&mixed, &metres, false, &both, 1,
			"{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,9],[0,9],[0,0]],"
			"[[1,2],[1,3],[2,3],[1,2]]],[[[20,0],[29,0],[29,9],[20,0]]]]}");
}

static void values_are_what_they_are(void **state)
{
	static const char wicked[] = "\"\\</\n\t\x01\0\x7f \xc3\xa9 \xe6\x97";
	static const bool chosen[] = {false, true, false, true};
	struct value values[] = {
		{.type = VALUE_TEXT, .text = {wicked, sizeof(wicked) - 1}},
		{.type = VALUE_INTEGER, .integer = INT64_MIN},
		{.type = VALUE_REAL, .real = 0.1},
		{.type = VALUE_BOOLEAN, .boolean = true},
	};
	struct feature feature = {.id = 9007199254740993, .has_id = true, .values = values};
	struct prepared prepared = theme_of(GEOMETRY_POINT);
	json_t *json = written(&prepared, &degrees, false, NULL, &feature), *properties, *text;

	(void)state;
	assert_true(json_integer_value(json_object_get(json, "id")) == 9007199254740993);
	properties = json_object_get(json, "properties");
	assert_int_equal(json_object_size(properties), 4);
	text = json_object_get(properties, "nom");
	/* up to the character that breaks off */
	assert_memory_equal(json_string_value(text), wicked, sizeof(wicked) - 3);
	assert_true(json_integer_value(json_object_get(properties, "a\"\\\n")) == INT64_MIN);
	assert_true(json_real_value(json_object_get(properties, "part")) == 0.1);
	assert_true(json_is_true(json_object_get(properties, "vrai")));
	json_decref(json);

	values[2].real = NAN;
	values[3].type = VALUE_NULL;
	feature.has_id = false;
	json = written(&prepared, &degrees, false, NULL, &feature);
	properties = json_object_get(json, "properties");
	assert_true(json_is_null(json_object_get(properties, "part")));
	assert_true(json_is_null(json_object_get(properties, "vrai")));
	assert_null(json_object_get(json, "id"));
	json_decref(json);

	json = written(&prepared, &degrees, false, chosen, &feature);
	properties = json_object_get(json, "properties");
	assert_int_equal(json_object_size(properties), 2);
	assert_non_null(json_object_get(properties, "vrai"));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coordinates_have_the_decimals_of_their_unit),
		cmocka_unit_test(each_kind_has_its_form),
		cmocka_unit_test(rings_run_as_rfc_7946_has_them),
		cmocka_unit_test(values_are_what_they_are),
	};

	return cmocka_run_group_tests_name("geojson", tests, NULL, NULL);
}
