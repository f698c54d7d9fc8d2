/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiler/blob.h"

/* Blobs by key, in memory, bounded by bytes; the least recently used go first. Sharded: each shard
 * has a lock that guards its table and order, held for a few instructions only; nothing is freed
 * under it. */
struct cache_memory;

/* LIMIT in bytes, keys and bookkeeping included; 0 keeps nothing. A blob larger than a sixteenth of
 * it (one shard) is not kept. */
struct cache_memory *cache_memory_new(size_t limit);
void cache_memory_free(struct cache_memory *cache);

/* A new reference to the blob, or NULL. */
struct blob *cache_memory_get(struct cache_memory *cache, const char *key);

/* The same for the one who is about to make the blob: neither hit nor miss is counted, and the
 * order stays as it is. */
struct blob *cache_memory_peek(struct cache_memory *cache, const char *key);

/* Keeps a reference of its own. A blob already there under KEY is replaced. */
void cache_memory_put(struct cache_memory *cache, const char *key, struct blob *blob);

/* What it was asked since it was made, and what it holds now. */
struct cache_memory_stats {
	uint64_t hits, misses, evictions;
	size_t entries, bytes, limit;
};
struct cache_memory_stats cache_memory_stats(struct cache_memory *cache);
