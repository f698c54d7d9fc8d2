/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_shape.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/simplify.h"
#include "tiler/uncross.h"

enum {
	SQUARE = 4 /* vertices of a stand-in */
};

/* Vertices in a row: of a path of the outline, or of a ring of the borders. */
struct row {
	const uint32_t *vertices;
	uint32_t count;
	bool exterior;
};

static struct row row_of_path(const struct level_look *look, const struct outline_shape *shape,
			      uint32_t path)
{
	const struct outline_path *found = &look->outline->paths[shape->first_path + path];

	return (struct row){look->outline->vertices + found->first, found->count, found->exterior};
}

static struct row row_of_ring(const struct borders *borders, uint64_t ring)
{
	const struct border_ring *found = &borders->rings[ring];

	return (struct row){borders->vertices + found->first, found->count, found->exterior};
}

static struct point place_of(const struct level_look *look, uint32_t vertex)
{
	return look->places && look->shown[vertex] ? look->places[look->place_of[vertex]]
						   : look->outline->points[vertex];
}

static struct path shown_path(const struct level_look *look, struct row row,
			      enum geometry_kind kind, struct arena *arena)
{
	struct path out = {arena_alloc(arena, ((size_t)row.count + 1) * sizeof(*out.points)), 0,
			   row.exterior};

	for (uint32_t i = 0; i < row.count; i++) {
		if (kind == GEOMETRY_POINT || look->shown[row.vertices[i]])
			out.points[out.count++] = place_of(look, row.vertices[i]);
	}
	if (kind == GEOMETRY_POLYGON && out.count)
		out.points[out.count++] = out.points[0];
	return out;
}

static void stand_in(const struct level_look *look, const struct outline_shape *shape, double half,
		     struct arena *arena, struct geometry *geometry)
{
	struct row row = row_of_path(look, shape, 0);
	struct box box = box_empty();
	struct point middle, *square = arena_alloc(arena, (SQUARE + 1) * sizeof(*square));

	for (uint32_t i = 0; i < row.count; i++)
		box = box_include(box, look->outline->points[row.vertices[i]]);
	middle = (struct point){(box.minx + box.maxx) / 2, (box.miny + box.maxy) / 2};
	square[0] = square[4] = (struct point){middle.x - half, middle.y - half};
	square[1] = (struct point){middle.x + half, middle.y - half};
	square[2] = (struct point){middle.x + half, middle.y + half};
	square[3] = (struct point){middle.x - half, middle.y + half};
	geometry->paths = arena_alloc(arena, sizeof(*geometry->paths));
	geometry->paths[0] = (struct path){square, SQUARE + 1, true};
	geometry->path_count = 1;
}

/* The rings of a polygon that show; its largest part in any case. */
static void seen_rings(const struct level_look *look, const struct outline_shape *shape,
		       struct arena *arena, struct geometry *geometry)
{
	double *areas = arena_alloc(arena, shape->path_count * sizeof(*areas));
	struct path *rings = arena_alloc(arena, shape->path_count * sizeof(*rings));
	uint32_t largest = 0;
	bool polygon_kept = false;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		rings[p] = shown_path(look, row_of_path(look, shape, p), GEOMETRY_POLYGON, arena);
		areas[p] = rings[p].count > 3 ? fabs(path_area(rings[p])) : 0;
		if (rings[p].exterior && areas[p] > areas[largest])
			largest = p;
	}
	for (uint32_t p = 0; p < shape->path_count; p++) {
		bool seen = areas[p] > 0 && areas[p] >= look->rule.area;

		if (rings[p].exterior)
			polygon_kept = seen || (p == largest && areas[p] > 0);
		if (polygon_kept && (seen || p == largest))
			geometry->paths[geometry->path_count++] = rings[p];
	}
}

static bool holds(struct path ring, struct point point)
{
	bool inside = false;

	for (uint32_t i = 1; i < ring.count; i++) {
		struct point a = ring.points[i - 1], b = ring.points[i];

		if ((a.y > point.y) != (b.y > point.y) &&
		    point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x))
			inside = !inside;
	}
	return inside;
}

/* Appends the exterior and the holes that lie in it, and takes them out of RINGS. */
static void take_polygon(struct path *rings, uint32_t count, uint32_t exterior, bool last,
			 struct geometry *geometry)
{
	geometry->paths[geometry->path_count++] = rings[exterior];
	for (uint32_t r = 0; r < count; r++) {
		if (rings[r].exterior || !rings[r].count ||
		    !(last || holds(rings[exterior], rings[r].points[0])))
			continue;
		geometry->paths[geometry->path_count++] = rings[r];
		rings[r].count = 0;
	}
}

/* The border of a group of a coverage. All its rings stay: what one polygon lost its neighbour
 * would not gain. Only what simplifying turned over goes. */
