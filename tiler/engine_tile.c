/* SPDX-License-Identifier: EUPL-1.2 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/engine_job.h"
#include "tiler/engine_parts.h"
#include "tiler/memory.h"
#include "tiler/tile_packer.h"

/* Somebody waits for what is made of THEME and VARIANT: their turn comes first. */
static void ask(struct engine *engine, const struct theme *theme, const struct variant *variant)
{
	shelf_ask(engine->workshop.shelf, theme);
	if (variant_is_limited(variant))
		communes_ask(engine->workshop.communes, theme);
}

/* Changes with whatever that is made of. */
static void edition_of(struct engine *engine, const struct theme *theme,
		       const struct variant *variant, char edition[33])
{
	snprintf(edition, 33, "%u", shelf_edition(engine->workshop.shelf, theme));
	if (variant_is_limited(variant))
		communes_mix_edition(engine->workshop.communes, edition);
}

/* The tile's key in the work queue: known before the themes are ready, and the same afterwards, so
 * that those who waited for them share one making with those who come later. */
static void work_key(struct engine *engine, const struct tile_request *request,
		     struct tile_key *key)
{
	char editions[TILE_THEMES_MOST][33] = {{0}};

	for (uint32_t i = 0; i < request->theme_count; i++) {
		edition_of(engine, request->themes[i], request->variant, editions[i]);
		if (tile_request_comes_unpacked(request)) /* then there is no variant */
			strcat(editions[i], "u");
	}
	tile_key_init(key, request, editions);
}

bool engine_tile_key(struct engine *engine, const struct tile_request *request,
		     struct tile_key *key)
{
	char versions[TILE_THEMES_MOST][33];

	if (!tile_workshop_versions(&engine->workshop, request, versions))
		return false;
	tile_key_init(key, request, versions);
	return true;
}

/* BLOB, stolen, or NULL where it is a tile that is about to be packed. */
static struct blob *packed_only(struct blob *blob)
{
	if (!blob || tile_is_packed(blob))
		return blob;
	blob_unref(blob);
	return NULL;
}

struct blob *engine_tile_recalled(struct engine *engine, const char *key)
{
	return packed_only(tile_cache_recall(engine->workshop.cache, key));
}

struct blob *engine_tile_recalled_stored(struct engine *engine, const struct tile_address *address,
					 const char *key)
{
	struct blob *blob = tile_cache_get_now(engine->workshop.cache, address, key);

	if (blob)
		tile_cache_missed(engine->workshop.cache, key);
	return blob;
}

struct blob *engine_tile_cached(struct engine *engine, const struct tile_request *request)
{
	struct tile_key key;
	struct blob *blob;

	if (!engine_tile_key(engine, request, &key))
		return NULL;
	blob = tile_cache_get_quick(engine->workshop.cache, key.text);
	tile_key_release(&key);
	return request->unpacked ? blob : packed_only(blob);
}

struct blob *engine_tile_stored(struct engine *engine, const struct tile_request *request)
{
	char version[33];
	struct tile_address address;
	struct tile_key key;
	struct blob *blob;

	if (request->theme_count != 1 || request->variant ||
	    !shelf_version(engine->workshop.shelf, request->themes[0], version))
		return NULL;
	address = (struct tile_address){request->themes[0]->id, version, request->grid->id,
					request->tile};
	tile_key_write(&key, address.grid, address.tile, &address.theme, &address.version, 1, NULL);
	blob = tile_cache_get_now(engine->workshop.cache, &address, key.text);
	tile_key_release(&key);
	return blob;
}

enum error_code engine_tile(struct engine *engine, const struct tile_request *request,
			    const struct work_waiter *waiter, struct error *error)
{
	struct tile_key key;
	enum error_code code;

	assert(grid_has(request->grid, request->tile));
	for (uint32_t i = 0; i < request->theme_count; i++)
		ask(engine, request->themes[i], request->variant);
	work_key(engine, request, &key);
	code = work_submit(engine->work, WORK_REQUEST, key.text, engine_job_of_tile(request),
			   waiter, error);
	tile_key_release(&key);
	return code;
}

enum error_code engine_read(struct engine *engine, const struct reading *reading,
			    const struct work_waiter *waiter, struct error *error)
{
	char edition[33] = {0}, *key;
	enum error_code code;

	ask(engine, reading->theme, reading->variant);
	edition_of(engine, reading->theme, reading->variant, edition);
	/* the keys of tiles begin with the id of a grid, which has no space */
	key = memory_print(" %s %s %s %s", reading->theme->id, edition,
			   reading->variant ? reading->variant->key : "", reading->key);
	code = work_submit(engine->work, WORK_REQUEST, key, engine_job_of_reading(reading), waiter,
			   error);
	free(key);
	return code;
}
