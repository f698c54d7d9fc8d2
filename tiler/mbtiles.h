/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/error.h"
#include "tiler/grid.h"

/* One MBTiles 1.3 file (https://github.com/mapbox/mbtiles-spec): what any reader of the format
 * expects, the tables `metadata` and (as a view) `tiles`, upon a layout of our own that keeps equal
 * tiles once, remembers which tiles are known to be empty, and can tell a damaged tile. Rows are
 * counted from the north everywhere here; the file counts them from the south. A handle belongs to
 * one thread at a time; several handles, also of other processes, may have one file open. */
struct mbtiles;

enum mbtiles_use {
	MBTILES_READ,	  /* a file that stands */
	MBTILES_READ_NOW, /* the same, for who cannot wait: what the system does not have in memory
			     cannot be read, whatever the error then says */
	MBTILES_CACHE,	/* read and written for years, whoever is killed meanwhile; made if missing
			 */
	MBTILES_EXPORT, /* made anew, by one writer, for speed: whole once mbtiles_finish was fine
			 */
};

/* To be called once, before anything in the program uses SQLite, as PROJ and GDAL do: SQLite is no
 * more to count the memory it takes, for which all threads take one lock at each piece of it. */
void mbtiles_setup(void);

/* New. ERROR_NOT_FOUND: no such file; ERROR_INVALID: damaged, or not laid out as ours are;
 * ERROR_IO: the system refuses. */
MUST_CHECK enum error_code mbtiles_open(const char *path, enum mbtiles_use use,
					struct mbtiles **mbtiles, struct error *error);
void mbtiles_close(struct mbtiles *mbtiles);

/* The last step of an export: what is written is on the disk when this returns. */
MUST_CHECK enum error_code mbtiles_finish(struct mbtiles *mbtiles, struct error *error);

/* Writes between the two stand together or not at all. Exports need none of them. All fallible
 * functions: ERROR_INVALID: the file is damaged; ERROR_IO: the disk is full, read-only or gone;
 * ERROR_BUSY: another writer holds the file for longer than a moment. */
MUST_CHECK enum error_code mbtiles_begin(struct mbtiles *mbtiles, struct error *error);
MUST_CHECK enum error_code mbtiles_commit(struct mbtiles *mbtiles, struct error *error);
void mbtiles_roll_back(struct mbtiles *mbtiles);

/* The metadata row NAME: sets it, or a new copy of its value (NULL: there is none). */
MUST_CHECK enum error_code mbtiles_set(struct mbtiles *mbtiles, const char *name, const char *value,
				       struct error *error);
MUST_CHECK enum error_code mbtiles_value(struct mbtiles *mbtiles, const char *name, char **value,
					 struct error *error);

/* Metadata row with the version of the content. */
#define MBTILES_VERSION "tuilerie:version"

/* Stores a tile, in place of the one there; a blob of length 0 is remembered as empty and not seen
 * by other readers. USED: when, in a unit of the caller's that grows. */
MUST_CHECK enum error_code mbtiles_put(struct mbtiles *mbtiles, struct tile_id tile,
				       const struct blob *blob, int64_t used, struct error *error);

/* The tile, a new blob with the hash it was stored with. VERSION: what the version must be (NULL:
 * any). USED (may be NULL): as it was stored. ERROR_NOT_FOUND: not there, or of another version. */
MUST_CHECK enum error_code mbtiles_get(struct mbtiles *mbtiles, const char *version,
				       struct tile_id tile, struct blob **blob, int64_t *used,
				       struct error *error);

/* Marks a tile as used; nothing where it is not. */
MUST_CHECK enum error_code mbtiles_touch(struct mbtiles *mbtiles, struct tile_id tile, int64_t used,
					 struct error *error);

/* Calls VISIT for each tile, empty ones too, by zoom, column and row, until it returns false. It
 * must not write to the same handle. */
typedef bool (*mbtiles_visit_f)(struct tile_id tile, bool empty, void *context);
MUST_CHECK enum error_code mbtiles_each(struct mbtiles *mbtiles, mbtiles_visit_f visit,
					void *context, struct error *error);

/* Removes the tiles for which GOES says so, in one transaction (or in the caller's). */
struct mbtiles_removal {
	uint64_t removed, kept;
};
typedef bool (*mbtiles_goes_f)(struct tile_id tile, void *context);
MUST_CHECK enum error_code mbtiles_remove(struct mbtiles *mbtiles, mbtiles_goes_f goes,
					  void *context, struct mbtiles_removal *removal,
					  struct error *error);

/* How many tiles were used at each moment: VISIT once a moment, in no order. */
typedef void (*mbtiles_age_f)(int64_t used, uint64_t tiles, void *context);
MUST_CHECK enum error_code mbtiles_ages(struct mbtiles *mbtiles, mbtiles_age_f visit, void *context,
					struct error *error);

/* Makes tiles that were used after NOW, by a clock that has been set back since, as used now. */
MUST_CHECK enum error_code mbtiles_used_by(struct mbtiles *mbtiles, int64_t now,
					   struct error *error);

/* Removes the tiles last used before OLDEST, and up to MOST of those used just then; gives the
 * space back to the system. */
MUST_CHECK enum error_code mbtiles_remove_older(struct mbtiles *mbtiles, int64_t oldest,
						uint64_t most, uint64_t *removed,
						struct error *error);

/* Bytes of the file that hold something. */
MUST_CHECK enum error_code mbtiles_bytes(struct mbtiles *mbtiles, uint64_t *bytes,
					 struct error *error);
