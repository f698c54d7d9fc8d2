/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tile_limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/render.h"

enum {
	SLOTS = 4096 /* as many themes and grids are remembered at most */
};

struct slot {
	char *key;
	struct tile_limits limits;
};

struct tile_limits_cache {
	pthread_mutex_t lock; /* guards the slots */
	struct slot slots[SLOTS];
	pthread_mutex_t computing; /* guards the transformations */
	struct tileset_transforms *transforms;
};

struct tile_limits_cache *tile_limits_cache_new(void)
{
	struct tile_limits_cache *cache = memory_zeroed(1, sizeof(*cache));

	pthread_mutex_init(&cache->lock, NULL);
	pthread_mutex_init(&cache->computing, NULL);
	cache->transforms = tileset_transforms_new();
	return cache;
}

void tile_limits_cache_free(struct tile_limits_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(cache->slots[i].key);
	tileset_transforms_free(cache->transforms);
	pthread_mutex_destroy(&cache->computing);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

/* New; NULL while a theme has no version to be known by. */
static char *key_of(const struct site *site, const struct tile_request *request)
{
	char version[ENGINE_VERSION_SIZE];
	struct buf key;

	if (!engine_version(site->engine, request, version))
		return NULL;
	buf_init(&key, 0);
	buf_print(&key, "%s %s", version, request->grid->id);
	for (uint32_t i = 0; i < request->theme_count; i++)
		buf_print(&key, "\n%s", request->themes[i]->id);
	return buf_take(&key, NULL);
}

static struct slot *slot_of(struct tile_limits_cache *cache, const char *key)
{
	return &cache->slots[hash_bytes(key, strlen(key)) % SLOTS];
}

static bool look_up(struct tile_limits_cache *cache, const char *key, struct tile_limits *limits)
{
	struct slot *slot = slot_of(cache, key);
	bool found;

	pthread_mutex_lock(&cache->lock);
	found = slot->key && strcmp(slot->key, key) == 0;
	if (found)
		*limits = slot->limits;
	pthread_mutex_unlock(&cache->lock);
	return found;
}

/* KEY is stolen. */
static void remember(struct tile_limits_cache *cache, char *key, const struct tile_limits *limits)
{
	struct slot *slot = slot_of(cache, key);
	char *old;

	pthread_mutex_lock(&cache->lock);
	old = slot->key;
	*slot = (struct slot){key, *limits};
	pthread_mutex_unlock(&cache->lock);
	free(old);
}

bool tile_limits_find(struct tile_limits_cache *cache, const struct site *site,
		      const struct tile_request *request, struct tile_limits *limits)
{
	char *key = cache ? key_of(site, request) : NULL;
	bool found = key && look_up(cache, key, limits);

	free(key);
	return found;
}

static bool has_features(const struct tileset *tileset)
{
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		if (tileset->prepared[i] ? tileset->prepared[i]->level_count > 0
					 : !box_is_empty(tileset->request.themes[i]->bounds))
			return true;
	return false;
}

static struct tile_limits compute(struct tile_limits_cache *cache, const struct tileset *tileset)
{
	struct tile_limits limits = {
		.grid = tileset->request.grid,
		.extent = box_empty(),
		.min_zoom = tileset->min_zoom,
		.max_zoom = tileset->max_zoom,
	};
	enum error_code code;
	struct box extent;

	if (!has_features(tileset))
		return limits;
	if (cache)
		pthread_mutex_lock(&cache->computing);
	code = tileset_extent(tileset, cache ? cache->transforms : NULL, &extent,
			      &(struct error){0});
	if (cache)
		pthread_mutex_unlock(&cache->computing);
	if (!code && box_is_finite(extent))
		limits.extent = extent;
	return limits;
}

/* Is what the tileset was opened with still in service? Asked after its key was made, so that old
 * limits are never kept for new data. */
static bool is_current(const struct site *site, const struct tileset *tileset)
{
	bool current = tileset->ready;

	for (uint32_t i = 0; current && i < tileset->request.theme_count; i++) {
		struct prepared *now = NULL;

		engine_theme(site->engine, tileset->request.themes[i], &now, NULL);
		current = now == tileset->prepared[i];
		prepared_unref(now);
	}
	return current;
}

/* While a theme is not prepared its place alone is known. */
static char *place_of(const struct tileset *tileset)
{
	const struct box *bounds = &tileset->bounds;

	return memory_print("%s %a %a %a %a %d", tileset->request.grid->id, bounds->minx,
			    bounds->miny, bounds->maxx, bounds->maxy, has_features(tileset));
}

struct tile_limits tile_limits_of(struct tile_limits_cache *cache, const struct site *site,
				  const struct tileset *tileset)
{
	char *key = cache && tileset->ready ? key_of(site, &tileset->request) : NULL;
	struct tile_limits limits;
	bool known;

	if (!cache)
		return compute(NULL, tileset);
	if (!key)
		key = place_of(tileset);
	known = look_up(cache, key, &limits);
	if (!known)
		limits = compute(cache, tileset);
	limits.min_zoom = tileset->min_zoom;
	limits.max_zoom = tileset->max_zoom;
	if (!known && (!tileset->ready || is_current(site, tileset)))
		remember(cache, key, &limits);
	else
		free(key);
	return limits;
}

bool tile_limits_range(const struct tile_limits *limits, uint32_t z, struct tile_range *range)
{
	const struct tile_matrix *matrix = &limits->grid->levels[z];
	const double buffer = (double)RENDER_BUFFER / RENDER_EXTENT * matrix->cell_size;
	struct box box = limits->extent;

	if (z < limits->min_zoom || z > limits->max_zoom)
		return false;
	if (box_is_empty(box))
		return grid_range(limits->grid, z, grid_level_box(limits->grid, z), range);
	box.minx -= buffer * matrix->tile_width;
	box.maxx += buffer * matrix->tile_width;
	box.miny -= buffer * matrix->tile_height;
	box.maxy += buffer * matrix->tile_height;
	return grid_range(limits->grid, z, box, range);
}

bool tile_limits_hold(const struct tile_limits *limits, struct tile_id tile)
{
	struct tile_range range;

	return tile.z < limits->grid->level_count && tile_limits_range(limits, tile.z, &range) &&
	       tile.x >= range.min_x && tile.x <= range.max_x && tile.y >= range.min_y &&
	       tile.y <= range.max_y;
}
