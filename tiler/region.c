/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/region_geos.h"

/* How near to the largest circle inside an outline a found one must be: a share of its width. */
static const double INSIDE_TOLERANCE = 0.02;

/* How thin an outline may be for its width, and how small for where it lies, for that circle to be
 * looked for: GEOS begins with squares as wide as the outline is thin, all along it. */
static const double THIN_MOST = 0.01, SMALL_MOST = 1e-9;

static void remember(const char *message, void *context)
{
	struct region *region = context;
	size_t length = 0;

	while (message[length] && length < sizeof(region->complaint) - 1) {
		region->complaint[length] = message[length];
		length++;
	}
	region->complaint[length] = '\0';
}

struct region *region_new(void)
{
	struct region *region = memory_zeroed(1, sizeof(*region));

	region->geos = GEOS_init_r();
	GEOSContext_setErrorMessageHandler_r(region->geos, remember, region);
	region->box = region->inside = box_empty();
	return region;
}

void region_free(struct region *region)
{
	if (!region)
		return;
	GEOSPreparedGeom_destroy_r(region->geos, region->prepared);
	GEOSGeom_destroy_r(region->geos, region->shape);
	GEOS_finish_r(region->geos);
	free(region);
}

static bool is_rectangle(const struct region *region)
{
	const struct box *box = &region->box;
	double area = 0;

	return GEOSArea_r(region->geos, region->shape, &area) &&
	       area == (box->maxx - box->minx) * (box->maxy - box->miny);
}

static bool has_room(const struct box *box)
{
	double width = box->maxx - box->minx, height = box->maxy - box->miny;
	double far = fmax(fmax(fabs(box->minx), fabs(box->maxx)),
			  fmax(fabs(box->miny), fabs(box->maxy)));
	double side = fmin(width, height);

	return isfinite(width * height) && side > THIN_MOST * fmax(width, height) &&
	       side > SMALL_MOST * far;
}

/* The square in the largest circle that finds room, less a hair for rounding. */
static struct box find_inside(const struct region *region)
{
	const struct box *box = &region->box;
	double width = fmax(box->maxx - box->minx, box->maxy - box->miny), reach, x, y;
	GEOSGeometry *radius, *middle;
	struct box inside = box_empty();

	if (GEOSGeom_getDimensions_r(region->geos, region->shape) != 2)
		return inside;
	if (is_rectangle(region))
		return *box;
	if (!has_room(box))
		return inside;
	radius = GEOSMaximumInscribedCircle_r(region->geos, region->shape,
					      width * INSIDE_TOLERANCE);
	middle = radius ? GEOSGeomGetStartPoint_r(region->geos, radius) : NULL;
	/* of a shape that is narrow for its width the search may end beside it */
	if (middle && GEOSPreparedIntersects_r(region->geos, region->prepared, middle) == 1 &&
	    GEOSLength_r(region->geos, radius, &reach) &&
	    GEOSGeomGetX_r(region->geos, middle, &x) && GEOSGeomGetY_r(region->geos, middle, &y)) {
		reach *= sqrt(0.5) * (1 - 1e-6);
		inside = (struct box){x - reach, y - reach, x + reach, y + reach};
	}
	GEOSGeom_destroy_r(region->geos, middle);
	GEOSGeom_destroy_r(region->geos, radius);
	return inside;
}

enum error_code region_take(struct region *region, GEOSGeometry *shape, struct error *error)
{
	GEOSContextHandle_t geos = region->geos;
	struct box *box = &region->box;
	enum error_code code = ERROR_NONE;

	region->shape = shape;
	if (!shape)
		code = error_tell(error, ERROR_INVALID, MESSAGE_GEOMETRY_REFUSED,
				  *region->complaint ? region->complaint : "GEOS");
	else if (GEOSisEmpty_r(geos, shape) != 0)
		code = error_tell(error, ERROR_INVALID, MESSAGE_GEOMETRY_EMPTY);
	else if (!GEOSGeom_getXMin_r(geos, shape, &box->minx) ||
		 !GEOSGeom_getYMin_r(geos, shape, &box->miny) ||
		 !GEOSGeom_getXMax_r(geos, shape, &box->maxx) ||
		 !GEOSGeom_getYMax_r(geos, shape, &box->maxy) || !box_is_finite(*box))
		code = error_tell(error, ERROR_INVALID, MESSAGE_GEOMETRY_NOT_FINITE);
	if (code)
		region_free(region);
	return code;
}

