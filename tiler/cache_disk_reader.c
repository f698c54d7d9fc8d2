/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/cache_disk_file.h"

struct open_file {
	struct open_file *prev, *next; /* the latest used first */
	struct mbtiles *mbtiles;       /* NULL: it could not be opened yet */
	char *theme, *grid, *path;
	char asked[33];			 /* the version last asked for, */
	char version[DISK_VERSION_SIZE]; /* and what the file says if it is of it */
	dev_t device;			 /* of the file that is open, or an older one */
	ino_t inode;
};

/* The lock is its thread's, but for who closes what has gone (disk_readers_renew). */
struct cache_disk_reader {
	struct cache_disk *disk;
	enum mbtiles_use use;
	struct cache_disk_reader *prev, *next; /* of all */
	pthread_mutex_t lock;		       /* guards the rest */
	struct open_file *files;
	unsigned count, generation;
};

static struct cache_disk_reader *reader_new(struct cache_disk *disk, enum mbtiles_use use)
{
	struct cache_disk_reader *reader = memory_zeroed(1, sizeof(*reader));

	reader->disk = disk;
	reader->use = use;
	reader->generation = atomic_load(&disk->generation);
	pthread_mutex_init(&reader->lock, NULL);
	pthread_mutex_lock(&disk->readers_lock);
	DL_PREPEND(disk->readers, reader);
	pthread_mutex_unlock(&disk->readers_lock);
	return reader;
}

struct cache_disk_reader *cache_disk_reader_new(struct cache_disk *disk)
{
	return reader_new(disk, MBTILES_READ);
}

static void close_file(struct cache_disk_reader *reader, struct open_file *file)
{
	DL_DELETE(reader->files, file);
	reader->count--;
	mbtiles_close(file->mbtiles);
	free(file->theme);
	free(file->grid);
	free(file->path);
	free(file);
}

static void close_all(struct cache_disk_reader *reader)
{
	while (reader->files)
		close_file(reader, reader->files);
}

void cache_disk_reader_free(struct cache_disk_reader *reader)
{
	if (!reader)
		return;
	pthread_mutex_lock(&reader->disk->readers_lock);
	DL_DELETE(reader->disk->readers, reader);
	pthread_mutex_unlock(&reader->disk->readers_lock);
	close_all(reader);
	pthread_mutex_destroy(&reader->lock);
	free(reader);
}

void disk_readers_renew(struct cache_disk *disk)
{
	struct cache_disk_reader *reader;

	atomic_fetch_add(&disk->generation, 1);
	pthread_mutex_lock(&disk->readers_lock);
	DL_FOREACH (disk->readers, reader) {
		pthread_mutex_lock(&reader->lock);
		close_all(reader);
		pthread_mutex_unlock(&reader->lock);
	}
	pthread_mutex_unlock(&disk->readers_lock);
}

static struct open_file *find_file(struct cache_disk_reader *reader,
				   const struct tile_address *address)
{
	struct open_file *file;

	DL_FOREACH (reader->files, file)
		if (strcmp(file->theme, address->theme) == 0 &&
		    strcmp(file->grid, address->grid) == 0)
			break;
	if (file && file != reader->files) {
		DL_DELETE(reader->files, file);
		DL_PREPEND(reader->files, file);
	}
	return file;
}

/* The file of the address, to be opened or open. */
static struct open_file *file_of(struct cache_disk_reader *reader,
				 const struct tile_address *address)
{
	unsigned generation = atomic_load(&reader->disk->generation);
	unsigned files = reader->use == MBTILES_READ ? CACHE_DISK_FILES : CACHE_DISK_FILES_NOW;
	struct open_file *file;

	if (generation != reader->generation)
		close_all(reader);
	reader->generation = generation;
	file = find_file(reader, address);
	if (file)
		return file;
	if (reader->count >= files / 2)
		close_file(reader, reader->files->prev);
	file = memory_zeroed(1, sizeof(*file));
	file->theme = memory_text(address->theme);
	file->grid = memory_text(address->grid);
	file->path = disk_file_path(reader->disk, address->theme, address->grid);
	DL_PREPEND(reader->files, file);
	reader->count++;
	return file;
}

