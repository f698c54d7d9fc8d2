/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/region_geos.h"

GEOSGeometry *geos_valid(GEOSContextHandle_t geos, GEOSGeometry *shape)
{
	GEOSGeometry *valid;

	if (!shape || GEOSisValid_r(geos, shape) == 1)
		return shape;
	valid = GEOSMakeValid_r(geos, shape);
	GEOSGeom_destroy_r(geos, shape);
	return valid;
}

/* One geometry of the parts, which are stolen: GEOS prepares collections of several kinds badly. */
static GEOSGeometry *union_of(GEOSContextHandle_t geos, GEOSGeometry **parts, uint32_t count)
{
	GEOSGeometry *whole = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, parts,
							  count);
	GEOSGeometry *joined = whole ? GEOSUnaryUnion_r(geos, whole) : NULL;

	GEOSGeom_destroy_r(geos, whole);
	return joined;
}

enum error_code region_of_geometries(const struct geometry *geometries, uint32_t count,
				     struct region **region, struct error *error)
{
	struct region *made = region_new();
	GEOSGeometry **parts = memory_zeroed(count ? count : 1, sizeof(*parts)), *shape = NULL;
	uint32_t sound = 0;
	enum error_code code;

	for (uint32_t i = 0; i < count; i++) {
		shape = geos_valid(made->geos, geos_of_geometry(made->geos, &geometries[i]));
		if (shape)
			parts[sound++] = shape;
	}
	if (sound != 1)
		shape = union_of(made->geos, parts, sound);
	code = region_fill(made, shape, error);
	free(parts);
	if (!code)
		*region = made;
	return code;
}

GEOSGeometry *geos_of_box(GEOSContextHandle_t geos, struct box box)
{
	struct point corners[] = {{box.minx, box.miny},
				  {box.maxx, box.miny},
				  {box.maxx, box.maxy},
				  {box.minx, box.maxy},
				  {box.minx, box.miny}};
	struct path ring = {corners, 5, true};
	struct geometry rectangle = {GEOMETRY_POLYGON, 1, &ring};

	return geos_valid(geos, geos_of_geometry(geos, &rectangle));
}

struct region *region_of_box(struct box box)
{
	struct region *region = region_new();

	if (region_fill(region, geos_of_box(region->geos, box), NULL))
		abort(); /* a finite box is a polygon, a line or a point */
	return region;
}

static enum error_code check_text(const char *text, struct error *error)
{
	int depth = 0;

	if (strnlen(text, REGION_TEXT_MOST + 1) > REGION_TEXT_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_GEOMETRY_TOO_LONG, REGION_TEXT_MOST);
	for (const char *at = text; *at; at++) {
		depth += (*at == '(') - (*at == ')');
		/* GEOS reads no further. */
		if (*at == ')' && depth == 0 && at[1 + strspn(at + 1, " \t\r\n")])
			return error_tell(error, ERROR_INVALID, MESSAGE_GEOMETRY_HAS_MORE);
		if (depth > REGION_DEPTH_MOST)
			return error_tell(error, ERROR_LIMIT, MESSAGE_GEOMETRY_TOO_DEEP,
					  REGION_DEPTH_MOST);
	}
	return ERROR_NONE;
}

static GEOSGeometry *read_wkt(struct region *region, const char *text)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(region->geos);
	GEOSGeometry *shape = GEOSWKTReader_read_r(region->geos, reader, text);

	GEOSWKTReader_destroy_r(region->geos, reader);
	return shape;
}

/* *SHAPE: new, MADE's; NULL where GEOS cannot read it. */
static enum error_code read_valid(struct region *made, const char *text, GEOSGeometry **shape,
				  struct error *error)
{
	enum error_code code = check_text(text, error);
	char *reason;

	*shape = code ? NULL : read_wkt(made, text);
	if (!*shape || GEOSisValid_r(made->geos, *shape) == 1)
		return code;
	reason = GEOSisValidReason_r(made->geos, *shape);
	code = error_tell(error, ERROR_INVALID, MESSAGE_GEOMETRY_NOT_VALID,
			  reason ? reason : made->complaint);
	GEOSFree_r(made->geos, reason);
	GEOSGeom_destroy_r(made->geos, *shape);
	return code;
}

enum error_code region_of_wkt(const char *text, struct region **region, struct error *error)
{
	struct region *made = region_new();
	GEOSGeometry *shape;
	enum error_code code = read_valid(made, text, &shape, error);

	if (code) {
		region_free(made);
		return code;
	}
	if (shape && GEOSGeomTypeId_r(made->geos, shape) == GEOS_GEOMETRYCOLLECTION)
		shape = union_of(made->geos, &shape, 1);
	code = region_fill(made, shape, error);
	if (!code)
		*region = made;
	return code;
}

enum error_code region_check_wkt(const char *text, struct error *error)
{
	struct region *tried = region_new();
	GEOSGeometry *shape;
	enum error_code code = read_valid(tried, text, &shape, error);

	if (!code && region_take(tried, shape, error))
		return error->code;
	region_free(tried);
	return code;
}
