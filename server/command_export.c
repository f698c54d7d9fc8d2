/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/commune_scope.h"
#include "server/interruption.h"
#include "server/preparation.h"
#include "server/progress.h"
#include "server/pyramid_scope.h"
#include "server/tileset.h"
#include "tiler/export.h"
#include "tiler/memory.h"
#include "tiler/pyramid.h"
#include "tiler/source.h"

enum export_option {
	EXPORT_OUTPUT,
	EXPORT_GRID,
	EXPORT_ZOOM,
	EXPORT_BBOX,
	EXPORT_COMMUNE,
	EXPORT_CLIP,
	EXPORT_JOBS
};

/* What an export is made of. */
struct work {
	const struct settings *settings;
	const char *output, *commune_code;
	bool clips;
	unsigned jobs;
	struct pyramid_scope scope;
	struct commune_scope commune;
	struct catalogue *catalogue;
	struct grids *grids;
	struct tileset tileset;
	struct export *export;
	struct pyramid *pyramid;
	struct interruption interruption;
	struct progress progress;
	uint32_t min_zoom, max_zoom; /* of the tiles there are */
};

static int by_id(const void *left, const void *right)
{
	const struct theme *const *a = left, *const *b = right;

	return strcmp((*a)->id, (*b)->id);
}

/* The request of all the themes wanted, as one for their composite. */
static enum error_code request_of(struct work *work, const struct theme **wanted, size_t count,
				  struct tile_request *request, struct error *error)
{
	*request = (struct tile_request){.catalogue = work->catalogue, .grid = work->scope.grid};
	qsort(wanted, count, sizeof(*wanted), by_id);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && wanted[i] == wanted[i - 1])
			continue;
		if (request->theme_count == TILE_THEMES_MOST)
			return error_set(error, ERROR_LIMIT,
					 "a tile holds at most %d themes, and %zu were asked for: "
					 "name those to export",
					 TILE_THEMES_MOST, count);
		request->themes[request->theme_count++] = wanted[i];
	}
	return ERROR_NONE;
}

/* Prepares what is not, and opens all of it. */
static enum error_code open_tileset(struct work *work, const struct tile_request *request,
				    struct error *error)
{
	struct preparation_result results[TILE_THEMES_MOST];
	struct prepared *prepared[TILE_THEMES_MOST] = {NULL};
	enum error_code code = ERROR_NONE;

	preparation_run(work->settings->state, request->themes, request->theme_count, work->jobs,
			work->settings->quiet, results);
	for (uint32_t i = 0; i < request->theme_count && !code; i++) {
		if (results[i].outcome == PREPARATION_FAILED) {
			*error = results[i].error;
			code = error_prefix(error, "%s: ", request->themes[i]->id);
		} else {
			code = prepared_open(work->settings->state, request->themes[i],
					     &prepared[i], error);
		}
	}
	for (uint32_t i = 0; code && i < request->theme_count; i++)
		prepared_unref(prepared[i]);
	if (!code)
		tileset_init(&work->tileset, request, prepared);
	return code;
}

static bool is_elsewhere(struct tile_id tile, unsigned job, void *context)
{
	return commune_scope_skips(context, tile, job);
}

static enum error_code begin_pyramid(struct work *work, struct render_layer *layers,
				     struct error *error)
{
	const struct tileset *tileset = &work->tileset;
	struct pyramid_plan plan = {
		.layers = layers,
		.layer_count = tileset->request.theme_count,
		.grid = work->scope.grid,
		.min_zoom = UINT32_MAX,
		.area = work->scope.area,
		.skips = is_elsewhere,
		.context = &work->commune,
	};
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < plan.layer_count && !code; i++) {
		layers[i] = (struct render_layer){
			.prepared = tileset->prepared[i],
			.name = tile_request_layer_name(&tileset->request, i)};
		pyramid_scope_zooms(&work->scope, tileset->prepared[i], &plan.min_zoom,
				    &plan.max_zoom);
		code = commune_scope_limit(&work->commune, work->settings, &layers[i], error);
	}
	if (!code)
		code = export_new(work->output, work->scope.grid, &work->export, error);
	if (!code)
		code = pyramid_new(work->jobs, (int)work->settings->gzip_level, &work->pyramid,
				   error);
	return code ? code : pyramid_begin(work->pyramid, &plan, error);
}

