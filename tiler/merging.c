/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/merging.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

enum {
	PASSES_MOST = 64
};

/* Who lies beside whom, and along how much border; made once, shared by all copies. */
struct neighbour {
	uint32_t shape, other;
	float border;
};

struct neighbours {
	struct neighbour *list; /* by shape */
	uint64_t *first;	/* of each shape in the list; one more at the end */
	uint32_t references;
};

struct merging {
	const struct outline *outline;
	struct neighbours *neighbours;
	uint32_t count;
	uint32_t *parent; /* towards the shape that stands for the group */
	uint32_t *next;	  /* member of the group */
	double *area;	  /* of the groups of those that stand for one */
};

struct border {
	uint32_t a, b; /* vertices, a < b */
	uint32_t shape;
};

static int by_vertices(const void *left, const void *right)
{
	const struct border *e = left, *f = right;

	if (e->a != f->a)
		return e->a < f->a ? -1 : 1;
	return (e->b > f->b) - (e->b < f->b);
}

static int by_shapes(const void *left, const void *right)
{
	const struct neighbour *e = left, *f = right;

	if (e->shape != f->shape)
		return e->shape < f->shape ? -1 : 1;
	return (e->other > f->other) - (e->other < f->other);
}

static struct border *list_borders(const struct outline *outline, uint64_t *count)
{
	struct border *borders = memory_new(outline->reference_count * sizeof(*borders));

	*count = 0;
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];
			const uint32_t *ring = outline->vertices + path->first;

			for (uint32_t i = 0; i < path->count; i++) {
				uint32_t a = ring[i], b = ring[i + 1 == path->count ? 0 : i + 1];

				borders[(*count)++] = (struct border){a < b ? a : b, a < b ? b : a,
								      (uint32_t)s};
			}
		}
	}
	qsort(borders, *count, sizeof(*borders), by_vertices);
	return borders;
}

static float length_of(const struct outline *outline, const struct border *border)
{
	struct point a = outline->points[border->a], b = outline->points[border->b];

	return (float)hypot(a.x - b.x, a.y - b.y);
}

/* One entry a pair and direction, the lengths added up. */
static uint64_t add_up(struct neighbour *list, uint64_t count)
{
	uint64_t kept = 0;

	qsort(list, count, sizeof(*list), by_shapes);
	for (uint64_t i = 0; i < count; i++) {
		if (kept && by_shapes(&list[kept - 1], &list[i]) == 0)
			list[kept - 1].border += list[i].border;
		else
			list[kept++] = list[i];
	}
	return kept;
}

static struct neighbours *find_neighbours(const struct outline *outline)
{
	struct neighbours *neighbours = memory_zeroed(1, sizeof(*neighbours));
	uint64_t border_count, count = 0;
	struct border *borders = list_borders(outline, &border_count);

	neighbours->references = 1;
	neighbours->list = memory_new(2 * border_count * sizeof(*neighbours->list));
	for (uint64_t i = 1; i < border_count; i++) {
		const struct border *e = &borders[i - 1], *f = &borders[i];
		float length;

		if (by_vertices(e, f) != 0 || e->shape == f->shape)
			continue;
		length = length_of(outline, e);
		neighbours->list[count++] = (struct neighbour){e->shape, f->shape, length};
		neighbours->list[count++] = (struct neighbour){f->shape, e->shape, length};
	}
	free(borders);
	count = add_up(neighbours->list, count);
	neighbours->first = memory_zeroed(outline->shape_count + 1, sizeof(*neighbours->first));
	for (uint64_t i = 0; i < count; i++)
		neighbours->first[neighbours->list[i].shape + 1]++;
	for (uint64_t s = 0; s < outline->shape_count; s++)
		neighbours->first[s + 1] += neighbours->first[s];
	return neighbours;
}

static struct merging *merging_alloc(const struct outline *outline, struct neighbours *neighbours)
{
	struct merging *merging = memory_new(sizeof(*merging));
	uint32_t count = (uint32_t)outline->shape_count;

	*merging = (struct merging){
		.outline = outline,
		.neighbours = neighbours,
		.count = count,
		.parent = memory_new(count * sizeof(uint32_t)),
		.next = memory_new(count * sizeof(uint32_t)),
		.area = memory_new(count * sizeof(double)),
	};
	return merging;
}

struct merging *merging_new(const struct outline *outline, const float *areas)
{
	struct merging *merging = merging_alloc(outline, find_neighbours(outline));

