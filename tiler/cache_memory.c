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

/* Shorter chains than uthash makes by itself: each step of one is a miss of the processor's cache,
 * in the path of every ready tile. */
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 5U

enum {
	SHARD_BITS = 4,
	SHARD_COUNT = 1 << SHARD_BITS,
	/* What malloc adds around the three pieces of an entry: itself, the blob, the bytes. */
	ALLOCATION_OVERHEAD = 3 * 16,
	SMALL_SHARE = 10, /* the small queue has a tenth of the bytes */
	USES_MOST = 3,	  /* counted; each is another round in the main queue */
	FIRST_GHOSTS = 256,
};

enum queue {
	SMALL,
	MAIN,
	QUEUES
};

struct entry {
	UT_hash_handle hh;
	struct entry *prev, *next; /* in its queue, newest first */
	struct blob *blob;
	uint64_t hash;
	size_t size;
	unsigned char queue, uses;
	char key[];
};

/* What left the small queue lately: comes it back, it goes straight to the main one. A table of
 * half hashes, each with its moment, that overwrite each other. */
struct ghost {
	uint32_t mark, moment;
};

struct shard {
	pthread_mutex_t lock; /* guards the rest */
	struct entry *table;
	struct entry *newest[QUEUES];
	size_t bytes[QUEUES];
	struct ghost *ghosts;
	size_t ghost_count; /* a power of two */
	uint32_t moment;
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
	uint64_t hash;
	struct shard *shard;
};

static struct hashed_key hashed(struct cache_memory *cache, const char *key)
{
	size_t length = strlen(key);
	uint64_t hash = hash_bytes(key, length);

	return (struct hashed_key){key, length, hash, &cache->shards[hash >> (64 - SHARD_BITS)]};
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
	entry->hash = key->hash;
	entry->size = sizeof(*entry) + key->length + 1 + blob_footprint(blob) + ALLOCATION_OVERHEAD;
	entry->queue = SMALL;
	entry->uses = 0;
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
		free_entries(shard->newest[SMALL]);
		free_entries(shard->newest[MAIN]);
		free(shard->ghosts);
		pthread_mutex_destroy(&shard->lock);
	}
	free(cache);
}

/* The functions from here to the next mark are called with the shard's lock held. */

static struct entry *shard_find(struct shard *shard, const struct hashed_key *key)
{
	struct entry *entry;

	HASH_FIND_BYHASHVALUE(hh, shard->table, key->text, key->length, (unsigned)key->hash, entry);
	return entry;
}

static size_t shard_bytes(const struct shard *shard)
{
	size_t bytes = shard->bytes[SMALL] + shard->bytes[MAIN] +
		       shard->ghost_count * sizeof(struct ghost);

	if (shard->table)
		bytes += sizeof(UT_hash_table) +
			 shard->table->hh.tbl->num_buckets * sizeof(UT_hash_bucket);
	return bytes;
}

static void enqueue(struct shard *shard, struct entry *entry, enum queue queue)
{
	entry->queue = (unsigned char)queue;
	DL_PREPEND(shard->newest[queue], entry);
	shard->bytes[queue] += entry->size;
}

static void unqueue(struct shard *shard, struct entry *entry)
{
	DL_DELETE(shard->newest[entry->queue], entry);
	shard->bytes[entry->queue] -= entry->size;
}

/* Moves ENTRY out of the shard, onto the list GONE. */
static void shard_remove(struct shard *shard, struct entry *entry, struct entry **gone)
{
	HASH_DELETE(hh, shard->table, entry);
	unqueue(shard, entry);
	LL_PREPEND(*gone, entry);
}

static struct ghost *ghost_of(const struct shard *shard, uint64_t hash)
{
	return &shard->ghosts[hash & (shard->ghost_count - 1)];
}

/* As many as there are entries; those of before are forgotten when it grows. */
static void fit_ghosts(struct shard *shard)
{
	size_t count = shard->ghost_count ? shard->ghost_count : FIRST_GHOSTS / 2;

	if (shard->ghost_count >= HASH_COUNT(shard->table))
		return;
	while (count < HASH_COUNT(shard->table))
		count *= 2;
	free(shard->ghosts);
	shard->ghosts = memory_zeroed(count, sizeof(*shard->ghosts));
	shard->ghost_count = count;
	shard->moment = 0;
}

static void remember(struct shard *shard, const struct entry *entry)
{
	fit_ghosts(shard);
	*ghost_of(shard, entry->hash) = (struct ghost){(uint32_t)(entry->hash >> 24),
						       ++shard->moment};
}

static bool was_here(const struct shard *shard, uint64_t hash)
{
	const struct ghost *ghost;

	if (!shard->ghost_count)
		return false;
	ghost = ghost_of(shard, hash);
	return ghost->moment && ghost->mark == (uint32_t)(hash >> 24) &&
	       shard->moment - ghost->moment < HASH_COUNT(shard->table);
}

