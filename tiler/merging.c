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

/* Who lies beside whom, along how much border, and how large each is: made once, shared by all
 * copies. */
struct neighbour {
	uint32_t other;
	float border;
};

struct neighbours {
	struct neighbour *list; /* by shape */
	uint64_t count, room;
	uint64_t *first; /* of each shape in the list; one more at the end */
	float *areas;	 /* of each shape */
	uint32_t references;
};

struct merging {
	const struct outline *outline;
	struct neighbours *neighbours;
	uint32_t count;
	uint32_t *group; /* the shape that stands for the group */
	uint32_t *next;	 /* member of the group */
	double *area;	 /* of the groups of those that stand for one */
};

static double length_of(const struct outline *outline, uint32_t shape, uint32_t reference)
{
	struct point a = outline->points[outline->vertices[reference]];
	struct point b =
		outline->points[outline->vertices[outline_next(outline, shape, reference)]];

	return hypot(a.x - b.x, a.y - b.y);
}

static void add_border(struct neighbours *neighbours, uint32_t other, float length)
{
	if (neighbours->count == neighbours->room) {
		neighbours->room = 2 * neighbours->room + 1024;
		neighbours->list = memory_resize(neighbours->list, neighbours->room,
						 sizeof(*neighbours->list));
	}
	neighbours->list[neighbours->count++] = (struct neighbour){other, length};
}

static int by_other(const void *left, const void *right)
{
	const struct neighbour *e = left, *f = right;

	return (e->other > f->other) - (e->other < f->other);
}

/* Adds up the borders with the same neighbour; those of one shape begin at FIRST. */
static void add_up(struct neighbours *neighbours, uint64_t first)
{
	struct neighbour *list = neighbours->list + first;
	uint64_t count = neighbours->count - first, kept = 0;

	if (count > 1)
		qsort(list, count, sizeof(*list), by_other);
	for (uint64_t i = 0; i < count; i++) {
		if (kept && list[kept - 1].other == list[i].other)
			list[kept - 1].border += list[i].border;
		else
			list[kept++] = list[i];
	}
	neighbours->count = first + kept;
}

static void find_around(const struct outline *outline, uint32_t shape,
			struct neighbours *neighbours)
{
	const struct outline_shape *looked_at = &outline->shapes[shape];
	uint64_t first = neighbours->count;

	for (uint32_t p = 0; p < looked_at->path_count; p++) {
		const struct outline_path *path = &outline->paths[looked_at->first_path + p];

		for (uint32_t i = 0; i < path->count; i++) {
			uint32_t reference = (uint32_t)path->first + i;
			uint32_t twin = outline->twins[reference];

			if (twin != OUTLINE_NO_TWIN && outline->owners[twin] != shape)
				add_border(neighbours, outline->owners[twin],
					   (float)length_of(outline, shape, reference));
		}
	}
	add_up(neighbours, first);
}

static struct neighbours *find_neighbours(const struct outline *outline)
{
	struct neighbours *neighbours = memory_zeroed(1, sizeof(*neighbours));

	neighbours->references = 1;
	neighbours->first = memory_new((outline->shape_count + 1) * sizeof(*neighbours->first));
	for (uint32_t s = 0; s < outline->shape_count; s++) {
		neighbours->first[s] = neighbours->count;
		find_around(outline, s, neighbours);
	}
	neighbours->first[outline->shape_count] = neighbours->count;
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
		.group = memory_new(count * sizeof(uint32_t)),
		.next = memory_new(count * sizeof(uint32_t)),
		.area = memory_new(count * sizeof(double)),
	};
	return merging;
}

struct merging *merging_new(const struct outline *outline, const float *areas)
{
	struct merging *merging = merging_alloc(outline, find_neighbours(outline));
	size_t size = merging->count * sizeof(*areas);

	merging->neighbours->areas = memory_new(size);
	memcpy(merging->neighbours->areas, areas, size);
	for (uint32_t s = 0; s < merging->count; s++) {
		merging->group[s] = merging->next[s] = s;
		merging->area[s] = areas[s];
	}
	return merging;
}

struct merging *merging_copy(const struct merging *merging)
{
	struct merging *copy = merging_alloc(merging->outline, merging->neighbours);

	copy->neighbours->references++;
	memcpy(copy->group, merging->group, merging->count * sizeof(*copy->group));
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
		free(merging->neighbours->areas);
		free(merging->neighbours);
	}
	free(merging->group);
	free(merging->next);
	free(merging->area);
	free(merging);
}

uint32_t merging_group(const struct merging *merging, uint32_t shape)
{
	return merging->group[shape];
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
	tally->around[tally->count++] = (struct neighbour){group, border};
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
	const float *areas = merging->neighbours->areas;
	int precedence = outline_precedence(merging->outline, a, b);
	bool larger = areas[a] > areas[b] || (areas[a] == areas[b] && a < b);
	bool a_stands = precedence > 0 || (precedence == 0 && larger);
	uint32_t stands = a_stands ? a : b, joins = a_stands ? b : a, member = joins;

	do {
		merging->group[member] = stands;
		member = merging->next[member];
	} while (member != joins);
	merging->next[a] = merging->next[b];
	merging->next[b] = swap;
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
		if (merging->group[s] == s && merging->area[s] < least)
			small[count++] = (struct small_group){merging->area[s], s};
	}
	qsort(small, count, sizeof(*small), smallest_first);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = small[i].group, other;

		if (merging->group[group] != group || merging->area[group] >= least)
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

bool merging_join(struct merging *merging, double least)
{
	struct tally tally = {0};
	int pass = 0;

	while (pass < PASSES_MOST && join_pass(merging, least, &tally))
		pass++;
	free(tally.around);
	return pass > 0;
}
