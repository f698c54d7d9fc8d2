/* SPDX-License-Identifier: EUPL-1.2 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/cache_disk_file.h"
#include "tiler/theme.h"

/* What is on the disk, and what has to go when it is too much. The hours at which tiles were last
 * used are counted file by file, with the file's mean size of a tile; then everything older than
 * the hour up to which enough goes, and of that hour as large a share as is needed. */

enum {
	ROOM_PERCENT = 10, /* made at once, so that the counting is rare */
	PASSES_MOST = 4,   /* what a file needs beside its tiles is not in the means */
};

static struct disk_file *file_in(struct cache_disk *disk, const char *folder, const char *name)
{
	char *path = memory_print("%s/%s", folder, name);
	struct disk_file *file;

	pthread_mutex_lock(&disk->lock);
	file = disk_file_at(disk, path);
	pthread_mutex_unlock(&disk->lock);
	free(path);
	return file;
}

static void each_in(struct cache_disk *disk, const char *folder, disk_visit_f visit, void *context)
{
	static const char ending[] = ".mbtiles";
	const size_t ending_length = sizeof(ending) - 1;
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		size_t length = strlen(entry->d_name);

		if (length > ending_length && entry->d_name[0] != '.' &&
		    strcmp(entry->d_name + length - ending_length, ending) == 0)
			visit(disk, file_in(disk, folder, entry->d_name), context);
	}
	if (directory)
		closedir(directory);
}

static void weigh(struct cache_disk *disk, struct disk_file *file, void *context)
{
	struct stat status;

	(void)context;
	if (stat(file->path, &status) != 0)
		return;
	atomic_fetch_add(&disk->spent.bytes, (uint64_t)status.st_size - file->bytes);
	file->bytes = (uint64_t)status.st_size;
}

void disk_each(struct cache_disk *disk, const char *theme, disk_visit_f visit, void *context)
{
	char *only = theme ? theme_folder_name(theme) : NULL;
	DIR *directory = opendir(disk->folder);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char *folder;

		if (entry->d_name[0] == '.' || (only && strcmp(entry->d_name, only) != 0))
			continue;
		folder = memory_print("%s/%s", disk->folder, entry->d_name);
		each_in(disk, folder, visit, context);
		free(folder);
	}
	if (directory)
		closedir(directory);
	free(only);
}

void disk_scan(struct cache_disk *disk)
{
	disk_each(disk, NULL, weigh, NULL);
}

struct age {
	int64_t used;
	uint64_t tiles;
	double bytes;
};

struct census {
	struct age *ages;
	size_t count, capacity;
};

static void add_age(int64_t used, uint64_t tiles, void *context)
{
	struct census *census = context;

	if (census->count == census->capacity) {
		census->capacity = 2 * census->capacity + 64;
		census->ages = memory_resize(census->ages, census->capacity, sizeof(*census->ages));
	}
	census->ages[census->count++] = (struct age){used, tiles, 0};
}

static void count_file(struct cache_disk *disk, struct disk_file *file, struct census *census)
{
	size_t first = census->count;
	uint64_t tiles = 0;
	struct error error;

	switch (disk_file_open(disk, file, false, &error)) {
	case ERROR_NONE:
		break;
	case ERROR_INVALID:
		disk_file_remove(disk, file, "is damaged");
		return;
	case ERROR_NOT_FOUND:
		disk_file_remove(disk, file, NULL);
		return;
	default:
		return;
	}
	disk_file_measure(disk, file);
	if (mbtiles_used_by(file->mbtiles, disk_hour(disk), &error) ||
	    mbtiles_ages(file->mbtiles, add_age, census, &error)) {
		census->count = first;
		return;
	}
	for (size_t i = first; i < census->count; i++)
		tiles += census->ages[i].tiles;
	for (size_t i = first; i < census->count; i++)
		census->ages[i].bytes = (double)file->bytes * (double)census->ages[i].tiles /
					(double)tiles;
}

static int compare_ages(const void *a, const void *b)
{
	int64_t one = ((const struct age *)a)->used, other = ((const struct age *)b)->used;

	return (one > other) - (one < other);
}

/* Up to which hour tiles must go for BYTES to be free, and which share of that hour's own. */
static void choose(struct census *census, double bytes, int64_t *oldest, double *share)
{
	double freed = 0;

	qsort(census->ages, census->count, sizeof(*census->ages), compare_ages);
	*oldest = INT64_MIN;
	*share = 0;
	for (size_t i = 0; i < census->count && freed < bytes;) {
		double of_hour = 0;

		*oldest = census->ages[i].used;
		for (; i < census->count && census->ages[i].used == *oldest; i++)
			of_hour += census->ages[i].bytes;
		*share = of_hour > bytes - freed ? (bytes - freed) / of_hour : 1;
		freed += of_hour;
	}
}

static void thin_out(struct cache_disk *disk, struct disk_file *file, int64_t oldest, double share)
{
	struct census census = {0};
	uint64_t removed = 0, most = 0, due = 0, ages = 0, tiles = 0;
	struct error error;

	if (disk_file_open(disk, file, false, &error))
		return;
	if (!mbtiles_ages(file->mbtiles, add_age, &census, &error))
		for (size_t i = 0; i < census.count; i++) {
			ages++;
			tiles += census.ages[i].tiles;
			due += census.ages[i].used <= oldest;
			if (census.ages[i].used == oldest)
				most = (uint64_t)((double)census.ages[i].tiles * share + 0.999);
		}
	free(census.ages);
	if (!due)
		return;
	if (due == ages && share == 1) {
		atomic_fetch_add(&disk->spent.evicted, tiles);
		disk_file_remove(disk, file, NULL);
		return;
	}
	switch (mbtiles_remove_older(file->mbtiles, oldest, most, &removed, &error)) {
	case ERROR_INVALID:
		disk_file_remove(disk, file, "is damaged");
		break;
	case ERROR_NONE:
		disk_file_measure(disk, file);
		break;
	default:
		disk_log(disk, "disk cache: no room could be made: %s", error.text);
	}
	atomic_fetch_add(&disk->spent.evicted, removed);
}

/* All files known: files are never forgotten, so the array can be walked without the lock. */
static struct disk_file **list_files(struct cache_disk *disk, size_t *count)
{
	struct disk_file **files, *file, *next;

	pthread_mutex_lock(&disk->lock);
	files = memory_zeroed(HASH_COUNT(disk->files) + 1, sizeof(struct disk_file *));
	*count = 0;
	HASH_ITER (hh, disk->files, file, next)
		files[(*count)++] = file;
	pthread_mutex_unlock(&disk->lock);
	return files;
}

static void evict_once(struct cache_disk *disk)
{
	uint64_t limit = disk->settings.limit, kept = limit - limit / (100 / ROOM_PERCENT), bytes;
	struct census census = {0};
	struct disk_file **files;
	int64_t oldest;
	double share;
	size_t count;

	files = list_files(disk, &count);
	for (size_t i = 0; i < count; i++)
		if (files[i]->bytes)
			count_file(disk, files[i], &census);
	bytes = atomic_load(&disk->spent.bytes);
	if (bytes > limit) {
		choose(&census, (double)(bytes - kept), &oldest, &share);
		for (size_t i = 0; i < count; i++)
			if (files[i]->bytes)
				thin_out(disk, files[i], oldest, share);
	}
	free(census.ages);
	free(files);
}

void disk_evict(struct cache_disk *disk)
{
	for (unsigned i = 0; i < PASSES_MOST; i++)
		if (atomic_load(&disk->spent.bytes) > disk->settings.limit)
			evict_once(disk);
}
