/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/error.h"
#include "tiler/grid.h"

/* Tiles of single themes on disk: FOLDER/THEME/GRID.mbtiles, a file a theme and grid, which says of
 * which version of the theme all its tiles are. Bounded by bytes over all files; the least recently
 * used go first, to the hour. One thread writes, in batches; whoever makes a tile hands it over and
 * goes on. A file that is damaged, cut short, of another layout or gone is made anew, with a line
 * in the log; a disk that is full or read-only is left alone for a while, and its tiles are made
 * again. Other processes may use the folder at the same time. */
struct cache_disk;

/* A tile of one version of one theme. The texts are borrowed for the call. */
struct tile_address {
	const char *theme, *version, *grid; /* ids */
	struct tile_id tile;
};

struct cache_disk_settings {
	const char *folder;
	uint64_t limit;	       /* bytes */
	int64_t (*hour)(void); /* NULL: hours since 1970 */
	/* May tiles of this version take the place of another version's? NULL: yes. So that a
	 * program that works with an older version does not undo what a newer one has cached. */
	bool (*in_service)(const char *theme, const char *version, void *context);
	/* What, beside its version, a tile of GRID depends on: a text of at most 32 bytes. Tiles of
	 * another are as good as those of another version. NULL, or NULL told: nothing. */
	const char *(*drawn_by)(const char *grid, void *context);
	void *tiles_context; /* of these two */
	/* A line for the log, from any thread. */
	void (*log)(const char *text, void *context);
	void *log_context;
};

/* New, with its thread. FOLDER is made when the first tile comes. */
MUST_CHECK enum error_code cache_disk_new(const struct cache_disk_settings *settings,
					  struct cache_disk **disk, struct error *error);

/* Writes what was handed over, and ends. */
void cache_disk_free(struct cache_disk *disk);

/* Hands a tile over, to be written soon. Where much waits to be written, the tile is let go (a
 * request must not wait for the disk), or, with PATIENT, the caller waits for room (a seed shall
 * not lose its work). A tile of a version that was replaced (cache_disk_carry) is let go. */
void cache_disk_put(struct cache_disk *disk, const struct tile_address *address, struct blob *blob,
		    bool patient);

/* Waits until all that was handed over before is written, or given up. */
void cache_disk_flush(struct cache_disk *disk);

/* How many files a thread that reads keeps open at most, and one that cannot wait, of which there
 * may be many: half of them tiles, half their logs. */
enum {
	CACHE_DISK_FILES = 2 * 24,
	CACHE_DISK_FILES_NOW = 2 * 8,
};

/* What a thread reads with: its own handles, kept. */
struct cache_disk_reader;
struct cache_disk_reader *cache_disk_reader_new(struct cache_disk *disk);
void cache_disk_reader_free(struct cache_disk_reader *reader);

/* The tile (a new reference), or NULL: not there, of another version, or not to be read. */
struct blob *cache_disk_get(struct cache_disk_reader *reader, const struct tile_address *address);

/* The same for a thread that cannot wait, with handles of its own that go with the cache: NULL,
 * too, where the system does not have all that must be read in memory. Not counted as a miss: who
 * tries this first has cache_disk_get tried then. */
struct blob *cache_disk_get_now(struct cache_disk *disk, const struct tile_address *address);

/* Makes the files of THEME those of version NEW: the tiles that GOES says of are removed, the rest
 * stay; files of another version than OLD, and all files where GOES is NULL, are emptied. A file
 * changes in one transaction: whoever is killed meanwhile leaves it wholly old or wholly new. */
typedef bool (*cache_disk_goes_f)(const char *grid, struct tile_id tile, void *context);
struct cache_removal {
	uint64_t removed, kept;
};
MUST_CHECK enum error_code cache_disk_carry(struct cache_disk *disk, const char *theme,
					    const char *old_version, const char *new_version,
					    cache_disk_goes_f goes, void *context,
					    struct cache_removal *removal, struct error *error);

/* Removes the tiles that GOES says of from the files of THEME (NULL: of all), and adds to REMOVAL.
 */
MUST_CHECK enum error_code cache_disk_remove(struct cache_disk *disk, const char *theme,
					     cache_disk_goes_f goes, void *context,
					     struct cache_removal *removal, struct error *error);

struct cache_disk_stats {
	uint64_t hits, misses;
	uint64_t written, let_go; /* tiles handed over */
	uint64_t evicted;
	uint64_t remade;  /* files damaged or gone */
	uint64_t refused; /* batches the system would not take */
	uint64_t bytes, limit;
};
struct cache_disk_stats cache_disk_stats(struct cache_disk *disk);
