/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <geos_c.h>

#include "tiler/companion.h"
#include "tiler/interior.h"

/* GEOS judges: its largest inscribed circle is the most room there is. */

enum {
	VERTICES_MOST = 6000
};

struct sketch {
	struct point points[VERTICES_MOST];
	struct path paths[8];
	struct geometry geometry;
	uint32_t count; /* of the points used */
};

static void ring_begin(struct sketch *sketch, bool exterior)
{
	struct path *path = &sketch->paths[sketch->geometry.path_count++];

	sketch->geometry.paths = sketch->paths;
	*path = (struct path){&sketch->points[sketch->count], 0, exterior};
}

static void add_point(struct sketch *sketch, double x, double y)
{
	assert_true(sketch->count < VERTICES_MOST);
	sketch->points[sketch->count++] = (struct point){x, y};
	sketch->paths[sketch->geometry.path_count - 1].count++;
}

static void ring_end(struct sketch *sketch)
{
	struct point first = sketch->paths[sketch->geometry.path_count - 1].points[0];

	add_point(sketch, first.x, first.y);
}

static void rectangle(struct sketch *sketch, bool exterior, double x, double y, double width,
		      double height)
{
	sketch->geometry.kind = GEOMETRY_POLYGON;
	ring_begin(sketch, exterior);
	add_point(sketch, x, y);
	add_point(sketch, x + width, y);
	add_point(sketch, x + width, y + height);
	add_point(sketch, x, y + height);
	ring_end(sketch);
}

static void line(struct sketch *sketch, const double *coordinates, uint32_t count)
{
	sketch->geometry.kind = GEOMETRY_LINE;
	ring_begin(sketch, false);
	for (uint32_t i = 0; i < count; i++)
		add_point(sketch, coordinates[2 * i], coordinates[2 * i + 1]);
}

static double number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) / (double)(1 << 24);
}

/* A ring around (X, Y) whose radius goes up and down by chance. */
static void star(struct sketch *sketch, bool exterior, double x, double y, double radius,
		 uint32_t vertices, uint32_t *seed)
{
	sketch->geometry.kind = GEOMETRY_POLYGON;
	ring_begin(sketch, exterior);
	for (uint32_t i = 0; i < vertices; i++) {
		double angle = 2 * M_PI * i / vertices, r = radius * (0.3 + 0.7 * number(seed));

		add_point(sketch, x + r * cos(angle), y + r * sin(angle));
	}
	ring_end(sketch);
}

static GEOSGeometry *ring_of(GEOSContextHandle_t geos, const struct path *path)
{
	GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(geos, path->count, 2);

	for (uint32_t i = 0; i < path->count; i++)
		GEOSCoordSeq_setXY_r(geos, sequence, i, path->points[i].x, path->points[i].y);
	return GEOSGeom_createLinearRing_r(geos, sequence);
}

/* Of the first path and the holes behind it. */
static GEOSGeometry *polygon_of(GEOSContextHandle_t geos, const struct sketch *sketch)
{
	GEOSGeometry *holes[8];
	uint32_t count = 0;

	while (count + 1 < sketch->geometry.path_count && !sketch->paths[count + 1].exterior) {
		holes[count] = ring_of(geos, &sketch->paths[count + 1]);
		count++;
	}
	return GEOSGeom_createPolygon_r(geos, ring_of(geos, &sketch->paths[0]), holes, count);
}

struct room {
	double most; /* radius of the largest circle inside */
	double ours; /* of the one around our point; 0 when it is outside */
	double x, y; /* GEOS's centroid */
};

static struct room measure(const struct sketch *sketch, struct point point, bool with_most)
{
	GEOSContextHandle_t geos = GEOS_init_r();
	GEOSGeometry *polygon = polygon_of(geos, sketch), *border = GEOSBoundary_r(geos, polygon);
	GEOSGeometry *at = GEOSGeom_createPointFromXY_r(geos, point.x, point.y);
	GEOSGeometry *circle, *centroid = GEOSGetCentroid_r(geos, polygon);
	struct room room = {0};

