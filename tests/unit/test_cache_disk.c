/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cache_disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tiler/folder.h"
#include "tiler/hash.h"
#include "tiler/mbtiles.h"
#include "tiler/memory.h"

enum {
	TILES = 400,
	TILE_BYTES = 3000,
	LIMIT = 64 << 20,
	THREADS = 4,
};

struct scratch {
	char folder[40];
	char *cache, *file; /* of theme a:tree in grid G */
	struct cache_disk *disk;
	struct cache_disk_reader *reader;
	unsigned lines;
	char line[400];
};

static atomic_int hour;

static int64_t hour_now(void)
{
	return atomic_load(&hour);
}

static void note_line(const char *text, void *context)
{
	struct scratch *scratch = context;

	scratch->lines++;
	snprintf(scratch->line, sizeof(scratch->line), "%s", text);
}

static void start(struct scratch *scratch, uint64_t limit)
{
	struct cache_disk_settings settings = {
		.folder = scratch->cache,
		.limit = limit,
		.hour = hour_now,
		.log = note_line,
		.log_context = scratch,
	};
	struct error error;

	assert_int_equal(cache_disk_new(&settings, &scratch->disk, &error), ERROR_NONE);
	scratch->reader = cache_disk_reader_new(scratch->disk);
}

static void stop(struct scratch *scratch)
{
	cache_disk_reader_free(scratch->reader);
	cache_disk_free(scratch->disk);
	scratch->reader = NULL;
	scratch->disk = NULL;
}

static int scratch_up(void **state)
{
	struct scratch *scratch = memory_zeroed(1, sizeof(*scratch));

	*state = scratch;
	atomic_store(&hour, 100);
	strcpy(scratch->folder, "/tmp/tuilerie-disk-XXXXXX");
	if (!mkdtemp(scratch->folder))
		return -1;
	scratch->cache = memory_print("%s/cache", scratch->folder);
	scratch->file = memory_print("%s/a%%3Atree/G.mbtiles", scratch->cache);
	start(scratch, LIMIT);
	return 0;
}

static int scratch_down(void **state)
{
	struct scratch *scratch = *state;

	stop(scratch);
	folder_remove(scratch->folder);
	free(scratch->cache);
	free(scratch->file);
	free(scratch);
	return 0;
}

/* Content that says which tile of which version it is; tile 0 of each is empty. */
static struct blob *content(const struct tile_address *address)
{
	char *bytes, text[200];
	struct blob *blob;

	snprintf(text, sizeof(text), "%s %s %s %u", address->theme, address->version, address->grid,
		 address->tile.x);
	if (address->tile.x == 0)
		return blob_new(NULL, 0, false, "", 0);
	bytes = memory_zeroed(TILE_BYTES, 1);
	for (size_t i = 0; i + 8 < TILE_BYTES; i += 8) {
		uint64_t noise = hash_bytes(text, strlen(text)) * (2 * i + 1);

		memcpy(bytes + i, &noise, 8);
	}
	strcpy(bytes, text);
	blob = blob_new(bytes, TILE_BYTES, true, text, strlen(text));
	return blob;
}

static struct tile_address at(const char *version, uint32_t x)
{
	return (struct tile_address){"a:tree", version, "G", {10, x, 3}};
}

static void put(struct scratch *scratch, struct tile_address address)
{
	struct blob *blob = content(&address);

	cache_disk_put(scratch->disk, &address, blob, true);
	blob_unref(blob);
}

static void put_all(struct scratch *scratch, const char *version)
{
	for (uint32_t x = 0; x < TILES; x++)
		put(scratch, at(version, x));
	cache_disk_flush(scratch->disk);
}

/* Is the tile there? What is there must be what was put, of CONTENT_VERSION. */
static bool holds_of(struct cache_disk_reader *reader, struct tile_address address,
		     const char *content_version)
{
	struct blob *blob = cache_disk_get(reader, &address), *expected;

	if (!blob)
		return false;
	address.version = content_version;
	expected = content(&address);
	assert_int_equal(blob->length, expected->length);
	if (blob->length)
		assert_memory_equal(blob->bytes, expected->bytes, blob->length);
	assert_string_equal(blob->hash, expected->hash);
	blob_unref(blob);
	blob_unref(expected);
	return true;
}

static bool holds(struct scratch *scratch, const char *version, uint32_t x)
{
	return holds_of(scratch->reader, at(version, x), version);
}

