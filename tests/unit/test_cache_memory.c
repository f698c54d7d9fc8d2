/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cache_memory.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"

enum {
	MEBIBYTE = 1024 * 1024,
	THREADS = 8,
	PUTS_EACH = 4000,
	BLOB_SIZE = 1000,
	KEYS = 3000,
	HOT = 350,
};

static struct blob *blob_of(const char *text, size_t length)
{
	char *bytes = memory_zeroed(length, 1);

	snprintf(bytes, length, "%s", text);
	return blob_new(bytes, length, false, text, strlen(text));
}

static void put(struct cache_memory *cache, const char *key, const char *text, size_t length)
{
	struct blob *blob = blob_of(text, length);

	cache_memory_put(cache, key, blob);
	blob_unref(blob);
}

static bool holds(struct cache_memory *cache, const char *key)
{
	struct blob *blob = cache_memory_peek(cache, key);

	blob_unref(blob);
	return blob != NULL;
}

static void test_gives_back_what_was_put(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct cache_memory_stats stats;
	struct blob *blob;

	(void)state;
	assert_null(cache_memory_get(cache, "g/1/0/0"));
	put(cache, "g/1/0/0", "one", 10);
	put(cache, "g/1/0/1", "two", 10);
	blob = cache_memory_get(cache, "g/1/0/0");
	assert_non_null(blob);
	assert_string_equal(blob->bytes, "one");
	blob_unref(blob);
	stats = cache_memory_stats(cache);
	assert_int_equal(stats.hits, 1);
	assert_int_equal(stats.misses, 1);
	assert_int_equal(stats.entries, 2);
	assert_int_equal(stats.limit, MEBIBYTE);
	cache_memory_free(cache);
}

static void test_put_replaces(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct blob *old, *new;

	(void)state;
	put(cache, "key", "old", 10);
	old = cache_memory_get(cache, "key");
	put(cache, "key", "new", 10);
	new = cache_memory_get(cache, "key");
	assert_string_equal(new->bytes, "new");
	assert_string_equal(old->bytes, "old");
	assert_int_equal(cache_memory_stats(cache).entries, 1);
	blob_unref(old);
	blob_unref(new);
	cache_memory_free(cache);
}

static void test_blob_outlives_the_cache(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct blob *blob;

	(void)state;
	put(cache, "key", "text", 10);
	blob = cache_memory_get(cache, "key");
	cache_memory_free(cache);
	assert_string_equal(blob->bytes, "text");
	blob_unref(blob);
}

static void test_bytes_count_keys_and_bookkeeping(void **state)
{
	struct cache_memory *cache = cache_memory_new(64 * MEBIBYTE);
	char key[400];
	size_t before;

	(void)state;
	put(cache, "k", "", 1000);
	before = cache_memory_stats(cache).bytes;
	assert_true(before > 1000 + 100);
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	put(cache, key, "", 1000);
	assert_true(cache_memory_stats(cache).bytes > before + 1000 + 399);
	cache_memory_free(cache);
}

static void test_oldest_of_the_unused_goes_first(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct cache_memory_stats stats;
	char key[32];
	unsigned kept_of_last = 0;

	(void)state;
	put(cache, "kept", "", BLOB_SIZE);
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof(key), "key %u", i);
		put(cache, key, "", BLOB_SIZE);
		blob_unref(cache_memory_get(cache, "kept"));
	}
	for (unsigned i = KEYS - 100; i < KEYS; i++) {
		snprintf(key, sizeof(key), "key %u", i);
		kept_of_last += holds(cache, key);
	}
	stats = cache_memory_stats(cache);
	assert_true(holds(cache, "kept"));
	assert_false(holds(cache, "key 0"));
	assert_int_equal(kept_of_last, 100);
	assert_int_equal(stats.evictions + stats.entries, KEYS + 1);
	assert_true(stats.bytes <= MEBIBYTE);
	assert_true(stats.bytes > MEBIBYTE / 2);
	cache_memory_free(cache);
}

static void put_numbered(struct cache_memory *cache, const char *kind, unsigned number)
{
	char key[32];

	snprintf(key, sizeof(key), "%s %u", kind, number);
	put(cache, key, key, BLOB_SIZE);
}

static bool use_numbered(struct cache_memory *cache, const char *kind, unsigned number)
{
	struct blob *blob;
	char key[32];

	snprintf(key, sizeof(key), "%s %u", kind, number);
	blob = cache_memory_get(cache, key);
	blob_unref(blob);
	return blob != NULL;
}

/* A seed in the middle of a day: ten times what the cache holds, each tile once. */
static void test_a_scan_does_not_wash_out_what_is_used(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	unsigned held = 0;

	(void)state;
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < HOT; i++)
			if (!use_numbered(cache, "hot", i))
				put_numbered(cache, "hot", i);
	for (unsigned i = 0; i < 10 * KEYS; i++) {
		put_numbered(cache, "scan", i);
		if (i % 40 == 0)
			use_numbered(cache, "hot", i / 40 % HOT);
	}
	for (unsigned i = 0; i < HOT; i++)
		held += use_numbered(cache, "hot", i);
	if (held < HOT * 95 / 100)
		fail_msg("%u of %u", held, HOT);
	assert_true(cache_memory_stats(cache).bytes <= MEBIBYTE);
	cache_memory_free(cache);
}

