/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <geos_c.h>

#include "tiler/arena.h"
#include "tiler/geometry.h"

/* The engine's polygons as GEOS sees them. */

static inline GEOSGeometry *geos_of_ring(GEOSContextHandle_t geos, const struct path *ring)
{
	GEOSCoordSequence *points = GEOSCoordSeq_create_r(geos, ring->count, 2);

	for (uint32_t i = 0; i < ring->count; i++)
		GEOSCoordSeq_setXY_r(geos, points, i, ring->points[i].x, ring->points[i].y);
	return GEOSGeom_createLinearRing_r(geos, points);
}

/* New multipolygon: each exterior with the holes that follow it. */
static inline GEOSGeometry *geos_of_polygons(GEOSContextHandle_t geos, struct arena *arena,
					     const struct geometry *geometry)
{
	GEOSGeometry **parts = arena_alloc(arena, geometry->path_count * sizeof(*parts));
	GEOSGeometry **holes = arena_alloc(arena, geometry->path_count * sizeof(*holes));
	uint32_t count = 0;

	for (uint32_t i = 0; i < geometry->path_count;) {
		GEOSGeometry *exterior = geos_of_ring(geos, &geometry->paths[i++]);
		uint32_t hole_count = 0;

		for (; i < geometry->path_count && !geometry->paths[i].exterior; i++)
			holes[hole_count++] = geos_of_ring(geos, &geometry->paths[i]);
		parts[count++] = GEOSGeom_createPolygon_r(geos, exterior, holes, hole_count);
	}
	return GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, parts, count);
}

static inline double geos_area(GEOSContextHandle_t geos, const GEOSGeometry *geometry)
{
	double area = -1;

	GEOSArea_r(geos, geometry, &area);
	return area;
}
