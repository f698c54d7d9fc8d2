/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mbtiles.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tiler/buf.h"
#include "tiler/compress.h"
#include "tiler/folder.h"
#include "tiler/memory.h"

struct scratch {
	char folder[40];
	char *path;
};

static bool ends_early;

/* In place of that of the C library: as some kernels do, it may tell of the end of a file where it
 * would have to wait. */
ssize_t preadv2(int file, const struct iovec *to, int count, off_t at, int flags)
{
	return ends_early ? 0 : syscall(SYS_preadv2, file, to, count, (long)at, 0L, flags);
}

static int scratch_up(void **state)
{
	struct scratch *scratch = memory_zeroed(1, sizeof(*scratch));

	*state = scratch;
	strcpy(scratch->folder, "/tmp/tuilerie-mbtiles-XXXXXX");
	if (!mkdtemp(scratch->folder))
		return -1;
	scratch->path = memory_print("%s/t?e#s%%t.mbtiles", scratch->folder);
	return 0;
}

static int scratch_down(void **state)
{
	struct scratch *scratch = *state;

	folder_remove(scratch->folder);
	free(scratch->path);
	free(scratch);
	return 0;
}

static struct blob *blob_of(const char *text)
{
	struct compressor *compressor = compressor_new(6);
	struct blob *blob;
	struct error error;
	struct buf out;
	size_t length;
	char *bytes;

	if (!*text)
		return compressor_free(compressor), blob_new(NULL, 0, false, "", 0);
	buf_init(&out, 0);
	assert_int_equal(compress_gzip(compressor, text, strlen(text), &out, &error), ERROR_NONE);
	bytes = buf_take(&out, &length);
	blob = blob_new(bytes, length, true, text, strlen(text));
	compressor_free(compressor);
	return blob;
}

static struct mbtiles *opened(const char *path, enum mbtiles_use use)
{
	struct mbtiles *mbtiles = NULL;
	struct error error = {0};

	if (mbtiles_open(path, use, &mbtiles, &error))
		fail_msg("%s", error.text);
	return mbtiles;
}

static void put(struct mbtiles *mbtiles, struct tile_id tile, const char *text, int64_t used)
{
	struct blob *blob = blob_of(text);
	struct error error = {0};

	if (mbtiles_put(mbtiles, tile, blob, used, &error))
		fail_msg("%s", error.text);
	blob_unref(blob);
}

static void expect(struct mbtiles *mbtiles, struct tile_id tile, const char *text)
{
	struct blob *expected = blob_of(text), *blob = NULL;
	struct error error = {0};

	if (mbtiles_get(mbtiles, NULL, tile, &blob, NULL, &error))
		fail_msg("%s", error.text);
	assert_int_equal(blob->length, expected->length);
	assert_int_equal(blob->raw_length, strlen(text));
	assert_int_equal(blob->gzipped, *text != '\0');
	assert_string_equal(blob->hash, expected->hash);
	if (blob->length)
		assert_memory_equal(blob->bytes, expected->bytes, blob->length);
	blob_unref(blob);
	blob_unref(expected);
}

static enum error_code get_code(struct mbtiles *mbtiles, const char *version, struct tile_id tile)
{
	struct blob *blob = NULL;
	struct error error;
	enum error_code code = mbtiles_get(mbtiles, version, tile, &blob, NULL, &error);

	blob_unref(blob);
	return code;
}

/* The number that SQL asks for, by another handle on the file. */
static int64_t number(const char *path, const char *sql)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int64_t value;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(statement) != SQLITE_ROW && !strncmp(sql, "SELECT", 6))
		fail_msg("%s", sqlite3_errmsg(db));
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return value;
}

static const struct tile_id north = {2, 1, 0}, south = {2, 1, 3}, void_one = {2, 2, 2},
			    deep = {20, 524287, 361000};

static void test_gives_back_what_was_put(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE), *reader;

	put(mbtiles, north, "north", 1);
	put(mbtiles, deep, "deep", 1);
	put(mbtiles, void_one, "", 1);
	expect(mbtiles, north, "north");
	reader = opened(path, MBTILES_READ);
	expect(reader, north, "north");
	expect(reader, deep, "deep");
	expect(reader, void_one, "");
	assert_int_equal(get_code(reader, NULL, south), ERROR_NOT_FOUND);
	put(mbtiles, north, "north anew", 1);
	expect(reader, north, "north anew");
	mbtiles_close(reader);
	mbtiles_close(mbtiles);
}

static void test_others_read_it(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_EXPORT);
	struct error error;

	put(mbtiles, north, "same", 0);
	put(mbtiles, south, "same", 0);
	put(mbtiles, deep, "other", 0);
	put(mbtiles, void_one, "", 0);
	assert_int_equal(mbtiles_set(mbtiles, "format", "pbf", &error), ERROR_NONE);
	assert_int_equal(mbtiles_finish(mbtiles, &error), ERROR_NONE);
	mbtiles_close(mbtiles);
	assert_int_equal(number(path, "SELECT count(*) FROM tiles"), 3);
	assert_int_equal(number(path, "SELECT count(*) FROM images"), 2);
	assert_int_equal(number(path, "SELECT tile_row FROM tiles WHERE zoom_level = 20"),
			 (1 << 20) - 1 - 361000);
	assert_int_equal(number(path, "SELECT length(tile_data) > 0 FROM tiles"
				      " WHERE zoom_level = 2 AND tile_column = 1 AND tile_row = 3"),
			 1);
	assert_int_equal(number(path, "SELECT value = 'pbf' FROM metadata WHERE name = 'format'"),
			 1);
	assert_int_equal(number(path, "PRAGMA application_id"), 0x4d504258);
}

