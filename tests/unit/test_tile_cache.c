/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tiler/folder.h"
#include "tiler/memory.h"
#include "tiler/tile_key.h"

struct scratch {
	char folder[40];
	struct tile_cache *cache;
	struct tile_cache_reader *reader;
};

static void start(struct scratch *scratch, uint64_t disk_bytes)
{
	struct tile_cache_settings settings = {
		.state = scratch->folder,
		.memory_bytes = 4 << 20,
		.disk_bytes = disk_bytes,
	};
	struct error error;

	assert_int_equal(tile_cache_new(&settings, &scratch->cache, &error), ERROR_NONE);
	scratch->reader = tile_cache_reader_new(scratch->cache);
}

static void stop(struct scratch *scratch)
{
	tile_cache_reader_free(scratch->reader);
	tile_cache_free(scratch->cache);
}

static void restart(struct scratch *scratch)
{
	stop(scratch);
	start(scratch, 64 << 20);
}

static int scratch_up(void **state)
{
	struct scratch *scratch = memory_zeroed(1, sizeof(*scratch));

	*state = scratch;
	strcpy(scratch->folder, "/tmp/tuilerie-cache-XXXXXX");
	if (!mkdtemp(scratch->folder))
		return -1;
	start(scratch, 64 << 20);
	return 0;
}

static int scratch_down(void **state)
{
	struct scratch *scratch = *state;

	stop(scratch);
	folder_remove(scratch->folder);
	free(scratch);
	return 0;
}

static struct tile_address at(const char *theme, const char *version, uint32_t x)
{
	return (struct tile_address){theme, version, "G", {9, x, 4}};
}

static struct blob *blob_of(const char *text)
{
	return blob_new(memory_text(text), strlen(text), true, text, strlen(text));
}

static void put(struct scratch *scratch, struct tile_address address, const char *text,
		enum tile_cache_purpose purpose)
{
	struct blob *blob = blob_of(text);

	tile_cache_put(scratch->cache, &address, blob, purpose);
	blob_unref(blob);
}

static bool matches(struct blob *blob, const char *text)
{
	bool same = blob && blob->length == strlen(text) &&
		    memcmp(blob->bytes, text, blob->length) == 0;

	if (blob && !same)
		fail_msg("\"%.*s\" is not \"%s\"", (int)blob->length, (const char *)blob->bytes,
			 text);
	blob_unref(blob);
	return same;
}

static bool holds(struct scratch *scratch, struct tile_address address, const char *text)
{
	return matches(tile_cache_get(scratch->reader, &address), text);
}

/* Of a tile of several themes. */
static void key_of(struct tile_key *key, uint32_t x, const char *tree, const char *road)
{
	const char *themes[] = {"a:tree", "b:road"}, *versions[] = {tree, road};

	tile_key_write(key, "G", (struct tile_id){9, x, 4}, themes, versions, 2, NULL);
}

static void put_composite(struct scratch *scratch, uint32_t x, const char *tree, const char *road)
{
	struct blob *blob = blob_of("both");
	struct tile_key key;

	key_of(&key, x, tree, road);
	tile_cache_put_quick(scratch->cache, key.text, blob);
	tile_key_release(&key);
	blob_unref(blob);
}

static bool holds_composite(struct scratch *scratch, uint32_t x, const char *tree, const char *road)
{
	struct tile_key key;
	bool found;

	key_of(&key, x, tree, road);
	found = matches(tile_cache_get_quick(scratch->cache, key.text), "both");
	tile_key_release(&key);
	return found;
}