/* What comes back soon after it was driven out is taken for something that is used. */
static void test_what_comes_back_stays(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	unsigned held = 0, others = 0;

	(void)state;
	for (unsigned i = 0; i < KEYS / 2; i++)
		put_numbered(cache, "first", i);
	for (unsigned i = 0; i < KEYS / 3; i++)
		put_numbered(cache, "fill", i);
	for (unsigned i = KEYS / 2 - 100; i < KEYS / 2; i++) {
		assert_false(use_numbered(cache, "first", i));
		put_numbered(cache, "first", i);
	}
	for (unsigned i = 0; i < 100; i++)
		put_numbered(cache, "once", i);
	for (unsigned i = 0; i < KEYS; i++)
		put_numbered(cache, "scan", i);
	for (unsigned i = KEYS / 2 - 100; i < KEYS / 2; i++)
		held += use_numbered(cache, "first", i);
	for (unsigned i = 0; i < 100; i++)
		others += use_numbered(cache, "once", i);
	if (held < 80 || others)
		fail_msg("%u, and %u of the others", held, others);
	cache_memory_free(cache);
}

static bool is_old(const char *key, void *context)
{
	(void)context;
	return strncmp(key, "old ", 4) == 0;
}

static char *renamed(const char *key, void *context)
{
	(void)context;
	return atoi(key + 4) % 3 ? memory_print("new %s", key + 4) : NULL;
}

static void test_sweep_renames_and_drops(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct cache_memory_sweep sweep = {.concerns = is_old, .rename = renamed};
	struct blob *blob;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		put_numbered(cache, "old", i);
		put_numbered(cache, "other", i);
	}
	cache_memory_sweep(cache, &sweep);
	assert_int_equal(sweep.kept, 200);
	assert_int_equal(sweep.dropped, 100);
	assert_int_equal(cache_memory_stats(cache).entries, 500);
	for (unsigned i = 0; i < 300; i++) {
		assert_false(use_numbered(cache, "old", i));
		assert_int_equal(use_numbered(cache, "new", i), i % 3 != 0);
		assert_true(use_numbered(cache, "other", i));
	}
	blob = cache_memory_get(cache, "new 7");
	assert_string_equal(blob->bytes, "old 7");
	blob_unref(blob);
	cache_memory_free(cache);
}

static void test_peek_is_not_a_use(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	char key[32];

	(void)state;
	put(cache, "peeked", "", BLOB_SIZE);
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof(key), "key %u", i);
		put(cache, key, "", BLOB_SIZE);
		holds(cache, "peeked");
	}
	assert_false(holds(cache, "peeked"));
	assert_int_equal(cache_memory_stats(cache).hits + cache_memory_stats(cache).misses, 0);
	cache_memory_free(cache);
}

static void test_what_is_too_large_is_not_kept(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct cache_memory *none = cache_memory_new(0);

	(void)state;
	put(cache, "key", "small", 10);
	put(cache, "key", "large", MEBIBYTE / 16);
	assert_false(holds(cache, "key"));
	assert_int_equal(cache_memory_stats(cache).bytes, 0);
	put(none, "key", "text", 10);
	assert_false(holds(none, "key"));
	cache_memory_free(cache);
	cache_memory_free(none);
}

struct putter {
	struct cache_memory *cache;
	unsigned seed;
	size_t most_bytes;
	unsigned wrong;
};

static void *put_and_get(void *context)
{
	struct putter *putter = context;
	unsigned random = putter->seed;
	char key[32];

	for (unsigned i = 0; i < PUTS_EACH; i++) {
		struct blob *blob;
		size_t bytes;

		random = random * 1664525 + 1013904223;
		snprintf(key, sizeof(key), "key %u", (random >> 8) % KEYS);
		blob = cache_memory_get(putter->cache, key);
		if (blob)
			putter->wrong += strcmp(blob->bytes, key) != 0;
		else
			put(putter->cache, key, key, BLOB_SIZE);
		blob_unref(blob);
		bytes = i % 64 ? 0 : cache_memory_stats(putter->cache).bytes;
		if (bytes > putter->most_bytes)
			putter->most_bytes = bytes;
	}
	return NULL;
}

static void test_bound_holds_under_concurrent_puts(void **state)
{
	struct cache_memory *cache = cache_memory_new(MEBIBYTE);
	struct putter putters[THREADS];
	pthread_t threads[THREADS];
	struct cache_memory_stats stats;

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		putters[i] = (struct putter){.cache = cache, .seed = i * 7919};
		pthread_create(&threads[i], NULL, put_and_get, &putters[i]);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(putters[i].wrong, 0);
		assert_true(putters[i].most_bytes <= MEBIBYTE);
	}
	stats = cache_memory_stats(cache);
	assert_true(stats.bytes <= MEBIBYTE);
	assert_true(stats.entries > 500);
	assert_int_equal(stats.hits + stats.misses, THREADS * PUTS_EACH);
	assert_true(stats.evictions > 0);
	cache_memory_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gives_back_what_was_put),
		cmocka_unit_test(test_put_replaces),
		cmocka_unit_test(test_blob_outlives_the_cache),
		cmocka_unit_test(test_bytes_count_keys_and_bookkeeping),
		cmocka_unit_test(test_oldest_of_the_unused_goes_first),
		cmocka_unit_test(test_a_scan_does_not_wash_out_what_is_used),
		cmocka_unit_test(test_what_comes_back_stays),
		cmocka_unit_test(test_sweep_renames_and_drops),
		cmocka_unit_test(test_peek_is_not_a_use),
		cmocka_unit_test(test_what_is_too_large_is_not_kept),
		cmocka_unit_test(test_bound_holds_under_concurrent_puts),
	};

	return cmocka_run_group_tests_name("cache_memory", tests, NULL, NULL);
}