/* Takes a step towards room: an entry leaves, or is given another round. */
static void make_room(struct shard *shard, size_t limit, struct entry **gone)
{
	bool small = shard->newest[SMALL] &&
		     (!shard->newest[MAIN] || shard->bytes[SMALL] > limit / SMALL_SHARE);
	struct entry *oldest = shard->newest[small ? SMALL : MAIN]->prev;

	if (oldest->uses) {
		unqueue(shard, oldest);
		oldest->uses = small ? 0 : oldest->uses - 1;
		enqueue(shard, oldest, MAIN);
		return;
	}
	if (small)
		remember(shard, oldest);
	shard_remove(shard, oldest, gone);
	shard->evictions++;
}

static void insert(struct shard *shard, struct entry *entry, size_t limit, struct entry **gone)
{
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, shard->table, entry->key, strlen(entry->key),
				    (unsigned)entry->hash, entry);
	enqueue(shard, entry, was_here(shard, entry->hash) ? MAIN : (enum queue)entry->queue);
	while (shard->table && shard_bytes(shard) > limit)
		make_room(shard, limit, gone);
}

/* The functions from here on are called without the lock. */

/* What of a look is counted: that the blob was there, which is a use of it, or that it was not. */
enum counted {
	NOTHING = 0,
	HITS = 1,
	MISSES = 2,
};

static struct blob *look(struct cache_memory *cache, const char *key, unsigned counted)
{
	struct hashed_key sought = hashed(cache, key);
	struct shard *shard = sought.shard;
	struct blob *blob = NULL;
	struct entry *entry;

	pthread_mutex_lock(&shard->lock);
	entry = shard_find(shard, &sought);
	if (entry)
		blob = blob_ref(entry->blob);
	if (entry && (counted & HITS)) {
		entry->uses += entry->uses < USES_MOST;
		shard->hits++;
	}
	if (!entry && (counted & MISSES))
		shard->misses++;
	pthread_mutex_unlock(&shard->lock);
	return blob;
}

struct blob *cache_memory_get(struct cache_memory *cache, const char *key)
{
	return look(cache, key, HITS | MISSES);
}

struct blob *cache_memory_recall(struct cache_memory *cache, const char *key)
{
	return look(cache, key, HITS);
}

void cache_memory_missed(struct cache_memory *cache, const char *key)
{
	struct shard *shard = hashed(cache, key).shard;

	pthread_mutex_lock(&shard->lock);
	shard->misses++;
	pthread_mutex_unlock(&shard->lock);
}

struct blob *cache_memory_peek(struct cache_memory *cache, const char *key)
{
	return look(cache, key, NOTHING);
}

/* Puts ENTRY (stolen) into its shard, in place of what is there under its key. */
static void put_entry(struct cache_memory *cache, const struct hashed_key *key, struct entry *entry)
{
	size_t limit = cache->limit / SHARD_COUNT;
	struct shard *shard = key->shard;
	struct entry *gone = NULL, *old;

	pthread_mutex_lock(&shard->lock);
	old = shard_find(shard, key);
	if (old)
		shard_remove(shard, old, &gone);
	if (entry->size <= limit)
		insert(shard, entry, limit, &gone);
	else
		LL_PREPEND(gone, entry);
	pthread_mutex_unlock(&shard->lock);
	free_entries(gone);
}

void cache_memory_put(struct cache_memory *cache, const char *key, struct blob *blob)
{
	struct hashed_key hashed_key;

	if (!cache->limit)
		return;
	hashed_key = hashed(cache, key);
	put_entry(cache, &hashed_key, entry_new(&hashed_key, blob));
}

/* Puts ENTRY back under the key NAME, with the standing it had. */
static void put_renamed(struct cache_memory *cache, const struct entry *entry, const char *name)
{
	struct hashed_key key = hashed(cache, name);
	struct entry *renamed = entry_new(&key, entry->blob);

	renamed->queue = entry->queue;
	renamed->uses = entry->uses;
	put_entry(cache, &key, renamed);
}

void cache_memory_sweep(struct cache_memory *cache, struct cache_memory_sweep *sweep)
{
	struct entry *taken = NULL, *entry, *next;

	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *shard = &cache->shards[i];

		pthread_mutex_lock(&shard->lock);
		HASH_ITER (hh, shard->table, entry, next)
			if (sweep->concerns(entry->key, sweep->context))
				shard_remove(shard, entry, &taken);
		pthread_mutex_unlock(&shard->lock);
	}
	LL_FOREACH (taken, entry) {
		char *name = sweep->rename(entry->key, sweep->context);

		if (name)
			put_renamed(cache, entry, name);
		sweep->kept += name != NULL;
		sweep->dropped += name == NULL;
		free(name);
	}
	free_entries(taken);
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