	assert_int_equal(GEOSisValid_r(geos, polygon), 1);
	if (with_most) {
		circle = GEOSMaximumInscribedCircle_r(geos, polygon, 0.01);
		GEOSLength_r(geos, circle, &room.most);
		GEOSGeom_destroy_r(geos, circle);
	}
	if (GEOSContains_r(geos, polygon, at) == 1)
		GEOSDistance_r(geos, border, at, &room.ours);
	GEOSGeomGetX_r(geos, centroid, &room.x);
	GEOSGeomGetY_r(geos, centroid, &room.y);
	GEOSGeom_destroy_r(geos, centroid);
	GEOSGeom_destroy_r(geos, at);
	GEOSGeom_destroy_r(geos, border);
	GEOSGeom_destroy_r(geos, polygon);
	GEOS_finish_r(geos);
	return room;
}

static struct companion find(enum companion_point point, const struct sketch *sketch)
{
	struct arena *arena = arena_new();
	struct companion found = {{NAN, NAN}, false, NAN};

	assert_true(companion_find(point, &sketch->geometry, 1, arena, &found));
	arena_free(arena);
	return found;
}

static void assert_at(struct companion found, double x, double y)
{
	if (!(fabs(found.at.x - x) < 1e-6 && fabs(found.at.y - y) < 1e-6))
		fail_msg("(%.9g, %.9g) is not (%.9g, %.9g)", found.at.x, found.at.y, x, y);
}

static void assert_roomy(const struct sketch *sketch)
{
	struct companion found = find(COMPANION_INTERIOR, sketch);
	struct room room = measure(sketch, found.at, true);

	assert_false(found.turned);
	assert_true(interior_holds(&sketch->geometry, found.at));
	if (!(room.ours >= 0.9 * room.most - 0.02))
		fail_msg("%g of %g", room.ours, room.most);
}

static void interior_points_have_room(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct sketch *sketch = calloc(1, sizeof(*sketch));
		double x = 1351000 * (i % 2), y = 7222000 * (i % 3);

		star(sketch, true, x, y, 400, 5 + 7 * (uint32_t)i, &seed);
		if (i % 4 == 0)
			star(sketch, false, x, y, 100, 9, &seed);
		assert_roomy(sketch);
		free(sketch);
	}
}

static void a_ring_road_holds_its_point(void **state)
{
	struct sketch sketch = {.count = 0};

	(void)state;
	rectangle(&sketch, true, 0, 0, 1000, 1000);
	rectangle(&sketch, false, 20, 10, 950, 980);
	assert_roomy(&sketch);
}

/* GEOS's own search does not end on this one in a minute. */
static void a_comb_holds_its_point(void **state)
{
	struct sketch *sketch = calloc(1, sizeof(*sketch));
	struct companion found;

	(void)state;
	sketch->geometry.kind = GEOMETRY_POLYGON;
	ring_begin(sketch, true);
	add_point(sketch, 0, -1);
	for (int i = 0; i < 1000; i++) {
		add_point(sketch, 2 * i, 0);
		add_point(sketch, 2 * i, 1000);
		add_point(sketch, 2 * i + 1, 1000);
		add_point(sketch, 2 * i + 1, 0);
	}
	add_point(sketch, 1999, -1);
	ring_end(sketch);
	found = find(COMPANION_INTERIOR, sketch);
	assert_true(measure(sketch, found.at, false).ours > 0.2);
	free(sketch);
}

static void the_largest_part_is_chosen(void **state)
{
	struct sketch sketch = {.count = 0};

	(void)state;
	rectangle(&sketch, true, 0, 0, 10, 10);
	rectangle(&sketch, true, 100, 0, 30, 30);
	rectangle(&sketch, false, 101, 1, 28, 28);
	rectangle(&sketch, true, 200, 0, 12, 12);
	assert_at(find(COMPANION_INTERIOR, &sketch), 206, 6);
}

static void a_polygon_without_area_has_a_vertex(void **state)
{
	struct sketch sketch = {.count = 0};

	(void)state;
	rectangle(&sketch, true, 5, 7, 0, 3);
	assert_at(find(COMPANION_INTERIOR, &sketch), 5, 7);
	assert_at(find(COMPANION_CENTROID, &sketch), 5, 7);
}