/* What lies at the path is looked at first: if what is opened then is newer, it is opened again
 * when it lacks a tile, and no harm is done. */
static enum error_code open_file(struct cache_disk_reader *reader, struct open_file *file,
				 struct error *error)
{
	struct stat status = {0};

	if (file->mbtiles)
		return ERROR_NONE;
	stat(file->path, &status);
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return mbtiles_open(file->path, reader->use, &file->mbtiles, error);
}

/* Another program may have removed the file, or put another version's in its place. */
static bool is_in_place(const struct open_file *file)
{
	struct stat status;

	return stat(file->path, &status) == 0 && status.st_dev == file->device &&
	       status.st_ino == file->inode;
}

static const char *version_of(const struct cache_disk_reader *reader, struct open_file *file,
			      const struct tile_address *address)
{
	if (strcmp(file->asked, address->version) != 0) {
		snprintf(file->asked, sizeof(file->asked), "%s", address->version);
		disk_version(reader->disk, address->grid, address->version, file->version);
	}
	return file->version;
}

static enum error_code look(struct cache_disk_reader *reader, struct open_file *file,
			    const struct tile_address *address, struct blob **blob, int64_t *used,
			    struct error *error)
{
	enum error_code code = open_file(reader, file, error);

	if (code)
		return code;
	return mbtiles_get(file->mbtiles, version_of(reader, file, address), address->tile, blob,
			   used, error);
}

static enum error_code read_tile(struct cache_disk_reader *reader, struct open_file *file,
				 const struct tile_address *address, struct blob **blob,
				 struct error *error)
{
	struct cache_disk *disk = reader->disk;
	int64_t used = 0;
	enum error_code code = look(reader, file, address, blob, &used, error);

	if (code == ERROR_NOT_FOUND && file->mbtiles && !is_in_place(file)) {
		mbtiles_close(file->mbtiles);
		file->mbtiles = NULL;
		code = look(reader, file, address, blob, &used, error);
	}
	if (code)
		return code;
	atomic_fetch_add(&disk->spent.hits, 1);
	if (used < disk_hour(disk))
		cache_disk_touch(disk, address);
	return ERROR_NONE;
}

struct blob *cache_disk_get(struct cache_disk_reader *reader, const struct tile_address *address)
{
	struct blob *blob = NULL;
	struct open_file *file;
	enum error_code code;
	struct error error;

	pthread_mutex_lock(&reader->lock);
	file = file_of(reader, address);
	code = read_tile(reader, file, address, &blob, &error);
	if (code)
		atomic_fetch_add(&reader->disk->spent.misses, 1);
	if (code == ERROR_INVALID)
		cache_disk_report(reader->disk, file->path, reader->generation, disk_fault(&error));
	pthread_mutex_unlock(&reader->lock);
	return blob;
}

/* That of the thread, which nobody else reads with. */
static struct cache_disk_reader *reader_of_thread(struct cache_disk *disk)
{
	struct cache_disk_reader *reader = pthread_getspecific(disk->reader_now);

	if (reader)
		return reader;
	reader = reader_new(disk, MBTILES_READ_NOW);
	pthread_setspecific(disk->reader_now, reader);
	return reader;
}

struct blob *cache_disk_get_now(struct cache_disk *disk, const struct tile_address *address)
{
	struct cache_disk_reader *reader = reader_of_thread(disk);
	struct blob *blob = NULL;
	struct error error;

	if (pthread_mutex_trylock(&reader->lock)) /* its files are being closed */
		return NULL;
	/* what is wrong with a file is found by those who may wait for it */
	if (read_tile(reader, file_of(reader, address), address, &blob, &error))
		blob = NULL;
	pthread_mutex_unlock(&reader->lock);
	return blob;
}

void disk_readers_free(struct cache_disk *disk)
{
	while (disk->readers)
		cache_disk_reader_free(disk->readers);
	pthread_mutex_destroy(&disk->readers_lock);
	pthread_key_delete(disk->reader_now);
}
