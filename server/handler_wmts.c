/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/documents.h"
#include "server/ows.h"
#include "server/parameters.h"
#include "server/tile_names.h"
#include "server/variant_query.h"
#include "server/wmts.h"
#include "tiler/memory.h"

/* WMTS: its capabilities and its tiles, asked for by key and value or by path. Whatever goes wrong
 * is told in an exception report (ows_report), those who ask by key and value getting 400 and those
 * who ask for an address that is not there 404. */

static size_t chosen_count(const struct catalogue *catalogue, const struct theme_choice *choice)
{
	size_t count = 0;

	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		count += theme_choice_has(choice, catalogue_theme(catalogue, i));
	return count;
}

/* What the document depends on beside the catalogue: where the commune is known to be may change
 * under it. */
static char *key_of(const struct wmts_scope *scope)
{
	char *chosen = theme_choice_key(scope->choice),
	     *commune = variant_commune_key(scope->variant);
	char *key = memory_print("wmts\n%s\n%s\n%s\n%s", scope->base, chosen, commune,
				 scope->commune ? scope->commune : "");

	free(commune);
	free(chosen);
	return key;
}

/* Limits come from the prepared themes, which change under a catalogue: documents that have them
 * are few layers long and made each time. */
static void reply_capabilities(const struct wmts_scope *scope, struct catalogue *catalogue,
			       struct reply *reply)
{
	struct documents *documents = scope->site->documents;
	bool kept = chosen_count(catalogue, scope->choice) > WMTS_LIMITED_LAYERS_MOST;
	char *key = key_of(scope);
	struct xml xml;

	reply->content_type = OWS_XML;
	reply->cache_control = scope->site->document_cache_control;
	if (!kept || !documents_find(documents, catalogue, key, reply)) {
		xml_init(&xml, &reply->body);
		wmts_write_capabilities(&xml, scope);
		if (kept)
			documents_keep(documents, catalogue, key, reply);
	}
	free(key);
}

static void reply_chosen(const struct site *site, const struct request *request,
			 struct catalogue *catalogue, const struct theme_choice *choice,
			 struct reply *reply)
{
	struct wmts_scope scope = {site, catalogue, choice, .base = request->base_url};
	struct error error = {0};
	enum error_code code = variant_query_read_commune(site, request, &scope.variant, &error);
	char *commune = variant_commune_name(site, scope.variant);

	scope.commune = commune;
	if (code)
		ows_refuse(reply, code == ERROR_NOT_FOUND ? 404 : 400, OWS_INVALID, "commune", "%s",
			   error.text);
	else
		reply_capabilities(&scope, catalogue, reply);
	free(commune);
	variant_unref(scope.variant);
}

void handle_wmts_capabilities(const struct site *site, const struct request *request,
			      struct reply *reply)
{
	static const struct parameters known = {PARAMETERS_OF_COMMUNE, false};
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct theme_choice choice;
	struct error error = {0};

	/* by key and value the address is that of the tiles, too, which may be some of a theme */
	if (theme_choice_init(&choice, catalogue, request, &error))
		ows_refuse(reply, 404, OWS_INVALID, NULL, "%s", error.text);
	else if (parameters_check(&known, request, &error))
		ows_refuse(reply, 400, OWS_INVALID, NULL, "%s", error.text);
	else
		reply_chosen(site, request, catalogue, &choice, reply);
	theme_choice_release(&choice);
	catalogue_unref(catalogue);
}

/* What a tile is asked by, in whichever way; STATUS is that of a wrong value. */
struct tile_question {
	const char *layer, *style, *grid, *matrix, *row, *column;
	unsigned status;
};

/* Where the values are right in themselves: the grid, and the tile as the grid counts it. */
static const struct grid *find_grid(const struct site *site, const struct tile_question *question,
				    struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const struct theme *theme = catalogue_find(catalogue, question->layer);
	const struct grid *grid = grids_find(site->grids, question->grid);

	if (!theme)
		ows_refuse(reply, question->status, OWS_INVALID, "layer",
			   "there is no layer \"%.200s\"; the capabilities list them",
			   question->layer);
	else if (*question->style && strcmp(question->style, WMTS_STYLE) != 0)
		ows_refuse(reply, question->status, OWS_INVALID, "style",
			   "there is no style \"%.100s\": " WMTS_STYLE " is the only one",
			   question->style);
	else if (!grid || !wmts_has_grid(grid) || !theme_served_in(theme, grid->id))
		ows_refuse(reply, question->status, OWS_INVALID, "tilematrixset",
			   "layer %.200s has no tile matrix set \"%.100s\"; the capabilities list "
			   "those it has",
			   theme->id, question->grid);
	catalogue_unref(catalogue);
	return reply->problem_title ? NULL : grid;
}

static bool find_tile(const struct grid *grid, const struct tile_question *question,
		      struct tile_id *tile, struct reply *reply)
{
	const struct tile_matrix *matrix;
	const char *wrong = NULL;

