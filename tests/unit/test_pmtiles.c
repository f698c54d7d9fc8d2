/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "shapes.h"
#include "tiler/compress.h"
#include "tiler/hilbert.h"
#include "tiler/pmtiles.h"

/* Archives are read back by a reader of their own, written from the specification. */

enum {
	ROOT_END = 16384,
	TILE_MOST = 300,
};

struct entry {
	uint64_t tile, run, length, offset;
};

struct archive {
	struct buf bytes;
	uint64_t root, root_length, metadata, metadata_length, leaves, leaves_length, tiles,
		tiles_length, addressed, entries, contents;
};

static uint64_t number_at(const struct archive *archive, size_t offset, unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = bytes; i-- > 0;)
		number = number << 8 | (unsigned char)archive->bytes.bytes[offset + i];
	return number;
}

static void open_archive(const char *path, struct archive *archive)
{
	FILE *file = fopen(path, "rb");
	char block[65536];
	size_t length;
	uint64_t *fields[] = {&archive->root,	   &archive->root_length,
			      &archive->metadata,  &archive->metadata_length,
			      &archive->leaves,	   &archive->leaves_length,
			      &archive->tiles,	   &archive->tiles_length,
			      &archive->addressed, &archive->entries,
			      &archive->contents};

	assert_non_null(file);
	buf_init(&archive->bytes, 0);
	while ((length = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(&archive->bytes, block, length);
	fclose(file);
	assert_memory_equal(archive->bytes.bytes, "PMTiles\003", 8);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		*fields[i] = number_at(archive, 8 + 8 * i, 8);
	assert_int_equal(archive->root, 127);
	assert_true(archive->root + archive->root_length <= ROOT_END);
	assert_int_equal(archive->tiles + archive->tiles_length, archive->bytes.length);
}

static uint64_t read_varint(const unsigned char **at)
{
	uint64_t number = 0;
	unsigned shift = 0;

	do
		number |= (uint64_t)(**at & 0x7f) << shift;
	while (shift += 7, *(*at)++ & 0x80);
	return number;
}

/* The entries of a directory, new. */
static struct entry *read_directory(const struct archive *archive, uint64_t offset, uint64_t length,
				    uint64_t *count)
{
	const unsigned char *at;
	struct entry *entries;
	struct error error;
	struct buf plain;
	uint64_t tile = 0;

	buf_init(&plain, 0);
	if (inflate_gzip(archive->bytes.bytes + offset, length, &plain, &error))
		fail_msg("%s", error.text);
	at = (const unsigned char *)plain.bytes;
	*count = read_varint(&at);
	entries = memory_zeroed(*count, sizeof(*entries));
	for (uint64_t i = 0; i < *count; i++)
		entries[i].tile = tile += read_varint(&at);
	for (uint64_t i = 0; i < *count; i++)
		entries[i].run = read_varint(&at);
	for (uint64_t i = 0; i < *count; i++)
		entries[i].length = read_varint(&at);
	for (uint64_t i = 0; i < *count; i++) {
		uint64_t number = read_varint(&at);

		entries[i].offset = number ? number - 1
					   : entries[i - 1].offset + entries[i - 1].length;
	}
	assert_int_equal((const char *)at - plain.bytes, plain.length);
	buf_release(&plain);
	return entries;
}

/* The bytes of a tile by its number; false: not there. *DEPTH: directories looked into. */
static bool find_tile(const struct archive *archive, uint64_t tile, const char **bytes,
		      size_t *length, unsigned *depth)
{
	uint64_t offset = archive->root, size = archive->root_length, count;

	for (*depth = 1; *depth < 5; ++*depth) {
		struct entry *entries = read_directory(archive, offset, size, &count), found;
		uint64_t last = count;

		while (last > 0 && entries[last - 1].tile > tile)
			last--;
		found = last ? entries[last - 1] : (struct entry){0};
		free(entries);
		if (last == 0)
			return false;
		offset = (found.run ? archive->tiles : archive->leaves) + found.offset;
		size = found.length;
		*bytes = archive->bytes.bytes + offset;
		*length = size;
		if (found.run)
			return tile - found.tile < found.run;
	}
	fail_msg("directories without end");
	return false;
}

static const struct pmtiles_header header = {
	.min_zoom = 1,
	.max_zoom = 9,
	.bounds = {-1.75, 48.0, -1.5, 48.25},
	.centre = {-1.625, 48.125},
	.centre_zoom = 7,
	.metadata = "{\"name\":\"essai\"}",
};

static struct tile_id tile_at(uint32_t z, uint64_t index)
{
	struct tile_id tile = {.z = z};

	hilbert_place(z, index, &tile.x, &tile.y);
	return tile;
}

/* What the INDEX-th tile holds; every seventh is one of three, which often follow each other. */
static size_t content_of(uint64_t index, char bytes[TILE_MOST])
{
	struct chance chance = {index % 7 < 3 ? index / 64 % 3 : index};
	size_t length = 20 + chance_below(&chance, TILE_MOST - 20);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)chance_bits(&chance);
	return length;
}

static char *write_archive(const char *folder, uint32_t z, uint64_t count)
{
	char *path = memory_print("%s/essai.pmtiles", folder);
	struct pmtiles *pmtiles = NULL;
	enum error_code code;
	struct error error;

	code = pmtiles_new(path, &pmtiles, &error);
	for (uint64_t index = 0; index < count && !code; index++) {
		char bytes[TILE_MOST];
		size_t length = content_of(index, bytes);

		if (index % 50 != 49)
			code = pmtiles_add(pmtiles, tile_at(z, index), bytes, length, &error);
	}
	if (!code)
		code = pmtiles_finish(pmtiles, &header, &error);
	if (code)
		fail_msg("%s", error.text);
	pmtiles_free(pmtiles);
	return path;
}

/* Writes COUNT tiles of level Z, less each fiftieth, and finds them again. */
static unsigned write_and_find(const char *folder, uint32_t z, uint64_t count)
{
	char *path = write_archive(folder, z, count);
	uint64_t above = (((uint64_t)1 << 2 * z) - 1) / 3;
	struct archive archive;
	unsigned depth = 0;

	open_archive(path, &archive);
	assert_int_equal(archive.addressed, count - count / 50);
	assert_true(archive.contents < archive.entries && archive.entries < archive.addressed);
	for (uint64_t index = 0; index <= count; index += count > 1000 ? 331 : 1) {
		char expected[TILE_MOST];
		size_t expected_length = content_of(index, expected), length;
		const char *bytes;

		if (index == count || index % 50 == 49) {
			assert_false(find_tile(&archive, above + index, &bytes, &length, &depth));
			continue;
		}
		assert_true(find_tile(&archive, above + index, &bytes, &length, &depth));
		assert_int_equal(length, expected_length);
		assert_memory_equal(bytes, expected, length);
	}
	buf_release(&archive.bytes);
	remove(path);
	free(path);
	return depth;
}

static void a_small_archive_has_one_directory(void **state)
{
	assert_int_equal(write_and_find(*state, 5, 400), 1);
}

static void a_large_one_has_leaves(void **state)
{
	assert_int_equal(write_and_find(*state, 9, 60000), 2);
}

static void the_header_says_what_it_was_told(void **state)
{
	char *path = write_archive(*state, 3, 64);
	struct archive archive;
	struct error error;
	struct buf metadata;

	open_archive(path, &archive);
	assert_int_equal(number_at(&archive, 96, 4), 0x01020201); /* clustered, gzip twice, MVT */
	assert_int_equal(number_at(&archive, 100, 1), 1);
	assert_int_equal(number_at(&archive, 101, 1), 9);
	assert_int_equal((int32_t)number_at(&archive, 102, 4), -17500000);
	assert_int_equal((int32_t)number_at(&archive, 106, 4), 480000000);
	assert_int_equal((int32_t)number_at(&archive, 110, 4), -15000000);
	assert_int_equal((int32_t)number_at(&archive, 114, 4), 482500000);
	assert_int_equal(number_at(&archive, 118, 1), 7);
	assert_int_equal((int32_t)number_at(&archive, 119, 4), -16250000);
	assert_int_equal((int32_t)number_at(&archive, 123, 4), 481250000);
	buf_init(&metadata, 0);
	if (inflate_gzip(archive.bytes.bytes + archive.metadata, archive.metadata_length, &metadata,
			 &error))
		fail_msg("%s", error.text);
	assert_string_equal(metadata.bytes, header.metadata);
	buf_release(&metadata);
	buf_release(&archive.bytes);
	remove(path);
	free(path);
}

static void tiles_of_all_levels_are_numbered_in_a_row(void **state)
{
	char *path = memory_print("%s/niveaux.pmtiles", (char *)*state);
	struct pmtiles *pmtiles = NULL;
	struct archive archive;
	struct entry *entries;
	struct error error;
	uint64_t count;

	assert_int_equal(pmtiles_new(path, &pmtiles, &error), ERROR_NONE);
	assert_int_equal(pmtiles_add(pmtiles, (struct tile_id){0, 0, 0}, "a", 1, &error), 0);
	for (uint64_t index = 0; index < 4; index++)
		assert_int_equal(pmtiles_add(pmtiles, tile_at(1, index), "b", 1, &error), 0);
	assert_int_equal(pmtiles_add(pmtiles, (struct tile_id){12, 3423, 1763}, "a", 1, &error), 0);
	assert_int_equal(pmtiles_finish(pmtiles, &header, &error), ERROR_NONE);
	pmtiles_free(pmtiles);
	open_archive(path, &archive);
	entries = read_directory(&archive, archive.root, archive.root_length, &count);
	assert_int_equal(count, 3);
	assert_memory_equal(&entries[0], &((struct entry){0, 1, 1, 0}), sizeof(*entries));
	assert_memory_equal(&entries[1], &((struct entry){1, 4, 1, 1}), sizeof(*entries));
	assert_memory_equal(&entries[2], &((struct entry){19078479, 1, 1, 0}), sizeof(*entries));
	assert_int_equal(archive.contents, 2);
	free(entries);
	buf_release(&archive.bytes);
	remove(path);
	free(path);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct pmtiles *pmtiles = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(pmtiles_new("/nowhere/at/all.pmtiles", &pmtiles, &error), ERROR_IO);
	assert_non_null(strstr(error.text, "/nowhere/at/all.pmtiles"));
	pmtiles_free(NULL);
}

static void a_full_disk_is_told(void **state)
{
	struct pmtiles *pmtiles = NULL;
	struct error error = {0};
	enum error_code code = pmtiles_new("/dev/full", &pmtiles, &error);

	(void)state;
	if (code) /* beside /dev/full nothing can be written */
		skip();
	if (!code)
		code = pmtiles_add(pmtiles, (struct tile_id){0, 0, 0}, "a", 1, &error);
	if (!code)
		code = pmtiles_finish(pmtiles, &header, &error);
	assert_int_equal(code, ERROR_IO);
	pmtiles_free(pmtiles);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_archive_has_one_directory),
		cmocka_unit_test(a_large_one_has_leaves),
		cmocka_unit_test(the_header_says_what_it_was_told),
		cmocka_unit_test(tiles_of_all_levels_are_numbered_in_a_row),
		cmocka_unit_test(a_folder_that_is_not_there_is_told),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
