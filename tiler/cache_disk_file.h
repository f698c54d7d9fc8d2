/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "tiler/cache_disk.h"
#include "tiler/hash.h"
#include "tiler/mbtiles.h"
#include "tiler/memory.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>
#include <utlist.h>

/* What the disk cache is made of; for the files cache_disk*.c. */

/* Something to be written: a tile, or only that it was read. */
struct pending {
	struct pending *next;
	char version[33];
	struct tile_id tile;
	struct blob *blob; /* NULL: it was read */
};

enum {
	DISK_VERSION_SIZE = 2 * 33
};

/* Metadata row with the id of the grid. */
#define DISK_GRID "tuilerie:grid"

/* One theme in one grid. Never goes before its cache does. */
struct disk_file {
	UT_hash_handle hh;
	char *path;

	/* Guarded by the cache's lock. */
	char *theme, *grid; /* ids; NULL while only the file is known */
	struct pending *pending, *last;
	const char *fault; /* that a reader found, or NULL */
	bool dirty;
	struct disk_file *next_dirty;

	/* Guarded by the cache's writing. */
	struct mbtiles *mbtiles; /* NULL: closed */
	dev_t device;
	ino_t inode;
	int64_t quiet_until; /* by clock_ms(): the system refused */
	uint64_t bytes;
	struct disk_file *prev_open, *next_open; /* the latest first */
};

/* The version of a theme that a carry has brought into service. */
struct current_version {
	UT_hash_handle hh;
	char version[33];
	char theme[];
};

struct cache_disk {
	struct cache_disk_settings settings;
	char *folder;

	pthread_mutex_t lock; /* guards the next; held for a few instructions */
	pthread_cond_t changed;
	struct disk_file *files; /* by path */
	struct disk_file *dirty; /* in the order in which they became so */
	struct disk_file *writing_file;
	struct current_version *current; /* by theme */
	size_t waiting_bytes;
	bool hurry, stopping;

	pthread_mutex_t writing; /* guards writing handles; taken before the lock */
	struct disk_file *open_files;
	unsigned open_count;
	int64_t complained_at;

	atomic_uint generation; /* grows when a file is remade: readers open theirs anew */
	pthread_mutex_t
		readers_lock; /* guards the list; taken after `writing`, never with `lock` */
	struct cache_disk_reader *readers;
	struct {
		atomic_uint_least64_t hits, misses, written, let_go, evicted, remade, refused;
		atomic_uint_least64_t bytes;
	} spent;
	pthread_t thread;
	pthread_key_t reader_now; /* that of the thread */
};

/* A line for the log, if anybody wants one. */
void disk_log(struct cache_disk *disk, const char *format, ...) PRINTF_LIKE(2, 3);

/* The hour it is now, as the settings tell it. */
int64_t disk_hour(const struct cache_disk *disk);

/* What a file says of tiles of VERSION in GRID (NULL: any). */
void disk_version(const struct cache_disk *disk, const char *grid, const char *version,
		  char text[DISK_VERSION_SIZE]);

/* FOLDER/THEME/GRID.mbtiles: new. */
char *disk_file_path(const struct cache_disk *disk, const char *theme, const char *grid);

/* The file at PATH, known from now on. With the lock. */
struct disk_file *disk_file_at(struct cache_disk *disk, const char *path);

/* A tile was read whose mark of use is old. */
void cache_disk_touch(struct cache_disk *disk, const struct tile_address *address);

/* A reader that opened the file at PATH in GENERATION found it damaged. */
void cache_disk_report(struct cache_disk *disk, const char *path, unsigned generation,
		       const char *fault);

/* "is damaged", or more, of an ERROR_INVALID. */
const char *disk_fault(const struct error *error);

/* Are tiles of this version of no use any more? Takes the lock. */
bool disk_is_outdated(struct cache_disk *disk, const char *theme, const char *version);

/* A file has gone: closes what readers have open, since the system gives no space back before, and
 * some may not read again for long. Waits for those that are reading. */
void disk_readers_renew(struct cache_disk *disk);

/* Frees those of threads that cannot wait, which use the cache no more. */
void disk_readers_free(struct cache_disk *disk);

/* The rest with `writing` held. */

/* Opens the file for writing where it is not open, or no longer the one that lies at its path. With
 * MAKE, what is missing or damaged is made anew; else ERROR_NOT_FOUND or ERROR_INVALID. */
MUST_CHECK enum error_code disk_file_open(struct cache_disk *disk, struct disk_file *file,
					  bool make, struct error *error);
void disk_file_close(struct cache_disk *disk, struct disk_file *file);

/* Removes the file; with a REASON, says so in the log. */
void disk_file_remove(struct cache_disk *disk, struct disk_file *file, const char *reason);

/* Looks how large it is now. */
void disk_file_measure(struct cache_disk *disk, struct disk_file *file);

/* Writes a batch, all of one version. */
void disk_file_write(struct cache_disk *disk, struct disk_file *file, struct pending *batch);

/* Removes the least recently used until all is within the limit, with some room. */
void disk_evict(struct cache_disk *disk);

/* Calls VISIT for each file of THEME (NULL: of all) that stands. Takes the lock. */
typedef void (*disk_visit_f)(struct cache_disk *disk, struct disk_file *file, void *context);
void disk_each(struct cache_disk *disk, const char *theme, disk_visit_f visit, void *context);

/* Finds the files that stand. */
void disk_scan(struct cache_disk *disk);
