/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/blob.h"

/* Blobs by key, in memory, bounded by bytes. What comes waits in a small queue; what is asked for
 * again before its end moves into the main one, so that things asked for once, however many, do not
 * drive out what is asked for often (S3-FIFO, Yang and others, SOSP 2023). Sharded: each shard has
 * a lock that guards its table and queues, held for a few instructions only; nothing is freed under
 * it, and a hit moves nothing. */
struct cache_memory;

/* LIMIT in bytes, keys and bookkeeping included; 0 keeps nothing. A blob larger than a sixteenth of
 * it (one shard) is not kept. */
struct cache_memory *cache_memory_new(size_t limit);
void cache_memory_free(struct cache_memory *cache);

/* A new reference to the blob, or NULL. */
struct blob *cache_memory_get(struct cache_memory *cache, const char *key);

/* The same for the one who asks cache_memory_get next if it is not there: no miss is counted. */
struct blob *cache_memory_recall(struct cache_memory *cache, const char *key);

/* Counts that miss, for who asks elsewhere instead. */
void cache_memory_missed(struct cache_memory *cache, const char *key);

/* The same for the one who is about to make the blob: neither hit nor miss is counted, and it is no
 * use that would keep the blob. */
struct blob *cache_memory_peek(struct cache_memory *cache, const char *key);

/* Keeps a reference of its own. A blob already there under KEY is replaced. */
void cache_memory_put(struct cache_memory *cache, const char *key, struct blob *blob);

/* Takes out what CONCERNS says of, asked under a shard's lock, and puts it back under the new key
 * (from malloc, stolen) that RENAME gives, asked without a lock; drops it where that is NULL. */
struct cache_memory_sweep {
	bool (*concerns)(const char *key, void *context);
	char *(*rename)(const char *key, void *context);
	void *context;
	uint64_t kept, dropped; /* counted */
};
void cache_memory_sweep(struct cache_memory *cache, struct cache_memory_sweep *sweep);

/* What it was asked since it was made, and what it holds now. */
struct cache_memory_stats {
	uint64_t hits, misses, evictions;
	size_t entries, bytes, limit;
};
struct cache_memory_stats cache_memory_stats(struct cache_memory *cache);
