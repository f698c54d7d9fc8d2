/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/grid.h"
#include "tiler/prepared.h"
#include "tiler/purge.h"
#include "tiler/reading.h"
#include "tiler/shelf.h"
#include "tiler/tile_maker.h"
#include "tiler/tile_cache.h"
#include "tiler/tile_request.h"
#include "tiler/work.h"

/* The tiling engine as a server uses it: a catalogue, its prepared themes, a cache and a work queue
 * behind two questions, "have you this tile?" and "make it". It prepares by itself, in the
 * background, the themes that are not, those asked for first. */
struct engine;

struct engine_settings {
	const char *state;	   /* folder of the prepared themes; made if missing */
	const struct grids *grids; /* borrowed for the engine's life */
	size_t cache_bytes;	   /* in memory */
	uint64_t cache_disk_bytes; /* 0: none */
	unsigned workers;	   /* rendering threads */
	unsigned queue_limit;
	unsigned deadline_ms;
	int gzip_level;
	struct commune_settings communes;
	/* Told from any thread: a line for the log. */
	void (*log)(const char *text, void *context);
	void *log_context;
};

/* New; takes a reference of its own to CATALOGUE. Starts the threads. */
MUST_CHECK enum error_code engine_new(const struct engine_settings *settings,
				      struct catalogue *catalogue, struct engine **engine,
				      struct error *error);

/* Ends the background preparation, answers every waiter, joins the threads. */
void engine_free(struct engine *engine);

/* The catalogue in service: a new reference. */
struct catalogue *engine_catalogue(struct engine *engine);

/* Puts another catalogue (of which a reference is taken) into service at once: requests that began
 * with the old one end with it. See shelf_adopt. One thread at a time. */
void engine_adopt(struct engine *engine, struct catalogue *catalogue, bool retry);

/* Changes after each change of the catalogue in service or of a theme's version in service: see
 * shelf_turn. Quick. */
unsigned engine_turn(struct engine *engine);

/* How a theme stands. PREPARED (may be NULL): a new reference to the version in service, or NULL.
 * ERROR (may be NULL): the reason of THEME_FAILED. */
enum theme_state engine_theme(struct engine *engine, const struct theme *theme,
			      struct prepared **prepared, struct error *error);

enum {
	ENGINE_VERSION_SIZE = 17
};

/* A text that names the versions in service of the request's themes together, and changes with
 * their content only. False: a theme has none yet. Quick. */
bool engine_version(struct engine *engine, const struct tile_request *request,
		    char version[ENGINE_VERSION_SIZE]);

enum {
	ENGINE_STATE_SIZE = 33
};

/* A text that changes whenever the state of a theme of CATALOGUE, its version in service or the
 * reason of its failure does. Takes microseconds for a thousand themes. */
void engine_state(struct engine *engine, const struct catalogue *catalogue,
		  char state[ENGINE_STATE_SIZE]);

/* How fresh what is served of THEME is. */
struct theme_freshness engine_freshness(struct engine *engine, const struct theme *theme);

/* The key of the tile in memory, by the versions in service; to be released. False: a theme has
 * none. */
bool engine_tile_key(struct engine *engine, const struct tile_request *request,
		     struct tile_key *key);

/* The tile under KEY, a new reference; NULL: it is not in memory, which does not count as a miss:
 * who tries this first asks engine_tile_cached then. */
struct blob *engine_tile_recalled(struct engine *engine, const char *key);

/* The same from the disk cache, if it can be read without waiting for the disk: the tile of a
 * single theme at ADDRESS, which engine_tile_recalled did not give under KEY. That counts as a miss
 * of memory only if the tile is given. */
struct blob *engine_tile_recalled_stored(struct engine *engine, const struct tile_address *address,
					 const char *key);

/* The tile if it is in memory (a new reference), else NULL. Never waits. */
struct blob *engine_tile_cached(struct engine *engine, const struct tile_request *request);

/* The tile (a new reference) if it can be read from the disk cache without waiting for the disk,
 * else NULL. For who did not find it in memory. */
struct blob *engine_tile_stored(struct engine *engine, const struct tile_request *request);

/* Reads the tile from disk or makes it (or joins who does) and tells WAITER once, from another
 * thread, as work_submit does. A theme not yet prepared is prepared first, the request waiting
 * until its deadline. ERROR_BUSY: the queue is full, the waiter will not be told. The request is
 * copied; its catalogue and variant are kept alive. Tiles come gzipped, but perhaps where the
 * request is `unpacked`; an empty one has length 0.
 */
MUST_CHECK enum error_code engine_tile(struct engine *engine, const struct tile_request *request,
				       const struct work_waiter *waiter, struct error *error);

/* Has a worker do READING (reading.h), whose content is taken in every case, or joins who does; the
 * rest is as with tiles, variants among it. */
MUST_CHECK enum error_code engine_read(struct engine *engine, const struct reading *reading,
				       const struct work_waiter *waiter, struct error *error);

/* The communes there are: see communes_list. */
MUST_CHECK enum error_code engine_communes(struct engine *engine, struct commune_list **list,
					   struct error *error);

/* How many features of THEME, a version that engine_theme gave, are in the commune of that CODE.
 * ERROR_BUSY: that is being found out (ask again); otherwise why it cannot be. Quick. */
MUST_CHECK enum error_code engine_commune_count(struct engine *engine, const struct prepared *theme,
						const char *code, uint64_t *count,
						struct error *error);

/* The waiter with that TICKET has left; see work_leave. */
void engine_leave(struct engine *engine, uint64_t ticket);

/* Forgets tiles, and says so in STATE/purges.log; see purge.h. Tiles of the disk's part and of the
 * memory's are counted each. May take seconds. */
MUST_CHECK enum error_code engine_purge(struct engine *engine, const struct purge *purge,
					struct tile_cache_carried *removed, struct error *error);

/* What it has done since it was made, and how it stands. */
struct engine_stats {
	struct cache_memory_stats cache;
	struct cache_disk_stats disk;
	struct work_stats work;
	uint64_t tiles_rendered, features_read, features_drawn, polygons_repaired, proj_calls;
	struct {
		uint32_t last_level; /* of the band; of the last: UINT32_MAX */
		uint64_t tiles, cpu_us;
	} rendered[TILE_BANDS];
	size_t themes_ready, themes_waiting, themes_failed;
	size_t themes_outdated;	      /* of which newer data are known than are served */
	uint64_t themes_replaced;     /* versions by newer ones of other content */
	struct shelf_carried carried; /* what these left as it was, in all */
};
struct engine_stats engine_stats(struct engine *engine);
