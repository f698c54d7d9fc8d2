/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/compress.h"
#include "tiler/memory.h"
#include "tiler/mvt_join.h"
#include "tiler/render.h"
#include "tiler/thread.h"
#include "tiler/tile_member.h"
#include "tiler/tile_packer.h"
#include "tiler/variant_view.h"

enum {
	RAW_TILE_MOST = 64 * 1024 * 1024,
};

struct tile_maker {
	struct tile_workshop *workshop;
	struct renderer *renderer;
	struct tile_packer *packer;
	struct tile_cache_reader *reader;
	struct filtering *filtering;
	struct buf raw;
	struct buf member; /* of a tile of several themes, inflated */
	unsigned removals; /* of tiles, when the one at hand, or left to finish, was begun */
	/* A tile that was given out unpacked: see tile_maker_finish. */
	struct {
		struct blob *blob; /* NULL: there is none */
		struct tile_address address;
		char version[33];
	} unpacked;
};

struct tile_maker *tile_maker_new(struct tile_workshop *workshop)
{
	struct tile_maker *maker = memory_new(sizeof(*maker));

	maker->workshop = workshop;
	maker->renderer = renderer_new();
	maker->packer = tile_packer_new(workshop->gzip_level);
	buf_init(&maker->raw, RAW_TILE_MOST);
	buf_init(&maker->member, RAW_TILE_MOST);
	maker->reader = tile_cache_reader_new(workshop->cache);
	maker->filtering = filtering_new();
	maker->unpacked.blob = NULL;
	return maker;
}

void tile_maker_free(struct tile_maker *maker)
{
	renderer_free(maker->renderer);
	tile_packer_free(maker->packer);
	buf_release(&maker->raw);
	buf_release(&maker->member);
	tile_cache_reader_free(maker->reader);
	filtering_free(maker->filtering);
	free(maker);
}

bool tile_workshop_versions(struct tile_workshop *workshop, const struct tile_request *request,
			    char versions[TILE_THEMES_MOST][33])
{
	const struct variant *variant = request->variant;

	for (uint32_t i = 0; i < request->theme_count; i++)
		if (!shelf_version(workshop->shelf, request->themes[i], versions[i]) ||
		    (variant_is_limited(variant) &&
		     !communes_mix_version(workshop->communes, request->themes[i], variant->commune,
					   versions[i])))
			return false;
	return true;
}

const uint32_t tile_band_last[TILE_BANDS] = {5, 9, 12, 14, UINT32_MAX};

static unsigned band_of(uint32_t z)
{
	unsigned band = 0;

	while (z > tile_band_last[band])
		band++;
	return band;
}

static void count_cpu(struct tile_workshop *workshop, uint32_t z, uint64_t cpu_us)
{
	atomic_fetch_add(&workshop->spent.bands[band_of(z)].cpu_us, cpu_us);
}

static void count_tile(struct tile_workshop *workshop, uint32_t z, const struct render_stats *stats,
		       uint64_t cpu_us)
{
	atomic_fetch_add(&workshop->spent.bands[band_of(z)].tiles, 1);
	count_cpu(workshop, z, cpu_us);
	atomic_fetch_add(&workshop->spent.features_read, stats->features_read);
	atomic_fetch_add(&workshop->spent.features_drawn, stats->features_drawn);
	atomic_fetch_add(&workshop->spent.repaired, stats->repaired);
	atomic_fetch_add(&workshop->spent.proj_calls, stats->proj_calls);
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
		return error_set(error, ERROR_INTERNAL,
				 "tile %u/%u/%u of theme %s is larger than %d MiB: raise the "
				 "theme's minimum zoom",
				 tile.z, tile.x, tile.y, theme->id, RAW_TILE_MOST >> 20);
	return error_prefix(error, "tile %u/%u/%u: ", tile.z, tile.x, tile.y);
}

static enum error_code explain_join(const struct tile_request *request, struct error *error)
{
	struct tile_id tile = request->tile;

	if (error->code == ERROR_LIMIT)
		return error_set(error, ERROR_LIMIT,
				 "tile %u/%u/%u of %u themes together is larger than %d MiB: ask "
				 "for them in several tiles",
				 tile.z, tile.x, tile.y, request->theme_count, RAW_TILE_MOST >> 20);
	return error_prefix(error, "tile %u/%u/%u: ", tile.z, tile.x, tile.y);
}

