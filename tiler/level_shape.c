/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_shape.h"

#include <math.h>

static bool shows(const struct level_look *look, uint32_t vertex)
{
	return look->outline->significance[vertex] >= look->tolerance;
}

static struct path kept_vertices(const struct level_look *look, const struct outline_path *path,
				 enum geometry_kind kind, struct arena *arena)
{
	const struct outline *outline = look->outline;
	struct path out = {arena_alloc(arena, ((size_t)path->count + 1) * sizeof(*out.points)), 0,
			   path->exterior};

	for (uint32_t i = 0; i < path->count; i++) {
		uint32_t vertex = outline->vertices[path->first + i];

		if (kind == GEOMETRY_POINT || shows(look, vertex))
			out.points[out.count++] = outline->points[vertex];
	}
	if (kind == GEOMETRY_POLYGON && out.count)
		out.points[out.count++] = out.points[0];
	return out;
}

static double area_of(struct path ring)
{
	double sum = 0;

	for (uint32_t i = 1; i < ring.count; i++) {
		struct point a = ring.points[i - 1], b = ring.points[i];

		sum += (a.x - ring.points[0].x) * (b.y - ring.points[0].y) -
		       (b.x - ring.points[0].x) * (a.y - ring.points[0].y);
	}
	return fabs(sum) / 2;
}

static void stand_in(const struct level_look *look, const struct outline_shape *shape, double half,
		     struct arena *arena, struct geometry *geometry)
{
	const struct outline_path *path = &look->outline->paths[shape->first_path];
	struct box box = box_empty();
	struct point middle, *square = arena_alloc(arena, 5 * sizeof(*square));

	for (uint32_t i = 0; i < path->count; i++)
		box = box_include(box,
				  look->outline->points[look->outline->vertices[path->first + i]]);
	middle = (struct point){(box.minx + box.maxx) / 2, (box.miny + box.maxy) / 2};
	square[0] = square[4] = (struct point){middle.x - half, middle.y - half};
	square[1] = (struct point){middle.x + half, middle.y - half};
	square[2] = (struct point){middle.x + half, middle.y + half};
	square[3] = (struct point){middle.x - half, middle.y + half};
	geometry->paths = arena_alloc(arena, sizeof(*geometry->paths));
	geometry->paths[0] = (struct path){square, 5, true};
	geometry->path_count = 1;
}

/* The rings that show. Of a coverage all stay: what one polygon lost its neighbour would not gain.
 * The largest part stays in any case. */
static void keep_rings(const struct level_look *look, const struct outline_shape *shape,
		       struct arena *arena, struct geometry *geometry)
{
	double least = look->outline->coverage ? 0 : look->rule.area;
	double *areas = arena_alloc(arena, shape->path_count * sizeof(*areas));
	struct path *rings = arena_alloc(arena, shape->path_count * sizeof(*rings));
	uint32_t largest = 0;
	bool polygon_kept = false;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &look->outline->paths[shape->first_path + p];

		rings[p] = kept_vertices(look, path, GEOMETRY_POLYGON, arena);
		areas[p] = rings[p].count >= 4 ? area_of(rings[p]) : 0;
		if (path->exterior && areas[p] > areas[largest])
			largest = p;
	}
	for (uint32_t p = 0; p < shape->path_count; p++) {
		bool seen = areas[p] > 0 && areas[p] >= least;

		if (rings[p].exterior)
			polygon_kept = seen || (p == largest && areas[p] > 0);
		if (polygon_kept && (seen || p == largest))
			geometry->paths[geometry->path_count++] = rings[p];
	}
}

bool level_shape(const struct level_look *look, uint64_t number, struct arena *arena,
		 struct geometry *geometry)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	double half;

	*geometry = (struct geometry){
		shape->kind, 0, arena_alloc(arena, shape->path_count * sizeof(*geometry->paths))};
	if (!look->selection->kept[number] || !shape->path_count)
		return false;
	if (shape->kind == GEOMETRY_POLYGON) {
		half = look->outline->coverage
			       ? 0
			       : selection_stand_in(look->selection, number, &look->rule);
		if (half > 0)
			stand_in(look, shape, half, arena, geometry);
		else
			keep_rings(look, shape, arena, geometry);
		return geometry->path_count > 0;
	}
	for (uint32_t p = 0; p < shape->path_count; p++) {
		struct path path = kept_vertices(look, &look->outline->paths[shape->first_path + p],
						 shape->kind, arena);

		if (path.count >= (shape->kind == GEOMETRY_LINE ? 2u : 1u))
			geometry->paths[geometry->path_count++] = path;
	}
	return geometry->path_count > 0;
}

uint64_t level_shape_vertices(const struct level_look *look, uint64_t number)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	uint64_t count = 0;

	if (!look->selection->kept[number])
		return 0;
	if (shape->kind == GEOMETRY_POLYGON && !look->outline->coverage &&
	    selection_stand_in(look->selection, number, &look->rule) > 0)
		return 4;
	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &look->outline->paths[shape->first_path + p];

		for (uint32_t i = 0; i < path->count; i++)
			count += shape->kind == GEOMETRY_POINT ||
				 shows(look, look->outline->vertices[path->first + i]);
	}
	return count;
}
