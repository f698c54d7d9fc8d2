/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/changes.h"
#include "tiler/engine_job.h"
#include "tiler/engine_parts.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/state_folder.h"

enum {
	PREPARATION_THREADS = 2,
};

static void *new_worker(void *context)
{
	return engine_worker_new(&((struct engine *)context)->workshop);
}

static void free_worker(void *worker)
{
	engine_worker_free(worker);
}

static enum error_code do_job(void *worker, void *job, struct blob **blob, struct error *error)
{
	return engine_worker_do(worker, job, blob, error);
}

static void finish_job(void *worker)
{
	engine_worker_finish(worker);
}

static bool job_is_ready(const void *job, void *context)
{
	return engine_job_is_ready(job, &((struct engine *)context)->workshop);
}

static void free_job(void *job)
{
	engine_job_free(job);
}

static void recheck_held(void *context)
{
	work_recheck(((struct engine *)context)->work);
}

static void theme_settled(void *context)
{
	recheck_held(context);
	communes_wake(((struct engine *)context)->workshop.communes);
}

static void engine_log(struct engine *engine, const struct error *error)
{
	if (engine->settings.log)
		engine->settings.log(error->text, engine->settings.log_context);
}

/* What changed from one version to the next, and the grids to ask it in. */
struct turn {
	struct changes *changes;
	const struct grids *grids;
};

static bool tile_changed(const char *grid_id, struct tile_id tile, void *context)
{
	const struct turn *turn = context;
	const struct grid *grid = grids_find(turn->grids, grid_id);

	return !grid || !grid_has(grid, tile) || changes_touch(turn->changes, grid, tile);
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* Before NEWER takes the place of OLDER. What is in memory is, but for the newest, on disk too. */
static struct shelf_carried carry_over(const struct theme *theme, struct prepared *older,
				       struct prepared *newer, void *context)
{
	struct engine *engine = context;
	struct turn turn = {changes_new(older, newer), engine->settings.grids};
	struct shelf_carried carried = {.features_changed = changes_features(turn.changes)};
	struct tile_cache_carried tiles;
	struct error error;

	if (tile_cache_carry(engine->workshop.cache, theme->id, older->version, newer->version,
			     tile_changed, &turn, &tiles, &error))
		engine_log(engine, &error);
	carried.tiles_kept = larger(tiles.memory.kept, tiles.disk.kept);
	carried.tiles_dropped = larger(tiles.memory.removed, tiles.disk.removed);
	changes_free(turn.changes);
	communes_prepare(engine->workshop.communes, newer);
	return carried;
}

static struct shelf *new_shelf(struct engine *engine, struct catalogue *catalogue)
{
	struct shelf_settings settings = {
		.state = engine->state,
		.threads = PREPARATION_THREADS,
		.log = engine->settings.log,
		.log_context = engine->settings.log_context,
		.settled = theme_settled,
		.replace = carry_over,
		.settled_context = engine,
	};

	return shelf_new(&settings, catalogue);
}

static struct communes *new_communes(struct engine *engine)
{
	struct communes_settings settings = {
		.state = engine->state,
		.source = engine->settings.communes,
		.shelf = engine->workshop.shelf,
		.log = engine->settings.log,
		.log_context = engine->settings.log_context,
		.settled = recheck_held,
		.settled_context = engine,
	};

	return communes_new(&settings);
}

static enum error_code new_cache(struct engine *engine, struct error *error)
{
	struct tile_cache_settings settings = {
		.state = engine->state,
		.memory_bytes = engine->settings.cache_bytes,
		.disk_bytes = engine->settings.cache_disk_bytes,
		.grids = engine->settings.grids,
		.log = engine->settings.log,
		.log_context = engine->settings.log_context,
	};

	return tile_cache_new(&settings, &engine->workshop.cache, error);
}

static enum error_code watch_purges(struct engine *engine, struct error *error)
{
	struct purge_watch_settings settings = {
		.state = engine->state,
		.cache = engine->workshop.cache,
		.grids = engine->settings.grids,
		.log = engine->settings.log,
		.log_context = engine->settings.log_context,
	};

	return purge_watch_new(&settings, &engine->purges, error);
}

static enum error_code new_work(struct engine *engine, struct error *error)
{
	struct work_settings settings = {
		.workers = engine->settings.workers,
		.queue_limit = engine->settings.queue_limit,
		.deadline_ms = engine->settings.deadline_ms,
		.worker_new = new_worker,
		.worker_free = free_worker,
		.make = do_job,
		.finish = finish_job,
		.job_free = free_job,
		.ready = job_is_ready,
		.context = engine,
	};

	return work_new(&settings, &engine->work, error);
}

enum error_code engine_new(const struct engine_settings *settings, struct catalogue *catalogue,
			   struct engine **out, struct error *error)
{
	struct engine *engine;
	enum error_code code = state_folder_make(settings->state, error);

	if (code)
		return code;
	engine = memory_zeroed(1, sizeof(*engine));
	engine->settings = *settings;
	engine->settings.state = engine->state = memory_text(settings->state);
	engine->workshop.gzip_level = settings->gzip_level;
	engine->workshop.shelf = new_shelf(engine, catalogue);
	engine->workshop.communes = new_communes(engine);
	code = new_cache(engine, error);
	if (!code)
		code = watch_purges(engine, error);
	if (!code)
		code = new_work(engine, error);
	if (!code)
		code = shelf_start(engine->workshop.shelf, error);
	if (!code)
		code = communes_start(engine->workshop.communes, error);
	if (code) {
		engine_free(engine);
		return code;
	}
	*out = engine;
	return ERROR_NONE;
}

/* The shelf's threads and that of the communes speak to the work queue, whose workers take from
 * both: so the threads end first, the queue next, what they take from last. */
void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	communes_stop(engine->workshop.communes);
	shelf_stop(engine->workshop.shelf);
	work_free(engine->work);
	communes_free(engine->workshop.communes);
	shelf_free(engine->workshop.shelf);
	purge_watch_free(engine->purges);
	tile_cache_free(engine->workshop.cache);
	free(engine->state);
	free(engine);
}

