/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <geos_c.h>

#include "shapes.h"
#include "tiler/memory.h"
#include "tiler/region.h"

/* GEOS judges, unprepared, by itself: what is built below is not the region's own. */

enum {
	REGIONS_TRIED = 300,
	FEATURES_TRIED = 100,
	PLACES_TRIED = 4000
};

struct bench {
	struct arena *arena;
	GEOSContextHandle_t geos;
};

static int make_bench(void **state)
{
	struct bench *bench = memory_new(sizeof(*bench));

	bench->arena = arena_new();
	bench->geos = GEOS_init_r();
	*state = bench;
	return 0;
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	arena_free(bench->arena);
	GEOS_finish_r(bench->geos);
	free(bench);
	return 0;
}

static GEOSGeometry *read_wkt(const struct bench *bench, const char *text)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(bench->geos);
	GEOSGeometry *geometry = GEOSWKTReader_read_r(bench->geos, reader, text);

	GEOSWKTReader_destroy_r(bench->geos, reader);
	return geometry;
}

/* A geometry and the same as WKT. */
struct drawn {
	struct geometry geometry;
	char text[2000];
};

static void write_path(char *text, size_t size, const struct path *path)
{
	size_t length = strlen(text);

	length += (size_t)snprintf(text + length, size - length, "(");
	for (uint32_t i = 0; i < path->count; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%.17g %.17g",
					   i ? "," : "", path->points[i].x, path->points[i].y);
	snprintf(text + length, size - length, ")");
}

/* One path of COUNT points on a grid of SIDE: so coarse that borders and corners often meet. */
static struct drawn draw(struct bench *bench, struct chance *chance, enum geometry_kind kind,
			 uint32_t count, uint32_t side)
{
	static const char *const words[GEOMETRY_KINDS] = {"", "MULTIPOINT", "LINESTRING",
							  "POLYGON("};
	struct drawn drawn;
	struct path *path = arena_alloc(bench->arena, sizeof(*path));
	struct point from = {chance_below(chance, side * 2 / 3),
			     chance_below(chance, side * 2 / 3)};

	*path = (struct path){arena_alloc(bench->arena, (count + 1) * sizeof(struct point)), count,
			      true};
	for (uint32_t i = 0; i < count; i++)
		path->points[i] = (struct point){from.x + chance_below(chance, side / 2),
						 from.y + chance_below(chance, side / 2)};
	if (kind == GEOMETRY_POLYGON)
		path->points[path->count++] = path->points[0];
	drawn.geometry = (struct geometry){kind, 1, path};
	snprintf(drawn.text, sizeof(drawn.text), "%s", words[kind]);
	write_path(drawn.text, sizeof(drawn.text), path);
	if (kind == GEOMETRY_POLYGON)
		strcat(drawn.text, ")");
	return drawn;
}

/* Draws until GEOS finds it valid and, a line, simple. */
static struct drawn draw_valid(struct bench *bench, struct chance *chance, enum geometry_kind kind,
			       uint32_t side)
{
	for (;;) {
		uint32_t least = kind == GEOMETRY_POLYGON ? 3 : kind == GEOMETRY_LINE ? 2 : 1;
		struct drawn drawn = draw(bench, chance, kind, least + chance_below(chance, 6),
					  side);
		GEOSGeometry *geometry = read_wkt(bench, drawn.text);
		bool valid = geometry && GEOSisValid_r(bench->geos, geometry) == 1 &&
			     GEOSisSimple_r(bench->geos, geometry) == 1;

		GEOSGeom_destroy_r(bench->geos, geometry);
		if (valid)
			return drawn;
	}
}

static bool has_dimension(const struct bench *bench, const GEOSGeometry *a, const GEOSGeometry *b,
			  int dimension)
{
	GEOSGeometry *common = GEOSIntersection_r(bench->geos, a, b);
	bool has = GEOSisEmpty_r(bench->geos, common) == 0 &&
		   GEOSGeom_getDimensions_r(bench->geos, common) == dimension;

	GEOSGeom_destroy_r(bench->geos, common);
	return has;
}

static void check_one(const struct bench *bench, struct region *region, const char *text,
		      const GEOSGeometry *area, const struct drawn *feature, uint32_t seen[2][2])
{
	GEOSGeometry *other = read_wkt(bench, feature->text);
	bool meets = GEOSIntersects_r(bench->geos, area, other) == 1;
	bool part = has_dimension(bench, area, other, (int)feature->geometry.kind - 1);

	if (region_intersects(region, &feature->geometry) != meets)
		fail_msg("intersects: %s %s", text, feature->text);
	if (region_has_part(region, &feature->geometry) != part)
		fail_msg("part: %s %s", text, feature->text);
	seen[meets][part]++;
	GEOSGeom_destroy_r(bench->geos, other);
}