static void border_rings(const struct level_look *look, uint64_t number, struct arena *arena,
			 struct geometry *geometry)
{
	const struct borders *borders = look->selection->borders;
	uint64_t first = borders->first_ring[number];
	uint32_t room = (uint32_t)(borders->first_ring[number + 1] - first), count = 0;
	struct path *rings = arena_alloc(arena, room * sizeof(*rings));
	uint32_t exteriors = 0;

	for (uint32_t r = 0; r < room; r++) {
		struct path ring = shown_path(look, row_of_ring(borders, first + r),
					      GEOMETRY_POLYGON, arena);
		double area = path_area(ring);

		if (ring.count < 4 || area == 0 || (area > 0) != ring.exterior)
			continue;
		exteriors += ring.exterior;
		rings[count++] = ring;
	}
	geometry->paths = arena_alloc(arena, count * sizeof(*geometry->paths));
	for (uint32_t r = 0; r < count; r++) {
		if (rings[r].exterior)
			take_polygon(rings, count, r, --exteriors == 0, geometry);
	}
}

void level_shape_rings(const struct level_look *look, uint64_t number, struct arena *arena,
		       struct geometry *geometry)
{
	*geometry = (struct geometry){.kind = GEOMETRY_POLYGON};
	border_rings(look, number, arena, geometry);
}

static void polygon_shape(const struct level_look *look, uint64_t number, struct arena *arena,
			  struct geometry *geometry)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	double half = selection_stand_in(look->selection, number, &look->rule);

	if (half == 0 && look->selection->borders)
		border_rings(look, number, arena, geometry);
	else if (half == 0)
		seen_rings(look, shape, arena, geometry);
	if (!geometry->path_count)
		stand_in(look, shape, half > 0 ? half : sqrt(look->rule.area) / 2, arena, geometry);
}

bool level_shape(const struct level_look *look, uint64_t number, struct arena *arena,
		 struct geometry *geometry)
{
	const struct outline_shape *shape = &look->outline->shapes[number];

	*geometry = (struct geometry){
		shape->kind, 0, arena_alloc(arena, shape->path_count * sizeof(*geometry->paths))};
	if (!look->selection->kept[number] || !shape->path_count)
		return false;
	if (shape->kind == GEOMETRY_POLYGON) {
		polygon_shape(look, number, arena, geometry);
		return true;
	}
	for (uint32_t p = 0; p < shape->path_count; p++) {
		struct path path = shown_path(look, row_of_path(look, shape, p), shape->kind,
					      arena);

		if (path.count >= (shape->kind == GEOMETRY_LINE ? 2u : 1u))
			geometry->paths[geometry->path_count++] = path;
	}
	return geometry->path_count > 0;
}

static uint32_t shown_in(const struct level_look *look, struct row row, enum geometry_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < row.count; i++)
		count += kind == GEOMETRY_POINT || look->shown[row.vertices[i]];
	return count;
}

static uint32_t count_vertices(const struct level_look *look, uint64_t number)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	const struct borders *borders = look->selection->borders;
	uint32_t count = 0;

	if (!look->selection->kept[number])
		return 0;
	if (shape->kind == GEOMETRY_POLYGON &&
	    selection_stand_in(look->selection, number, &look->rule) > 0)
		return SQUARE;
	for (uint64_t r = borders ? borders->first_ring[number] : 0;
	     borders && r < borders->first_ring[number + 1]; r++)
		count += shown_in(look, row_of_ring(borders, r), shape->kind);
	for (uint32_t p = 0; !borders && p < shape->path_count; p++)
		count += shown_in(look, row_of_path(look, shape, p), shape->kind);
	return count;
}

void level_look_recount(struct level_look *look)
{
	for (uint64_t s = 0; s < look->outline->shape_count; s++)
		look->vertices[s] = count_vertices(look, s);
}

void level_look_init(struct level_look *look)
{
	look->shown = simplify_shown(look->outline, look->selection->borders, look->selection->kept,
				     look->tolerance);
	look->vertices = memory_new(look->outline->shape_count * sizeof(*look->vertices));
	level_look_recount(look);
}

void level_look_uncross(struct level_look *look, struct parallel *parallel)
{
	if (!look->selection->borders)
		return;
	uncross_borders(look->outline, look->selection->borders, parallel, look->shown);
	level_look_recount(look);
}

void level_look_release(struct level_look *look)
{
	free(look->shown);
	free(look->vertices);
	free(look->place_of);
	free(look->places);
	look->place_of = NULL;
	look->places = NULL;
	look->shown = NULL;
	look->vertices = NULL;
}

uint64_t level_shape_vertices(const struct level_look *look, uint64_t number)
{
	return look->selection->kept[number] ? look->vertices[number] : 0;
}
