/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/simplify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* Finding the farthest vertex looks at all of an arc at each step, which an arc of very many
 * vertices would make slow: such a one is first cut into runs of this many. */
enum {
	RUN_MOST = 4096
};

struct span {
	uint32_t first, last;
	float most; /* significance of what was cut off before */
};

/* Memory for one arc at a time, kept from arc to arc. */
struct scratch {
	uint32_t *arc;
	struct span *stack;
	uint32_t room;
};

static void scratch_room(struct scratch *scratch, uint32_t count)
{
	if (count <= scratch->room)
		return;
	scratch->room = count + count / 2;
	scratch->arc = memory_resize(scratch->arc, scratch->room, sizeof(*scratch->arc));
	scratch->stack = memory_resize(scratch->stack, scratch->room, sizeof(*scratch->stack));
}

static double distance_to_segment(struct point p, struct point a, struct point b)
{
	double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
	double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(p.x - (a.x + t * dx), p.y - (a.y + t * dy));
}

static uint32_t farthest(const struct outline *outline, const uint32_t *arc, struct span span,
			 float *distance)
{
	struct point a = outline->points[arc[span.first]], b = outline->points[arc[span.last]];
	uint32_t best = span.first + 1;
	double most = -1;

	for (uint32_t i = span.first + 1; i < span.last; i++) {
		double d = distance_to_segment(outline->points[arc[i]], a, b);

		if (d > most) {
			most = d;
			best = i;
		}
	}
	*distance = (float)most;
	return best;
}

static void weigh_span(struct outline *outline, struct scratch *scratch, struct span whole)
{
	uint32_t depth = 0;

	scratch->stack[depth++] = whole;
	while (depth) {
		struct span span = scratch->stack[--depth];
		uint32_t middle;
		float distance;

		if (span.last - span.first < 2)
			continue;
		middle = farthest(outline, scratch->arc, span, &distance);
		distance = fminf(distance, span.most);
		outline->significance[scratch->arc[middle]] = distance;
		scratch->stack[depth++] = (struct span){span.first, middle, distance};
		scratch->stack[depth++] = (struct span){middle, span.last, distance};
	}
}

/* Weighs the vertices inside an arc of COUNT vertices in scratch->arc. */
static void weigh_arc(struct outline *outline, struct scratch *scratch, uint32_t count)
{
	for (uint32_t first = 0; first + 1 < count; first += RUN_MOST) {
		uint32_t last = count - 1 - first > RUN_MOST ? first + RUN_MOST : count - 1;

		if (first)
			outline->significance[scratch->arc[first]] = INFINITY;
		weigh_span(outline, scratch, (struct span){first, last, INFINITY});
		if (last == count - 1)
			break;
	}
}

static int compare(struct point a, struct point b)
{
	if (a.x != b.x)
		return a.x < b.x ? -1 : 1;
	return (a.y > b.y) - (a.y < b.y);
}

/* The same direction for all who share the arc: from its lesser end, or, closed, towards the lesser
 * neighbour of its end. */
static void set_direction(const struct outline *outline, uint32_t *arc, uint32_t count)
{
	const struct point *points = outline->points;
	int order = compare(points[arc[0]], points[arc[count - 1]]);

	if (order == 0)
		order = compare(points[arc[1]], points[arc[count - 2]]);
	if (order <= 0)
		return;
	for (uint32_t i = 0, j = count - 1; i < j; i++, j--) {
		uint32_t swap = arc[i];

		arc[i] = arc[j];
		arc[j] = swap;
	}
}

/* A ring without junction: an island, or a hole that one polygon fills. It starts at its least
 * vertex, whoever walks it, and holds on to that and to the vertex farthest from it. */
static void weigh_island(struct outline *outline, struct scratch *scratch, const uint32_t *ring,
			 uint32_t count)
{
	uint32_t least = 0, opposite;
	float distance;

	for (uint32_t i = 1; i < count; i++) {
		if (compare(outline->points[ring[i]], outline->points[ring[least]]) < 0)
			least = i;
	}
	scratch_room(scratch, count + 1);
	for (uint32_t i = 0; i <= count; i++)
		scratch->arc[i] = ring[(least + i) % count];
	set_direction(outline, scratch->arc, count + 1);
	opposite = farthest(outline, scratch->arc, (struct span){0, count, 0}, &distance);
	outline->significance[ring[least]] = distance;
	outline->significance[scratch->arc[opposite]] = distance;
	weigh_span(outline, scratch, (struct span){0, opposite, distance});
	weigh_span(outline, scratch, (struct span){opposite, count, distance});
}

static void weigh_path(struct outline *outline, struct scratch *scratch, const uint32_t *vertices,
		       uint32_t count, bool ring)
{
	uint32_t start = 0, steps = ring ? count : count - 1, length;

	while (start < count && !outline->junction[vertices[start]])
		start++;
	if (start == count) {
		weigh_island(outline, scratch, vertices, count);
		return;
	}
	scratch_room(scratch, count + 1);
	outline->significance[vertices[start]] = INFINITY;
	scratch->arc[0] = vertices[start];
	length = 1;
	for (uint32_t i = 1; i <= steps; i++) {
		uint32_t vertex = vertices[(start + i) % count];

		scratch->arc[length++] = vertex;
		if (!outline->junction[vertex])
			continue;
		outline->significance[vertex] = INFINITY;
		set_direction(outline, scratch->arc, length);
		weigh_arc(outline, scratch, length);
		scratch->arc[0] = vertex;
		length = 1;
	}
}

void simplify_outline(struct outline *outline)
{
	struct scratch scratch = {0};

	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count && shape->kind != GEOMETRY_POINT; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];

			if (path->count >= 2)
				weigh_path(outline, &scratch, outline->vertices + path->first,
					   path->count, shape->kind == GEOMETRY_POLYGON);
		}
	}
	free(scratch.arc);
	free(scratch.stack);
}

/* Raises the ring's most significant vertex that is below TOLERANCE; false when there is none. */
static bool raise_one(struct outline *outline, const uint32_t *ring, uint32_t count,
		      float tolerance)
{
	uint32_t best = UINT32_MAX;

	for (uint32_t i = 0; i < count; i++) {
		float significance = outline->significance[ring[i]];

		if (significance < tolerance &&
		    (best == UINT32_MAX || significance > outline->significance[best]))
			best = ring[i];
	}
	if (best == UINT32_MAX)
		return false;
	outline->significance[best] = tolerance;
	return true;
}

void simplify_keep_rings(struct outline *outline, float tolerance)
{
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count && shape->kind == GEOMETRY_POLYGON;
		     p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];
			const uint32_t *ring = outline->vertices + path->first;
			uint32_t kept = 0;

			for (uint32_t i = 0; i < path->count && kept < 3; i++)
				kept += outline->significance[ring[i]] >= tolerance;
			while (kept < 3 && raise_one(outline, ring, path->count, tolerance))
				kept++;
		}
	}
}
