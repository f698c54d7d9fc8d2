/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/simplify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* Finding the farthest vertex looks at all of a span. One of more vertices than this is parted
 * where that leaves a fair share on either side, lest the whole be looked at once for each vertex.
 */
enum {
	LONG_SPAN = 1024,
	FAIR_SHARE = 16
};
static const float UNKNOWN = -1;

struct span {
	uint32_t first, last;
	float most; /* significance of what was cut off before */
};

/* What is being weighed; and memory for one arc at a time, kept from arc to arc. */
struct scales {
	const struct point *points;
	const bool *junction;
	float *significance;
	uint32_t *arc;
	struct span *stack;
	uint32_t room;
};

static void make_room(struct scales *scales, uint32_t count)
{
	if (count <= scales->room)
		return;
	scales->room = count + count / 2;
	scales->arc = memory_resize(scales->arc, scales->room, sizeof(*scales->arc));
	scales->stack = memory_resize(scales->stack, scales->room, sizeof(*scales->stack));
}

/* Where to part the span: at its farthest vertex. *DISTANCE is that of the farthest in any case, so
 * that a span not parted is near its chord throughout. */
static uint32_t farthest(const struct scales *scales, struct span span, float *distance)
{
	struct point a = scales->points[scales->arc[span.first]];
	struct point b = scales->points[scales->arc[span.last]];
	uint32_t length = span.last - span.first;
	uint32_t margin = length > LONG_SPAN ? length / FAIR_SHARE : 1;
	uint32_t best = span.first + margin;
	double most = -1, most_here = -1;

	for (uint32_t i = span.first + 1; i < span.last; i++) {
		double d = distance_to_segment_squared(scales->points[scales->arc[i]], a, b);

		most = d > most ? d : most;
		if (d > most_here && i >= span.first + margin && i <= span.last - margin) {
			most_here = d;
			best = i;
		}
	}
	*distance = (float)sqrt(fmax(0, most));
	return best;
}

static void weigh_span(struct scales *scales, struct span whole)
{
	uint32_t depth = 0;

	scales->stack[depth++] = whole;
	while (depth) {
		struct span span = scales->stack[--depth];
		uint32_t middle;
		float distance;

		if (span.last - span.first < 2)
			continue;
		middle = farthest(scales, span, &distance);
		distance = fminf(distance, span.most);
		scales->significance[scales->arc[middle]] = distance;
		scales->stack[depth++] = (struct span){span.first, middle, distance};
		scales->stack[depth++] = (struct span){middle, span.last, distance};
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
static void set_direction(struct scales *scales, uint32_t count)
{
	uint32_t *arc = scales->arc;
	int order = compare(scales->points[arc[0]], scales->points[arc[count - 1]]);

	if (order == 0)
		order = compare(scales->points[arc[1]], scales->points[arc[count - 2]]);
	if (order <= 0)
		return;
	for (uint32_t i = 0, j = count - 1; i < j; i++, j--) {
		uint32_t swap = arc[i];

		arc[i] = arc[j];
		arc[j] = swap;
	}
}

/* Weighs the vertices inside the arc, unless the other polygon has done so. */
static void weigh_arc(struct scales *scales, uint32_t count)
{
	bool known = true;

	for (uint32_t i = 1; i + 1 < count && known; i++)
		known = scales->significance[scales->arc[i]] != UNKNOWN;
	if (known)
		return;
	set_direction(scales, count);
	weigh_span(scales, (struct span){0, count - 1, INFINITY});
}

/* A ring without junction: an island, or a hole that one polygon fills. It starts at its least
 * vertex, whoever walks it, and holds on to that and to the vertex farthest from it. */
static void weigh_island(struct scales *scales, const uint32_t *ring, uint32_t count)
{
	uint32_t least = 0, opposite = 0;
	struct point start;
	float most = 0;
	bool known = true;

	for (uint32_t i = 0; i < count; i++) {
		known = known && scales->significance[ring[i]] != UNKNOWN;
		if (compare(scales->points[ring[i]], scales->points[ring[least]]) < 0)
			least = i;
	}
	if (known)
		return;
	start = scales->points[ring[least]];
	for (uint32_t i = 0; i <= count; i++)
		scales->arc[i] = ring[(least + i) % count];
	set_direction(scales, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		struct point point = scales->points[scales->arc[i]];
		float distance = (float)hypot(point.x - start.x, point.y - start.y);

		if (distance > most) {
			most = distance;
			opposite = i;
		}
	}
	scales->significance[scales->arc[0]] = most;
	scales->significance[scales->arc[opposite]] = most;
	weigh_span(scales, (struct span){0, opposite, most});
	weigh_span(scales, (struct span){opposite, count, most});
}

static void weigh_path(struct scales *scales, const uint32_t *vertices, uint32_t count, bool ring)
{
	uint32_t start = 0, steps = ring ? count : count - 1, length = 0;

	make_room(scales, count + 1);
	while (start < count && !scales->junction[vertices[start]])
		start++;
	if (start == count) {
		weigh_island(scales, vertices, count);
		return;
	}
	scales->arc[length++] = vertices[start];
	for (uint32_t i = 1; i <= steps; i++) {
		uint32_t vertex = vertices[(start + i) % count];

		scales->arc[length++] = vertex;
		if (!scales->junction[vertex])
			continue;
		weigh_arc(scales, length);
		scales->arc[0] = vertex;
		length = 1;
	}
}

void simplify_outline(struct outline *outline)
{
	struct scales scales = {.points = outline->points,
				.junction = outline->junction,
				.significance = outline->significance};

	for (uint32_t v = 0; v < outline->vertex_count; v++)
		outline->significance[v] = outline->junction[v] ? INFINITY : UNKNOWN;
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count && shape->kind != GEOMETRY_POINT; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];

			if (path->count >= 2)
				weigh_path(&scales, outline->vertices + path->first, path->count,
					   shape->kind == GEOMETRY_POLYGON);
		}
	}
	free(scales.arc);
	free(scales.stack);
}