static void predicates_are_those_of_geos(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {7};
	uint32_t seen[2][2] = {{0, 0}, {0, 0}};
	struct error error;

	for (int i = 0; i < REGIONS_TRIED; i++) {
		struct drawn outline = draw_valid(bench, &chance, GEOMETRY_POLYGON, 12);
		GEOSGeometry *area = read_wkt(bench, outline.text);
		struct region *region, *copy;

		assert_int_equal(region_of_geometries(&outline.geometry, 1, &region, &error), 0);
		copy = region_copy(region);
		for (int k = 0; k < FEATURES_TRIED; k++) {
			struct drawn feature = draw_valid(bench, &chance,
							  (enum geometry_kind)(1 + k % 3), 12);

			check_one(bench, k % 2 ? region : copy, outline.text, area, &feature, seen);
		}
		region_free(region);
		region_free(copy);
		GEOSGeom_destroy_r(bench->geos, area);
		arena_reset(bench->arena);
	}
	/* Disjoint, touching, sharing: enough of each for the test to mean something. */
	assert_int_equal(seen[0][1], 0);
	assert_true(seen[0][0] > 1000);
	assert_true(seen[1][0] > 1000);
	assert_true(seen[1][1] > 1000);
}

static struct region *region_of(const char *text)
{
	struct region *region = NULL;
	struct error error;

	if (region_of_wkt(text, &region, &error))
		fail_msg("%s: %s", text, error.text);
	return region;
}

static void wkt_of_every_kind_is_read(void **state)
{
	static const char *const shapes[] = {
		"POINT(3 3)",
		"MULTIPOINT((9 9),(3 3))",
		"linestring z (0 3 1, 9 3 1)",
		"POLYGON((1 1,1 5,5 5,5 1,1 1),(3.1 3.1,3.2 3.1,3.2 3.2,3.1 3.1))",
		"MULTIPOLYGON(((1 1,1 5,5 5,5 1,1 1)),((7 7,8 7,8 8,7 7)))",
		"GEOMETRYCOLLECTION(POINT(8 8),POLYGON((1 1,1 5,5 5,5 1,1 1)))",
	};
	struct bench *bench = *state;
	struct path at = path_of(bench->arena, "3 3"), away = path_of(bench->arena, "2 9");
	struct error error;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct region *region = region_of(shapes[i]);

		assert_int_equal(region_check_wkt(shapes[i], &error), ERROR_NONE);
		if (!region_intersects(region, &(struct geometry){GEOMETRY_POINT, 1, &at}) ||
		    region_intersects(region, &(struct geometry){GEOMETRY_POINT, 1, &away}))
			fail_msg("%s", shapes[i]);
		region_free(region);
	}
}

static void bad_wkt_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum error_code code;
		const char *words;
	} cases[] = {
		{"", ERROR_INVALID, "cannot be used"},
		{"POLYGON((0 0, 1 1", ERROR_INVALID, "cannot be used"},
		{"POINT(1 2) or so", ERROR_INVALID, "cannot be used"},
		{"POINT EMPTY", ERROR_INVALID, "nothing"},
		{"POINT(nan 2)", ERROR_INVALID, "Invalid Coordinate"},
		{"POINT(1e999 2)", ERROR_INVALID, "Invalid Coordinate"},
		{"POLYGON((0 0,4 4,0 4,4 0,0 0))", ERROR_INVALID, "[2 2]"},
		{"POLYGON((0 0,4 4))", ERROR_INVALID, "cannot be used"},
		{"((((((((((0 0))))))))))", ERROR_LIMIT, "parentheses"},
	};
	char *long_text = memory_new(REGION_TEXT_MOST + 2);
	struct region *region = NULL;
	struct error error, checked;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (region_of_wkt(cases[i].text, &region, &error) != cases[i].code)
			fail_msg("%s", cases[i].text);
		assert_int_equal(region_check_wkt(cases[i].text, &checked), cases[i].code);
		assert_string_equal(checked.text, error.text);
		if (!strstr(error.text, cases[i].words))
			fail_msg("%s: %s", cases[i].text, error.text);
	}
	memset(long_text, ' ', REGION_TEXT_MOST + 1);
	long_text[REGION_TEXT_MOST + 1] = '\0';
	assert_int_equal(region_of_wkt(long_text, &region, &error), ERROR_LIMIT);
	free(long_text);
}

static void an_invalid_outline_is_made_valid(void **state)
{
	struct bench *bench = *state;
	struct path bow = path_of(bench->arena, "0 0, 4 4, 0 4, 4 0, 0 0");
	struct path at = path_of(bench->arena, "2 1"), away = path_of(bench->arena, "1 2");
	struct region *region = NULL;
	struct error error;

	assert_int_equal(region_of_geometries(&(struct geometry){GEOMETRY_POLYGON, 1, &bow}, 1,
					      &region, &error),
			 0);
	assert_true(region_intersects(region, &(struct geometry){GEOMETRY_POINT, 1, &at}));
	assert_false(region_intersects(region, &(struct geometry){GEOMETRY_POINT, 1, &away}));
	region_free(region);
	assert_int_equal(region_of_geometries(NULL, 0, &region, &error), ERROR_INVALID);
}

static struct crs *crs_of(const char *definition)
{
	struct crs *crs = NULL;

	assert_int_equal(crs_new(definition, &crs, NULL), 0);
	return crs;
}

/* A parallel is a curve in a conic projection: what lies a few millimetres on either side of it
 * must be told apart all along it. */
