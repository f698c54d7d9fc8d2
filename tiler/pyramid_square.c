/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/pyramid_square.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"
#include "tiler/thread.h"
#include "tiler/tile_packer.h"

/* A tile is made on its own, by the renderer of single requests. To clip features down from tile to
 * tile instead would spare the second reading of those that reach over a border, which is a small
 * part of the time (docs/pyramid.md has the profile), and would round differently. */

enum {
	RAW_TILE_MOST = 64 * 1024 * 1024
};

struct pyramid_maker {
	unsigned job; /* its number */
	struct renderer *renderer;
	struct tile_packer *packer;
	struct transforms *transforms;
	struct arena *arena;
	struct buf raw;
};

/* The making of one square. */
struct making {
	struct pyramid_maker *maker;
	const struct pyramid_plan *plan;
	uint32_t z;
	struct pyramid_harvest *harvest;
};

void pyramid_harvest_empty(struct pyramid_harvest *harvest)
{
	for (uint32_t i = harvest->taken; i < harvest->count; i++)
		blob_unref(harvest->tiles[i].blob);
	harvest->count = harvest->taken = 0;
	harvest->bytes = 0;
	harvest->code = ERROR_NONE;
	harvest->spent = (struct pyramid_progress){0};
}

void pyramid_harvest_release(struct pyramid_harvest *harvest)
{
	pyramid_harvest_empty(harvest);
	free(harvest->tiles);
}

struct pyramid_maker *pyramid_maker_new(int gzip_level, unsigned job)
{
	struct pyramid_maker *maker = memory_new(sizeof(*maker));

	maker->job = job;
	maker->renderer = renderer_new();
	maker->packer = tile_packer_new(gzip_level);
	maker->transforms = transforms_new();
	maker->arena = arena_new();
	buf_init(&maker->raw, RAW_TILE_MOST);
	return maker;
}

void pyramid_maker_free(struct pyramid_maker *maker)
{
	if (!maker)
		return;
	renderer_free(maker->renderer);
	tile_packer_free(maker->packer);
	transforms_free(maker->transforms);
	arena_free(maker->arena);
	buf_release(&maker->raw);
	free(maker);
}

static enum error_code draw_tile(const struct making *making, struct tile_id tile,
				 struct error *error)
{
	const struct pyramid_plan *plan = making->plan;
	struct pyramid_progress *spent = &making->harvest->spent;
	struct render_stats stats;
	uint64_t before = clock_cpu_us();
	enum error_code code = renderer_tile(making->maker->renderer, plan->layers,
					     plan->layer_count, plan->grid, tile,
					     &making->maker->raw, &stats, error);

	if (code == ERROR_LIMIT)
		error_set(error, ERROR_LIMIT,
			  "it is larger than %d MiB: raise the theme's minimum zoom",
			  RAW_TILE_MOST >> 20);
	spent->render.features_read += stats.features_read;
	spent->render.features_drawn += stats.features_drawn;
	spent->render.repaired += stats.repaired;
	spent->render.proj_calls += stats.proj_calls;
	spent->render_us += clock_cpu_us() - before;
	return code;
}

static enum error_code pack_tile(const struct making *making, struct tile_id tile,
				 struct error *error)
{
	struct pyramid_harvest *harvest = making->harvest;
	struct pyramid_maker *maker = making->maker;
	uint64_t before = clock_cpu_us();
	struct blob *blob;
	enum error_code code = tile_packer_pack(maker->packer, &maker->raw, &blob, error);

	if (code)
		return code;
	if (harvest->count == harvest->capacity) {
		harvest->capacity = harvest->capacity ? 2 * harvest->capacity : 16;
		harvest->tiles = memory_resize(harvest->tiles, harvest->capacity,
					       sizeof(*harvest->tiles));
	}
	harvest->tiles[harvest->count++] = (struct pyramid_tile){tile, blob};
	harvest->bytes += blob->length;
	harvest->spent.compress_us += clock_cpu_us() - before;
	return ERROR_NONE;
}

static enum error_code make_tile(struct cover_square square, void *context, struct error *error)
{
	const struct making *making = context;
	const struct pyramid_plan *plan = making->plan;
	struct tile_id tile = cover_tile(square, making->z);
	enum error_code code;

	if (plan->skips && plan->skips(tile, making->maker->job, plan->context)) {
		making->harvest->spent.skipped++;
		return ERROR_NONE;
	}
	buf_empty(&making->maker->raw);
	code = draw_tile(making, tile, error);
	if (!code && making->maker->raw.length)
		code = pack_tile(making, tile, error);
	return code ? error_prefix(error, "tile %s/%u/%u/%u: ", plan->grid->id, tile.z, tile.x,
				   tile.y)
		    : ERROR_NONE;
}

void pyramid_maker_make(struct pyramid_maker *maker, const struct pyramid_plan *plan,
			struct pyramid_square square, struct pyramid_harvest *harvest)
{
	struct making making = {maker, plan, square.z, harvest};
	struct cover cover = {
		.layers = plan->layers,
		.layer_count = plan->layer_count,
		.grid = plan->grid,
		.area = plan->area,
		.transforms = maker->transforms,
		.arena = maker->arena,
	};

	harvest->code = cover_walk(&cover, square.z, square.square,
				   cover_order(plan->grid, square.z), make_tile, &making,
				   &harvest->error);
	arena_reset(maker->arena);
}
