/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <geos_c.h>
#include <stdbool.h>
#include <string.h>

#include "shapes.h"
#include "tiler/repair.h"

/* Rings on the tile's grid as GEOS sees them: the judge of what the engine makes of them. */

enum {
	GEOS_PARTS_MOST = 4096
};

static inline GEOSGeometry *geos_ring(GEOSContextHandle_t geos, struct tile_path ring)
{
	GEOSCoordSequence *points = GEOSCoordSeq_create_r(geos, ring.count + 1, 2);

	for (uint32_t i = 0; i <= ring.count; i++)
		GEOSCoordSeq_setXY_r(geos, points, i, ring.points[i % ring.count].x,
				     ring.points[i % ring.count].y);
	return GEOSGeom_createLinearRing_r(geos, points);
}

/* New multipolygon of the rings as they are, each exterior with the holes that follow it. */
static inline GEOSGeometry *geos_polygons(GEOSContextHandle_t geos, struct tile_rings rings)
{
	GEOSGeometry *polygons[GEOS_PARTS_MOST], *holes[GEOS_PARTS_MOST];
	uint32_t count = 0;

	for (uint32_t i = 0; i < rings.count && count < GEOS_PARTS_MOST;) {
		GEOSGeometry *exterior = geos_ring(geos, rings.rings[i++]);
		uint32_t hole_count = 0;

		for (; i < rings.count && !rings.rings[i].exterior && hole_count < GEOS_PARTS_MOST;
		     i++)
			holes[hole_count++] = geos_ring(geos, rings.rings[i]);
		polygons[count++] = GEOSGeom_createPolygon_r(geos, exterior, holes, hole_count);
	}
	return GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, polygons, count);
}

static inline bool geos_finds_valid(GEOSContextHandle_t geos, struct tile_rings rings)
{
	GEOSGeometry *geometry = geos_polygons(geos, rings);
	char valid = GEOSisValid_r(geos, geometry);

	GEOSGeom_destroy_r(geos, geometry);
	return valid == 1;
}

/* Area of what GEOS makes of the rings by its structure method: exteriors add up, holes take away.
 */
static inline double geos_structure_area(GEOSContextHandle_t geos, struct tile_rings rings)
{
	GEOSGeometry *geometry = geos_polygons(geos, rings), *valid;
	GEOSMakeValidParams *how = GEOSMakeValidParams_create_r(geos);
	double area = -1;

	GEOSMakeValidParams_setMethod_r(geos, how, GEOS_MAKE_VALID_STRUCTURE);
	GEOSMakeValidParams_setKeepCollapsed_r(geos, how, 0);
	valid = GEOSMakeValidWithParams_r(geos, geometry, how);
	GEOSArea_r(geos, valid, &area);
	GEOSGeom_destroy_r(geos, valid);
	GEOSMakeValidParams_destroy_r(geos, how);
	GEOSGeom_destroy_r(geos, geometry);
	return area;
}

/* For people, when a random polygon fails. */
static inline const char *geos_text(GEOSContextHandle_t geos, struct tile_rings rings)
{
	static char text[8192];
	GEOSGeometry *geometry = geos_polygons(geos, rings);
	GEOSWKTWriter *writer = GEOSWKTWriter_create_r(geos);
	char *wkt;

	GEOSWKTWriter_setTrim_r(geos, writer, 1);
	wkt = GEOSWKTWriter_write_r(geos, writer, geometry);
	strncpy(text, wkt, sizeof(text) - 1);
	GEOSFree_r(geos, wkt);
	GEOSWKTWriter_destroy_r(geos, writer);
	GEOSGeom_destroy_r(geos, geometry);
	return text;
}

/* "ring / ring": an exterior and its holes; "ring ; ring": two exteriors. Wound as MVT asks. */
static inline struct tile_rings tile_rings_of(struct arena *arena, const char *text)
{
	struct tile_rings rings = {arena_alloc(arena, 64 * sizeof(*rings.rings)), 0};
	bool exterior = true;

	while (*text) {
		size_t length = strcspn(text, "/;");
		char *one = arena_alloc(arena, length + 1);

		memcpy(one, text, length);
		one[length] = '\0';
		rings.rings[rings.count] = tile_path_of(arena, one);
		rings.rings[rings.count].exterior = exterior;
		tile_path_orient(rings.rings[rings.count++], exterior);
		exterior = text[length] == ';';
		text += length + (text[length] != '\0');
	}
	return rings;
}

static inline double double_area_of(struct tile_rings rings)
{
	double sum = 0;

	for (uint32_t r = 0; r < rings.count; r++)
		sum += (double)tile_path_double_area(rings.rings[r]);
	return sum;
}
