/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/commune_scope.h"
#include "server/interruption.h"
#include "server/preparation.h"
#include "server/progress.h"
#include "server/pyramid_scope.h"
#include "tiler/memory.h"
#include "tiler/pyramid.h"
#include "tiler/source.h"
#include "tiler/thread.h"
#include "tiler/tile_cache.h"

enum seed_option {
	SEED_GRID,
	SEED_ZOOM,
	SEED_BBOX,
	SEED_COMMUNE,
	SEED_JOBS
};

/* What a seed is made of. */
struct work {
	const struct settings *settings;
	const struct grids *grids;
	unsigned jobs;
	struct pyramid_scope scope;
	struct commune_scope commune;
	struct tile_cache *cache;
	struct tile_cache_reader *readers[PYRAMID_JOBS_MOST];
	struct pyramid *pyramid;
	struct interruption interruption;
	struct progress progress;

	const struct theme *const *themes;
	size_t count, current;
	const struct prepared *prepared; /* of the current theme */
	uint64_t tiles, bytes;		 /* of the themes before it */
	atomic_uint_least64_t cached;
	size_t failed;
};

static void tell_trouble(const char *text, void *context)
{
	(void)context;
	fprintf(stderr, "tuilerie: %s\n", text);
}

static struct tile_address address_of(const struct work *work, struct tile_id tile)
{
	return (struct tile_address){.theme = work->prepared->theme_id,
				     .version = work->prepared->version,
				     .grid = work->scope.grid->id,
				     .tile = tile};
}

static bool is_needless(struct tile_id tile, unsigned job, void *context)
{
	struct work *work = context;
	struct tile_address address = address_of(work, tile);
	struct blob *blob;
	bool cached;

	if (commune_scope_skips(&work->commune, tile, job))
		return true;
	blob = tile_cache_get(work->readers[job], &address);
	cached = blob != NULL;
	blob_unref(blob);
	atomic_fetch_add(&work->cached, cached);
	return cached;
}

static void show_progress(struct work *work)
{
	struct pyramid_progress done = pyramid_progress(work->pyramid);
	double share = done.squares ? (double)done.squares_done / (double)done.squares : 1;
	uint64_t tiles = work->tiles + done.tiles;
	char bytes[16], place[40] = "";

	print_bytes(bytes, work->bytes + done.bytes);
	if (work->count > 1)
		snprintf(place, sizeof(place), ", theme %zu of %zu", work->current + 1,
			 work->count);
	progress_show(&work->progress, ((double)work->current + share) / (double)work->count,
		      "%" PRIu64 " tiles, %.0f/s, %s%s", tiles,
		      (double)tiles / progress_seconds(&work->progress), bytes, place);
}

static enum error_code fill_cache(struct work *work, struct error *error)
{
	struct blob *blob = NULL;
	struct tile_id tile;
	enum error_code code = ERROR_NONE;

	while (!code && !(code = pyramid_next(work->pyramid, &tile, &blob, error)) && blob) {
		struct tile_address address = address_of(work, tile);

		tile_cache_put(work->cache, &address, blob, TILE_CACHE_SEED);
		blob_unref(blob);
		if (progress_is_due(&work->progress))
			show_progress(work);
		if (interruption_came(&work->interruption))
			code = error_set(error, ERROR_STOPPED,
					 "interrupted; the same command goes on from here");
	}
	return code;
}

/* A server that prepares the theme anew removes the version at hand, of which no tile is kept then.
 */
static enum error_code check_stands(const struct work *work, const struct theme *theme,
				    struct error *error)
{
	struct prepared *now = NULL;
	bool stands = prepared_open(work->settings->state, theme, &now, NULL) == ERROR_NONE &&
		      strcmp(now->version, work->prepared->version) == 0;

	prepared_unref(now);
	return stands ? ERROR_NONE
		      : error_set(error, ERROR_BUSY,
				  "it was prepared anew meanwhile: seed it again");
}

static enum error_code seed_theme(struct work *work, struct error *error)
{
	const struct theme *theme = work->themes[work->current];
	struct prepared *prepared = NULL;
	struct render_layer layer = {.name = theme->layer};
	struct pyramid_plan plan = {.layers = &layer,
				    .layer_count = 1,
				    .grid = work->scope.grid,
				    .min_zoom = UINT32_MAX,
				    .area = work->scope.area,
				    .skips = is_needless,
				    .context = work};
	struct pyramid_progress done;
	enum error_code code = prepared_open(work->settings->state, theme, &prepared, error);

	if (code)
		return code;
	work->prepared = layer.prepared = prepared;
	pyramid_scope_zooms(&work->scope, prepared, &plan.min_zoom, &plan.max_zoom);
	code = pyramid_begin(work->pyramid, &plan, error);
	if (!code)
		code = fill_cache(work, error);
	if (!code)
		code = check_stands(work, theme, error);
	done = pyramid_progress(work->pyramid);
	work->tiles += done.tiles;
	work->bytes += done.bytes;
	pyramid_rest(work->pyramid);
	prepared_unref(prepared);
	return code;
}