	if (!tile_number_read(question->matrix, &tile->z) || tile->z >= grid->level_count) {
		ows_refuse(
			reply, question->status, OWS_INVALID, "tilematrix",
			"tile matrix set %s has no tile matrix \"%.40s\": they are numbered from "
			"0 to %u",
			grid->id, question->matrix, grid->level_count - 1);
		return false;
	}
	if (!tile_number_read(question->row, &tile->y))
		wrong = "tilerow";
	else if (!tile_number_read(question->column, &tile->x))
		wrong = "tilecol";
	if (wrong) {
		ows_refuse(reply, question->status, OWS_INVALID, wrong,
			   "\"%.40s/%.40s\" is no row and column of tiles: both are whole numbers "
			   "from 0",
			   question->row, question->column);
		return false;
	}
	matrix = &grid->levels[tile->z];
	if (tile->y >= matrix->matrix_height || tile->x >= matrix->matrix_width) {
		ows_refuse(reply, question->status, OWS_OUTSIDE,
			   tile->y >= matrix->matrix_height ? "tilerow" : "tilecol",
			   "tile matrix %u of %s has %u rows and %u columns, counted from 0",
			   tile->z, grid->id, matrix->matrix_height, matrix->matrix_width);
		return false;
	}
	if (matrix->rows_from_south)
		tile->y = matrix->matrix_height - 1 - tile->y;
	return true;
}

static void reply_tile(const struct site *site, const struct request *request,
		       const struct tile_question *question, struct reply *reply)
{
	const struct grid *grid = find_grid(site, question, reply);
	struct tile_id tile;

	if (grid && find_tile(grid, question, &tile, reply))
		reply_named_tile(site, request,
				 &(struct tile_names){question->layer, grid->id, false, &tile},
				 reply);
}

void handle_wmts_tile(const struct site *site, const struct request *request, struct reply *reply)
{
	struct tile_question question = {
		.layer = request_parameter(request, "theme"),
		.style = request_parameter(request, "style"),
		.grid = request_parameter(request, "grid"),
		.matrix = request_parameter(request, "z"),
		.row = request_parameter(request, "y"),
		.column = request_parameter(request, "x"),
		.status = 404,
	};

	reply_tile(site, request, &question, reply);
}

/* GetTile by key and value. */

static void get_tile(const struct site *site, const struct request *request, struct reply *reply)
{
	struct tile_question question = {.status = 400};
	const char *version = NULL, *format = NULL;
	const struct {
		const char *name;
		const char **value;
	} needed[] = {
		{"version", &version},
		{"layer", &question.layer},
		{"style", &question.style},
		{"format", &format},
		{"tilematrixset", &question.grid},
		{"tilematrix", &question.matrix},
		{"tilerow", &question.row},
		{"tilecol", &question.column},
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		*needed[i].value = request_keyword(request, needed[i].name);
		if (*needed[i].value)
			continue;
		ows_refuse(reply, 400, OWS_MISSING, needed[i].name,
			   "GetTile needs the parameter %s", needed[i].name);
		return;
	}
	if (strcmp(version, WMTS_VERSION) != 0)
		ows_refuse(reply, 400, OWS_INVALID, "version",
			   "this is WMTS " WMTS_VERSION ", not \"%.40s\"", version);
	else if (strcasecmp(format, WMTS_FORMAT) != 0)
		ows_refuse(reply, 400, OWS_INVALID, "format",
			   "tiles come as " WMTS_FORMAT " only, not \"%.100s\": this server draws "
			   "no pictures",
			   format);
	else
		reply_tile(site, request, &question, reply);
}

/* Is our version in a list with commas between? */
static bool is_accepted(const char *versions)
{
	for (const char *at = versions; *at; at += strspn(at, ",")) {
		size_t length = strcspn(at, ",");

		if (length == strlen(WMTS_VERSION) && memcmp(at, WMTS_VERSION, length) == 0)
			return true;
		at += length;
	}
	return false;
}

static void get_capabilities(const struct site *site, const struct request *request,
			     struct reply *reply)
{
	const char *versions = request_keyword(request, "acceptversions");

	if (versions && *versions && !is_accepted(versions))
		ows_refuse(reply, 400, OWS_NO_VERSION, "acceptversions",
			   "this is WMTS " WMTS_VERSION ", not one of \"%.100s\"", versions);
	else
		handle_wmts_capabilities(site, request, reply);
}

/* An address with nothing behind it asks for what one would ask first. */
void handle_wmts(const struct site *site, const struct request *request, struct reply *reply)
{
	const char *service = request_keyword(request, "service");
	const char *operation = request_keyword(request, "request");

	if (!service && !operation)
		handle_wmts_capabilities(site, request, reply);
	else if (!service)
		ows_refuse(reply, 400, OWS_MISSING, "service",
			   "the parameter service is missing: SERVICE=WMTS");
	else if (strcasecmp(service, "WMTS") != 0)
		ows_refuse(reply, 400, OWS_INVALID, "service",
			   "this address serves WMTS, not \"%.40s\"", service);
	else if (!operation)
		ows_refuse(reply, 400, OWS_MISSING, "request",
			   "the parameter request is missing: REQUEST=GetCapabilities or GetTile");
	else if (strcasecmp(operation, "GetCapabilities") == 0)
		get_capabilities(site, request, reply);
	else if (strcasecmp(operation, "GetTile") == 0)
		get_tile(site, request, reply);
	else
		ows_refuse(reply, 400, OWS_NO_OPERATION, "request",
			   "there is no operation \"%.40s\": ask for GetCapabilities or GetTile",
			   operation);
}