static void test_only_the_version_asked_for(void **state)
{
	struct mbtiles *mbtiles = opened(((struct scratch *)*state)->path, MBTILES_CACHE);
	struct error error;
	char *value;

	put(mbtiles, north, "north", 1);
	assert_int_equal(get_code(mbtiles, "one", north), ERROR_NOT_FOUND);
	assert_int_equal(mbtiles_value(mbtiles, MBTILES_VERSION, &value, &error), ERROR_NONE);
	assert_null(value);
	assert_int_equal(mbtiles_set(mbtiles, MBTILES_VERSION, "one", &error), ERROR_NONE);
	assert_int_equal(get_code(mbtiles, "one", north), ERROR_NONE);
	assert_int_equal(get_code(mbtiles, "two", north), ERROR_NOT_FOUND);
	assert_int_equal(mbtiles_set(mbtiles, MBTILES_VERSION, "two", &error), ERROR_NONE);
	assert_int_equal(get_code(mbtiles, "one", north), ERROR_NOT_FOUND);
	mbtiles_close(mbtiles);
}

static bool is_south(struct tile_id tile, void *context)
{
	(*(unsigned *)context)++;
	return tile.y == 3;
}

static void test_images_go_with_their_last_tile(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE);
	struct mbtiles_removal removal;
	struct error error;
	unsigned asked = 0;

	put(mbtiles, north, "same", 1);
	put(mbtiles, south, "same", 1);
	put(mbtiles, deep, "old", 1);
	put(mbtiles, deep, "new", 1);
	assert_int_equal(number(path, "SELECT count(*) FROM images"), 2);
	assert_int_equal(mbtiles_remove(mbtiles, is_south, &asked, &removal, &error), ERROR_NONE);
	assert_int_equal(asked, 3);
	assert_int_equal(removal.removed, 1);
	assert_int_equal(removal.kept, 2);
	assert_int_equal(number(path, "SELECT count(*) FROM images"), 2);
	expect(mbtiles, north, "same");
	put(mbtiles, north, "", 1);
	assert_int_equal(number(path, "SELECT count(*) FROM images"), 1);
	mbtiles_close(mbtiles);
}

static void add_age(int64_t used, uint64_t tiles, void *context)
{
	*(int64_t *)context += used * 1000 + (int64_t)tiles;
}

static void test_oldest_go_first(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE);
	uint64_t before, after, removed;
	struct error error;
	int64_t ages = 0;
	char text[40];

	for (uint32_t i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "tile %u", i * 2654435761u);
		put(mbtiles, (struct tile_id){10, i, 0}, text, i / 100);
	}
	assert_int_equal(mbtiles_touch(mbtiles, (struct tile_id){10, 5, 0}, 7, &error), ERROR_NONE);
	assert_int_equal(mbtiles_touch(mbtiles, (struct tile_id){10, 6, 0}, -1, &error),
			 ERROR_NONE);
	assert_int_equal(mbtiles_ages(mbtiles, add_age, &ages, &error), ERROR_NONE);
	assert_int_equal(ages, 0 * 1000 + 99 + 1000 + 100 + 2000 + 100 + 7000 + 1);
	assert_int_equal(mbtiles_bytes(mbtiles, &before, &error), ERROR_NONE);
	assert_int_equal(mbtiles_remove_older(mbtiles, 1, 30, &removed, &error), ERROR_NONE);
	assert_int_equal(removed, 99 + 30);
	assert_int_equal(mbtiles_bytes(mbtiles, &after, &error), ERROR_NONE);
	assert_true(after < before);
	assert_int_equal(number(path, "PRAGMA freelist_count"), 0);
	expect(mbtiles, (struct tile_id){10, 299, 0}, text);
	assert_int_equal(get_code(mbtiles, NULL, (struct tile_id){10, 5, 0}), ERROR_NONE);
	mbtiles_close(mbtiles);
}

static void test_damage_is_told(void **state)
{
	static const char *const damages[] = {
		"UPDATE images SET tile_data = zeroblob(length(tile_data))",
		"UPDATE images SET hash = zeroblob(16)",
		"UPDATE images SET raw_length = 4",
		"UPDATE map SET tile_id = 9",
		"UPDATE map SET tile_id = NULL",
		"UPDATE map SET tile_row = 1",
	};
	const char *path = ((struct scratch *)*state)->path;

	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct mbtiles *mbtiles = opened(path, MBTILES_CACHE);

		put(mbtiles, north, "north", 1);
		assert_int_equal(get_code(mbtiles, NULL, north), ERROR_NONE);
		number(path, damages[i]);
		assert_int_equal(get_code(mbtiles, NULL, i == 5 ? void_one : north),
				 i == 5 ? ERROR_NOT_FOUND : ERROR_INVALID);
		if (i == 5)
			assert_int_equal(get_code(mbtiles, NULL, (struct tile_id){2, 1, 2}),
					 ERROR_INVALID);
		mbtiles_close(mbtiles);
		unlink(path);
	}
}