static void centroids_are_those_of_geos(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct sketch *sketch = calloc(1, sizeof(*sketch));
		struct companion found;
		struct room room;

		star(sketch, true, 1351000, 7222000, 400, 5 + 7 * (uint32_t)i, &seed);
		star(sketch, false, 1351000, 7222000, 100, 9, &seed);
		if (i % 2) { /* windings are not looked at */
			for (uint32_t k = 0; k < sketch->paths[1].count / 2; k++) {
				struct point *ring = sketch->paths[1].points, kept = ring[k];

				ring[k] = ring[sketch->paths[1].count - 1 - k];
				ring[sketch->paths[1].count - 1 - k] = kept;
			}
		}
		found = find(COMPANION_CENTROID, sketch);
		room = measure(sketch, found.at, false);
		assert_at(found, room.x, room.y);
		free(sketch);
	}
}

static const double HOOK[] = {0, 0, 0, 0, 0, 10, 30, 10, 30, 10};
static const double SHORT[] = {100, 100, 95, 105};

static void lines_have_ends_and_a_middle(void **state)
{
	struct sketch sketch = {.count = 0};
	struct companion found;

	(void)state;
	line(&sketch, HOOK, 5);
	line(&sketch, SHORT, 2);
	found = find(COMPANION_START, &sketch);
	assert_at(found, 0, 0);
	assert_true(found.turned && found.angle == 270); /* north: up is against the clock */
	found = find(COMPANION_END, &sketch);
	assert_at(found, 95, 105);
	assert_true(found.turned && fabs(found.angle - 225) < 1e-9);
	found = find(COMPANION_MIDDLE, &sketch);
	assert_at(found, 10, 10);
	assert_true(found.turned && found.angle == 0);
	found = find(COMPANION_INTERIOR, &sketch);
	assert_at(found, 10, 10);
	found = find(COMPANION_CENTROID, &sketch);
	assert_false(found.turned);
	sketch.geometry.path_count = 1;
	assert_at(find(COMPANION_END, &sketch), 30, 10);
	assert_true(find(COMPANION_END, &sketch).angle == 0);
}

static void polygons_have_no_ends(void **state)
{
	struct sketch sketch = {.count = 0};

	(void)state;
	rectangle(&sketch, true, 0, 0, 10, 10);
	assert_at(find(COMPANION_END, &sketch), 5, 5);
	assert_false(find(COMPANION_END, &sketch).turned);
}

static void the_highest_dimension_is_looked_at(void **state)
{
	struct sketch lines = {.count = 0}, polygons = {.count = 0};
	struct point lonely = {1, 2};
	struct path path = {&lonely, 1, false};
	struct geometry both[3] = {{GEOMETRY_POINT, 1, &path}};
	struct arena *arena = arena_new();
	struct companion found;

	(void)state;
	line(&lines, HOOK, 5);
	rectangle(&polygons, true, 0, 0, 10, 10);
	both[1] = lines.geometry;
	both[2] = polygons.geometry;
	assert_true(companion_find(COMPANION_INTERIOR, both, 3, arena, &found));
	assert_at(found, 5, 5);
	assert_true(companion_find(COMPANION_MIDDLE, both, 2, arena, &found));
	assert_at(found, 10, 10);
	assert_true(companion_find(COMPANION_MIDDLE, both, 1, arena, &found));
	assert_at(found, 1, 2);
	assert_false(companion_find(COMPANION_MIDDLE, both, 0, arena, &found));
	assert_false(companion_find(COMPANION_NONE, both, 3, arena, &found));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interior_points_have_room),
		cmocka_unit_test(a_ring_road_holds_its_point),
		cmocka_unit_test(a_comb_holds_its_point),
		cmocka_unit_test(the_largest_part_is_chosen),
		cmocka_unit_test(a_polygon_without_area_has_a_vertex),
		cmocka_unit_test(centroids_are_those_of_geos),
		cmocka_unit_test(lines_have_ends_and_a_middle),
		cmocka_unit_test(polygons_have_no_ends),
		cmocka_unit_test(the_highest_dimension_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
