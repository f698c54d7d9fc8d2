/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/borders.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/simplify.h"

struct builder {
	const struct outline *outline;
	const struct merging *merging;
	struct borders *borders;
	bool *walked; /* of each reference */
	uint64_t ring_room;
};

/* Is the edge that starts at REFERENCE between two polygons of one group? */
static bool is_inside(const struct builder *builder, uint32_t reference)
{
	const struct outline *outline = builder->outline;
	uint32_t twin = outline->twins[reference];

	return twin != OUTLINE_NO_TWIN &&
	       merging_group(builder->merging, outline->owners[twin]) ==
		       merging_group(builder->merging, outline->owners[reference]);
}

/* The edge of the group's border that follows: around the end of this one, from polygon to polygon
 * of the group, until one has another group beside it. */
static uint32_t next_on_border(const struct builder *builder, uint32_t reference)
{
	const struct outline *outline = builder->outline;
	uint32_t next = outline_next(outline, outline->owners[reference], reference);

	while (is_inside(builder, next)) {
		uint32_t twin = outline->twins[next];

		next = outline_next(outline, outline->owners[twin], twin);
	}
	return next;
}

static bool has_positive_area(const struct outline *outline, const uint32_t *ring, uint32_t count)
{
	struct point origin = outline->points[ring[0]];
	double sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct point a = outline->points[ring[i]];
		struct point b = outline->points[ring[i + 1 == count ? 0 : i + 1]];

		sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	return sum > 0;
}

static void walk_ring(struct builder *builder, uint32_t start)
{
	struct borders *borders = builder->borders;
	struct border_ring *ring;
	uint32_t reference = start;

	if (borders->ring_count == builder->ring_room) {
		builder->ring_room = 2 * builder->ring_room + 64;
		borders->rings = memory_resize(borders->rings, builder->ring_room,
					       sizeof(*borders->rings));
	}
	ring = &borders->rings[borders->ring_count++];
	*ring = (struct border_ring){borders->vertex_count, 0, false};
	do {
		builder->walked[reference] = true;
		borders->vertices[borders->vertex_count] = builder->outline->vertices[reference];
		borders->shared[borders->vertex_count++] = builder->outline->twins[reference] !=
							   OUTLINE_NO_TWIN;
		reference = next_on_border(builder, reference);
	} while (reference != start);
	ring->count = (uint32_t)(borders->vertex_count - ring->first);
	ring->exterior = has_positive_area(builder->outline, borders->vertices + ring->first,
					   ring->count);
}

static void walk_shape(struct builder *builder, uint32_t shape)
{
	const struct outline_shape *walked = &builder->outline->shapes[shape];

	for (uint32_t p = 0; p < walked->path_count; p++) {
		const struct outline_path *path = &builder->outline->paths[walked->first_path + p];

		for (uint32_t i = 0; i < path->count; i++) {
			uint32_t reference = (uint32_t)path->first + i;

			if (!builder->walked[reference] && !is_inside(builder, reference))
				walk_ring(builder, reference);
		}
	}
}

static void walk_groups(struct builder *builder)
{
	const struct outline *outline = builder->outline;
	struct borders *borders = builder->borders;

	for (uint32_t s = 0; s < outline->shape_count; s++) {
		uint32_t member = s;

		borders->first_ring[s] = borders->ring_count;
		if (merging_group(builder->merging, s) != s)
			continue;
		do {
			walk_shape(builder, member);
			member = merging_next(builder->merging, member);
		} while (member != s);
	}
	borders->first_ring[outline->shape_count] = borders->ring_count;
}

static void find_junctions(const struct outline *outline, struct borders *borders)
{
	/* Borders take ways that the outline has. */
	struct outline_ties ties = outline_ties_new(outline, outline->junction);

	for (uint64_t r = 0; r < borders->ring_count; r++) {
		const struct border_ring *ring = &borders->rings[r];

		outline_tie_path(&ties, borders->vertices + ring->first, ring->count, true);
	}
	free(ties.pairs);
	borders->junction = ties.junction;
}

struct borders *borders_new(const struct outline *outline, const struct merging *merging)
{
	struct borders *borders = memory_zeroed(1, sizeof(*borders));
	struct builder builder = {.outline = outline, .merging = merging, .borders = borders};

	borders->references = 1;
	borders->vertices = memory_new(outline->reference_count * sizeof(*borders->vertices));
	borders->shared = memory_new(outline->reference_count * sizeof(*borders->shared));
	borders->first_ring = memory_new((outline->shape_count + 1) * sizeof(uint64_t));
	builder.walked = memory_zeroed(outline->reference_count, sizeof(bool));
	walk_groups(&builder);
	free(builder.walked);
	find_junctions(outline, borders);
	simplify_borders(outline, borders);
	return borders;
}

struct borders *borders_ref(struct borders *borders)
{
	borders->references++;
	return borders;
}

void borders_unref(struct borders *borders)
{
	if (!borders || --borders->references)
		return;
	free(borders->vertices);
	free(borders->shared);
	free(borders->rings);
	free(borders->first_ring);
	free(borders->junction);
	free(borders->significance);
	free(borders);
}