/* True: all of them were come to. */
static bool seed_themes(struct work *work, const struct preparation_result *results)
{
	bool stopped = false;

	for (; work->current < work->count && !stopped; work->current++) {
		struct error error = results[work->current].error;

		if (results[work->current].outcome != PREPARATION_FAILED &&
		    seed_theme(work, &error) == ERROR_NONE)
			continue;
		work->failed++;
		stopped = error.code == ERROR_STOPPED;
		progress_end(&work->progress);
		command_failed(stopped ? NULL : work->themes[work->current]->id, &error);
	}
	return !stopped;
}

static void report(struct work *work)
{
	struct cache_disk_stats disk = tile_cache_stats(work->cache).disk;
	double seconds = progress_seconds(&work->progress);
	char bytes[16];

	if (disk.refused)
		fputs("tuilerie: part of the tiles could not be written to the cache; the reasons "
		      "are above\n",
		      stderr);
	if (disk.evicted) {
		print_bytes(bytes, disk.limit);
		fprintf(stderr,
			"tuilerie: the cache is full (%s), %" PRIu64
			" of its tiles were removed: raise --cache-disk\n",
			bytes, disk.evicted);
	}
	if (work->settings->quiet)
		return;
	print_bytes(bytes, work->bytes);
	fprintf(stderr, "%" PRIu64 " tiles made, %s, in %.1f s (%.0f a second)", work->tiles, bytes,
		seconds, (double)work->tiles / (seconds > 0 ? seconds : 1));
	if (work->cached)
		fprintf(stderr, ", %" PRIu64 " were there already", (uint64_t)work->cached);
	if (work->failed)
		fprintf(stderr, ", %zu theme%s failed", work->failed, work->failed == 1 ? "" : "s");
	fputc('\n', stderr);
}

static int seed(struct work *work, struct error *error)
{
	const struct settings *settings = work->settings;
	struct preparation_result *results = memory_zeroed(work->count, sizeof(*results));
	struct tile_cache_settings cache = {.state = settings->state,
					    .disk_bytes = (uint64_t)settings->cache_disk,
					    .grids = work->grids,
					    .log = tell_trouble};
	enum error_code code;
	bool whole = false;

	preparation_run(settings->state, work->themes, work->count, work->jobs, settings->quiet,
			results);
	thread_be_nice(THREAD_IN_BACKGROUND);
	interruption_begin(&work->interruption);
	code = tile_cache_new(&cache, &work->cache, error);
	if (!code)
		code = pyramid_new(work->jobs, (int)settings->gzip_level, &work->pyramid, error);
	if (!code) {
		for (unsigned i = 0; i < work->jobs; i++)
			work->readers[i] = tile_cache_reader_new(work->cache);
		progress_begin(&work->progress, settings->quiet);
		whole = seed_themes(work, results);
		tile_cache_flush(work->cache);
		progress_end(&work->progress);
		report(work);
	}
	pyramid_free(work->pyramid);
	for (unsigned i = 0; i < work->jobs && work->readers[i]; i++)
		tile_cache_reader_free(work->readers[i]);
	if (code)
		command_failed(NULL, error);
	else if (tile_cache_stats(work->cache).disk.refused)
		whole = false;
	tile_cache_free(work->cache);
	interruption_end(&work->interruption);
	free(results);
	return whole && work->failed == 0 ? EXIT_DONE : EXIT_FAILED;
}

int command_seed(const struct command_line *line)
{
	struct work work = {.settings = line->settings};
	struct pyramid_scope_options options = {line->options[SEED_GRID], line->options[SEED_ZOOM],
						line->options[SEED_BBOX]};
	const struct theme **themes = NULL;
	struct catalogue *catalogue = NULL;
	struct grids *grids = NULL;
	struct error error = {0};
	int status;

	if (preparation_jobs(line->options[SEED_JOBS], &work.jobs, &error))
		return command_misused("%s", error.text);
	if (line->settings->cache_disk == 0)
		return command_misused("seed: there is no cache to fill with --cache-disk 0");
	source_init();
	if (command_open_grids(line->settings, &grids, &error))
		status = command_failed(NULL, &error);
	else if (pyramid_scope_read(&work.scope, &options, grids, &error))
		status = command_misused("%s", error.text);
	else if (command_open_data(line, line->operand_count, line->settings->quiet, &catalogue,
				   &themes, &work.count, &error))
		status = command_failed(NULL, &error);
	else {
		work.themes = themes;
		work.grids = grids;
		if (commune_scope_open(&work.commune, line->settings, catalogue,
				       line->options[SEED_COMMUNE], work.jobs, &work.scope, &error))
			status = command_failed(NULL, &error);
		else
			status = seed(&work, &error);
		commune_scope_release(&work.commune);
	}
	free(themes);
	catalogue_unref(catalogue);
	grids_free(grids);
	return status;
}