	for (uint32_t s = 0; s < merging->count; s++) {
		merging->parent[s] = merging->next[s] = s;
		merging->area[s] = areas[s];
	}
	return merging;
}

struct merging *merging_copy(const struct merging *merging)
{
	struct merging *copy = merging_alloc(merging->outline, merging->neighbours);

	copy->neighbours->references++;
	memcpy(copy->parent, merging->parent, merging->count * sizeof(*copy->parent));
	memcpy(copy->next, merging->next, merging->count * sizeof(*copy->next));
	memcpy(copy->area, merging->area, merging->count * sizeof(*copy->area));
	return copy;
}

void merging_free(struct merging *merging)
{
	if (!merging)
		return;
	if (--merging->neighbours->references == 0) {
		free(merging->neighbours->list);
		free(merging->neighbours->first);
		free(merging->neighbours);
	}
	free(merging->parent);
	free(merging->next);
	free(merging->area);
	free(merging);
}

uint32_t merging_group(const struct merging *merging, uint32_t shape)
{
	while (merging->parent[shape] != shape)
		shape = merging->parent[shape];
	return shape;
}

uint32_t merging_next(const struct merging *merging, uint32_t shape)
{
	return merging->next[shape];
}

double merging_area(const struct merging *merging, uint32_t shape)
{
	return merging->area[shape];
}

/* Borders of one group with the groups around it. */
struct tally {
	struct neighbour *around; /* `other` is a group */
	uint32_t count, room;
};

static void tally_add(struct tally *tally, uint32_t group, float border)
{
	for (uint32_t i = 0; i < tally->count; i++) {
		if (tally->around[i].other == group) {
			tally->around[i].border += border;
			return;
		}
	}
	if (tally->count == tally->room) {
		tally->room = tally->room ? 2 * tally->room : 16;
		tally->around = memory_resize(tally->around, tally->room, sizeof(*tally->around));
	}
	tally->around[tally->count++] = (struct neighbour){0, group, border};
}

/* The group that GROUP shares most border with; GROUP itself when it lies alone. */
static uint32_t best_neighbour(const struct merging *merging, uint32_t group, struct tally *tally)
{
	const struct neighbours *neighbours = merging->neighbours;
	uint32_t member = group, best = group;
	float most = 0;

	tally->count = 0;
	do {
		for (uint64_t i = neighbours->first[member]; i < neighbours->first[member + 1];
		     i++) {
			uint32_t other = merging_group(merging, neighbours->list[i].other);

			if (other != group)
				tally_add(tally, other, neighbours->list[i].border);
		}
		member = merging->next[member];
	} while (member != group);
	for (uint32_t i = 0; i < tally->count; i++) {
		const struct neighbour *other = &tally->around[i];

		if (other->border > most || (other->border == most && other->other < best)) {
			most = other->border;
			best = other->other;
		}
	}
	return best;
}

static void join(struct merging *merging, uint32_t a, uint32_t b)
{
	uint32_t swap = merging->next[a];
	bool a_stands = merging->area[a] > merging->area[b] ||
			(merging->area[a] == merging->area[b] && a < b);
	uint32_t stands = a_stands ? a : b, joins = a_stands ? b : a;

	merging->next[a] = merging->next[b];
	merging->next[b] = swap;
	merging->parent[joins] = stands;
	merging->area[stands] += merging->area[joins];
}

struct small_group {
	double area;
	uint32_t group;
};

static int smallest_first(const void *left, const void *right)
{
	const struct small_group *a = left, *b = right;

	if (a->area != b->area)
		return a->area < b->area ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

static bool join_pass(struct merging *merging, double least, struct tally *tally)
{
	struct small_group *small = memory_new(merging->count * sizeof(*small));
	uint32_t count = 0;
	bool joined = false;

	for (uint32_t s = 0; s < merging->count; s++) {
		if (merging->parent[s] == s && merging->area[s] < least)
			small[count++] = (struct small_group){merging->area[s], s};
	}
	qsort(small, count, sizeof(*small), smallest_first);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = small[i].group, other;

		if (merging->parent[group] != group || merging->area[group] >= least)
			continue;
		other = best_neighbour(merging, group, tally);
		if (other == group)
			continue;
		join(merging, group, other);
		joined = true;
	}
	free(small);
	return joined;
}

void merging_join(struct merging *merging, double least)
{
	struct tally tally = {0};

	for (int pass = 0; pass < PASSES_MOST && join_pass(merging, least, &tally); pass++)
		;
	free(tally.around);
}
