/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/purge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/purge_log.h"
#include "tiler/thread.h"

enum {
	LOOK_MS = 1000, /* how often the log is looked at */
};

static enum error_code read_zooms(struct purge *purge, const char *text, struct error *error)
{
	char rest;

	if (strspn(text, "0123456789-") == strlen(text)) {
		if (sscanf(text, "%10u%c", &purge->min_zoom, &rest) == 1) {
			purge->max_zoom = purge->min_zoom;
			return ERROR_NONE;
		}
		if (sscanf(text, "%10u-%10u%c", &purge->min_zoom, &purge->max_zoom, &rest) == 2 &&
		    purge->min_zoom <= purge->max_zoom)
			return ERROR_NONE;
	}
	return error_set(error, ERROR_INVALID, "\"%.40s\" is no range of levels, such as 0-14",
			 text);
}

static enum error_code read_bounds(struct purge *purge, const char *text, struct error *error)
{
	struct box *box = &purge->bounds;
	char rest;

	purge->has_bounds = true;
	if (sscanf(text, "%lf,%lf,%lf,%lf%c", &box->minx, &box->miny, &box->maxx, &box->maxy,
		   &rest) == 4 &&
	    box->minx < box->maxx && box->miny < box->maxy && fabs(box->minx) <= 180 &&
	    fabs(box->maxx) <= 180 && fabs(box->miny) <= 90 && fabs(box->maxy) <= 90)
		return ERROR_NONE;
	return error_set(error, ERROR_INVALID, "\"%.80s\" is not WEST,SOUTH,EAST,NORTH in degrees",
			 text);
}

enum error_code purge_read(struct purge *purge, const char *theme, const char *grid,
			   const char *zoom, const char *bbox, struct error *error)
{
	enum error_code code = ERROR_NONE;

	*purge = (struct purge){.theme = theme, .grid = grid, .max_zoom = UINT32_MAX};
	if (zoom)
		code = read_zooms(purge, zoom, error);
	if (!code && bbox)
		code = read_bounds(purge, bbox, error);
	return code;
}

/* A purge being done: its bounds in each grid. */
struct purging {
	const struct purge *purge;
	const struct grids *grids;
	struct box *areas; /* in the grids' order */
};

/* The bounds in the grid's CRS. Where there is no telling, all of the grid. */
static struct box area_in(const struct grid *grid, struct box bounds)
{
	static const struct box everywhere = {-HUGE_VAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL};
	struct transform *transform = NULL;
	struct crs *degrees;
	struct error error;
	struct box area = everywhere;

	if (crs_new("OGC:CRS84", &degrees, &error))
		return everywhere;
	/* The poles have no place in Web Mercator. */
	bounds.miny = fmax(bounds.miny, -89.9);
	bounds.maxy = fmin(bounds.maxy, 89.9);
	if (crs_equal(degrees, grid->crs))
		area = bounds;
	else if (!transform_new(degrees, grid->crs, &transform, &error))
		area = transform_box(transform, bounds, NULL);
	transform_free(transform);
	crs_free(degrees);
	return area;
}

static void purging_init(struct purging *purging, const struct purge *purge,
			 const struct grids *grids)
{
	uint32_t count = grids_count(grids);

	*purging = (struct purging){purge, grids, NULL};
	if (!purge->has_bounds)
		return;
	purging->areas = memory_zeroed(count + 1, sizeof(*purging->areas));
	for (uint32_t i = 0; i < count; i++)
		purging->areas[i] = area_in(grids_at(grids, i), purge->bounds);
}

/* Tiles of grids that are no more are within any bounds. */
static bool is_within(const struct purging *purging, const char *grid_id, struct tile_id tile)
{
	for (uint32_t i = 0; i < grids_count(purging->grids); i++) {
		const struct grid *grid = grids_at(purging->grids, i);

		if (strcmp(grid->id, grid_id) == 0 && grid_has(grid, tile))
			return box_intersects(grid_tile_box(grid, tile), purging->areas[i]);
	}
	return true;
}

static bool is_purged(const char *grid, struct tile_id tile, void *context)
{
	const struct purging *purging = context;
	const struct purge *purge = purging->purge;

	return (!purge->grid || strcmp(purge->grid, grid) == 0) && tile.z >= purge->min_zoom &&
	       tile.z <= purge->max_zoom && (!purge->has_bounds || is_within(purging, grid, tile));
}

enum error_code purge_run(const struct purge *purge, const char *state, struct tile_cache *cache,
			  const struct grids *grids, struct tile_cache_carried *removed,
			  struct error *error)
{
	struct purging purging;
	enum error_code code;

	purging_init(&purging, purge, grids);
	code = tile_cache_remove(cache, purge->theme, is_purged, &purging, removed, error);
	free(purging.areas);
	return code ? code : purge_log_add(state, purge, removed->disk.removed, error);
}

struct purge_watch {
	struct purge_watch_settings settings;
	struct purge_log *log;
	pthread_t thread;
	pthread_mutex_t lock; /* guards the next */
	pthread_cond_t stopped;
	bool stopping;
};

static void follow(const struct purge *purge, void *context)
{
	struct purge_watch *watch = context;
	const struct purge_watch_settings *settings = &watch->settings;
	struct purging purging;
	char text[400];

	purging_init(&purging, purge, settings->grids);
	tile_cache_remove_quick(settings->cache, purge->theme, is_purged, &purging);
	free(purging.areas);
	snprintf(text, sizeof(text), "purge of tiles of %s by another program: see purges.log",
		 purge->theme ? purge->theme : "all themes");
	if (settings->log)
		settings->log(text, settings->log_context);
}

static void *run_watch(void *context)
{
	struct purge_watch *watch = context;

	pthread_mutex_lock(&watch->lock);
	while (!watch->stopping) {
		condition_wait_until(&watch->stopped, &watch->lock, clock_ms() + LOOK_MS);
		pthread_mutex_unlock(&watch->lock);
		purge_log_read(watch->log, follow, watch);
		pthread_mutex_lock(&watch->lock);
	}
	pthread_mutex_unlock(&watch->lock);
	return NULL;
}

enum error_code purge_watch_new(const struct purge_watch_settings *settings,
				struct purge_watch **out, struct error *error)
{
	struct purge_watch *watch = memory_zeroed(1, sizeof(*watch));
	enum error_code code;

	watch->settings = *settings;
	watch->log = purge_log_follow(settings->state);
	pthread_mutex_init(&watch->lock, NULL);
	condition_init(&watch->stopped);
	code = thread_start(&watch->thread, "purges", run_watch, watch, error);
	if (code) {
		purge_log_free(watch->log);
		free(watch);
		return code;
	}
	*out = watch;
	return ERROR_NONE;
}

void purge_watch_free(struct purge_watch *watch)
{
	if (!watch)
		return;
	pthread_mutex_lock(&watch->lock);
	watch->stopping = true;
	pthread_cond_signal(&watch->stopped);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	purge_log_free(watch->log);
	pthread_mutex_destroy(&watch->lock);
	pthread_cond_destroy(&watch->stopped);
	free(watch);
}
