/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/grid.h"
#include "tiler/tile_cache.h"

/* Forgetting tiles by choice. Tiles are never stale, so this is for the day on which somebody does
 * not believe it. STATE/purges.log has a line for each purge, which is at once how the programs
 * that share the state folder hear of it and drop what they have in memory. */

struct purge {
	const char *theme; /* id; NULL: all */
	const char *grid;  /* id; NULL: all */
	uint32_t min_zoom, max_zoom;
	bool has_bounds;
	struct box bounds; /* degrees WGS84 */
};

/* What people write, NULL where they did not: ZOOM "A-B" or "A", BBOX "W,S,E,N" in degrees. The ids
 * are borrowed. ERROR_INVALID: not of that form. */
MUST_CHECK enum error_code purge_read(struct purge *purge, const char *theme, const char *grid,
				      const char *zoom, const char *bbox, struct error *error);

/* Drops the tiles from CACHE, and says so in STATE/purges.log. REMOVED: how many. */
MUST_CHECK enum error_code purge_run(const struct purge *purge, const char *state,
				     struct tile_cache *cache, const struct grids *grids,
				     struct tile_cache_carried *removed, struct error *error);

/* A thread that drops from the memory of CACHE what other programs purge, and tells LOG, if not
 * NULL. All is borrowed until its end. */
struct purge_watch;
struct purge_watch_settings {
	const char *state;
	struct tile_cache *cache;
	const struct grids *grids;
	void (*log)(const char *text, void *context);
	void *log_context;
};
MUST_CHECK enum error_code purge_watch_new(const struct purge_watch_settings *settings,
					   struct purge_watch **watch, struct error *error);
void purge_watch_free(struct purge_watch *watch);
