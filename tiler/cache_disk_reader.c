/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/cache_disk_file.h"

enum {
	OPEN_FILES_MOST = 24 /* a thread */
};

struct open_file {
	UT_hash_handle hh; /* in the order of opening */
	struct mbtiles *mbtiles;
	char path[];
};

struct cache_disk_reader {
	struct cache_disk *disk;
	struct open_file *files;
	unsigned generation;
};

struct cache_disk_reader *cache_disk_reader_new(struct cache_disk *disk)
{
	struct cache_disk_reader *reader = memory_zeroed(1, sizeof(*reader));

	reader->disk = disk;
	reader->generation = atomic_load(&disk->generation);
	return reader;
}

static void close_file(struct cache_disk_reader *reader, struct open_file *file)
{
	HASH_DEL(reader->files, file);
	mbtiles_close(file->mbtiles);
	free(file);
}

static void close_all(struct cache_disk_reader *reader)
{
	struct open_file *file, *next;

	HASH_ITER (hh, reader->files, file, next)
		close_file(reader, file);
}

void cache_disk_reader_free(struct cache_disk_reader *reader)
{
	if (!reader)
		return;
	close_all(reader);
	free(reader);
}

static enum error_code open_file(struct cache_disk_reader *reader, const char *path,
				 struct open_file **file, struct error *error)
{
	unsigned generation = atomic_load(&reader->disk->generation);
	struct mbtiles *mbtiles;
	enum error_code code;

	if (generation != reader->generation)
		close_all(reader);
	reader->generation = generation;
	HASH_FIND_STR(reader->files, path, *file);
	if (*file)
		return ERROR_NONE;
	code = mbtiles_open(path, MBTILES_READ, &mbtiles, error);
	if (code)
		return code;
	if (HASH_COUNT(reader->files) >= OPEN_FILES_MOST)
		close_file(reader, reader->files);
	*file = memory_zeroed(1, sizeof(**file) + strlen(path) + 1);
	(*file)->mbtiles = mbtiles;
	strcpy((*file)->path, path);
	HASH_ADD_STR(reader->files, path, *file);
	return ERROR_NONE;
}

struct blob *cache_disk_get(struct cache_disk_reader *reader, const struct tile_address *address)
{
	struct cache_disk *disk = reader->disk;
	char *path = disk_file_path(disk, address->theme, address->grid);
	char version[DISK_VERSION_SIZE];
	struct open_file *file;
	struct blob *blob = NULL;
	struct error error;
	int64_t used = 0;
	enum error_code code = open_file(reader, path, &file, &error);

	disk_version(disk, address->grid, address->version, version);
	if (!code)
		code = mbtiles_get(file->mbtiles, version, address->tile, &blob, &used, &error);
	if (!code) {
		atomic_fetch_add(&disk->spent.hits, 1);
		if (used < disk_hour(disk))
			cache_disk_touch(disk, address);
	} else {
		atomic_fetch_add(&disk->spent.misses, 1);
		if (code == ERROR_INVALID)
			cache_disk_report(disk, path, reader->generation, disk_fault(&error));
	}
	free(path);
	return blob;
}
