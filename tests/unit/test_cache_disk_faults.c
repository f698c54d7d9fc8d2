/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/disk_scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("cache_disk_faults", tests, NULL, NULL);
}