struct catalogue *engine_catalogue(struct engine *engine)
{
	return shelf_catalogue(engine->workshop.shelf);
}

void engine_adopt(struct engine *engine, struct catalogue *catalogue, bool retry)
{
	shelf_adopt(engine->workshop.shelf, catalogue, retry);
	if (retry)
		communes_retry(engine->workshop.communes);
	theme_settled(engine);
}

unsigned engine_turn(struct engine *engine)
{
	return shelf_turn(engine->workshop.shelf);
}

enum theme_state engine_theme(struct engine *engine, const struct theme *theme,
			      struct prepared **prepared, struct error *error)
{
	return shelf_theme(engine->workshop.shelf, theme, prepared, error);
}

struct theme_freshness engine_freshness(struct engine *engine, const struct theme *theme)
{
	return shelf_freshness(engine->workshop.shelf, theme);
}

void engine_state(struct engine *engine, const struct catalogue *catalogue,
		  char state[ENGINE_STATE_SIZE])
{
	shelf_state(engine->workshop.shelf, catalogue, state);
}

bool engine_version(struct engine *engine, const struct tile_request *request,
		    char version[ENGINE_VERSION_SIZE])
{
	char versions[TILE_THEMES_MOST][33] = {{0}}, hash[33];

	if (!tile_workshop_versions(&engine->workshop, request, versions))
		return false;
	hash_hex(versions, request->theme_count * sizeof(versions[0]), hash);
	snprintf(version, ENGINE_VERSION_SIZE, "%.*s", ENGINE_VERSION_SIZE - 1, hash);
	return true;
}

enum error_code engine_communes(struct engine *engine, struct commune_list **list,
				struct error *error)
{
	return communes_list(engine->workshop.communes, list, error);
}

enum error_code engine_commune_count(struct engine *engine, const struct prepared *theme,
				     const char *code, uint64_t *count, struct error *error)
{
	struct commune_taken taken;
	enum error_code failed = communes_take(engine->workshop.communes, theme, code, &taken,
					       error);

	if (!failed)
		*count = commune_join_limit(taken.join, code).count;
	commune_taken_release(&taken);
	return failed;
}

void engine_leave(struct engine *engine, uint64_t ticket)
{
	work_leave(engine->work, ticket);
}

enum error_code engine_purge(struct engine *engine, const struct purge *purge,
			     struct tile_cache_carried *removed, struct error *error)
{
	return purge_run(purge, engine->state, engine->workshop.cache, engine->settings.grids,
			 removed, error);
}

struct engine_stats engine_stats(struct engine *engine)
{
	struct shelf_count themes = shelf_count(engine->workshop.shelf);
	struct tile_workshop *workshop = &engine->workshop;
	struct tile_cache_stats cache = tile_cache_stats(workshop->cache);

	struct engine_stats stats = {
		.cache = cache.memory,
		.disk = cache.disk,
		.work = work_stats(engine->work),
		.features_read = atomic_load(&workshop->spent.features_read),
		.features_drawn = atomic_load(&workshop->spent.features_drawn),
		.polygons_repaired = atomic_load(&workshop->spent.repaired),
		.proj_calls = atomic_load(&workshop->spent.proj_calls),
		.themes_ready = themes.ready,
		.themes_waiting = themes.waiting,
		.themes_failed = themes.failed,
		.themes_outdated = themes.outdated,
		.themes_replaced = themes.replaced,
		.carried = themes.carried,
	};

	for (unsigned band = 0; band < TILE_BANDS; band++) {
		stats.rendered[band].last_level = tile_band_last[band];
		stats.rendered[band].tiles = atomic_load(&workshop->spent.bands[band].tiles);
		stats.rendered[band].cpu_us = atomic_load(&workshop->spent.bands[band].cpu_us);
		stats.tiles_rendered += stats.rendered[band].tiles;
	}
	return stats;
}
