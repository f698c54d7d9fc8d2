/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/ogr_geometry.h"

#include <cpl_error.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tiler/plain_polygons.h"
#include "tiler/source_ogr.h"

enum {
	DEEPEST_COLLECTION = 64,
	SMALLEST_RING = 4, /* points, the first repeated */
	SMALLEST_LINE = 2,
};

/* Collects the parts of a geometry by kind. It walks twice: first `paths` are NULL and parts are
 * only counted. */
struct gathering {
	struct arena *arena;
	struct path *paths[GEOMETRY_KINDS];
	uint32_t counts[GEOMETRY_KINDS];
	uint32_t point_count;
	struct point *points; /* of all points and multipoints together */
	struct coordinate_habit habit;
	enum flaw fault; /* FLAWS: none */
};

static struct point *read_points(struct gathering *gathering, OGRGeometryH line, uint32_t *count)
{
	int length = OGR_G_GetPointCount(line);
	struct point *points = arena_alloc(gathering->arena,
					   sizeof(*points) * ((size_t)length + 1));

	OGR_G_GetPoints(line, &points->x, sizeof(*points), &points->y, sizeof(*points), NULL, 0);
	for (int i = 0; i < length; i++) {
		if (gathering->habit.swapped)
			points[i] = (struct point){points[i].y, points[i].x};
		if (!isfinite(points[i].x) || !isfinite(points[i].y))
			gathering->fault = FLAW_NOT_A_NUMBER;
		else if (!(fmax(fabs(points[i].x), fabs(points[i].y)) <= gathering->habit.farthest))
			gathering->fault = FLAW_FAR_AWAY;
	}
	*count = (uint32_t)length;
	return points;
}

static bool gather_line(struct gathering *gathering, OGRGeometryH line)
{
	struct path *path;

	if (OGR_G_GetPointCount(line) < SMALLEST_LINE)
		return false;
	if (gathering->paths[GEOMETRY_LINE]) {
		path = &gathering->paths[GEOMETRY_LINE][gathering->counts[GEOMETRY_LINE]];
		path->points = read_points(gathering, line, &path->count);
		path->exterior = false;
	}
	gathering->counts[GEOMETRY_LINE]++;
	return true;
}

static bool gather_ring(struct gathering *gathering, OGRGeometryH ring, bool exterior)
{
	int length = OGR_G_GetPointCount(ring);
	struct path *path;
	bool closed;

	if (length < SMALLEST_RING - 1)
		return false;
	closed = OGR_G_GetX(ring, 0) == OGR_G_GetX(ring, length - 1) &&
		 OGR_G_GetY(ring, 0) == OGR_G_GetY(ring, length - 1);
	if (closed && length < SMALLEST_RING)
		return false;
	if (gathering->paths[GEOMETRY_POLYGON]) {
		path = &gathering->paths[GEOMETRY_POLYGON][gathering->counts[GEOMETRY_POLYGON]];
		path->points = read_points(gathering, ring, &path->count);
		path->exterior = exterior;
		if (!closed)
			path->points[path->count++] = path->points[0];
	}
	gathering->counts[GEOMETRY_POLYGON]++;
	return true;
}

static void gather_polygon(struct gathering *gathering, OGRGeometryH polygon)
{
	int ring_count = OGR_G_GetGeometryCount(polygon);

	for (int i = 0; i < ring_count; i++)
		if (!gather_ring(gathering, OGR_G_GetGeometryRef(polygon, i), i == 0) && i == 0)
			return;
}

static void gather_point(struct gathering *gathering, OGRGeometryH point)
{
	struct point *place;
	uint32_t count;

	if (OGR_G_IsEmpty(point))
		return;
	if (gathering->points) {
		place = read_points(gathering, point, &count);
		gathering->points[gathering->point_count] = *place;
	}
	gathering->point_count++;
}

