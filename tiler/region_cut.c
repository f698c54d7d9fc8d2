/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "tiler/region_geos.h"

static int dimension_of(enum geometry_kind kind)
{
	return (int)kind - GEOMETRY_POINT;
}

/* How many runs of points the parts of SHAPE of that DIMENSION have. */
static uint32_t count_paths(GEOSContextHandle_t geos, const GEOSGeometry *shape, int dimension)
{
	int type = GEOSGeomTypeId_r(geos, shape), parts;
	uint32_t count = 0;

	if (type == GEOS_POLYGON)
		return dimension == 2 ? 1 + (uint32_t)GEOSGetNumInteriorRings_r(geos, shape) : 0;
	if (type == GEOS_LINESTRING || type == GEOS_LINEARRING)
		return dimension == 1;
	if (type == GEOS_POINT)
		return 0;
	parts = GEOSGetNumGeometries_r(geos, shape);
	for (int i = 0; i < parts; i++)
		count += count_paths(geos, GEOSGetGeometryN_r(geos, shape, i), dimension);
	return count;
}

static void read_run(GEOSContextHandle_t geos, const GEOSGeometry *run, bool exterior,
		     struct arena *arena, struct geometry *geometry)
{
	const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(geos, run);
	struct path path = {.exterior = exterior};

	GEOSCoordSeq_getSize_r(geos, points, &path.count);
	path.points = arena_alloc(arena, path.count * sizeof(*path.points));
	GEOSCoordSeq_copyToBuffer_r(geos, points, &path.points->x, 0, 0);
	geometry->paths[geometry->path_count++] = path;
}

/* Adds the parts of SHAPE of GEOMETRY's dimension to it. */
static void read_parts(GEOSContextHandle_t geos, const GEOSGeometry *shape, struct arena *arena,
		       struct geometry *geometry)
{
	int type = GEOSGeomTypeId_r(geos, shape), parts;

	if (count_paths(geos, shape, dimension_of(geometry->kind)) == 0 ||
	    GEOSisEmpty_r(geos, shape) == 1)
		return;
	if (type == GEOS_LINESTRING || type == GEOS_LINEARRING) {
		read_run(geos, shape, false, arena, geometry);
		return;
	}
	if (type == GEOS_POLYGON) {
		parts = GEOSGetNumInteriorRings_r(geos, shape);
		read_run(geos, GEOSGetExteriorRing_r(geos, shape), true, arena, geometry);
		for (int i = 0; i < parts; i++)
			read_run(geos, GEOSGetInteriorRingN_r(geos, shape, i), false, arena,
				 geometry);
		return;
	}
	parts = GEOSGetNumGeometries_r(geos, shape);
	for (int i = 0; i < parts; i++)
		read_parts(geos, GEOSGetGeometryN_r(geos, shape, i), arena, geometry);
}

static struct geometry geometry_of(GEOSContextHandle_t geos, const GEOSGeometry *shape,
				   enum geometry_kind kind, struct arena *arena)
{
	struct geometry geometry = {.kind = kind};
	uint32_t most = count_paths(geos, shape, dimension_of(kind));

	geometry.paths = arena_alloc(arena, (most ? most : 1) * sizeof(*geometry.paths));
	read_parts(geos, shape, arena, &geometry);
	return geometry;
}

/* What GEOS has of both; NULL: it cannot tell. SHAPE is stolen. */
static GEOSGeometry *common(struct region *region, GEOSGeometry *shape)
{
	GEOSContextHandle_t geos = region->geos;
	GEOSGeometry *part = GEOSIntersection_r(geos, shape, region->shape);

	if (!part) {
		shape = geos_valid(geos, shape);
		part = shape ? GEOSIntersection_r(geos, shape, region->shape) : NULL;
	}
	GEOSGeom_destroy_r(geos, shape);
	return part;
}

enum region_share region_cut(struct region *region, struct geometry *geometry, struct arena *arena)
{
	GEOSContextHandle_t geos = region->geos;
	struct box box = box_of_geometry(geometry);
	GEOSGeometry *shape, *part;

	if (box_is_empty(box) || !box_intersects(region->box, box))
		return REGION_NOTHING;
	if (box_contains(region->inside, box))
		return REGION_ALL;
	shape = geos_of_geometry(geos, geometry);
	if (shape && GEOSPreparedCovers_r(geos, region->prepared, shape) == 1) {
		GEOSGeom_destroy_r(geos, shape);
		return REGION_ALL;
	}
	part = shape ? common(region, shape) : NULL;
	if (!part)
		return REGION_NOTHING;
	*geometry = geometry_of(geos, part, geometry->kind, arena);
	GEOSGeom_destroy_r(geos, part);
	return geometry->path_count ? REGION_PART : REGION_NOTHING;
}

bool region_round(struct region *region, struct geometry *geometry, double step,
		  struct arena *arena)
{
	GEOSContextHandle_t geos = region->geos;
	GEOSGeometry *shape, *rounded;

	if (!box_is_finite(box_of_geometry(geometry)))
		return true;
	shape = geos_valid(geos, geos_of_geometry(geos, geometry));
	rounded = shape ? GEOSGeom_setPrecision_r(geos, shape, step, 0) : NULL;
	GEOSGeom_destroy_r(geos, shape);
	if (rounded)
		*geometry = geometry_of(geos, rounded, geometry->kind, arena);
	GEOSGeom_destroy_r(geos, rounded);
	return geometry->path_count > 0;
}
