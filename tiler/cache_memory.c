/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cache_memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

#define uthash_malloc(size) memory_new(size)
#include <uthash.h>
#include <utlist.h>

enum {
	SHARD_BITS = 4,
	SHARD_COUNT = 1 << SHARD_BITS,
	/* What malloc adds around the three pieces of an entry: itself, the blob, the bytes. */
	ALLOCATION_OVERHEAD = 3 * 16,
};

struct entry {
	UT_hash_handle hh;
	struct entry *prev, *next; /* in order of last use, newest first */
	struct blob *blob;
	size_t size;
	char key[];
};

struct shard {
	pthread_mutex_t lock; /* guards the rest */
	struct entry *table;
	struct entry *newest;
	size_t entry_bytes;
	uint64_t hits, misses, evictions;
};

struct cache_memory {
	struct shard shards[SHARD_COUNT];
	size_t limit;
};

/* A key as the tables want it: the hash picks the shard by its high bits, the bucket by its low. */
struct hashed_key {
	const char *text;
	size_t length;
	unsigned bucket_hash;
	struct shard *shard;
};

static struct hashed_key hashed(struct cache_memory *cache, const char *key)
{
	size_t length = strlen(key);
	uint64_t hash = hash_bytes(key, length);

	return (struct hashed_key){key, length, (unsigned)hash,
				   &cache->shards[hash >> (64 - SHARD_BITS)]};
}

struct cache_memory *cache_memory_new(size_t limit)
{
	struct cache_memory *cache = memory_zeroed(1, sizeof(*cache));

	cache->limit = limit;
	for (unsigned i = 0; i < SHARD_COUNT; i++)
		pthread_mutex_init(&cache->shards[i].lock, NULL);
	return cache;
}

static struct entry *entry_new(const struct hashed_key *key, struct blob *blob)
{
	struct entry *entry = memory_new(sizeof(*entry) + key->length + 1);

	entry->blob = blob_ref(blob);
	entry->size = sizeof(*entry) + key->length + 1 + blob_footprint(blob) + ALLOCATION_OVERHEAD;
	memcpy(entry->key, key->text, key->length + 1);
	return entry;
}

static void free_entries(struct entry *first)
{
	struct entry *entry, *next;

	LL_FOREACH_SAFE (first, entry, next) {
		blob_unref(entry->blob);
		free(entry);
	}
}

void cache_memory_free(struct cache_memory *cache)
{
	if (!cache)
		return;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *shard = &cache->shards[i];

		HASH_CLEAR(hh, shard->table);
		free_entries(shard->newest);
		pthread_mutex_destroy(&shard->lock);
	}
	free(cache);
}

static struct entry *shard_find(struct shard *shard, const struct hashed_key *key)
{
	struct entry *entry;

	HASH_FIND_BYHASHVALUE(hh, shard->table, key->text, key->length, key->bucket_hash, entry);
	return entry;
}

struct blob *cache_memory_get(struct cache_memory *cache, const char *key)
{
	struct hashed_key sought = hashed(cache, key);
	struct shard *shard = sought.shard;
	struct blob *blob = NULL;
	struct entry *entry;

	pthread_mutex_lock(&shard->lock);
	entry = shard_find(shard, &sought);
	if (entry) {
		blob = blob_ref(entry->blob);
		if (entry != shard->newest) {
			DL_DELETE(shard->newest, entry);
			DL_PREPEND(shard->newest, entry);
		}
		shard->hits++;
	} else {
		shard->misses++;
	}
	pthread_mutex_unlock(&shard->lock);
	return blob;
}

struct blob *cache_memory_peek(struct cache_memory *cache, const char *key)
{
	struct hashed_key sought = hashed(cache, key);
	struct blob *blob = NULL;
	struct entry *entry;

	pthread_mutex_lock(&sought.shard->lock);
	entry = shard_find(sought.shard, &sought);
	if (entry)
		blob = blob_ref(entry->blob);
	pthread_mutex_unlock(&sought.shard->lock);
	return blob;
}

static size_t shard_bytes(const struct shard *shard)
{
	size_t bytes = shard->entry_bytes;

	if (shard->table)
		bytes += sizeof(UT_hash_table) +
			 shard->table->hh.tbl->num_buckets * sizeof(UT_hash_bucket);
	return bytes;
}

/* Moves ENTRY out of the shard, onto the list GONE. */
static void shard_remove(struct shard *shard, struct entry *entry, struct entry **gone)
{
	HASH_DELETE(hh, shard->table, entry);
	DL_DELETE(shard->newest, entry);
	shard->entry_bytes -= entry->size;
	LL_PREPEND(*gone, entry);
}

void cache_memory_put(struct cache_memory *cache, const char *key, struct blob *blob)
{
	struct hashed_key hashed_key = hashed(cache, key);
	struct shard *shard = hashed_key.shard;
	struct entry *entry = entry_new(&hashed_key, blob), *gone = NULL, *old;
	size_t limit = cache->limit / SHARD_COUNT;

	pthread_mutex_lock(&shard->lock);
	old = shard_find(shard, &hashed_key);
	if (old)
		shard_remove(shard, old, &gone);
	if (entry->size <= limit) {
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, shard->table, entry->key, hashed_key.length,
					    hashed_key.bucket_hash, entry);
		DL_PREPEND(shard->newest, entry);
		shard->entry_bytes += entry->size;
		while (shard->newest && shard_bytes(shard) > limit) {
			shard_remove(shard, shard->newest->prev, &gone);
			shard->evictions++;
		}
	} else {
		LL_PREPEND(gone, entry);
	}
	pthread_mutex_unlock(&shard->lock);
	free_entries(gone);
}

struct cache_memory_stats cache_memory_stats(struct cache_memory *cache)
{
	struct cache_memory_stats stats = {.limit = cache->limit};

	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *shard = &cache->shards[i];

		pthread_mutex_lock(&shard->lock);
		stats.hits += shard->hits;
		stats.misses += shard->misses;
		stats.evictions += shard->evictions;
		stats.entries += HASH_COUNT(shard->table);
		stats.bytes += shard_bytes(shard);
		pthread_mutex_unlock(&shard->lock);
	}
	return stats;
}
