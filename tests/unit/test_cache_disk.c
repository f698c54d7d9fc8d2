/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/disk_scratch.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	THREADS = 4
};

static void test_gives_back_what_was_put(void **state)
{
	struct scratch *scratch = *state;
	struct tile_address other = {"a:tree", "one", "H", {10, 5, 3}};

	assert_false(holds(scratch, "one", 1));
	put_all(scratch, "one");
	put(scratch, other);
	cache_disk_flush(scratch->disk);
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_true(holds_of(scratch->reader, other, "one"));
	other.grid = "I";
	assert_false(holds_of(scratch->reader, other, "one"));
	assert_false(holds(scratch, "two", 1));
	assert_int_equal(scratch->lines, 0);
	stop(scratch);
	start(scratch, LIMIT);
	for (uint32_t x = 0; x < TILES; x++)
		assert_true(holds_of(scratch->reader, at("one", x), "one"));
	assert_int_equal(cache_disk_stats(scratch->disk).hits, TILES);
}

static void test_what_waits_is_written_at_the_end(void **state)
{
	struct scratch *scratch = *state;

	for (uint32_t x = 0; x < TILES; x++)
		put(scratch, at("one", x));
	stop(scratch);
	start(scratch, LIMIT);
	assert_int_equal(count_held(scratch, "one"), TILES);
}

static void test_another_version_takes_its_place(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	put(scratch, at("two", 7));
	cache_disk_flush(scratch->disk);
	assert_true(holds(scratch, "two", 7));
	assert_false(holds(scratch, "two", 8));
	assert_int_equal(count_held(scratch, "one"), 0);
	assert_int_equal(scratch->lines, 0);
}

static bool goes(const char *grid, struct tile_id tile, void *context)
{
	assert_string_equal(grid, "G");
	assert_int_equal(tile.z, 10);
	assert_int_equal(tile.y, 3);
	++*(unsigned *)context;
	return tile.x % 10 == 0;
}

static void test_carry_keeps_what_stays(void **state)
{
	struct scratch *scratch = *state;
	struct cache_removal removal;
	struct error error;
	unsigned asked = 0;

	put_all(scratch, "one");
	assert_int_equal(cache_disk_carry(scratch->disk, "a:tree", "one", "two", goes, &asked,
					  &removal, &error),
			 ERROR_NONE);
	assert_int_equal(asked, TILES);
	assert_int_equal(removal.removed, TILES / 10);
	assert_int_equal(removal.kept, TILES - TILES / 10);
	for (uint32_t x = 0; x < TILES; x++) {
		assert_false(holds(scratch, "one", x));
		assert_int_equal(holds_of(scratch->reader, at("two", x), "one"), x % 10 != 0);
	}
	/* Who was still making a tile of the old version is too late. */
	put(scratch, at("one", 10));
	put(scratch, at("two", 20));
	cache_disk_flush(scratch->disk);
	assert_false(holds(scratch, "one", 10));
	assert_true(holds(scratch, "two", 20));
	assert_true(holds_of(scratch->reader, at("two", 11), "one"));
	/* And back again. */
	assert_int_equal(cache_disk_carry(scratch->disk, "a:tree", "two", "one", NULL, NULL,
					  &removal, &error),
			 ERROR_NONE);
	assert_int_equal(removal.kept, 0);
	assert_int_equal(removal.removed, TILES - TILES / 10 + 1);
	put(scratch, at("one", 10));
	cache_disk_flush(scratch->disk);
	assert_true(holds(scratch, "one", 10));
	assert_false(holds(scratch, "two", 11));
}

static void test_carry_of_another_version_keeps_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct cache_removal removal;
	struct error error;
	unsigned asked = 0;

	put_all(scratch, "zero");
	assert_int_equal(cache_disk_carry(scratch->disk, "a:tree", "one", "two", goes, &asked,
					  &removal, &error),
			 ERROR_NONE);
	assert_int_equal(asked, 0);
	assert_int_equal(removal.removed, TILES);
	assert_int_equal(count_held(scratch, "two") + count_held(scratch, "zero"), 0);
}

