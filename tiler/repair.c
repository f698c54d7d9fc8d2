/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/repair.h"

#include <geos_c.h>
#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

struct repairer {
	GEOSContextHandle_t geos;
	GEOSMakeValidParams
		*structure; /* rings as they are meant: exteriors joined, holes cut out */
};

struct repairer *repairer_new(void)
{
	struct repairer *repairer = memory_new(sizeof(*repairer));

	repairer->geos = GEOS_init_r();
	repairer->structure = GEOSMakeValidParams_create_r(repairer->geos);
	GEOSMakeValidParams_setMethod_r(repairer->geos, repairer->structure,
					GEOS_MAKE_VALID_STRUCTURE);
	GEOSMakeValidParams_setKeepCollapsed_r(repairer->geos, repairer->structure, 0);
	return repairer;
}

void repairer_free(struct repairer *repairer)
{
	if (!repairer)
		return;
	GEOSMakeValidParams_destroy_r(repairer->geos, repairer->structure);
	GEOS_finish_r(repairer->geos);
	free(repairer);
}

static GEOSGeometry *ring_to_geos(GEOSContextHandle_t geos, const struct tile_path *ring)
{
	GEOSCoordSequence *sequence = GEOSCoordSeq_create_r(geos, ring->count + 1, 2);

	if (!sequence)
		return NULL;
	for (uint32_t i = 0; i <= ring->count; i++) {
		struct tile_point point = ring->points[i == ring->count ? 0 : i];

		GEOSCoordSeq_setXY_r(geos, sequence, i, point.x, point.y);
	}
	return GEOSGeom_createLinearRing_r(geos, sequence);
}

static void destroy_all(GEOSContextHandle_t geos, GEOSGeometry **geometries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		GEOSGeom_destroy_r(geos, geometries[i]);
}

/* The polygon that begins at ring *NEXT, which is moved on past its last hole. */
static GEOSGeometry *polygon_to_geos(GEOSContextHandle_t geos, struct tile_rings rings,
				     uint32_t *next, struct arena *arena)
{
	uint32_t first = *next, end = first + 1;
	GEOSGeometry **parts;

	while (end < rings.count && !rings.rings[end].exterior)
		end++;
	parts = arena_alloc(arena, (end - first) * sizeof(GEOSGeometry *));
	for (uint32_t i = first; i < end; i++) {
		parts[i - first] = ring_to_geos(geos, &rings.rings[i]);
		if (!parts[i - first]) {
			destroy_all(geos, parts, i - first);
			return NULL;
		}
	}
	*next = end;
	return GEOSGeom_createPolygon_r(geos, parts[0], parts + 1, end - first - 1);
}

static GEOSGeometry *rings_to_geos(GEOSContextHandle_t geos, struct tile_rings rings,
				   struct arena *arena)
{
	GEOSGeometry **polygons = arena_alloc(arena, rings.count * sizeof(GEOSGeometry *));
	uint32_t count = 0;

	for (uint32_t next = 0; next < rings.count;) {
		polygons[count] = polygon_to_geos(geos, rings, &next, arena);
		if (!polygons[count]) {
			destroy_all(geos, polygons, count);
			return NULL;
		}
		count++;
	}
	return GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, polygons, count);
}

static uint32_t count_rings(GEOSContextHandle_t geos, const GEOSGeometry *geometry)
{
	int type = GEOSGeomTypeId_r(geos, geometry);
	uint32_t count = 0;

	if (type == GEOS_POLYGON)
		return GEOSisEmpty_r(geos, geometry) != 0
			       ? 0
			       : 1 + (uint32_t)GEOSGetNumInteriorRings_r(geos, geometry);
	if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION)
		return 0;
	for (int i = 0; i < GEOSGetNumGeometries_r(geos, geometry); i++)
		count += count_rings(geos, GEOSGetGeometryN_r(geos, geometry, i));
	return count;
}

static void ring_from_geos(GEOSContextHandle_t geos, const GEOSGeometry *line, bool exterior,
			   struct tile_rings *rings, struct arena *arena)
{
	const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(geos, line);
	struct path ring = {NULL, 0, exterior};

