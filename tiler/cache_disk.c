/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/cache_disk.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/cache_disk_file.h"
#include "tiler/thread.h"

/* Handing over and the thread that writes. Tiles wait at their file; files that have some stand in
 * a row. */

enum {
	BATCH_MOST = 1000,		       /* tiles a transaction */
	WAITING_BYTES_MOST = 32 * 1024 * 1024, /* beyond, tiles are let go */
	PENDING_OVERHEAD = 128,
	LINGER_MS = 100, /* so that what comes together is written together */
};

static size_t pending_bytes(const struct pending *pending)
{
	return PENDING_OVERHEAD + (pending->blob ? pending->blob->length : 0);
}

/* With the lock. */
static void make_dirty(struct cache_disk *disk, struct disk_file *file)
{
	if (file->dirty)
		return;
	file->dirty = true;
	LL_APPEND2(disk->dirty, file, next_dirty);
	pthread_cond_broadcast(&disk->changed);
}

static void append(struct cache_disk *disk, struct disk_file *file, struct pending *pending)
{
	if (file->pending)
		file->last->next = pending;
	else
		file->pending = pending;
	file->last = pending;
	disk->waiting_bytes += pending_bytes(pending);
	make_dirty(disk, file);
}

/* Takes the next file of the row with a batch of its tiles, all of one version. */
static struct disk_file *take_batch(struct cache_disk *disk, struct pending **batch)
{
	struct disk_file *file = disk->dirty;
	struct pending *end = file->pending;

	LL_DELETE2(disk->dirty, file, next_dirty);
	file->dirty = false;
	*batch = file->pending;
	for (unsigned i = 1; end && end->next && i < BATCH_MOST; i++) {
		if (strcmp(end->next->version, end->version) != 0)
			break;
		end = end->next;
	}
	if (end) {
		file->pending = end->next;
		end->next = NULL;
	}
	if (file->pending)
		make_dirty(disk, file);
	return file;
}

static size_t free_batch(struct pending *batch)
{
	struct pending *pending, *next;
	size_t bytes = 0;

	LL_FOREACH_SAFE (batch, pending, next) {
		bytes += pending_bytes(pending);
		blob_unref(pending->blob);
		free(pending);
	}
	return bytes;
}

static void write_next(struct cache_disk *disk)
{
	struct pending *batch;
	struct disk_file *file = take_batch(disk, &batch);
	const char *fault = file->fault;
	size_t bytes;

	file->fault = NULL;
	disk->writing_file = file;
	pthread_mutex_unlock(&disk->lock);

	pthread_mutex_lock(&disk->writing);
	if (fault)
		disk_file_remove(disk, file, fault);
	if (batch)
		disk_file_write(disk, file, batch);
	if (atomic_load(&disk->spent.bytes) > disk->settings.limit)
		disk_evict(disk);
	pthread_mutex_unlock(&disk->writing);
	bytes = free_batch(batch);

	pthread_mutex_lock(&disk->lock);
	disk->writing_file = NULL;
	disk->waiting_bytes -= bytes;
	pthread_cond_broadcast(&disk->changed);
}

static void *run_writer(void *context)
{
	struct cache_disk *disk = context;
	bool idle;

	thread_be_nice(THREAD_IN_BACKGROUND);
	pthread_mutex_lock(&disk->writing);
	disk_scan(disk);
	pthread_mutex_unlock(&disk->writing);
	pthread_mutex_lock(&disk->lock);
	for (;;) {
		for (idle = false; !disk->dirty && !disk->stopping; idle = true)
			pthread_cond_wait(&disk->changed, &disk->lock);
		if (!disk->dirty)
			break;
		if (idle) {
			int64_t until = clock_ms() + LINGER_MS;

			while (!disk->hurry && !disk->stopping && clock_ms() < until)
				condition_wait_until(&disk->changed, &disk->lock, until);
		}
		write_next(disk);
	}
	pthread_mutex_unlock(&disk->lock);
	return NULL;
}

enum error_code cache_disk_new(const struct cache_disk_settings *settings, struct cache_disk **out,
			       struct error *error)
{
	struct cache_disk *disk = memory_zeroed(1, sizeof(*disk));
	enum error_code code;

	disk->settings = *settings;
	disk->settings.folder = disk->folder = memory_text(settings->folder);
	pthread_mutex_init(&disk->lock, NULL);
	pthread_mutex_init(&disk->writing, NULL);
	pthread_mutex_init(&disk->readers_lock, NULL);
	condition_init(&disk->changed);
	if (pthread_key_create(&disk->reader_now, NULL))
		abort();
	code = thread_start(&disk->thread, "tile writer", run_writer, disk, error);
	if (code) {
		disk_readers_free(disk);
		free(disk->folder);
		free(disk);
		return code;
	}
	*out = disk;
	return ERROR_NONE;
}

