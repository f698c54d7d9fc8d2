/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/region_geos.h"

#include <stdlib.h>

#include "tiler/memory.h"

/* Parts of a geometry that is being put together. */
struct parts {
	GEOSGeometry **parts;
	uint32_t count;
	bool failed;
};

static void add_part(struct parts *parts, GEOSGeometry *part)
{
	if (part)
		parts->parts[parts->count++] = part;
	else
		parts->failed = true;
}

static void drop_parts(GEOSContextHandle_t geos, struct parts *parts)
{
	for (uint32_t i = 0; i < parts->count; i++)
		GEOSGeom_destroy_r(geos, parts->parts[i]);
	parts->count = 0;
}

static GEOSCoordSequence *points_of(GEOSContextHandle_t geos, const struct path *path)
{
	return GEOSCoordSeq_copyFromBuffer_r(geos, &path->points->x, path->count, 0, 0);
}

static void add_points(GEOSContextHandle_t geos, const struct path *path, struct parts *parts)
{
	for (uint32_t i = 0; i < path->count; i++)
		add_part(parts,
			 GEOSGeom_createPointFromXY_r(geos, path->points[i].x, path->points[i].y));
}

static void add_line(GEOSContextHandle_t geos, const struct path *path, struct parts *parts)
{
	GEOSCoordSequence *points = points_of(geos, path);

	add_part(parts, points ? GEOSGeom_createLineString_r(geos, points) : NULL);
}

/* The polygon whose exterior is PATHS[0]; returns how many rings it has. */
static uint32_t add_polygon(GEOSContextHandle_t geos, const struct path *paths, uint32_t count,
			    struct parts *parts)
{
	struct parts rings = {memory_zeroed(count, sizeof(GEOSGeometry *)), 0, false};
	uint32_t end = 0;

	do {
		GEOSCoordSequence *points = points_of(geos, &paths[end++]);

		add_part(&rings, points ? GEOSGeom_createLinearRing_r(geos, points) : NULL);
	} while (end < count && !paths[end].exterior);
	if (rings.failed) {
		drop_parts(geos, &rings);
		parts->failed = true;
	} else {
		add_part(parts, GEOSGeom_createPolygon_r(geos, rings.parts[0], rings.parts + 1,
							 rings.count - 1));
	}
	free(rings.parts);
	return end;
}

static uint32_t count_parts(const struct geometry *geometry)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < geometry->path_count; i++)
		count += geometry->kind == GEOMETRY_POINT ? geometry->paths[i].count : 1;
	return count;
}

GEOSGeometry *geos_of_geometry(GEOSContextHandle_t geos, const struct geometry *geometry)
{
	static const int types[GEOMETRY_KINDS] = {GEOS_GEOMETRYCOLLECTION, GEOS_MULTIPOINT,
						  GEOS_MULTILINESTRING, GEOS_MULTIPOLYGON};
	uint32_t most = count_parts(geometry);
	struct parts parts = {memory_zeroed(most ? most : 1, sizeof(GEOSGeometry *)), 0, false};
	GEOSGeometry *whole = NULL;

	for (uint32_t i = 0; i < geometry->path_count && !parts.failed;) {
		const struct path *path = &geometry->paths[i];

		if (geometry->kind == GEOMETRY_POLYGON) {
			i += add_polygon(geos, path, geometry->path_count - i, &parts);
			continue;
		}
		if (geometry->kind == GEOMETRY_LINE)
			add_line(geos, path, &parts);
		else
			add_points(geos, path, &parts);
		i++;
	}
	if (parts.failed)
		drop_parts(geos, &parts);
	else
		whole = GEOSGeom_createCollection_r(geos, types[geometry->kind], parts.parts,
						    parts.count);
	free(parts.parts);
	return whole;
}