static void test_what_is_no_file_of_ours(void **state)
{
	struct scratch *scratch = *state;
	struct mbtiles *mbtiles = NULL;
	struct error error;
	FILE *file;

	assert_int_equal(mbtiles_open(scratch->path, MBTILES_READ, &mbtiles, &error),
			 ERROR_NOT_FOUND);
	file = fopen(scratch->path, "w");
	for (unsigned i = 0; i < 1000; i++)
		fputs("nothing that SQLite knows ", file);
	fclose(file);
	assert_int_equal(mbtiles_open(scratch->path, MBTILES_READ, &mbtiles, &error),
			 ERROR_INVALID);
	assert_int_equal(mbtiles_open(scratch->path, MBTILES_CACHE, &mbtiles, &error),
			 ERROR_INVALID);
	unlink(scratch->path);
	number(scratch->path, "CREATE TABLE tiles (zoom_level)");
	assert_int_equal(mbtiles_open(scratch->path, MBTILES_CACHE, &mbtiles, &error),
			 ERROR_INVALID);
	assert_int_equal(mbtiles_open("/dev/null/none", MBTILES_CACHE, &mbtiles, &error), ERROR_IO);
	assert_non_null(strstr(error.text, "/dev/null/none"));
}

static void test_together_or_not_at_all(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE), *reader;
	struct error error;

	assert_int_equal(mbtiles_begin(mbtiles, &error), ERROR_NONE);
	put(mbtiles, north, "north", 1);
	reader = opened(path, MBTILES_READ);
	assert_int_equal(get_code(reader, NULL, north), ERROR_NOT_FOUND);
	mbtiles_roll_back(mbtiles);
	assert_int_equal(get_code(mbtiles, NULL, north), ERROR_NOT_FOUND);
	assert_int_equal(mbtiles_begin(mbtiles, &error), ERROR_NONE);
	put(mbtiles, north, "north", 1);
	assert_int_equal(mbtiles_commit(mbtiles, &error), ERROR_NONE);
	expect(reader, north, "north");
	mbtiles_close(reader);
	mbtiles_close(mbtiles);
}

/* Can the system be told to forget what it has in memory of PATH, and has it? */
static bool forget(const char *path)
{
	char byte;
	struct iovec first = {&byte, 1};
	int file = open(path, O_RDONLY);
	bool forgotten;

	assert_true(file >= 0);
	assert_int_equal(fsync(file), 0);
	posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
	forgotten = preadv2(file, &first, 1, 0, RWF_NOWAIT) < 0 && errno == EAGAIN;
	close(file);
	return forgotten;
}

static void test_read_without_waiting(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE), *now = NULL;
	struct error error;

	put(mbtiles, north, "north", 1);
	mbtiles_close(mbtiles);
	if (!forget(path)) {
		print_message("the system cannot forget files of this folder\n");
		skip();
	}
	/* it fails, and has nobody read for it */
	if (!mbtiles_open(path, MBTILES_READ_NOW, &now, &error))
		assert_int_not_equal(get_code(now, NULL, north), ERROR_NONE);
	mbtiles_close(now);
	assert_true(forget(path));
	mbtiles = opened(path, MBTILES_READ);
	expect(mbtiles, north, "north");
	now = opened(path, MBTILES_READ_NOW);
	expect(now, north, "north");
	assert_int_equal(get_code(now, "another", north), ERROR_NOT_FOUND);
	mbtiles_close(now);
	mbtiles_close(mbtiles);
}

static void test_what_could_not_be_read_is_not_taken_for_nothing(void **state)
{
	const char *path = ((struct scratch *)*state)->path;
	struct mbtiles *mbtiles = opened(path, MBTILES_CACHE), *now = NULL;
	struct error error;

	put(mbtiles, north, "north", 1);
	mbtiles_close(mbtiles);
	if (mbtiles_open(path, MBTILES_READ_NOW, &now, &error)) {
		print_message("%s\n", error.text);
		skip();
	}
	ends_early = true;
	assert_int_equal(get_code(now, NULL, north), ERROR_IO);
	ends_early = false;
	expect(now, north, "north");
	mbtiles_close(now);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
	const struct CMUnitTest tests[] = {
		TEST(test_gives_back_what_was_put),
		TEST(test_others_read_it),
		TEST(test_only_the_version_asked_for),
		TEST(test_images_go_with_their_last_tile),
		TEST(test_oldest_go_first),
		TEST(test_damage_is_told),
		TEST(test_what_is_no_file_of_ours),
		TEST(test_together_or_not_at_all),
		TEST(test_read_without_waiting),
		TEST(test_what_could_not_be_read_is_not_taken_for_nothing),
	};

	return cmocka_run_group_tests_name("mbtiles", tests, NULL, NULL);
}
