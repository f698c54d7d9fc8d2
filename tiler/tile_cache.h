/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/cache_disk.h"
#include "tiler/cache_memory.h"
#include "tiler/error.h"
#include "tiler/grid.h"

/* Where tiles are kept: in memory, then on disk. Every key holds the version of its theme, so that
 * a stale tile has no name; composites are kept in memory only, under the versions of all their
 * members, and so are variants. */
struct tile_cache;

struct tile_cache_settings {
	const char *state;   /* the disk's part is STATE/cache */
	size_t memory_bytes; /* 0: none */
	uint64_t disk_bytes; /* 0: none */
	/* Tiles on disk are of the grids as these define them now. NULL: whatever they are of, for
	 * who only removes. Borrowed, until the cache is freed. */
	const struct grids *grids;
	void (*log)(const char *text, void *context);
	void *log_context;
};

/* New. ERROR_IO: the system gives no thread. */
MUST_CHECK enum error_code tile_cache_new(const struct tile_cache_settings *settings,
					  struct tile_cache **cache, struct error *error);

/* Is there any place where tiles are kept? */
bool tile_cache_keeps(const struct tile_cache *cache);

/* Writes to the disk what waits to be written. */
void tile_cache_free(struct tile_cache *cache);

/* By the text of a tile_key: a new reference, or NULL. Memory only: quick, never waits. */
struct blob *tile_cache_get_quick(struct tile_cache *cache, const char *key);

/* The tile of a single theme, whose key is KEY, from the disk, into memory: for threads that cannot
 * wait, so NULL too where they would have to. */
struct blob *tile_cache_get_now(struct tile_cache *cache, const struct tile_address *address,
				const char *key);

/* The same as tile_cache_get_quick for the one who is about to make the tile: counts neither hit
 * nor miss. */
struct blob *tile_cache_peek(struct tile_cache *cache, const char *key);
struct blob *tile_cache_recall(struct tile_cache *cache, const char *key);

/* Counts as a miss that tile_cache_recall gave nothing. */
void tile_cache_missed(struct tile_cache *cache, const char *key);

/* Keeps a composite or a variant, in memory. */
void tile_cache_put_quick(struct tile_cache *cache, const char *key, struct blob *blob);

/* A tile of one theme: from memory, else from disk (then it is in memory too): a new reference, or
 * NULL. READER: of the calling thread. */
struct tile_cache_reader;
struct tile_cache_reader *tile_cache_reader_new(struct tile_cache *cache);
void tile_cache_reader_free(struct tile_cache_reader *reader);
struct blob *tile_cache_get(struct tile_cache_reader *reader, const struct tile_address *address);

/* Keeps a tile of one theme: for a request, in memory and, as soon as the disk can, there; in
 * memory alone where it costs next to nothing to make again; for a seed on disk alone, waiting for
 * room, so that what people look at stays in memory. */
enum tile_cache_purpose {
	TILE_CACHE_REQUEST,
	TILE_CACHE_BRIEFLY,
	TILE_CACHE_SEED,
};
void tile_cache_put(struct tile_cache *cache, const struct tile_address *address, struct blob *blob,
		    enum tile_cache_purpose purpose);

/* The same for a request, of a tile that was given out before it is kept: made when tiles had been
 * removed REMOVALS times. Where they have been again since, it is not kept: whoever had them
 * removed may have had it in hand, and would find it again. */
unsigned tile_cache_removals(struct tile_cache *cache);
void tile_cache_put_late(struct tile_cache *cache, const struct tile_address *address,
			 struct blob *blob, unsigned removals);

/* Waits until what was put is on disk. */
void tile_cache_flush(struct tile_cache *cache);

/* To be called when NEW_VERSION of THEME has been prepared, before it comes into service: tiles
 * that CHANGED does not say of are kept under the new version, the others dropped, in memory and on
 * disk. CHANGED NULL: all have changed. May take seconds; called from one thread at a time per
 * theme, CHANGED from the calling thread, without locks that requests need. Whatever happens
 * meanwhile, a tile is never found under a version it is not of: a failure or kill loses tiles, no
 * more. The error is told for the log; the new version can come into service all the same. */
typedef bool (*tile_changed_f)(const char *grid, struct tile_id tile, void *context);
struct tile_cache_carried {
	struct cache_removal memory, disk; /* tiles dropped, and kept */
};
MUST_CHECK enum error_code tile_cache_carry(struct tile_cache *cache, const char *theme,
					    const char *old_version, const char *new_version,
					    tile_changed_f changed, void *context,
					    struct tile_cache_carried *carried,
					    struct error *error);

/* Drops the tiles of THEME (NULL: of all) that GOES says of, whatever their version; or those in
 * memory only, quickly. */
void tile_cache_remove_quick(struct tile_cache *cache, const char *theme, tile_changed_f goes,
			     void *context);
MUST_CHECK enum error_code tile_cache_remove(struct tile_cache *cache, const char *theme,
					     tile_changed_f goes, void *context,
					     struct tile_cache_carried *removed,
					     struct error *error);

/* What both parts were asked, and hold. */
struct tile_cache_stats {
	struct cache_memory_stats memory;
	struct cache_disk_stats disk;
};
struct tile_cache_stats tile_cache_stats(struct tile_cache *cache);