static void test_least_recently_used_goes_first(void **state)
{
	struct scratch *scratch = *state;
	struct cache_disk_stats stats;
	struct tile_address road = {"b:road", "one", "G", {10, 1, 1}};

	stop(scratch);
	start(scratch, 2000000);
	put(scratch, road);
	put_all(scratch, "one");
	cache_disk_flush(scratch->disk);
	atomic_store(&hour, 101);
	for (uint32_t x = 0; x < 100; x++)
		assert_true(holds(scratch, "one", x));
	cache_disk_flush(scratch->disk);
	atomic_store(&hour, 102);
	for (uint32_t x = TILES; x < TILES + 250; x++)
		put(scratch, at("one", x));
	cache_disk_flush(scratch->disk);
	stats = cache_disk_stats(scratch->disk);
	assert_true(stats.evicted > 0);
	assert_true(stats.bytes <= 2000000);
	assert_true(stats.bytes > 1400000);
	for (uint32_t x = 0; x < 100; x++)
		assert_true(holds(scratch, "one", x));
	for (uint32_t x = TILES; x < TILES + 250; x++)
		assert_true(holds(scratch, "one", x));
	assert_true(count_held(scratch, "one") < TILES);
	assert_int_equal(scratch->lines, 0);
}

static void test_clock_set_back(void **state)
{
	struct scratch *scratch = *state;

	stop(scratch);
	start(scratch, 2000000);
	atomic_store(&hour, 900);
	put_all(scratch, "one");
	cache_disk_flush(scratch->disk);
	/* what is asked for from now on stays, not what was when the clock was wrong */
	atomic_store(&hour, 101);
	for (uint32_t x = TILES; x < TILES + 250; x++)
		put(scratch, at("one", x));
	cache_disk_flush(scratch->disk);
	assert_true(cache_disk_stats(scratch->disk).evicted > 0);
	atomic_store(&hour, 102);
	for (uint32_t x = TILES + 250; x < TILES + 500; x++)
		put(scratch, at("one", x));
	cache_disk_flush(scratch->disk);
	for (uint32_t x = TILES + 250; x < TILES + 500; x++)
		assert_true(holds(scratch, "one", x));
	assert_int_equal(scratch->lines, 0);
}

static void test_bound_holds_over_files_and_restarts(void **state)
{
	struct scratch *scratch = *state;
	char theme[8];

	for (unsigned i = 0; i < 8; i++) {
		snprintf(theme, sizeof(theme), "t:%u", i);
		for (uint32_t x = 0; x < 60; x++)
			put(scratch, (struct tile_address){theme, "one", "G", {10, x, 3}});
	}
	stop(scratch);
	start(scratch, 1000000);
	put(scratch, at("one", 1));
	cache_disk_flush(scratch->disk);
	assert_true(cache_disk_stats(scratch->disk).bytes <= 1000000);
	assert_true(cache_disk_stats(scratch->disk).evicted > 100);
}

struct user {
	struct scratch *scratch;
	unsigned seed;
	atomic_bool *stop;
};

static void *use(void *context)
{
	struct user *user = context;
	struct cache_disk_reader *reader = cache_disk_reader_new(user->scratch->disk);
	static const char *const versions[] = {"one", "two"};

	while (!atomic_load(user->stop)) {
		unsigned number = user->seed = user->seed * 1664525 + 1013904223;
		struct tile_address address = at(versions[number >> 30 & 1], number >> 8 & 255);
		struct blob *blob = number & 4 ? cache_disk_get_now(user->scratch->disk, &address)
					       : cache_disk_get(reader, &address);

		if (!is_right(blob, address, address.version))
			put(user->scratch, address);
	}
	cache_disk_reader_free(reader);
	return NULL;
}

static bool all_go(const char *grid, struct tile_id tile, void *context)
{
	(void)grid;
	(void)context;
	return tile.x < 1000000;
}