static void gather(struct gathering *gathering, OGRGeometryH geometry, int depth)
{
	int count;

	if (depth > DEEPEST_COLLECTION) {
		gathering->fault = FLAW_NESTED_DEEP;
		return;
	}
	switch (wkbFlatten(OGR_G_GetGeometryType(geometry))) {
	case wkbPoint:
		gather_point(gathering, geometry);
		return;
	case wkbLineString:
	case wkbLinearRing:
		gather_line(gathering, geometry);
		return;
	case wkbPolygon:
	case wkbTriangle:
		gather_polygon(gathering, geometry);
		return;
	default:
		count = OGR_G_GetGeometryCount(geometry);
		for (int i = 0; i < count; i++)
			gather(gathering, OGR_G_GetGeometryRef(geometry, i), depth + 1);
	}
}

/* Fills SHAPE with the parts of GEOMETRY; the fault found, or FLAWS. */
static enum flaw gather_shape(OGRGeometryH geometry, struct coordinate_habit habit,
			      struct arena *arena, struct shape *shape)
{
	struct gathering gathering = {.arena = arena, .habit = habit, .fault = FLAWS};
	uint32_t counts[GEOMETRY_KINDS];

	gather(&gathering, geometry, 0);
	memcpy(counts, gathering.counts, sizeof(counts));
	for (int kind = GEOMETRY_LINE; kind <= GEOMETRY_POLYGON; kind++) {
		gathering.paths[kind] = arena_alloc(arena, sizeof(struct path) *
								   ((size_t)counts[kind] + 1));
		gathering.counts[kind] = 0;
	}
	gathering.points = arena_alloc(arena,
				       sizeof(struct point) * ((size_t)gathering.point_count + 1));
	gathering.point_count = 0;
	gather(&gathering, geometry, 0);

	if (gathering.point_count) {
		gathering.paths[GEOMETRY_POINT] = arena_alloc(arena, sizeof(struct path));
		*gathering.paths[GEOMETRY_POINT] = (struct path){gathering.points,
								 gathering.point_count, false};
		gathering.counts[GEOMETRY_POINT] = 1;
	}
	shape->count = 0;
	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++)
		if (gathering.counts[kind])
			shape->geometries[shape->count++] = (struct geometry){
				(enum geometry_kind)kind, gathering.counts[kind],
				gathering.paths[kind]};
	return gathering.fault;
}

/* The polygonal part is always the last. */
static struct geometry *polygonal_part(struct shape *shape)
{
	struct geometry *last = shape->count ? &shape->geometries[shape->count - 1] : NULL;

	return last && last->kind == GEOMETRY_POLYGON ? last : NULL;
}

/* The structure method keeps what lies in an outer ring and in no hole, so that overlapping parts
 * are joined; the linework method, which would make a hole of the overlap, is for what the first
 * cannot do. */
static OGRGeometryH make_valid(OGRGeometryH geometry)
{
	static char structure[] = "METHOD=STRUCTURE", drop[] = "KEEP_COLLAPSED=NO";
	char *options[] = {structure, drop, NULL};
	OGRGeometryH valid = OGR_G_MakeValidEx(geometry, options);

	return valid ? valid : OGR_G_MakeValid(geometry);
}

/* Replaces the polygonal part by a valid one; drops it where nothing with an area is left. */
static enum shape_state repair(struct shape *shape, OGRGeometryH invalid, struct arena *arena)
{
	struct geometry *part = polygonal_part(shape);
	const struct coordinate_habit as_is = {false, HUGE_VAL};
	OGRGeometryH valid = make_valid(invalid);
	struct shape repaired;
	struct geometry *mended;

	if (valid && gather_shape(valid, as_is, arena, &repaired) == FLAWS) {
		mended = polygonal_part(&repaired);
		if (mended)
			*part = *mended;
		else
			shape->count--;
	} else {
		shape->count = 0;
	}
	OGR_G_DestroyGeometry(valid);
	if (!shape->count)
		shape->flaw = FLAW_NO_AREA;
	return shape->count ? SHAPE_REPAIRED : SHAPE_UNREADABLE;
}

/* The place has been read; its many digits say nothing to people. */
static void cut_place(char *reason)
{
	char *place = strstr(reason, " at or near point");

	if (place)
		*place = '\0';
}

static enum shape_state validate(struct shape *shape, struct arena *arena)
{
	struct geometry *part = polygonal_part(shape);
	enum shape_state state = SHAPE_SOUND;
	OGRGeometryH polygons;

