/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/tile_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tiler/memory.h"

enum {
	SAMPLE = 4096
};

/* So many features, each as likely as any other to be among them. */
struct sample {
	struct point points[SAMPLE];
	uint64_t seen, random;
};

static uint64_t next_random(uint64_t *random)
{
	*random = *random * 6364136223846793005u + 1442695040888963407u;
	return *random >> 33;
}

static enum error_code take(const struct feature *feature, void *context, struct error *error)
{
	struct sample *sample = context;
	uint64_t place = sample->seen;

	(void)error;
	if (!feature->geometry_count || !feature->geometries[0].path_count ||
	    !feature->geometries[0].paths[0].count)
		return ERROR_NONE;
	sample->seen++;
	if (place >= SAMPLE)
		place = next_random(&sample->random) % sample->seen;
	if (place < SAMPLE)
		sample->points[place] = feature->geometries[0].paths[0].points[0];
	return ERROR_NONE;
}

static void fail(const struct error *error)
{
	fprintf(stderr, "cold: %s\n", error->text);
	exit(1);
}

static void fill(struct sample *sample, struct prepared *prepared, struct crs *crs)
{
	struct arena *arena = arena_new();
	struct transform *transform = NULL;
	struct error error = {0};
	size_t count;

	*sample = (struct sample){.random = 1};
	if (fgb_query(prepared->levels[0].fgb, prepared->extent, arena, take, sample, &error) ||
	    transform_new(prepared->crs, crs, &transform, &error))
		fail(&error);
	count = sample->seen < SAMPLE ? sample->seen : SAMPLE;
	if (transform)
		transform_forward(transform, sample->points, count);
	transform_free(transform);
	arena_free(arena);
	for (size_t i = count; i > 1; i--) {
		size_t other = next_random(&sample->random) % i;
		struct point swap = sample->points[i - 1];

		sample->points[i - 1] = sample->points[other];
		sample->points[other] = swap;
	}
}

static void add(struct tile_list *list, struct tile_id id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->tiles[i].id.x == id.x && list->tiles[i].id.y == id.y)
			return;
	}
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->tiles = memory_resize(list->tiles, list->capacity, sizeof(*list->tiles));
	}
	list->tiles[list->count++] = (struct listed_tile){id, 0};
}

void tile_list_of_features(struct tile_list *list, struct prepared *prepared,
			   const struct grid *grid, uint32_t z, size_t most)
{
	struct sample *sample = memory_new(sizeof(*sample));
	struct tile_range range;

	*list = (struct tile_list){0};
	fill(sample, prepared, grid->crs);
	for (size_t i = 0; i < SAMPLE && i < sample->seen && list->count < most; i++) {
		struct point p = sample->points[i];

		if (grid_range(grid, z, (struct box){p.x, p.y, p.x, p.y}, &range))
			add(list, (struct tile_id){z, range.min_x, range.min_y});
	}
	free(sample);
}

static int by_cost(const void *left, const void *right)
{
	const struct listed_tile *a = left, *b = right;

	return (a->cost < b->cost) - (a->cost > b->cost);
}

void tile_list_below(struct tile_list *list, struct tile_list *above, size_t most)
{
	size_t count = 0;

	if (above->count)
		qsort(above->tiles, above->count, sizeof(*above->tiles), by_cost);
	while (count < above->count && count < most && above->tiles[count].cost >= 0)
		count++;
	*list = (struct tile_list){memory_new((4 * count + 1) * sizeof(*list->tiles)), 0,
				   4 * count};
	for (size_t i = 0; i < 4 * count; i++) {
		struct tile_id id = above->tiles[i / 4].id;

		id = (struct tile_id){id.z + 1, 2 * id.x + i % 2, 2 * id.y + i / 2 % 2};
		list->tiles[list->count++] = (struct listed_tile){id, 0};
	}
}

void tile_list_release(struct tile_list *list)
{
	free(list->tiles);
}

uint64_t tile_list_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