static void show_progress(struct work *work)
{
	struct pyramid_progress done = pyramid_progress(work->pyramid);
	char bytes[16];

	print_bytes(bytes, done.bytes);
	progress_show(&work->progress, (double)done.squares_done / (double)done.squares,
		      "%" PRIu64 " tiles, %.0f/s, %s", done.tiles,
		      (double)done.tiles / progress_seconds(&work->progress), bytes);
}

static enum error_code write_tiles(struct work *work, struct error *error)
{
	enum error_code code = ERROR_NONE;
	struct blob *blob = NULL;
	struct tile_id tile;

	progress_begin(&work->progress, work->settings->quiet);
	work->min_zoom = UINT32_MAX;
	while (!code && !(code = pyramid_next(work->pyramid, &tile, &blob, error)) && blob) {
		code = export_add(work->export, tile, blob, error);
		blob_unref(blob);
		work->min_zoom = tile.z < work->min_zoom ? tile.z : work->min_zoom;
		work->max_zoom = tile.z;
		if (progress_is_due(&work->progress))
			show_progress(work);
		if (!code && interruption_came(&work->interruption))
			code = error_set(error, ERROR_STOPPED, "interrupted; %s is as it was",
					 work->output);
	}
	progress_end(&work->progress);
	if (!code && pyramid_progress(work->pyramid).tiles == 0)
		code = error_set(error, ERROR_NOT_FOUND,
				 "there is no tile to export at these levels and in this area");
	return code;
}

/* Facts of the themes, narrowed to what was exported. */
static void narrow_tileset(const struct work *work, struct tileset *tileset)
{
	tileset->min_zoom = work->min_zoom;
	tileset->max_zoom = work->max_zoom;
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		struct tileset_levels *levels = &tileset->levels[i];

		levels->last = levels->last < work->max_zoom ? levels->last : work->max_zoom;
		levels->first = levels->first > work->min_zoom ? levels->first : work->min_zoom;
		levels->first = levels->first < levels->last ? levels->first : levels->last;
	}
	if (!box_is_empty(box_intersection(tileset->bounds, work->scope.bounds)))
		tileset->bounds = box_intersection(tileset->bounds, work->scope.bounds);
	if (!box_contains(tileset->bounds, box_of_points(&tileset->centre, 1)))
		tileset->centre = (struct point){(tileset->bounds.minx + tileset->bounds.maxx) / 2,
						 (tileset->bounds.miny + tileset->bounds.maxy) / 2};
	if (tileset->centre_zoom < work->min_zoom)
		tileset->centre_zoom = work->min_zoom;
	if (tileset->centre_zoom > work->max_zoom)
		tileset->centre_zoom = work->max_zoom;
}

static void write_json(const struct tileset *tileset, const struct export_description *description,
		       bool whole, struct buf *out)
{
	struct json json;

	json_init(&json, out);
	json_open_object(&json);
	if (whole) {
		json_text_member(&json, "name", description->name);
		json_text_member(&json, "description", description->description);
		json_text_member(&json, "attribution", description->attribution);
		json_text_member(&json, "version", description->version);
		json_text_member(&json, "type", "overlay");
	}
	tileset_write_layers(tileset, &json);
	json_end(&json);
}

static enum error_code finish(struct work *work, struct error *error)
{
	struct tileset *tileset = &work->tileset;
	char *title = tileset_title(tileset), *attribution = tileset_attribution(tileset);
	struct export_description description = {
		.name = title,
		.attribution = attribution,
		.version = tileset->version,
		.min_zoom = work->min_zoom,
		.max_zoom = work->max_zoom,
	};
	struct buf layers, metadata;
	enum error_code code;