	if (!part || polygons_are_plain(part))
		return SHAPE_SOUND;
	polygons = ogr_geometry_new(part);
	CPLErrorReset();
	if (!OGR_G_IsValid(polygons)) {
		snprintf(shape->reason, sizeof(shape->reason), "%s",
			 *CPLGetLastErrorMsg() ? ogr_reason() : "");
		shape->flaw = flaw_of_geos(shape->reason, &shape->place, &shape->has_place);
		cut_place(shape->reason);
		state = repair(shape, polygons, arena);
	}
	OGR_G_DestroyGeometry(polygons);
	return state;
}

/* Somewhere in GEOMETRY, for people to find it. */
static void locate(OGRGeometryH geometry, struct coordinate_habit habit, struct shape *shape)
{
	OGREnvelope box;

	OGR_G_GetEnvelope(geometry, &box);
	shape->place = (struct point){box.MinX + (box.MaxX - box.MinX) / 2,
				      box.MinY + (box.MaxY - box.MinY) / 2};
	if (habit.swapped)
		shape->place = (struct point){shape->place.y, shape->place.x};
	shape->has_place = isfinite(shape->place.x) && isfinite(shape->place.y);
}

enum shape_state shape_of(OGRGeometryH geometry, struct coordinate_habit habit, struct arena *arena,
			  struct shape *shape)
{
	OGRGeometryH straight = NULL;
	enum flaw fault = FLAWS;
	enum shape_state state;

	shape->count = 0;
	shape->has_place = false;
	*shape->reason = '\0';
	if (!geometry || OGR_G_IsEmpty(geometry))
		return SHAPE_NONE;
	if (OGR_G_HasCurveGeometry(geometry, false)) {
		straight = OGR_G_GetLinearGeometry(geometry, 0, NULL);
		fault = straight ? FLAWS : FLAW_CURVES;
		geometry = straight;
	}
	if (fault == FLAWS)
		fault = gather_shape(geometry, habit, arena, shape);
	if (fault == FLAWS && shape->count == 0)
		fault = FLAW_FEW_POINTS;
	if (fault != FLAWS) {
		shape->flaw = fault;
		shape->count = 0;
		state = SHAPE_UNREADABLE;
	} else {
		state = validate(shape, arena);
	}
	if (state != SHAPE_SOUND && !shape->has_place && geometry)
		locate(geometry, habit, shape);
	OGR_G_DestroyGeometry(straight);
	return state;
}

static OGRGeometryH ogr_path(const struct path *path, OGRwkbGeometryType type)
{
	OGRGeometryH line = OGR_G_CreateGeometry(type);

	OGR_G_SetPoints(line, (int)path->count, &path->points->x, sizeof(struct point),
			&path->points->y, sizeof(struct point), NULL, 0);
	return line;
}

static void add_points(OGRGeometryH multi, const struct path *path)
{
	for (uint32_t i = 0; i < path->count; i++) {
		OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);

		OGR_G_SetPoint_2D(point, 0, path->points[i].x, path->points[i].y);
		OGR_G_AddGeometryDirectly(multi, point);
	}
}

OGRGeometryH ogr_geometry_new(const struct geometry *geometry)
{
	static const OGRwkbGeometryType types[GEOMETRY_KINDS] = {
		wkbGeometryCollection, wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
	OGRGeometryH multi = OGR_G_CreateGeometry(types[geometry->kind]), polygon = NULL;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		const struct path *path = &geometry->paths[i];

		if (geometry->kind == GEOMETRY_POINT) {
			add_points(multi, path);
		} else if (geometry->kind == GEOMETRY_LINE) {
			OGR_G_AddGeometryDirectly(multi, ogr_path(path, wkbLineString));
		} else {
			if (path->exterior || !polygon) {
				polygon = OGR_G_CreateGeometry(wkbPolygon);
				OGR_G_AddGeometryDirectly(multi, polygon);
			}
			OGR_G_AddGeometryDirectly(polygon, ogr_path(path, wkbLinearRing));
		}
	}
	return multi;
}