static void test_memory_then_disk(void **state)
{
	struct scratch *scratch = *state;
	struct tile_key key;
	const char *theme = "a:tree", *version = "one";

	put(scratch, at("a:tree", "one", 1), "request", TILE_CACHE_REQUEST);
	put(scratch, at("a:tree", "one", 2), "brief", TILE_CACHE_BRIEFLY);
	put(scratch, at("a:tree", "one", 3), "seed", TILE_CACHE_SEED);
	tile_key_write(&key, "G", (struct tile_id){9, 3, 4}, &theme, &version, 1, NULL);
	assert_null(tile_cache_get_quick(scratch->cache, key.text));
	tile_cache_flush(scratch->cache);
	assert_true(holds(scratch, at("a:tree", "one", 3), "seed"));
	assert_true(matches(tile_cache_get_quick(scratch->cache, key.text), "seed"));
	tile_key_release(&key);
	restart(scratch);
	assert_true(holds(scratch, at("a:tree", "one", 1), "request"));
	assert_false(holds(scratch, at("a:tree", "one", 2), "brief"));
	assert_true(holds(scratch, at("a:tree", "one", 1), "request"));
	assert_int_equal(tile_cache_stats(scratch->cache).disk.hits, 1);
	assert_false(holds(scratch, at("a:tree", "two", 1), "request"));
}

static void test_memory_alone(void **state)
{
	struct scratch *scratch = *state;
	struct stat status;
	char *folder = memory_print("%s/cache", scratch->folder);

	stop(scratch);
	start(scratch, 0);
	put(scratch, at("a:tree", "one", 1), "request", TILE_CACHE_REQUEST);
	tile_cache_flush(scratch->cache);
	assert_true(holds(scratch, at("a:tree", "one", 1), "request"));
	assert_int_not_equal(stat(folder, &status), 0);
	free(folder);
}

static bool is_even(const char *grid, struct tile_id tile, void *context)
{
	assert_string_equal(grid, "G");
	assert_ptr_equal(context, &is_even);
	return tile.x % 2 == 0;
}

static void carry(struct scratch *scratch, const char *old, const char *new,
		  struct tile_cache_carried *carried)
{
	struct error error;

	assert_int_equal(tile_cache_carry(scratch->cache, "a:tree", old, new, is_even,
					  (void *)&is_even, carried, &error),
			 ERROR_NONE);
}

static void test_carry(void **state)
{
	struct scratch *scratch = *state;
	struct tile_cache_carried carried;

	for (uint32_t x = 0; x < 100; x++) {
		put(scratch, at("a:tree", "one", x), "tree", TILE_CACHE_REQUEST);
		put(scratch, at("b:road", "one", x), "road", TILE_CACHE_REQUEST);
		put_composite(scratch, x, "one", "one");
	}
	put(scratch, at("a:tree", "zero", 1), "older", TILE_CACHE_BRIEFLY);
	tile_cache_flush(scratch->cache);
	carry(scratch, "one", "two", &carried);
	assert_int_equal(carried.memory.kept, 100);
	assert_int_equal(carried.memory.removed, 100);
	assert_int_equal(carried.disk.kept, 50);
	assert_int_equal(carried.disk.removed, 50);
	for (uint32_t x = 0; x < 100; x++) {
		assert_false(holds(scratch, at("a:tree", "one", x), "tree"));
		assert_int_equal(holds(scratch, at("a:tree", "two", x), "tree"), x % 2);
		assert_true(holds(scratch, at("b:road", "one", x), "road"));
		assert_false(holds_composite(scratch, x, "one", "one"));
		assert_int_equal(holds_composite(scratch, x, "two", "one"), x % 2);
	}
	assert_true(holds(scratch, at("a:tree", "zero", 1), "older"));
	restart(scratch);
	for (uint32_t x = 0; x < 100; x++) {
		assert_false(holds(scratch, at("a:tree", "one", x), "tree"));
		assert_int_equal(holds(scratch, at("a:tree", "two", x), "tree"), x % 2);
	}
	carry(scratch, "two", "two", &carried);
	assert_int_equal(carried.disk.removed + carried.memory.removed, 0);
	assert_true(holds(scratch, at("a:tree", "two", 1), "tree"));
}