	GEOSCoordSeq_getSize_r(geos, sequence, &ring.count);
	ring.points = arena_alloc(arena, ring.count * sizeof(*ring.points));
	for (uint32_t i = 0; i < ring.count; i++)
		GEOSCoordSeq_getXY_r(geos, sequence, i, &ring.points[i].x, &ring.points[i].y);
	rings->rings[rings->count] = snap_ring(ring, arena);
	rings->count += rings->rings[rings->count].count > 0;
}

static void rings_from_geos(GEOSContextHandle_t geos, const GEOSGeometry *geometry,
			    struct tile_rings *rings, struct arena *arena)
{
	if (count_rings(geos, geometry) == 0)
		return;
	if (GEOSGeomTypeId_r(geos, geometry) == GEOS_POLYGON) {
		ring_from_geos(geos, GEOSGetExteriorRing_r(geos, geometry), true, rings, arena);
		for (int i = 0; i < GEOSGetNumInteriorRings_r(geos, geometry); i++)
			ring_from_geos(geos, GEOSGetInteriorRingN_r(geos, geometry, i), false,
				       rings, arena);
		return;
	}
	for (int i = 0; i < GEOSGetNumGeometries_r(geos, geometry); i++)
		rings_from_geos(geos, GEOSGetGeometryN_r(geos, geometry, i), rings, arena);
}

static void all_rings_from_geos(GEOSContextHandle_t geos, const GEOSGeometry *geometry,
				struct tile_rings *rings, struct arena *arena)
{
	uint32_t count = count_rings(geos, geometry);

	rings->rings = arena_alloc(arena, count * sizeof(*rings->rings));
	rings->count = 0;
	rings_from_geos(geos, geometry, rings, arena);
}

static enum error_code not_repaired(struct error *error)
{
	return error_set(error, ERROR_INTERNAL, "GEOS could not repair a polygon");
}

/* Steals GEOMETRY; NULL when GEOS could not. */
static GEOSGeometry *valid_on_grid(struct repairer *repairer, GEOSGeometry *geometry)
{
	GEOSContextHandle_t geos = repairer->geos;
	GEOSGeometry *valid = GEOSMakeValidWithParams_r(geos, geometry, repairer->structure);
	GEOSGeometry *snapped = valid ? GEOSGeom_setPrecision_r(geos, valid, 1.0, 0) : NULL;

	GEOSGeom_destroy_r(geos, geometry);
	GEOSGeom_destroy_r(geos, valid);
	return snapped;
}

enum error_code repair_rings(struct repairer *repairer, struct tile_rings *rings,
			     struct arena *arena, bool *repaired, struct error *error)
{
	GEOSContextHandle_t geos = repairer->geos;
	GEOSGeometry *geometry = rings_to_geos(geos, *rings, arena);
	char valid = geometry ? GEOSisValid_r(geos, geometry) : 2;

	*repaired = valid != 1;
	if (*repaired && geometry)
		geometry = valid_on_grid(repairer, geometry);
	if (!geometry)
		return not_repaired(error);
	if (*repaired)
		all_rings_from_geos(geos, geometry, rings, arena);
	GEOSGeom_destroy_r(geos, geometry);
	return ERROR_NONE;
}

/* New; NULL when GEOS could not. */
static GEOSGeometry *valid_rings(struct repairer *repairer, struct tile_rings rings,
				 struct arena *arena)
{
	GEOSGeometry *geometry = rings_to_geos(repairer->geos, rings, arena);

	return geometry ? valid_on_grid(repairer, geometry) : NULL;
}

enum error_code intersect_rings(struct repairer *repairer, struct tile_rings *rings,
				struct tile_rings others, struct arena *arena, struct error *error)
{
	GEOSContextHandle_t geos = repairer->geos;
	GEOSGeometry *a = valid_rings(repairer, *rings, arena);
	GEOSGeometry *b = valid_rings(repairer, others, arena);
	GEOSGeometry *common = a && b ? GEOSIntersectionPrec_r(geos, a, b, 1.0) : NULL;

	GEOSGeom_destroy_r(geos, a);
	GEOSGeom_destroy_r(geos, b);
	if (!common)
		return not_repaired(error);
	all_rings_from_geos(geos, common, rings, arena);
	GEOSGeom_destroy_r(geos, common);
	return ERROR_NONE;
}