/* Nothing is kept from version to version here, so content must be of the version asked for. */
static void test_many_threads(void **state)
{
	struct scratch *scratch = *state;
	pthread_t threads[THREADS];
	struct user users[THREADS];
	atomic_bool enough = false;
	struct error error;

	for (unsigned i = 0; i < THREADS; i++) {
		users[i] = (struct user){scratch, i * 7919, &enough};
		pthread_create(&threads[i], NULL, use, &users[i]);
	}
	for (unsigned i = 0; i < 20; i++) {
		struct cache_removal removal;
		const char *old = i % 2 ? "two" : "one", *new = i % 2 ? "one" : "two";

		assert_int_equal(cache_disk_carry(scratch->disk, "a:tree", old, new, all_go, NULL,
						  &removal, &error),
				 ERROR_NONE);
		if (i == 10)
			folder_remove(scratch->cache);
		for (uint32_t x = 0; x < 256; x++)
			holds(scratch, new, x);
	}
	atomic_store(&enough, true);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void test_two_processes(void **state)
{
	struct scratch *scratch = *state;
	int status;
	pid_t child;

	stop(scratch);
	child = fork();
	start(scratch, LIMIT);
	for (uint32_t x = child ? 0 : TILES / 2; x < (child ? TILES / 2 : TILES); x++) {
		put(scratch, at("one", x));
		if (x % 40 == 0)
			cache_disk_flush(scratch->disk);
	}
	if (child == 0) {
		stop(scratch);
		_exit(scratch->lines);
	}
	cache_disk_flush(scratch->disk);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_int_equal(scratch->lines, 0);
}

/* As a seed of a newer version does, beside a server that has only read so far. */
static void test_another_program_replaces_a_file(void **state)
{
	struct scratch *scratch = *state;
	struct cache_disk_settings settings = {
		.folder = scratch->cache, .limit = LIMIT, .hour = hour_now};
	struct tile_address address = at("two", 7);
	struct cache_disk *other;
	struct blob *blob;
	struct error error;

	put_all(scratch, "one");
	stop(scratch);
	start(scratch, LIMIT);
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_int_equal(cache_disk_new(&settings, &other, &error), ERROR_NONE);
	blob = content(&address);
	cache_disk_put(other, &address, blob, true);
	blob_unref(blob);
	cache_disk_free(other);
	assert_true(holds(scratch, "two", 7));
	assert_false(holds(scratch, "one", 7));
	assert_int_equal(scratch->lines, 0);
}

/* Files of the cache that are open and gone. */
static unsigned count_gone(const struct scratch *scratch)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;
	char target[PATH_MAX];
	unsigned gone = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		ssize_t length = readlinkat(dirfd(folder), entry->d_name, target,
					    sizeof(target) - 1);

		target[length > 0 ? length : 0] = '\0';
		gone += strncmp(target, scratch->cache, strlen(scratch->cache)) == 0 &&
			strstr(target, " (deleted)");
	}
	closedir(folder);
	return gone;
}

/* Though nobody reads any more. */
static void test_space_of_what_was_removed_is_given_back(void **state)
{
	struct scratch *scratch = *state;
	struct cache_removal removal = {0};
	struct error error;

	put_all(scratch, "one");
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_int_equal(cache_disk_remove(scratch->disk, "a:tree", NULL, NULL, &removal, &error),
			 ERROR_NONE);
	assert_int_equal(removal.removed, TILES);
	assert_int_equal(count_gone(scratch), 0);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
	const struct CMUnitTest tests[] = {
		TEST(test_gives_back_what_was_put),
		TEST(test_what_waits_is_written_at_the_end),
		TEST(test_another_version_takes_its_place),
		TEST(test_carry_keeps_what_stays),
		TEST(test_carry_of_another_version_keeps_nothing),
		TEST(test_least_recently_used_goes_first),
		TEST(test_clock_set_back),
		TEST(test_bound_holds_over_files_and_restarts),
		TEST(test_many_threads),
		TEST(test_two_processes),
		TEST(test_another_program_replaces_a_file),
		TEST(test_space_of_what_was_removed_is_given_back),
	};

	return cmocka_run_group_tests_name("cache_disk", tests, NULL, NULL);
}