static void test_remove(void **state)
{
	struct scratch *scratch = *state;
	struct tile_cache_carried removed;
	struct error error;

	for (uint32_t x = 0; x < 10; x++) {
		put(scratch, at("a:tree", "one", x), "tree", TILE_CACHE_REQUEST);
		put(scratch, at("b:road", "one", x), "road", TILE_CACHE_REQUEST);
		put_composite(scratch, x, "one", "one");
	}
	tile_cache_flush(scratch->cache);
	assert_int_equal(tile_cache_remove(scratch->cache, "a:tree", is_even, (void *)&is_even,
					   &removed, &error),
			 ERROR_NONE);
	assert_int_equal(removed.disk.removed, 5);
	assert_int_equal(removed.memory.removed, 10);
	for (uint32_t x = 0; x < 10; x++) {
		assert_int_equal(holds(scratch, at("a:tree", "one", x), "tree"), x % 2);
		assert_int_equal(holds_composite(scratch, x, "one", "one"), x % 2);
		assert_true(holds(scratch, at("b:road", "one", x), "road"));
	}
	assert_int_equal(tile_cache_remove(scratch->cache, NULL, is_even, (void *)&is_even,
					   &removed, &error),
			 ERROR_NONE);
	assert_int_equal(removed.disk.removed, 5);
	assert_false(holds(scratch, at("b:road", "one", 2), "road"));
	assert_true(holds(scratch, at("b:road", "one", 3), "road"));
}

/* A tile that was given out before it is kept does not come back after a removal. */
static void test_what_is_put_late_stays_removed(void **state)
{
	struct scratch *scratch = *state;
	unsigned before = tile_cache_removals(scratch->cache);
	struct tile_address address = at("a:tree", "one", 4);
	struct blob *blob = blob_of("late");
	struct tile_cache_carried removed;
	struct error error;

	tile_cache_put_late(scratch->cache, &address, blob, before);
	assert_true(holds(scratch, address, "late"));
	assert_int_equal(tile_cache_remove(scratch->cache, NULL, is_even, (void *)&is_even,
					   &removed, &error),
			 ERROR_NONE);
	assert_int_equal(removed.disk.removed, 1);
	tile_cache_put_late(scratch->cache, &address, blob, before);
	assert_false(holds(scratch, address, "late"));
	before = tile_cache_removals(scratch->cache);
	tile_cache_remove_quick(scratch->cache, NULL, is_even, (void *)&is_even);
	tile_cache_put_late(scratch->cache, &address, blob, before);
	assert_false(holds(scratch, address, "late"));
	tile_cache_put_late(scratch->cache, &address, blob, tile_cache_removals(scratch->cache));
	assert_true(holds(scratch, address, "late"));
	blob_unref(blob);
}

/* A version may take another's place on disk only where its prepared theme stands: in a folder of
 * that name, or, where the zooms were changed since, of that end. */
static void test_an_older_version_takes_nobodys_place(void **state)
{
	static const char three[] = "33333333333333333333333333333333",
			  zoomed[] = "44444444444444443333333333333333";
	struct scratch *scratch = *state;
	char *stands = memory_print("%s/themes/a%%3Atree/%s", scratch->folder, three);
	struct error error;

	put(scratch, at("a:tree", "two", 1), "two", TILE_CACHE_SEED);
	tile_cache_flush(scratch->cache);
	put(scratch, at("a:tree", "one", 1), "one", TILE_CACHE_SEED);
	tile_cache_flush(scratch->cache);
	assert_true(holds(scratch, at("a:tree", "two", 1), "two"));
	assert_int_equal(folder_make(stands, &error), ERROR_NONE);
	put(scratch, at("a:tree", three, 2), "three", TILE_CACHE_SEED);
	tile_cache_flush(scratch->cache);
	restart(scratch);
	assert_true(holds(scratch, at("a:tree", three, 2), "three"));
	assert_false(holds(scratch, at("a:tree", "two", 1), "two"));
	put(scratch, at("a:tree", zoomed, 3), "zoomed", TILE_CACHE_SEED);
	tile_cache_flush(scratch->cache);
	restart(scratch);
	assert_true(holds(scratch, at("a:tree", zoomed, 3), "zoomed"));
	free(stands);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
	const struct CMUnitTest tests[] = {
		TEST(test_memory_then_disk),
		TEST(test_memory_alone),
		TEST(test_carry),
		TEST(test_remove),
		TEST(test_what_is_put_late_stays_removed),
		TEST(test_an_older_version_takes_nobodys_place),
	};

	return cmocka_run_group_tests_name("tile_cache", tests, NULL, NULL);
}