void simplify_borders(const struct outline *outline, struct borders *borders)
{
	struct scales scales = {.points = outline->points, .junction = borders->junction};

	scales.significance = memory_new(outline->vertex_count * sizeof(float));
	for (uint32_t v = 0; v < outline->vertex_count; v++)
		scales.significance[v] = outline->junction[v] && !borders->junction[v]
						 ? UNKNOWN
						 : outline->significance[v];
	for (uint64_t r = 0; r < borders->ring_count; r++) {
		const struct border_ring *ring = &borders->rings[r];

		if (ring->count >= 2)
			weigh_path(&scales, borders->vertices + ring->first, ring->count, true);
	}
	borders->significance = scales.significance;
	free(scales.arc);
	free(scales.stack);
}

/* Shows the ring's most significant vertices until there are three. */
static void show_three(const uint32_t *ring, uint32_t count, const float *significance, bool *shown)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < count && total < 3; i++)
		total += shown[ring[i]];
	for (; total < 3 && total < count; total++) {
		uint32_t best = UINT32_MAX;

		for (uint32_t i = 0; i < count; i++) {
			if (!shown[ring[i]] &&
			    (best == UINT32_MAX || significance[ring[i]] > significance[best]))
				best = ring[i];
		}
		if (best == UINT32_MAX)
			return;
		shown[best] = true;
	}
}

bool *simplify_shown(const struct outline *outline, const struct borders *borders,
		     const uint8_t *kept, float tolerance)
{
	const float *significance = borders ? borders->significance : outline->significance;
	bool *shown = memory_new(outline->vertex_count * sizeof(*shown));

	for (uint32_t v = 0; v < outline->vertex_count; v++)
		shown[v] = significance[v] >= tolerance;
	for (uint64_t r = 0; borders && r < borders->ring_count; r++)
		show_three(borders->vertices + borders->rings[r].first, borders->rings[r].count,
			   significance, shown);
	for (uint64_t s = 0; !borders && s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		if (shape->kind != GEOMETRY_POLYGON || (kept && !kept[s]))
			continue;
		for (uint32_t p = 0; p < shape->path_count; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];

			show_three(outline->vertices + path->first, path->count, significance,
				   shown);
		}
	}
	return shown;
}
