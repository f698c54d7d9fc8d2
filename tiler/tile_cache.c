/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/prepared.h"
#include "tiler/render.h"
#include "tiler/thread.h"
#include "tiler/tile_key.h"

enum {
	GRID_ID_MOST = 256
};

/* What a grid's tiles are drawn by. */
struct drawn_by {
	const struct grid *grid;
	char hash[33];
};

struct tile_cache {
	char *state;
	struct drawn_by *drawn_by; /* of each grid */
	uint32_t grid_count;
	struct cache_memory *memory;
	struct cache_disk *disk; /* NULL: none */
	pthread_mutex_t late;	 /* guards the next, and what is put late */
	unsigned removals;
};

struct tile_cache_reader {
	struct tile_cache *cache;
	struct cache_disk_reader *disk; /* NULL: none */
};

/* A version is in service as long as its prepared theme stands: older ones are removed. */
static bool is_in_service(const char *theme, const char *version, void *context)
{
	const struct tile_cache *cache = context;

	return prepared_stands(cache->state, theme, version);
}

static struct drawn_by drawn_by(const struct grid *grid)
{
	struct drawn_by drawn_by = {.grid = grid};
	char text[64], hash[33];

	grid_hash(grid, hash);
	snprintf(text, sizeof(text), "%d %s", RENDER_EDITION, hash);
	hash_hex(text, strlen(text), drawn_by.hash);
	return drawn_by;
}

static void learn_grids(struct tile_cache *cache, const struct grids *grids)
{
	cache->grid_count = grids ? grids_count(grids) : 0;
	cache->drawn_by = memory_zeroed(cache->grid_count + 1, sizeof(*cache->drawn_by));
	for (uint32_t i = 0; i < cache->grid_count; i++)
		cache->drawn_by[i] = drawn_by(grids_at(grids, i));
}

static const char *find_drawn_by(const char *grid, void *context)
{
	const struct tile_cache *cache = context;

	for (uint32_t i = 0; i < cache->grid_count; i++)
		if (strcmp(cache->drawn_by[i].grid->id, grid) == 0)
			return cache->drawn_by[i].hash;
	return NULL;
}

static enum error_code new_disk(struct tile_cache *cache,
				const struct tile_cache_settings *settings, struct error *error)
{
	char *folder = memory_print("%s/cache", settings->state);
	struct cache_disk_settings disk = {
		.folder = folder,
		.limit = settings->disk_bytes,
		.in_service = is_in_service,
		.drawn_by = find_drawn_by,
		.tiles_context = cache,
		.log = settings->log,
		.log_context = settings->log_context,
	};
	enum error_code code = cache_disk_new(&disk, &cache->disk, error);

	free(folder);
	return code;
}

enum error_code tile_cache_new(const struct tile_cache_settings *settings, struct tile_cache **out,
			       struct error *error)
{
	struct tile_cache *cache = memory_zeroed(1, sizeof(*cache));

	cache->state = memory_text(settings->state);
	pthread_mutex_init(&cache->late, NULL);
	cache->memory = cache_memory_new(settings->memory_bytes);
	learn_grids(cache, settings->grids);
	if (settings->disk_bytes && new_disk(cache, settings, error)) {
		enum error_code code = error->code;

		tile_cache_free(cache);
		return code;
	}
	*out = cache;
	return ERROR_NONE;
}

bool tile_cache_keeps(const struct tile_cache *cache)
{
	return cache->disk || cache_memory_stats(cache->memory).limit;
}

void tile_cache_free(struct tile_cache *cache)
{
	if (!cache)
		return;
	cache_disk_free(cache->disk);
	cache_memory_free(cache->memory);
	pthread_mutex_destroy(&cache->late);
	free(cache->drawn_by);
	free(cache->state);
	free(cache);
}

struct blob *tile_cache_get_quick(struct tile_cache *cache, const char *key)
{
	return cache_memory_get(cache->memory, key);
}

struct blob *tile_cache_recall(struct tile_cache *cache, const char *key)
{
	return cache_memory_recall(cache->memory, key);
}

void tile_cache_missed(struct tile_cache *cache, const char *key)
{
	cache_memory_missed(cache->memory, key);
}

struct blob *tile_cache_peek(struct tile_cache *cache, const char *key)
{
	return cache_memory_peek(cache->memory, key);
}

void tile_cache_put_quick(struct tile_cache *cache, const char *key, struct blob *blob)
{
	cache_memory_put(cache->memory, key, blob);
}

struct tile_cache_reader *tile_cache_reader_new(struct tile_cache *cache)
{
	struct tile_cache_reader *reader = memory_zeroed(1, sizeof(*reader));

	reader->cache = cache;
	reader->disk = cache->disk ? cache_disk_reader_new(cache->disk) : NULL;
	return reader;
}

void tile_cache_reader_free(struct tile_cache_reader *reader)
{
	if (!reader)
		return;
	cache_disk_reader_free(reader->disk);
	free(reader);
}

static void key_of_address(const struct tile_address *address, struct tile_key *key)
{
	tile_key_write(key, address->grid, address->tile, &address->theme, &address->version, 1,
		       NULL);
}

struct blob *tile_cache_get(struct tile_cache_reader *reader, const struct tile_address *address)
{
	struct cache_memory *memory = reader->cache->memory;
	struct tile_key key;
	struct blob *blob;

	key_of_address(address, &key);
	blob = cache_memory_peek(memory, key.text);
	if (!blob && reader->disk) {
		blob = cache_disk_get(reader->disk, address);
		if (blob)
			cache_memory_put(memory, key.text, blob);
	}
	tile_key_release(&key);
	return blob;
}