enum error_code region_fill(struct region *region, GEOSGeometry *shape, struct error *error)
{
	enum error_code code = region_take(region, shape, error);

	if (code)
		return code;
	region->prepared = GEOSPrepare_r(region->geos, shape);
	region->inside = find_inside(region);
	return ERROR_NONE;
}

struct region *region_copy(const struct region *region)
{
	struct region *copy = region_new();

	copy->shape = GEOSGeom_clone_r(copy->geos, region->shape);
	copy->prepared = GEOSPrepare_r(copy->geos, copy->shape);
	copy->box = region->box;
	copy->inside = region->inside;
	return copy;
}

struct box region_box(const struct region *region)
{
	return region->box;
}

typedef char (*test_f)(GEOSContextHandle_t geos, const GEOSPreparedGeometry *prepared,
		       const GEOSGeometry *geometry);

static bool tell(struct region *region, test_f test, struct point point)
{
	GEOSGeometry *geometry = GEOSGeom_createPointFromXY_r(region->geos, point.x, point.y);
	bool answer = geometry && test(region->geos, region->prepared, geometry) == 1;

	GEOSGeom_destroy_r(region->geos, geometry);
	return answer;
}

static bool holds_point(struct region *region, struct point point)
{
	struct box at = {point.x, point.y, point.x, point.y};

	return box_intersects(region->box, at) &&
	       (box_contains(region->inside, at) || tell(region, GEOSPreparedIntersects_r, point));
}

static bool holds_some_point(struct region *region, const struct geometry *points)
{
	for (uint32_t p = 0; p < points->path_count; p++)
		for (uint32_t i = 0; i < points->paths[p].count; i++)
			if (holds_point(region, points->paths[p].points[i]))
				return true;
	return false;
}

/* Is a corner of GEOMETRY where TEST says yes? A few are tried: of a feature inside the first
 * tells, of one across the border one of two, of one outside none. */
static bool has_corner(struct region *region, const struct geometry *geometry, test_f test)
{
	for (uint32_t p = 0; p < geometry->path_count && p < 2; p++) {
		const struct path *path = &geometry->paths[p];
		uint32_t step = path->count < 4 ? 1 : path->count / 4;

		for (uint32_t i = 0; i < path->count; i += step)
			if (tell(region, test, path->points[i]))
				return true;
	}
	return false;
}

/* What boxes, points and corners tell without GEOS seeing the whole: false where they tell nothing.
 * CORNER: a corner of which this is true settles it. */
static bool told_quickly(struct region *region, const struct geometry *geometry, test_f corner,
			 bool *answer)
{
	struct box box = box_of_geometry(geometry);

	*answer = false;
	if (box_is_empty(box) || !box_intersects(region->box, box))
		return true;
	*answer = box_contains(region->inside, box);
	if (*answer)
		return true;
	if (geometry->kind == GEOMETRY_POINT) {
		*answer = holds_some_point(region, geometry);
		return true;
	}
	*answer = has_corner(region, geometry, corner);
	return *answer;
}

bool region_intersects(struct region *region, const struct geometry *geometry)
{
	GEOSGeometry *other;
	bool meets;

	if (told_quickly(region, geometry, GEOSPreparedIntersects_r, &meets))
		return meets;
	other = geos_of_geometry(region->geos, geometry);
	meets = !other || GEOSPreparedIntersects_r(region->geos, region->prepared, other) != 0;
	GEOSGeom_destroy_r(region->geos, other);
	return meets;
}

/* Both may share a border and yet no part: only the whole relation (DE-9IM) tells. */
static bool relate_part(struct region *region, const GEOSGeometry *other, enum geometry_kind kind)
{
	char *relation = GEOSRelate_r(region->geos, region->shape, other);
	bool part = true;

	if (relation && kind == GEOMETRY_POLYGON)
		part = relation[0] == '2';
	else if (relation)
		part = relation[0] == '1' || relation[3] == '1';
	GEOSFree_r(region->geos, relation);
	return part;
}

bool region_has_part(struct region *region, const struct geometry *geometry)
{
	GEOSGeometry *other;
	bool part;

	/* Within the region lies what is around its inner points, so of a corner there a part. */
	if (told_quickly(region, geometry, GEOSPreparedContainsProperly_r, &part))
		return part;
	other = geos_of_geometry(region->geos, geometry);
	part = !other || (GEOSPreparedIntersects_r(region->geos, region->prepared, other) != 0 &&
			  relate_part(region, other, geometry->kind));
	GEOSGeom_destroy_r(region->geos, other);
	return part;
}
