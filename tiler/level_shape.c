/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_shape.h"

#include <math.h>

#include "tiler/untangle.h"

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

static bool is_merged(const struct level_look *look, uint64_t number)
{
	const struct merging *merging = look->selection->merging;

	return merging && merging_next(merging, (uint32_t)number) != number;
}

static struct path rounded(const struct level_look *look, struct path path)
{
	for (uint32_t i = 0; i < path.count; i++) {
		path.points[i].x = rint((path.points[i].x - look->origin.x) / look->quantum);
		path.points[i].y = rint((path.points[i].y - look->origin.y) / look->quantum);
	}
	return path;
}

static struct path restored(const struct level_look *look, struct tile_path ring,
			    struct arena *arena)
{
	struct path out = {arena_alloc(arena, ((size_t)ring.count + 1) * sizeof(*out.points)),
			   ring.count + 1, ring.exterior};

	for (uint32_t i = 0; i <= ring.count; i++) {
		struct tile_point point = ring.points[i == ring.count ? 0 : i];

		out.points[i] = (struct point){look->origin.x + point.x * look->quantum,
					       look->origin.y + point.y * look->quantum};
	}
	return out;
}

/* Twice the signed area of a ring as it is in the data. */
static double signed_area(const struct outline *outline, const struct outline_path *path)
{
	const uint32_t *ring = outline->vertices + path->first;
	struct point origin = outline->points[ring[0]];
	double sum = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		struct point a = outline->points[ring[i]];
		struct point b = outline->points[ring[i + 1 == path->count ? 0 : i + 1]];

		sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	return sum;
}

static void reverse(struct path path)
{
	for (uint32_t i = 0, j = path.count - 1; i < j; i++, j--) {
		struct point swap = path.points[i];

		path.points[i] = path.points[j];
		path.points[j] = swap;
	}
}

/* The rings wound as they are in the data, exteriors positive: a sliver that simplifying turned
 * inside out must stay so, or its borders would not cancel with those of its neighbours. */
static void add_rings(const struct level_look *look, const struct outline_shape *shape,
		      struct arena *arena, struct tile_rings *rings)
{
	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &look->outline->paths[shape->first_path + p];
		struct path ring = kept_vertices(look, path, GEOMETRY_POLYGON, arena);
		struct tile_path snapped;

		if (ring.count < 4)
			continue;
		if ((signed_area(look->outline, path) > 0) != path->exterior)
			reverse(ring);
		snapped = snap_ring(rounded(look, ring), arena);
		if (snapped.count)
			rings->rings[rings->count++] = snapped;
	}
}

/* The outline of a group: the borders inside it are walked in both directions and cancel. Where
 * they are too tangled for that, the members stay side by side in one multipolygon: drawn on the
 * grid of a tile, their borders cancel there. */
static void merge_rings(const struct level_look *look, uint64_t number, struct arena *arena,
			struct geometry *geometry)
{
	const struct merging *merging = look->selection->merging;
	struct tile_rings rings = {NULL, 0};
	uint32_t member = (uint32_t)number;
	uint64_t room = 0;

	do {
		room += look->outline->shapes[member].path_count;
		member = merging_next(merging, member);
	} while (member != number);
	rings.rings = arena_alloc(arena, room * sizeof(*rings.rings));
	do {
		add_rings(look, &look->outline->shapes[member], arena, &rings);
		member = merging_next(merging, member);
	} while (member != number);
	untangle_rings(&rings, arena);
	geometry->paths = arena_alloc(arena, rings.count * sizeof(*geometry->paths));
	for (uint32_t r = 0; r < rings.count; r++)
		geometry->paths[geometry->path_count++] = restored(look, rings.rings[r], arena);
}

static void polygon_shape(const struct level_look *look, uint64_t number, struct arena *arena,
			  struct geometry *geometry)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	double half = selection_stand_in(look->selection, number, &look->rule);

	if (half > 0) {
		stand_in(look, shape, half, arena, geometry);
	} else if (is_merged(look, number)) {
		merge_rings(look, number, arena, geometry);
	} else {
		keep_rings(look, shape, arena, geometry);
		for (uint32_t p = 0;
		     look->quantum > 0 && look->selection->merging && p < geometry->path_count;
		     p++) {
			struct path ring = rounded(look, geometry->paths[p]);

			for (uint32_t i = 0; i < ring.count; i++)
				ring.points[i] = (struct point){
					look->origin.x + ring.points[i].x * look->quantum,
					look->origin.y + ring.points[i].y * look->quantum};
		}
	}
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

static uint64_t vertices_of(const struct level_look *look, const struct outline_shape *shape)
{
	uint64_t count = 0;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &look->outline->paths[shape->first_path + p];

		for (uint32_t i = 0; i < path->count; i++)
			count += shape->kind == GEOMETRY_POINT ||
				 shows(look, look->outline->vertices[path->first + i]);
	}
	return count;
}

uint64_t level_shape_vertices(const struct level_look *look, uint64_t number)
{
	const struct outline_shape *shape = &look->outline->shapes[number];
	uint64_t count = 0;
	uint32_t member = (uint32_t)number;

	if (!look->selection->kept[number])
		return 0;
	if (shape->kind == GEOMETRY_POLYGON &&
	    selection_stand_in(look->selection, number, &look->rule) > 0)
		return 4;
	if (!is_merged(look, number))
		return vertices_of(look, shape);
	do {
		count += vertices_of(look, &look->outline->shapes[member]);
		member = merging_next(look->selection->merging, member);
	} while (member != number);
	/* About half of them lie on the borders inside the group. */
	return count / 2;
}
