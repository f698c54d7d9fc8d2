/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/cache_disk.h"
#include "tiler/folder.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

/* A disk cache in a folder of its own, and tiles that say which they are; for its tests. */

enum {
	TILES = 400,
	TILE_BYTES = 3000,
	LIMIT = 64 << 20,
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

static inline int64_t hour_now(void)
{
	return atomic_load(&hour);
}

static inline void note_line(const char *text, void *context)
{
	struct scratch *scratch = context;

	scratch->lines++;
	snprintf(scratch->line, sizeof(scratch->line), "%s", text);
}

static inline void start(struct scratch *scratch, uint64_t limit)
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

static inline void stop(struct scratch *scratch)
{
	cache_disk_reader_free(scratch->reader);
	cache_disk_free(scratch->disk);
	scratch->reader = NULL;
	scratch->disk = NULL;
}

static inline int scratch_up(void **state)
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

static inline int scratch_down(void **state)
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
static inline struct blob *content(const struct tile_address *address)
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

static inline struct tile_address at(const char *version, uint32_t x)
{
	return (struct tile_address){"a:tree", version, "G", {10, x, 3}};
}

static inline void put(struct scratch *scratch, struct tile_address address)
{
	struct blob *blob = content(&address);

	cache_disk_put(scratch->disk, &address, blob, true);
	blob_unref(blob);
}

static inline void put_all(struct scratch *scratch, const char *version)
{
	for (uint32_t x = 0; x < TILES; x++)
		put(scratch, at(version, x));
	cache_disk_flush(scratch->disk);
}

/* What is there (BLOB, stolen) must be what was put, of CONTENT_VERSION. */
static inline bool is_right(struct blob *blob, struct tile_address address,
			    const char *content_version)
{
	struct blob *expected;

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

/* Is the tile there? */
static inline bool holds_of(struct cache_disk_reader *reader, struct tile_address address,
			    const char *content_version)
{
	return is_right(cache_disk_get(reader, &address), address, content_version);
}

/* The same without waiting, which may miss what is there. */
static inline bool holds_now(struct scratch *scratch, const char *version, uint32_t x)
{
	struct tile_address address = at(version, x);

	return is_right(cache_disk_get_now(scratch->disk, &address), address, version);
}

/* Whatever becomes of the file, what is found without waiting is right, too. */
static inline bool holds(struct scratch *scratch, const char *version, uint32_t x)
{
	holds_now(scratch, version, x);
	return holds_of(scratch->reader, at(version, x), version);
}

static inline unsigned count_held(struct scratch *scratch, const char *version)
{
	unsigned held = 0;

	for (uint32_t x = 0; x < TILES; x++)
		held += holds(scratch, version, x);
	return held;
}