struct blob *tile_cache_get_now(struct tile_cache *cache, const struct tile_address *address,
				const char *key)
{
	struct blob *blob = cache->disk ? cache_disk_get_now(cache->disk, address) : NULL;

	if (blob)
		cache_memory_put(cache->memory, key, blob);
	return blob;
}

void tile_cache_put(struct tile_cache *cache, const struct tile_address *address, struct blob *blob,
		    enum tile_cache_purpose purpose)
{
	struct tile_key key;

	if (purpose != TILE_CACHE_SEED) {
		key_of_address(address, &key);
		cache_memory_put(cache->memory, key.text, blob);
		tile_key_release(&key);
	}
	if (cache->disk && purpose != TILE_CACHE_BRIEFLY)
		cache_disk_put(cache->disk, address, blob, purpose == TILE_CACHE_SEED);
}

unsigned tile_cache_removals(struct tile_cache *cache)
{
	unsigned removals;

	pthread_mutex_lock(&cache->late);
	removals = cache->removals;
	pthread_mutex_unlock(&cache->late);
	return removals;
}

void tile_cache_put_late(struct tile_cache *cache, const struct tile_address *address,
			 struct blob *blob, unsigned removals)
{
	pthread_mutex_lock(&cache->late);
	if (cache->removals == removals)
		tile_cache_put(cache, address, blob, TILE_CACHE_REQUEST);
	pthread_mutex_unlock(&cache->late);
}

static void count_removal(struct tile_cache *cache)
{
	pthread_mutex_lock(&cache->late);
	cache->removals++;
	pthread_mutex_unlock(&cache->late);
}

void tile_cache_flush(struct tile_cache *cache)
{
	if (cache->disk)
		cache_disk_flush(cache->disk);
}

/* Which keys a carry or a removal is about, and what they become. */
struct turn {
	const char *theme, *old_version, *new_version; /* removal: no versions */
	tile_changed_f goes;
	void *context;
};

static bool concerns(const char *key, void *context)
{
	const struct turn *turn = context;
	struct tile_key_member member;
	char grid[GRID_ID_MOST];
	struct tile_id tile;

	tile_key_read(key, grid, sizeof(grid), &tile, &key);
	while (tile_key_next(&key, &member))
		if (!turn->theme || tile_key_member_is(&member, turn->theme, turn->old_version))
			return true;
	return false;
}

/* The key with the new version in place of the old. */
static char *with_new_version(const char *key, const struct turn *turn)
{
	struct tile_key_member member;
	char grid[GRID_ID_MOST];
	struct tile_id tile;
	const char *members;

	tile_key_read(key, grid, sizeof(grid), &tile, &members);
	while (tile_key_next(&members, &member))
		if (tile_key_member_is(&member, turn->theme, turn->old_version))
			break;
	return memory_print("%.*s%s%s", (int)(member.version - key), key, turn->new_version,
			    member.version + member.version_length);
}

static char *new_name(const char *key, void *context)
{
	const struct turn *turn = context;
	char grid[GRID_ID_MOST];
	struct tile_id tile;
	const char *members;

	if (!turn->goes)
		return NULL;
	tile_key_read(key, grid, sizeof(grid), &tile, &members);
	if (turn->goes(grid, tile, turn->context))
		return NULL;
	return turn->new_version ? with_new_version(key, turn) : memory_text(key);
}

static void sweep_memory(struct tile_cache *cache, struct turn *turn, struct cache_removal *counts)
{
	struct cache_memory_sweep sweep = {
		.concerns = concerns, .rename = new_name, .context = turn};

	cache_memory_sweep(cache->memory, &sweep);
	*counts = (struct cache_removal){sweep.dropped, sweep.kept};
}

enum error_code tile_cache_carry(struct tile_cache *cache, const char *theme,
				 const char *old_version, const char *new_version,
				 tile_changed_f changed, void *context,
				 struct tile_cache_carried *carried, struct error *error)
{
	struct turn turn = {theme, old_version, new_version, changed, context};
	enum error_code code = ERROR_NONE;

	*carried = (struct tile_cache_carried){0};
	if (strcmp(old_version, new_version) == 0)
		return ERROR_NONE;
	/* The disk first, which takes long: until then the old version is served from memory. */
	if (cache->disk)
		code = cache_disk_carry(cache->disk, theme, old_version, new_version, changed,
					context, &carried->disk, error);
	sweep_memory(cache, &turn, &carried->memory);
	return code;
}

void tile_cache_remove_quick(struct tile_cache *cache, const char *theme, tile_changed_f goes,
			     void *context)
{
	struct turn turn = {.theme = theme, .goes = goes, .context = context};
	struct cache_removal unwanted;

	count_removal(cache);
	sweep_memory(cache, &turn, &unwanted);
}

enum error_code tile_cache_remove(struct tile_cache *cache, const char *theme, tile_changed_f goes,
				  void *context, struct tile_cache_carried *removed,
				  struct error *error)
{
	struct turn turn = {.theme = theme, .goes = goes, .context = context};
	enum error_code code = ERROR_NONE;

	*removed = (struct tile_cache_carried){0};
	count_removal(cache);
	/* what still waits to be written would come back from the disk afterwards */
	tile_cache_flush(cache);
	if (cache->disk)
		code = cache_disk_remove(cache->disk, theme, goes, context, &removed->disk, error);
	sweep_memory(cache, &turn, &removed->memory);
	return code;
}

struct tile_cache_stats tile_cache_stats(struct tile_cache *cache)
{
	struct tile_cache_stats stats = {.memory = cache_memory_stats(cache->memory)};

	if (cache->disk)
		stats.disk = cache_disk_stats(cache->disk);
	return stats;
}