/* As a box over the antimeridian is asked for. */
static void between_two_parts_there_is_nothing(void **state)
{
	struct point corners[2][5] = {
		{{178, -20}, {180, -20}, {180, -10}, {178, -10}, {178, -20}},
		{{-180, -20}, {-178, -20}, {-178, -10}, {-180, -10}, {-180, -20}}};
	struct path rings[] = {{corners[0], 5, true}, {corners[1], 5, true}};
	struct geometry boxes[] = {{GEOMETRY_POLYGON, 1, &rings[0]},
				   {GEOMETRY_POLYGON, 1, &rings[1]}};
	struct region *region;
	struct error error;

	(void)state;
	assert_int_equal(region_of_geometries(boxes, 2, &region, &error), ERROR_NONE);
	for (int x = -180; x <= 180; x++) {
		struct point at = {x, -15};
		struct path path = {&at, 1, false};
		struct geometry point = {GEOMETRY_POINT, 1, &path};

		assert_int_equal(region_intersects(region, &point), x <= -178 || x >= 178);
	}
	region_free(region);
}

static void a_moved_side_stays_straight(void **state)
{
	static const double offsets[] = {-2e-3, -0.1, 2e-3, 0.1}; /* metres */
	static const struct box ground = {-2.2, 47.8, -1.1, 48.4};
	static const struct box within = {1.25e6, 7.1e6, 1.45e6, 7.3e6};
	struct crs *degrees = crs_of("OGC:CRS84"), *metres = crs_of("EPSG:3948");
	struct region *boxes[] = {region_of_box(ground),
				  region_of("POLYGON((-180 48.4,180 48.4,180 -90,-180 -90,-180 "
					    "48.4))")};
	struct transform *transform;
	struct chance chance = {5};
	struct error error;

	(void)state;
	assert_int_equal(transform_new(degrees, metres, &transform, &error), 0);
	for (int b = 0; b < 2; b++) {
		struct region *moved = NULL;

		if (region_moved(boxes[b], transform, metres, within, &moved, &error))
			fail_msg("%s", error.text);
		for (int i = 0; i < PLACES_TRIED; i++) {
			double offset = offsets[i % 4];
			struct point at = {chance_between(&chance, -2.15, -1.15), 48.4};
			struct path path = {&at, 1, false};

			transform_forward(transform, &at, 1);
			at.y += offset;
			if (region_intersects(moved, &(struct geometry){GEOMETRY_POINT, 1,
									&path}) != (offset < 0))
				fail_msg("%g m beside the side, at %.3f %.3f", offset, at.x, at.y);
		}
		region_free(moved);
		region_free(boxes[b]);
	}
	transform_free(transform);
	crs_free(degrees);
	crs_free(metres);
}

static void what_is_far_away_is_not_moved(void **state)
{
	struct crs *degrees = crs_of("OGC:CRS84"), *metres = crs_of("EPSG:3948");
	struct region *region = region_of("POLYGON((100 10,110 10,110 20,100 10))"), *moved = NULL;
	struct transform *transform;
	struct error error;

	(void)state;
	assert_int_equal(transform_new(degrees, metres, &transform, &error), 0);
	assert_int_equal(region_moved(region, transform, metres,
				      (struct box){1.25e6, 7.1e6, 1.45e6, 7.3e6}, &moved, &error),
			 ERROR_NOT_FOUND);
	region_free(region);
	transform_free(transform);
	crs_free(degrees);
	crs_free(metres);
}

/* Not in a time, and a memory, that grow with how thin it is; an alarm ends a test that hangs. */
static void slivers_are_quickly_made(void **state)
{
	static const char *const slivers[] = {
		"POLYGON((0 0,1 0,1 0.000000000001,0 0))",
		"POLYGON((0 0,0.000000001 0,0.000000001 1,0 0))",
		"POLYGON((100000000000000000 0,100000000000000032 0,100000000000000032 1,"
		"100000000000000000 0))",
		"POLYGON((0 0,1e300 0,1e300 1e300,0 0))",
	};
	struct point corner = {1, 0};
	struct path path = {&corner, 1, false};

	(void)state;
	alarm(10);
	for (size_t i = 0; i < sizeof(slivers) / sizeof(*slivers); i++) {
		struct region *region = region_of(slivers[i]);

		if (i == 0)
			assert_true(region_intersects(
				region, &(struct geometry){GEOMETRY_POINT, 1, &path}));
		region_free(region);
	}
	alarm(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(predicates_are_those_of_geos, make_bench,
						drop_bench),
		cmocka_unit_test_setup_teardown(wkt_of_every_kind_is_read, make_bench, drop_bench),
		cmocka_unit_test(bad_wkt_is_refused),
		cmocka_unit_test_setup_teardown(an_invalid_outline_is_made_valid, make_bench,
						drop_bench),
		cmocka_unit_test(between_two_parts_there_is_nothing),
		cmocka_unit_test(a_moved_side_stays_straight),
		cmocka_unit_test(what_is_far_away_is_not_moved),
		cmocka_unit_test(slivers_are_quickly_made),
	};

	return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