	buf_init(&layers, 0);
	buf_init(&metadata, 0);
	if (tileset->request.theme_count == 1)
		description.description = tileset->request.themes[0]->abstract;
	narrow_tileset(work, tileset);
	description.bounds = tileset->bounds;
	description.centre = tileset->centre;
	description.centre_zoom = tileset->centre_zoom;
	write_json(tileset, &description, false, &layers);
	write_json(tileset, &description, true, &metadata);
	description.vector_layers = layers.bytes;
	description.metadata = metadata.bytes;
	code = export_finish(work->export, &description, error);
	buf_release(&layers);
	buf_release(&metadata);
	free(attribution);
	free(title);
	return code;
}

static void report(const struct work *work)
{
	struct pyramid_progress done = pyramid_progress(work->pyramid);
	double seconds = progress_seconds(&work->progress);
	char bytes[16];

	if (work->settings->quiet)
		return;
	print_bytes(bytes, done.bytes);
	fprintf(stderr, "%s: %" PRIu64 " tiles of levels %u to %u, %s, in %.1f s (%.0f a second)\n",
		work->output, done.tiles, work->min_zoom, work->max_zoom, bytes, seconds,
		(double)done.tiles / fmax(seconds, 1e-3));
}

static enum error_code export_themes(struct work *work, const struct theme **wanted, size_t count,
				     struct error *error)
{
	struct render_layer layers[TILE_THEMES_MOST];
	struct tile_request request;
	enum error_code code = request_of(work, wanted, count, &request, error);

	if (!code)
		code = commune_scope_open(&work->commune, work->settings, work->catalogue,
					  work->commune_code, work->jobs, &work->scope, error);
	work->commune.clips = work->clips;
	if (!code)
		code = open_tileset(work, &request, error);
	interruption_begin(&work->interruption);
	if (!code)
		code = begin_pyramid(work, layers, error);
	if (!code)
		code = write_tiles(work, error);
	if (!code)
		code = finish(work, error);
	if (!code)
		report(work);
	pyramid_free(work->pyramid);
	export_free(work->export);
	tileset_release(&work->tileset);
	commune_scope_release(&work->commune);
	interruption_end(&work->interruption);
	return code;
}

int command_export(const struct command_line *line)
{
	struct work work = {.settings = line->settings,
			    .output = line->options[EXPORT_OUTPUT],
			    .commune_code = line->options[EXPORT_COMMUNE],
			    .clips = line->options[EXPORT_CLIP] != NULL};
	struct pyramid_scope_options options = {
		line->options[EXPORT_GRID], line->options[EXPORT_ZOOM], line->options[EXPORT_BBOX]};
	const struct theme **wanted = NULL;
	struct error error = {0};
	size_t count = 0;
	int status = EXIT_DONE;

	if (!work.output)
		return command_misused("export: say where to: -o FILE.mbtiles or -o FILE.pmtiles");
	if (work.clips && !work.commune_code)
		return command_misused("export: --clip cuts to a commune: say which, with "
				       "--commune");
	if (preparation_jobs(line->options[EXPORT_JOBS], &work.jobs, &error))
		return command_misused("%s", error.text);
	source_init();
	if (command_open_grids(line->settings, &work.grids, &error))
		status = command_failed(NULL, &error);
	else if (pyramid_scope_read(&work.scope, &options, work.grids, &error))
		status = command_misused("%s", error.text);
	else if (command_open_data(line, line->operand_count, line->settings->quiet,
				   &work.catalogue, &wanted, &count, &error) ||
		 export_themes(&work, wanted, count, &error))
		status = command_failed(NULL, &error);
	free(wanted);
	catalogue_unref(work.catalogue);
	grids_free(work.grids);
	return status;
}
