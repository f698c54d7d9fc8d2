/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/region_geos.h"

/* How far a moved side may stray from where it belongs, in metres, and how often it is halved. */
static const double STRAY_MOST = 0.001;
enum {
	HALVINGS_MOST = 16
};

/* How much ground around WITHIN is moved with it: a share of its sides, and in metres. */
static const double MARGIN = 0.1, MARGIN_LEAST = 1000;

/* A region on its way to another CRS, run of points by run of points. */
struct move {
	GEOSContextHandle_t geos; /* the new region's */
	struct transform *transform;
	double stray; /* target units */
	double margin_least;
	struct point *points;
	size_t count, capacity;
	size_t total; /* of all runs */
	size_t failed;
};

static void add_point(struct move *move, struct point point)
{
	if (move->total >= REGION_POINTS_MOST)
		return;
	if (move->count == move->capacity) {
		move->capacity = move->capacity ? 2 * move->capacity : 256;
		move->points = memory_resize(move->points, move->capacity, sizeof(struct point));
	}
	move->points[move->count++] = point;
	move->total++;
}

/* A point and its image. */
struct moved {
	struct point at, image;
};

static double stray_of(struct point image, struct point a, struct point b, double share)
{
	return hypot(image.x - (a.x + share * (b.x - a.x)), image.y - (a.y + share * (b.y - a.y)));
}

/* Adds TO and what is needed before it: halves until the images of the middle and of the quarters
 * lie on the straight way. */
static void add_segment(struct move *move, struct moved from, struct moved to, int halvings)
{
	struct point a = from.at, b = to.at, middle = {(a.x + b.x) / 2, (a.y + b.y) / 2};
	struct point images[3] = {{(a.x + middle.x) / 2, (a.y + middle.y) / 2},
				  middle,
				  {(b.x + middle.x) / 2, (b.y + middle.y) / 2}};
	struct moved half;
	bool straight = true;

	if (halvings < HALVINGS_MOST && move->total < REGION_POINTS_MOST) {
		move->failed += transform_forward(move->transform, images, 3);
		for (int i = 0; i < 3 && straight; i++)
			straight = stray_of(images[i], from.image, to.image, (i + 1) / 4.0) <=
				   move->stray;
	}
	if (straight || move->failed) {
		add_point(move, to.image);
		return;
	}
	half = (struct moved){middle, images[1]};
	add_segment(move, from, half, halvings + 1);
	add_segment(move, half, to, halvings + 1);
}

static GEOSCoordSequence *move_points(struct move *move, const GEOSCoordSequence *points)
{
	struct moved before = {{0, 0}, {0, 0}};
	unsigned int count = 0;

	move->count = 0;
	GEOSCoordSeq_getSize_r(move->geos, points, &count);
	for (unsigned int i = 0; i < count; i++) {
		struct moved here;

		GEOSCoordSeq_getXY_r(move->geos, points, i, &here.at.x, &here.at.y);
		here.image = here.at;
		move->failed += transform_forward(move->transform, &here.image, 1);
		if (i == 0)
			add_point(move, here.image);
		else
			add_segment(move, before, here, 0);
		before = here;
	}
	return move->count ? GEOSCoordSeq_copyFromBuffer_r(move->geos, &move->points->x,
							   (unsigned int)move->count, 0, 0)
			   : NULL;
}

static GEOSGeometry *move_run(struct move *move, const GEOSGeometry *run, int type)
{
	GEOSCoordSequence *points = move_points(move, GEOSGeom_getCoordSeq_r(move->geos, run));

	if (!points)
		return NULL;
	if (type == GEOS_POINT)
		return GEOSGeom_createPoint_r(move->geos, points);
	if (type == GEOS_LINEARRING)
		return GEOSGeom_createLinearRing_r(move->geos, points);
	return GEOSGeom_createLineString_r(move->geos, points);
}