/* Into the worker's raw buffer. */
static enum error_code draw(struct tile_maker *maker, const struct tile_request *request,
			    const struct theme *theme, const struct tile_member *member,
			    struct render_stats *stats, struct error *error)
{
	struct prepared *prepared = member->prepared;
	struct render_layer layer = {.prepared = prepared, .name = theme->layer};
	struct variant_view view;
	enum error_code code = variant_view_init(&view, request->variant, prepared,
						 &member->commune, maker->filtering, error);

	if (!code) {
		variant_view_show(&view, &layer);
		code = renderer_tile(maker->renderer, &layer, 1, request->grid, request->tile,
				     &maker->raw, stats, error);
		if (code)
			code = explain(maker->workshop->shelf, request, theme, prepared, error);
	}
	variant_view_release(&view);
	return code ? code : tile_member_check(maker->workshop, member, error);
}

/* The tile of the request's theme INDEX alone. */
static enum error_code render(struct tile_maker *maker, const struct tile_request *request,
			      uint32_t index, const struct tile_member *member, struct blob **blob,
			      struct render_stats *stats, struct error *error)
{
	uint64_t cpu_before = clock_cpu_us();
	enum error_code code = draw(maker, request, request->themes[index], member, stats, error);

	if (!code && maker->raw.length && tile_request_comes_unpacked(request))
		*blob = tile_packer_wrap(&maker->raw);
	else if (!code)
		code = tile_packer_pack(maker->packer, &maker->raw, blob, error);
	if (!code)
		count_tile(maker->workshop, request->tile.z, stats, clock_cpu_us() - cpu_before);
	tile_packer_rest(&maker->raw);
	return code;
}

/* A variant of it, which is kept in memory only, since there may be any number of them. */
static enum error_code get_variant(struct tile_maker *maker, const struct tile_request *request,
				   uint32_t index, const struct tile_member *member,
				   struct blob **blob, struct error *error)
{
	struct tile_cache *cache = maker->workshop->cache;
	struct tile_request alone = *request;
	struct render_stats stats = {0};
	enum error_code code = ERROR_NONE;
	struct tile_key key;

	alone.themes[0] = request->themes[index];
	alone.theme_count = 1;
	tile_key_init(&key, &alone, &member->version);
	*blob = tile_cache_peek(cache, key.text);
	if (!*blob && !prepared_shows(member->prepared, request->grid, request->tile.z))
		*blob = blob_new(NULL, 0, false, "", 0);
	else if (!*blob)
		code = render(maker, request, index, member, blob, &stats, error);
	if (!code)
		tile_cache_put_quick(cache, key.text, *blob);
	tile_key_release(&key);
	return code;
}

/* Has tile_maker_finish pack BLOB, for the cache; where there is none, nobody needs it packed. */
static void leave_to_finish(struct tile_maker *maker, const struct tile_address *address,
			    struct blob *blob)
{
	if (!tile_cache_keeps(maker->workshop->cache))
		return;
	maker->unpacked.blob = blob_ref(blob);
	maker->unpacked.address = *address;
	snprintf(maker->unpacked.version, sizeof(maker->unpacked.version), "%s", address->version);
	maker->unpacked.address.version = maker->unpacked.version;
}

/* Puts a tile that is not packed, packed, in the place of *BLOB and into the cache. */
static enum error_code pack_and_keep(struct tile_maker *maker, const struct tile_address *address,
				     struct blob **blob, struct error *error)
{
	uint64_t cpu_before = clock_cpu_us();
	enum error_code code = tile_packer_repack(maker->packer, blob, error);

	if (code)
		return code;
	tile_cache_put_late(maker->workshop->cache, address, *blob, maker->removals);
	count_cpu(maker->workshop, address->tile.z, clock_cpu_us() - cpu_before);
	return ERROR_NONE;
}

/* The tile of the request's theme INDEX alone, from the cache or made. What takes no reading to be
 * found empty is not worth a place on the disk. */
static enum error_code get_member(struct tile_maker *maker, const struct tile_request *request,
				  uint32_t index, const struct tile_member *member,
				  struct blob **blob, struct error *error)
{
	struct tile_cache *cache = maker->workshop->cache;
	struct prepared *prepared = member->prepared;
	struct tile_address address = {request->themes[index]->id, prepared->version,
				       request->grid->id, request->tile};
	struct render_stats stats = {0};
	enum error_code code = ERROR_NONE;

