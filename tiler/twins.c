/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/twins.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

/* Of the length of all rings, from here on it is a coverage. */
static const double COVERAGE_SHARE = 0.5;

/* An edge, kept with others that have the same lesser vertex. */
struct edge {
	uint32_t greater; /* vertex */
	uint32_t reference;
	bool forward; /* it starts at the lesser vertex */
};

struct edges {
	uint64_t *first; /* of each vertex in `list`; one more at the end */
	struct edge *list;
};

static bool could_be_coverage(const struct outline *outline)
{
	bool polygons = outline->shape_count > 0 && outline->reference_count < OUTLINE_NO_TWIN;

	for (uint64_t s = 0; s < outline->shape_count && polygons; s++)
		polygons = outline->shapes[s].kind == GEOMETRY_POLYGON;
	return polygons;
}

typedef void (*edge_f)(const struct outline *outline, uint32_t reference, uint32_t a, uint32_t b,
		       void *context);

static void for_each_edge(const struct outline *outline, edge_f visit, void *context)
{
	for (uint64_t p = 0; p < outline->path_count; p++) {
		const struct outline_path *path = &outline->paths[p];
		const uint32_t *ring = outline->vertices + path->first;

		for (uint32_t i = 0; i < path->count; i++)
			visit(outline, (uint32_t)path->first + i, ring[i],
			      ring[i + 1 == path->count ? 0 : i + 1], context);
	}
}

static void count_edge(const struct outline *outline, uint32_t reference, uint32_t a, uint32_t b,
		       void *context)
{
	uint64_t *first = context;

	(void)outline;
	(void)reference;
	first[(a < b ? a : b) + 1]++;
}

static void place_edge(const struct outline *outline, uint32_t reference, uint32_t a, uint32_t b,
		       void *context)
{
	struct edges *edges = context;

	(void)outline;
	edges->list[edges->first[a < b ? a : b]++] = (struct edge){a < b ? b : a, reference, a < b};
}

/* Sorted by their lesser vertex; counting is much quicker than comparing. */
static struct edges list_edges(const struct outline *outline)
{
	struct edges edges = {
		memory_zeroed((size_t)outline->vertex_count + 1, sizeof(*edges.first)),
		memory_new(outline->reference_count * sizeof(*edges.list))};

	for_each_edge(outline, count_edge, edges.first);
	for (uint32_t v = 0; v < outline->vertex_count; v++)
		edges.first[v + 1] += edges.first[v];
	for_each_edge(outline, place_edge, &edges);
	for (uint32_t v = outline->vertex_count; v > 0; v--)
		edges.first[v] = edges.first[v - 1];
	edges.first[0] = 0;
	return edges;
}

static int by_greater(const void *left, const void *right)
{
	const struct edge *e = left, *f = right;

	if (e->greater != f->greater)
		return e->greater < f->greater ? -1 : 1;
	if (e->forward != f->forward)
		return e->forward ? -1 : 1;
	return (e->reference > f->reference) - (e->reference < f->reference);
}

/* Pairs the COUNT edges between the same two vertices, forward ones first, with each other. */
static void pair(struct outline *outline, const struct edge *edges, uint64_t count)
{
	uint64_t forward = 0;

	while (forward < count && edges[forward].forward)
		forward++;
	for (uint64_t i = 0; i < forward && forward + i < count; i++) {
		outline->twins[edges[i].reference] = edges[forward + i].reference;
		outline->twins[edges[forward + i].reference] = edges[i].reference;
	}
}

static void pair_all(struct outline *outline, const struct edges *edges)
{
	for (uint32_t v = 0; v < outline->vertex_count; v++) {
		struct edge *list = edges->list + edges->first[v];
		uint64_t count = edges->first[v + 1] - edges->first[v];

		if (count > 1)
			qsort(list, count, sizeof(*list), by_greater);
		for (uint64_t first = 0, end; first < count; first = end) {
			for (end = first + 1;
			     end < count && list[end].greater == list[first].greater;)
				end++;
			pair(outline, list + first, end - first);
		}
	}
}

struct lengths {
	double all, shared;
};

static void add_length(const struct outline *outline, uint32_t reference, uint32_t a, uint32_t b,
		       void *context)
{
	struct lengths *lengths = context;
	double length = hypot(outline->points[a].x - outline->points[b].x,
			      outline->points[a].y - outline->points[b].y);

	lengths->all += length;
	if (outline->twins[reference] != OUTLINE_NO_TWIN)
		lengths->shared += length;
}

static void find_owners(struct outline *outline)
{
	outline->owners = memory_new(outline->reference_count * sizeof(*outline->owners));
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];

			for (uint32_t i = 0; i < path->count; i++)
				outline->owners[path->first + i] = (uint32_t)s;
		}
	}
}

void find_twins(struct outline *outline)
{
	struct lengths lengths = {0, 0};
	struct edges edges;

	if (!could_be_coverage(outline))
		return;
	edges = list_edges(outline);
	outline->twins = memory_new(outline->reference_count * sizeof(*outline->twins));
	for (uint64_t r = 0; r < outline->reference_count; r++)
		outline->twins[r] = OUTLINE_NO_TWIN;
	pair_all(outline, &edges);
	free(edges.list);
	free(edges.first);
	for_each_edge(outline, add_length, &lengths);
	if (lengths.shared > COVERAGE_SHARE * lengths.all) {
		find_owners(outline);
	} else {
		free(outline->twins);
		outline->twins = NULL;
	}
}