static GEOSGeometry *move_polygon(struct move *move, const GEOSGeometry *polygon)
{
	GEOSContextHandle_t geos = move->geos;
	uint32_t count = (uint32_t)GEOSGetNumInteriorRings_r(geos, polygon), moved = 0;
	GEOSGeometry **holes = memory_zeroed(count + 1, sizeof(*holes)), *result = NULL;
	GEOSGeometry *exterior = move_run(move, GEOSGetExteriorRing_r(geos, polygon),
					  GEOS_LINEARRING);

	while (exterior && moved < count) {
		holes[moved] = move_run(move, GEOSGetInteriorRingN_r(geos, polygon, (int)moved),
					GEOS_LINEARRING);
		if (!holes[moved])
			break;
		moved++;
	}
	if (exterior && moved == count) {
		result = GEOSGeom_createPolygon_r(geos, exterior, holes, count);
	} else {
		while (moved > 0)
			GEOSGeom_destroy_r(geos, holes[--moved]);
		GEOSGeom_destroy_r(geos, exterior);
	}
	free(holes);
	return result;
}

/* Each part moved, in one geometry; NULL: GEOS could not, or `failed` says why. */
static GEOSGeometry *move_shape(struct move *move, const GEOSGeometry *shape)
{
	GEOSContextHandle_t geos = move->geos;
	int type = GEOSGeomTypeId_r(geos, shape);
	uint32_t count, moved = 0;
	GEOSGeometry **parts, *result = NULL;

	if (type == GEOS_POLYGON)
		return move_polygon(move, shape);
	if (type == GEOS_POINT || type == GEOS_LINESTRING)
		return move_run(move, shape, type);
	count = (uint32_t)GEOSGetNumGeometries_r(geos, shape);
	parts = memory_zeroed(count + 1, sizeof(*parts));
	while (moved < count) {
		parts[moved] = move_shape(move, GEOSGetGeometryN_r(geos, shape, (int)moved));
		if (!parts[moved])
			break;
		moved++;
	}
	if (moved == count) {
		result = GEOSGeom_createCollection_r(geos, type, parts, count);
	} else {
		while (moved > 0)
			GEOSGeom_destroy_r(geos, parts[--moved]);
	}
	free(parts);
	return result;
}

/* New: what of REGION may have its image WITHIN; all of it where that cannot be told. */
static GEOSGeometry *part_near(const struct region *region, struct move *move, struct box within)
{
	double width = (within.maxx - within.minx) * MARGIN + move->margin_least;
	double height = (within.maxy - within.miny) * MARGIN + move->margin_least;
	size_t failed = 0;
	struct box near = {within.minx - width, within.miny - height, within.maxx + width,
			   within.maxy + height};
	GEOSGeometry *frame, *part;

	near = transform_box_back(move->transform, near, &failed);
	if (failed || box_is_empty(near) || box_contains(near, region->box))
		return GEOSGeom_clone_r(move->geos, region->shape);
	frame = geos_of_box(move->geos, near);
	part = frame ? GEOSIntersection_r(move->geos, region->shape, frame) : NULL;
	GEOSGeom_destroy_r(move->geos, frame);
	return part;
}

enum error_code region_moved(const struct region *region, struct transform *transform,
			     const struct crs *to, struct box within, struct region **result,
			     struct error *error)
{
	struct region *made = region_new();
	struct move move = {.geos = made->geos,
			    .transform = transform,
			    .stray = STRAY_MOST / to->metres_per_unit,
			    .margin_least = MARGIN_LEAST / to->metres_per_unit};
	GEOSGeometry *part = part_near(region, &move, within), *shape = NULL;
	enum error_code code = ERROR_NONE;

	if (part && GEOSisEmpty_r(made->geos, part) == 1)
		code = error_set(error, ERROR_NOT_FOUND, "nothing of the geometry is near");
	else if (part)
		shape = move_shape(&move, part);
	GEOSGeom_destroy_r(made->geos, part);
	free(move.points);
	if (move.failed)
		code = error_tell(error, ERROR_UNSUPPORTED, MESSAGE_GEOMETRY_NOWHERE, to->name);
	else if (move.total >= REGION_POINTS_MOST)
		code = error_tell(error, ERROR_LIMIT, MESSAGE_GEOMETRY_TOO_FINE, REGION_POINTS_MOST,
				  to->name);
	if (code) {
		GEOSGeom_destroy_r(made->geos, shape);
		region_free(made);
		return code;
	}
	code = region_fill(made, geos_valid(made->geos, shape), error);
	if (!code)
		*result = made;
	return code;
}