	if (request->variant)
		return get_variant(maker, request, index, member, blob, error);
	if (!prepared_shows(prepared, request->grid, request->tile.z)) {
		*blob = blob_new(NULL, 0, false, "", 0);
		tile_cache_put(cache, &address, *blob, TILE_CACHE_BRIEFLY);
		return ERROR_NONE;
	}
	*blob = tile_cache_get(maker->reader, &address);
	if (*blob && tile_is_packed(*blob))
		return ERROR_NONE;
	/* whoever was to pack it may do so under the version of before it was carried over */
	if (*blob)
		return tile_request_comes_unpacked(request)
			       ? ERROR_NONE
			       : pack_and_keep(maker, &address, blob, error);
	code = render(maker, request, index, member, blob, &stats, error);
	if (!code)
		tile_cache_put(cache, &address, *blob,
			       stats.features_read && tile_is_packed(*blob) ? TILE_CACHE_REQUEST
									    : TILE_CACHE_BRIEFLY);
	if (!code && !tile_is_packed(*blob))
		leave_to_finish(maker, &address, *blob);
	return code;
}

void tile_maker_finish(struct tile_maker *maker)
{
	struct blob *blob = maker->unpacked.blob;
	struct error error;

	if (!blob)
		return;
	/* Where it cannot be packed it stays as it is, in memory. */
	(void)pack_and_keep(maker, &maker->unpacked.address, &blob, &error);
	blob_unref(blob);
	maker->unpacked.blob = NULL;
}

/* Appends a theme's layer, under the name it bears beside the others, to what is joined. */
static enum error_code join_member(struct tile_maker *maker, const struct tile_request *request,
				   uint32_t index, const struct blob *blob, struct error *error)
{
	enum error_code code = ERROR_NONE;

	if (blob->length)
		code = inflate_gzip(blob->bytes, blob->length, &maker->member, error);
	if (!code)
		code = mvt_join(maker->member.bytes, maker->member.length,
				request->themes[index]->layer,
				tile_request_layer_name(request, index), &maker->raw, error);
	tile_packer_rest(&maker->member);
	return code ? explain_join(request, error) : ERROR_NONE;
}

static enum error_code join(struct tile_maker *maker, const struct tile_request *request,
			    struct blob *const *members, struct blob **blob, struct error *error)
{
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < request->theme_count && !code; i++)
		code = join_member(maker, request, i, members[i], error);
	if (!code)
		code = tile_packer_pack(maker->packer, &maker->raw, blob, error);
	tile_packer_rest(&maker->raw);
	return code;
}

static void key_of_versions(const struct tile_request *request, const struct tile_member *members,
			    struct tile_key *key)
{
	char versions[TILE_THEMES_MOST][33];

	for (uint32_t i = 0; i < request->theme_count; i++)
		memcpy(versions[i], members[i].version, sizeof(versions[i]));
	tile_key_init(key, request, versions);
}

/* A tile of several themes: of each its own, then all together. Kept in memory only, since each
 * change of a member makes another of it. */
static enum error_code get_composite(struct tile_maker *maker, const struct tile_request *request,
				     const struct tile_member *members, struct blob **blob,
				     struct error *error)
{
	struct tile_cache *cache = maker->workshop->cache;
	struct blob *blobs[TILE_THEMES_MOST];
	enum error_code code = ERROR_NONE;
	uint32_t count = 0;
	struct tile_key key;

	key_of_versions(request, members, &key);
	/* Between the client's look into the cache and this moment another job may have ended. */
	*blob = tile_cache_peek(cache, key.text);
	while (!*blob && count < request->theme_count && !code) {
		code = get_member(maker, request, count, &members[count], &blobs[count], error);
		count += !code;
	}
	if (!*blob && !code) {
		code = join(maker, request, blobs, blob, error);
		if (!code)
			tile_cache_put_quick(cache, key.text, *blob);
	}
	while (count)
		blob_unref(blobs[--count]);
	tile_key_release(&key);
	return code;
}

enum error_code tile_maker_make(struct tile_maker *maker, const struct tile_request *request,
				struct blob **blob, struct error *error)
{
	struct tile_workshop *workshop = maker->workshop;
	struct tile_member members[TILE_THEMES_MOST];
	uint32_t count = 0;
	enum error_code code = ERROR_NONE;

	maker->removals = tile_cache_removals(workshop->cache);
	while (!code && count < request->theme_count) {
		code = tile_member_take(workshop, request->themes[count], request->variant,
					&members[count], error);
		count += !code;
	}
	if (!code && request->theme_count == 1)
		code = get_member(maker, request, 0, &members[0], blob, error);
	else if (!code)
		code = get_composite(maker, request, members, blob, error);
	while (count)
		tile_member_release(&members[--count]);
	return code;
}