void cache_disk_free(struct cache_disk *disk)
{
	struct current_version *version, *next_version;
	struct disk_file *file, *next;

	if (!disk)
		return;
	pthread_mutex_lock(&disk->lock);
	disk->stopping = true;
	pthread_cond_broadcast(&disk->changed);
	pthread_mutex_unlock(&disk->lock);
	pthread_join(disk->thread, NULL);
	disk_readers_free(disk);
	HASH_ITER (hh, disk->files, file, next) {
		HASH_DEL(disk->files, file);
		disk_file_close(disk, file);
		free(file->path);
		free(file->theme);
		free(file->grid);
		free(file);
	}
	HASH_ITER (hh, disk->current, version, next_version) {
		HASH_DEL(disk->current, version);
		free(version);
	}
	pthread_mutex_destroy(&disk->lock);
	pthread_mutex_destroy(&disk->writing);
	pthread_cond_destroy(&disk->changed);
	free(disk->folder);
	free(disk);
}

/* The file of the address, with its names. With the lock. */
static struct disk_file *file_of(struct cache_disk *disk, const struct tile_address *address,
				 const char *path)
{
	struct disk_file *file = disk_file_at(disk, path);

	if (!file->theme) {
		file->theme = memory_text(address->theme);
		file->grid = memory_text(address->grid);
	}
	return file;
}

static struct pending *pending_new(const struct tile_address *address, struct blob *blob)
{
	struct pending *pending = memory_zeroed(1, sizeof(*pending));

	strncpy(pending->version, address->version, sizeof(pending->version) - 1);
	pending->tile = address->tile;
	pending->blob = blob ? blob_ref(blob) : NULL;
	return pending;
}

static void hand_over(struct cache_disk *disk, const struct tile_address *address,
		      struct blob *blob, bool patient)
{
	struct pending *pending = pending_new(address, blob);
	char *path = disk_file_path(disk, address->theme, address->grid);

	pthread_mutex_lock(&disk->lock);
	while (patient && disk->waiting_bytes > WAITING_BYTES_MOST)
		pthread_cond_wait(&disk->changed, &disk->lock);
	if (disk->waiting_bytes <= WAITING_BYTES_MOST) {
		append(disk, file_of(disk, address, path), pending);
		pending = NULL;
	}
	pthread_mutex_unlock(&disk->lock);
	if (pending) {
		atomic_fetch_add(&disk->spent.let_go, blob != NULL);
		free_batch(pending);
	}
	free(path);
}

void cache_disk_put(struct cache_disk *disk, const struct tile_address *address, struct blob *blob,
		    bool patient)
{
	hand_over(disk, address, blob, patient);
}

void cache_disk_touch(struct cache_disk *disk, const struct tile_address *address)
{
	hand_over(disk, address, NULL, false);
}

void cache_disk_report(struct cache_disk *disk, const char *path, unsigned generation,
		       const char *fault)
{
	struct disk_file *file;

	pthread_mutex_lock(&disk->lock);
	file = disk_file_at(disk, path);
	if (generation == atomic_load(&disk->generation) && disk->writing_file != file) {
		file->fault = fault;
		make_dirty(disk, file);
	}
	pthread_mutex_unlock(&disk->lock);
}

void cache_disk_flush(struct cache_disk *disk)
{
	pthread_mutex_lock(&disk->lock);
	disk->hurry = true;
	pthread_cond_broadcast(&disk->changed);
	while (disk->dirty || disk->writing_file)
		pthread_cond_wait(&disk->changed, &disk->lock);
	disk->hurry = false;
	pthread_mutex_unlock(&disk->lock);
}

struct cache_disk_stats cache_disk_stats(struct cache_disk *disk)
{
	return (struct cache_disk_stats){
		.hits = atomic_load(&disk->spent.hits),
		.misses = atomic_load(&disk->spent.misses),
		.written = atomic_load(&disk->spent.written),
		.let_go = atomic_load(&disk->spent.let_go),
		.evicted = atomic_load(&disk->spent.evicted),
		.remade = atomic_load(&disk->spent.remade),
		.refused = atomic_load(&disk->spent.refused),
		.bytes = atomic_load(&disk->spent.bytes),
		.limit = disk->settings.limit,
	};
}
