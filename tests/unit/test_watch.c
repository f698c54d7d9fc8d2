/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/watch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/tally.h"
#include "tiler/folder.h"
#include "tiler/memory.h"
#include "tiler/watch_files.h"

enum {
	QUIET_MS = 30,
	NEVER_MS = 3600000,
};

/* A watch on a folder of its own, and what it told. */
struct bench {
	char *folder;
	struct watch *watch;
	struct tally told, asked;
	const char *written; /* is asked about at each call */
	atomic_bool was_written;
};

static struct bench bench;

static void changed(bool asked, void *context)
{
	(void)context;
	if (bench.written)
		atomic_store(&bench.was_written, watch_is_written(bench.watch, bench.written));
	if (asked)
		tally_add(&bench.asked);
	else
		tally_add(&bench.told);
}

static char *path_of(const char *name)
{
	return memory_print("%s/%s", bench.folder, name);
}

static void put(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* NULL: the folder. */
static void start(const char *name, unsigned poll_ms)
{
	struct watch_settings settings = {
		.quiet_ms = QUIET_MS, .poll_ms = poll_ms, .changed = changed};
	char *path = name ? path_of(name) : memory_text(bench.folder);
	const char *paths[] = {"PG:dbname=none", path};
	struct error error;

	assert_int_equal(watch_new(&settings, &bench.watch, &error), ERROR_NONE);
	watch_set(bench.watch, paths, 2);
	assert_int_equal(watch_start(bench.watch, &error), ERROR_NONE);
	free(path);
}

static int bench_up(void **state)
{
	char template[] = "/tmp/tuilerie-watch-XXXXXX";
	struct tally zero = TALLY_ZERO;

	(void)state;
	bench = (struct bench){.told = zero, .asked = zero};
	if (!mkdtemp(template))
		return -1;
	bench.folder = memory_text(template);
	return 0;
}

static int bench_down(void **state)
{
	(void)state;
	watch_free(bench.watch);
	folder_remove(bench.folder);
	free(bench.folder);
	return 0;
}

static void test_files_come_change_and_go(void **state)
{
	char *from = path_of("a.gpkg"), *to = path_of("sub/b.gpkg"), *sub = path_of("sub");

	(void)state;
	start(NULL, NEVER_MS);
	put("a.gpkg", "one");
	tally_wait(&bench.told, 1);
	put("a.gpkg", "two");
	tally_wait(&bench.told, 2);
	assert_int_equal(mkdir(sub, 0777), 0);
	assert_int_equal(rename(from, to), 0);
	tally_wait(&bench.told, 3);
	put("sub/b.gpkg", "three");
	tally_wait(&bench.told, 4);
	assert_int_equal(unlink(to), 0);
	tally_wait(&bench.told, 5);
	free(from);
	free(to);
	free(sub);
}

/* The files that go with the one named count, others do not. */
static void test_companions(void **state)
{
	(void)state;
	put("a.shp", "one");
	start("a.shp", 20);
	put("a.dbf", "columns");
	tally_wait(&bench.told, 1);
	put("other.shp", "not ours");
	put("a.prj", "crs");
	tally_wait(&bench.told, 2);
}

static void test_named_file_is_waited_for(void **state)
{
	char *folder = path_of("later");

	(void)state;
	start("later/a.gpkg", 20);
	assert_int_equal(mkdir(folder, 0777), 0);
	put("later/a.gpkg", "here");
	tally_wait(&bench.told, 1);
	free(folder);
}

static void test_noise_is_not_told(void **state)
{
	char *file = path_of("a.gpkg");

	(void)state;
	put("a.gpkg", "one");
	bench.written = file;
	start(NULL, 20);
	put("a.gpkg-shm", "x");
	put("a.gpkg-wal", "");
	put(".a.gpkg.Xy12", "being copied");
	watch_ask(bench.watch);
	tally_wait(&bench.asked, 1);
	watch_ask(bench.watch);
	tally_wait(&bench.asked, 2);
	assert_false(atomic_load(&bench.was_written));
	assert_int_equal(tally_count(&bench.told), 0);
	put("a.gpkg-wal", "a page");
	tally_wait(&bench.told, 1);
	watch_free(bench.watch);
	bench.watch = NULL;
	free(file);
}

/* One file is written on and on: the other is told of all the same, and it is known which is which.
 */
static void test_what_is_being_written(void **state)
{
	char *busy = path_of("busy.shp");

	(void)state;
	bench.written = busy;
	start(NULL, NEVER_MS);
	/* on a busy machine the writer may itself be kept waiting, and its file be quiet for once
	 */
	for (unsigned told = 0; !atomic_load(&bench.was_written); told = tally_count(&bench.told)) {
		put("quiet.gpkg", "one");
		while (tally_count(&bench.told) == told) {
			put("busy.dbf", "more");
			usleep(QUIET_MS * 1000 / 10);
		}
	}
	while (atomic_load(&bench.was_written))
		tally_wait(&bench.told, tally_count(&bench.told) + 1);
	bench.written = NULL;
	free(busy);
}

static void test_whose_file(void **state)
{
	static const struct {
		const char *file, *dataset;
		bool is_of;
	} cases[] = {
		{"/d/a.gpkg", "/d/a.gpkg", true},      {"/d/a.gpkg-wal", "/d/a.gpkg", true},
		{"/d/a.dbf", "/d/a.shp", true},	       {"/d/a.shp.xml", "/d/a.shp", true},
		{"/d/ab.dbf", "/d/a.shp", false},      {"/d/a.gdb/a1.gdbtable", "/d/a.gdb", true},
		{"/d/a.zip", "/d/a.zip/b.shp", false}, {"/e/a.dbf", "/d/a.shp", false},
		{"/d/a.b/c.shp", "/d/a.shp", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct watched_file file = {.path = memory_text(cases[i].file)};

		if (watched_file_is_of(&file, cases[i].dataset) != cases[i].is_of)
			fail_msg("%s, %s", cases[i].file, cases[i].dataset);
		free(file.path);
	}
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_up, bench_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BENCH(test_files_come_change_and_go), ON_BENCH(test_companions),
		ON_BENCH(test_named_file_is_waited_for), ON_BENCH(test_noise_is_not_told),
		ON_BENCH(test_what_is_being_written),	 cmocka_unit_test(test_whose_file),
	};

	alarm(120);
	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