static unsigned count_held(struct scratch *scratch, const char *version)
{
	unsigned held = 0;

	for (uint32_t x = 0; x < TILES; x++)
		held += holds(scratch, version, x);
	return held;
}

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
	assert_int_equal(count_held(scratch, "one"), TILES);
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

static bool kills(const char *grid, struct tile_id tile, void *context)
{
	(void)grid;
	(void)context;
	if (tile.x == TILES / 2)
		kill(getpid(), SIGKILL);
	return tile.x % 2;
}

static void test_killed_while_carrying(void **state)
{
	struct scratch *scratch = *state;
	struct cache_removal removal;
	struct error error;
	int status;
	pid_t child;

	put_all(scratch, "one");
	stop(scratch);
	child = fork();
	if (child == 0) {
		start(scratch, LIMIT);
		if (cache_disk_carry(scratch->disk, "a:tree", "one", "two", kills, NULL, &removal,
				     &error))
			_exit(1);
		_exit(2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	start(scratch, LIMIT);
	assert_int_equal(count_held(scratch, "two"), 0);
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_int_equal(scratch->lines, 0);
}

static void test_killed_while_writing(void **state)
{
	struct scratch *scratch = *state;
	unsigned round = 0, held;
	int ready[2], status;
	char byte;

	stop(scratch);
	for (; round < 4; round++) {
		pid_t child;

		assert_int_equal(pipe(ready), 0);
		child = fork();
		if (child == 0) {
			start(scratch, LIMIT);
			for (uint32_t x = 0;; x = (x + 1) % TILES) {
				put(scratch, at("one", x));
				if (x % 50 == 49)
					cache_disk_flush(scratch->disk);
				if (x == 100 && write(ready[1], "", 1) != 1)
					_exit(1);
			}
		}
		assert_int_equal(read(ready[0], &byte, 1), 1);
		usleep(round * 1500);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		close(ready[0]);
		close(ready[1]);
		start(scratch, LIMIT);
		held = count_held(scratch, "one");
		assert_true(held >= 100);
		put(scratch, at("one", 3));
		stop(scratch);
	}
	assert_int_equal(scratch->lines, 0);
	start(scratch, LIMIT);
}

static void overwrite(const char *path, off_t from, off_t length)
{
	int file = open(path, O_WRONLY);

	assert_true(file >= 0);
	for (off_t i = from; i < from + length; i++)
		assert_int_equal(pwrite(file, "?", 1, i), 1);
	close(file);
}

static off_t size_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

/* After a fault of the file: one line, and the cache works as before. */
static void expect_mended(struct scratch *scratch, const char *words)
{
	count_held(scratch, "one");
	cache_disk_flush(scratch->disk);
	put_all(scratch, "one");
	if (scratch->lines != 1 || !strstr(scratch->line, words) ||
	    !strstr(scratch->line, "a%3Atree/G.mbtiles"))
		fail_msg("%u lines, the last: %s", scratch->lines, scratch->line);
	assert_int_equal(count_held(scratch, "one"), TILES);
	assert_int_equal(cache_disk_stats(scratch->disk).remade, 1);
}

static void test_damaged_while_serving(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	stop(scratch);
	start(scratch, LIMIT);
	assert_true(holds(scratch, "one", 1));
	overwrite(scratch->file, 8192, size_of(scratch->file) - 8192);
	expect_mended(scratch, "damaged");
}

static void test_one_byte_damaged(void **state)
{
	struct scratch *scratch = *state;
	struct stat status;
	char *bytes;
	off_t place;
	int file;

	put_all(scratch, "one");
	stop(scratch);
	file = open(scratch->file, O_RDONLY);
	assert_int_equal(fstat(file, &status), 0);
	bytes = memory_new((size_t)status.st_size);
	assert_int_equal(read(file, bytes, (size_t)status.st_size), status.st_size);
	close(file);
	place = (char *)memmem(bytes, (size_t)status.st_size, "a:tree one G 77", 15) - bytes;
	free(bytes);
	overwrite(scratch->file, place + 100, 1);
	start(scratch, LIMIT);
	assert_false(holds(scratch, "one", 77));
	expect_mended(scratch, "damaged");
}

static void test_cut_short_while_serving(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	stop(scratch);
	start(scratch, LIMIT);
	assert_true(holds(scratch, "one", 1));
	assert_int_equal(truncate(scratch->file, size_of(scratch->file) / 3), 0);
	expect_mended(scratch, "damaged");
}

static void test_removed_while_serving(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	assert_true(holds(scratch, "one", 1));
	folder_remove(scratch->cache);
	put(scratch, at("one", 5));
	cache_disk_flush(scratch->disk);
	assert_true(holds(scratch, "one", 5));
	assert_false(holds(scratch, "one", 6));
	expect_mended(scratch, "removed");
}

static void test_older_layout(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	stop(scratch);
	/* The number of the layout: PRAGMA user_version, at byte 60. */
	overwrite(scratch->file, 60, 4);
	start(scratch, LIMIT);
	expect_mended(scratch, "another version");
}

static void test_not_a_database(void **state)
{
	struct scratch *scratch = *state;

	put_all(scratch, "one");
	stop(scratch);
	overwrite(scratch->file, 0, size_of(scratch->file));
	start(scratch, LIMIT);
	expect_mended(scratch, "damaged");
}

/* In a process of its own, as somebody who may not write there. */
static void test_read_only(void **state)
{
	struct scratch *scratch = *state;
	int status;
	pid_t child;

	put_all(scratch, "one");
	stop(scratch);
	child = fork();
	if (child == 0) {
		char *theme = memory_print("%s/a%%3Atree", scratch->cache);

		chmod(scratch->folder, 0755);
		chmod(scratch->file, 0444);
		chmod(theme, 0555);
		chmod(scratch->cache, 0555);
		if (geteuid() == 0 && (setegid(65534) || seteuid(65534)))
			_exit(1);
		start(scratch, LIMIT);
		if (count_held(scratch, "one") != TILES)
			_exit(2);
		put(scratch, at("one", TILES));
		put(scratch, (struct tile_address){"b:road", "one", "G", {1, 1, 1}});
		cache_disk_flush(scratch->disk);
		if (scratch->lines != 1 || !strstr(scratch->line, "without it"))
			_exit(3);
		if (cache_disk_stats(scratch->disk).refused != 2)
			_exit(4);
		if (count_held(scratch, "one") != TILES)
			_exit(5);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(scratch->cache, 0755);
	assert_int_equal(status, 0);
	start(scratch, LIMIT);
}

/* In a process of its own, which may write so much to a file and no more. */
static void test_disk_full(void **state)
{
	struct scratch *scratch = *state;
	int status;
	pid_t child;

	put_all(scratch, "one");
	stop(scratch);
	child = fork();
	if (child == 0) {
		struct rlimit limit = {(rlim_t)size_of(scratch->file) + 100000,
				       (rlim_t)size_of(scratch->file) + 100000};

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit))
			_exit(1);
		start(scratch, LIMIT);
		for (uint32_t x = TILES; x < 3 * TILES; x++)
			put(scratch, at("one", x));
		cache_disk_flush(scratch->disk);
		if (scratch->lines != 1 || !strstr(scratch->line, "without it"))
			_exit(2);
		if (count_held(scratch, "one") != TILES)
			_exit(3);
		stop(scratch);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	start(scratch, LIMIT);
	assert_int_equal(count_held(scratch, "one"), TILES);
	put(scratch, at("one", TILES));
	cache_disk_flush(scratch->disk);
	assert_true(holds(scratch, "one", TILES));
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
		struct blob *blob = cache_disk_get(reader, &address);

		if (!blob)
			put(user->scratch, address);
		blob_unref(blob);
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

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
	const struct CMUnitTest tests[] = {
		TEST(test_gives_back_what_was_put),
		TEST(test_what_waits_is_written_at_the_end),
		TEST(test_another_version_takes_its_place),
		TEST(test_carry_keeps_what_stays),
		TEST(test_carry_of_another_version_keeps_nothing),
		TEST(test_killed_while_carrying),
		TEST(test_killed_while_writing),
		TEST(test_damaged_while_serving),
		TEST(test_one_byte_damaged),
		TEST(test_cut_short_while_serving),
		TEST(test_removed_while_serving),
		TEST(test_older_layout),
		TEST(test_not_a_database),
		TEST(test_read_only),
		TEST(test_disk_full),
		TEST(test_least_recently_used_goes_first),
		TEST(test_bound_holds_over_files_and_restarts),
		TEST(test_many_threads),
		TEST(test_two_processes),
	};

	return cmocka_run_group_tests_name("cache_disk", tests, NULL, NULL);
}
