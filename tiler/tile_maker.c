/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_maker.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/compress.h"
#include "tiler/memory.h"
#include "tiler/render.h"
#include "tiler/thread.h"

enum {
	RAW_TILE_MOST = 64 * 1024 * 1024,
	RAW_KEPT_MOST = 4 * 1024 * 1024,
};

struct tile_maker {
	struct tile_workshop *workshop;
	struct renderer *renderer;
	struct compressor *compressor;
	struct buf raw, packed;
};

struct tile_maker *tile_maker_new(struct tile_workshop *workshop)
{
	struct tile_maker *maker = memory_new(sizeof(*maker));

	maker->workshop = workshop;
	maker->renderer = renderer_new();
	maker->compressor = compressor_new(workshop->gzip_level);
	buf_init(&maker->raw, RAW_TILE_MOST);
	buf_init(&maker->packed, 0);
	return maker;
}

void tile_maker_free(struct tile_maker *maker)
{
	renderer_free(maker->renderer);
	compressor_free(maker->compressor);
	buf_release(&maker->raw);
	buf_release(&maker->packed);
	free(maker);
}

/* So that one huge tile does not hold its memory for ever. */
static void shrink(struct buf *buf)
{
	if (buf->capacity > RAW_KEPT_MOST)
		buf_release(buf);
	buf_empty(buf);
}

static void count_tile(struct tile_workshop *workshop, const struct render_stats *stats,
		       uint64_t cpu_us)
{
	atomic_fetch_add(&workshop->spent.tiles, 1);
	atomic_fetch_add(&workshop->spent.features_read, stats->features_read);
	atomic_fetch_add(&workshop->spent.features_drawn, stats->features_drawn);
	atomic_fetch_add(&workshop->spent.repaired, stats->repaired);
	atomic_fetch_add(&workshop->spent.proj_calls, stats->proj_calls);
	atomic_fetch_add(&workshop->spent.cpu_us, cpu_us);
}

/* An error of the renderer as the client shall read it. */
static enum error_code explain(struct shelf *shelf, const struct tile_request *request,
			       const struct theme *theme, const struct prepared *prepared,
			       struct error *error)
{
	struct tile_id tile = request->tile;

	if (error->code == ERROR_INVALID && shelf_is_mending(shelf, theme, prepared, error))
		return error_set(error, ERROR_BUSY,
				 "theme %s was damaged on disk and is being prepared anew; ask "
				 "again",
				 theme->id);
	if (error->code == ERROR_LIMIT)
		return error_set(error, ERROR_LIMIT,
				 "tile %u/%u/%u of theme %s is larger than %d MiB: raise the "
				 "theme's minimum zoom",
				 tile.z, tile.x, tile.y, theme->id, RAW_TILE_MOST >> 20);
	return error_prefix(error, "tile %u/%u/%u: ", tile.z, tile.x, tile.y);
}

/* Appends one theme's layer. A theme at a time, so that a damaged one is known. */
static enum error_code render_theme(struct tile_maker *maker, const struct tile_request *request,
				    uint32_t index, struct prepared *prepared,
				    struct render_stats *total, struct error *error)
{
	struct render_layer layer = {.prepared = prepared,
				     .name = tile_request_layer_name(request, index)};
	struct render_stats stats = {0};
	enum error_code code;

	if (!prepared_shows(prepared, request->grid, request->tile.z))
		return ERROR_NONE;
	code = renderer_tile(maker->renderer, &layer, 1, request->grid, request->tile, &maker->raw,
			     &stats, error);
	total->features_read += stats.features_read;
	total->features_drawn += stats.features_drawn;
	total->repaired += stats.repaired;
	total->proj_calls += stats.proj_calls;
	return code ? explain(maker->workshop->shelf, request, request->themes[index], prepared,
			      error)
		    : ERROR_NONE;
}

/* A blob of what lies in the worker's raw buffer; the compressed bytes are copied out of the
 * reusable buffer so that the blob holds no more than it needs. */
static enum error_code pack(struct tile_maker *maker, struct blob **blob, struct error *error)
{
	struct buf *raw = &maker->raw, *packed = &maker->packed;
	enum error_code code;
	void *bytes;

	if (!raw->length) {
		*blob = blob_new(NULL, 0, false, "", 0);
		return ERROR_NONE;
	}
	code = compress_gzip(maker->compressor, raw->bytes, raw->length, packed, error);
	if (code)
		return code;
	bytes = memory_new(packed->length);
	memcpy(bytes, packed->bytes, packed->length);
	*blob = blob_new(bytes, packed->length, true, raw->bytes, raw->length);
	return ERROR_NONE;
}

static enum error_code render(struct tile_maker *maker, const struct tile_request *request,
			      struct prepared *const *prepared, struct blob **blob,
			      struct error *error)
{
	uint64_t cpu_before = clock_cpu_us();
	struct render_stats stats = {0};
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < request->theme_count && !code; i++)
		code = render_theme(maker, request, i, prepared[i], &stats, error);
	if (!code)
		code = pack(maker, blob, error);
	if (!code)
		count_tile(maker->workshop, &stats, clock_cpu_us() - cpu_before);
	shrink(&maker->raw);
	shrink(&maker->packed);
	return code;
}

static void key_of_versions(const struct tile_request *request, struct prepared *const *prepared,
			    struct tile_key *key)
{
	char versions[TILE_THEMES_MOST][33];

	for (uint32_t i = 0; i < request->theme_count; i++)
		memcpy(versions[i], prepared[i]->version, sizeof(versions[i]));
	tile_key_init(key, request, versions);
}

/* New references to the versions in service of all the request's themes, or none at all. */
static enum error_code take_all(struct shelf *shelf, const struct tile_request *request,
				struct prepared **prepared, struct error *error)
{
	for (uint32_t i = 0; i < request->theme_count; i++) {
		enum error_code code = shelf_take(shelf, request->themes[i], &prepared[i], error);

		if (code) {
			while (i)
				prepared_unref(prepared[--i]);
			return code;
		}
	}
	return ERROR_NONE;
}

enum error_code tile_maker_make(struct tile_maker *maker, const struct tile_request *request,
				struct blob **blob, struct error *error)
{
	struct tile_workshop *workshop = maker->workshop;
	struct prepared *prepared[TILE_THEMES_MOST];
	struct tile_key key;
	enum error_code code = take_all(workshop->shelf, request, prepared, error);

	if (code)
		return code;
	key_of_versions(request, prepared, &key);
	/* Between the client's look into the cache and this moment another job may have ended. */
	*blob = cache_memory_peek(workshop->cache, key.text);
	if (!*blob) {
		code = render(maker, request, prepared, blob, error);
		if (!code)
			cache_memory_put(workshop->cache, key.text, *blob);
	}
	tile_key_release(&key);
	for (uint32_t i = 0; i < request->theme_count; i++)
		prepared_unref(prepared[i]);
	return code;
}
