/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/preparation.h"
#include "tiler/grid.h"
#include "tiler/memory.h"
#include "tiler/prepared.h"
#include "tiler/render.h"
#include "tiler/source.h"
#include "tiler/tile_request.h"

/* Reads "Z/X/Y" or "GRID/Z/X/Y"; *GRID_ID is new. */
static bool read_tile(const char *text, char **grid_id, struct tile_id *tile)
{
	const char *slash = text;
	unsigned slashes = 0;
	char rest;

	for (const char *c = text; *c; c++)
		slashes += *c == '/';
	if (slashes == 3) {
		slash = strchr(text, '/');
		*grid_id = memory_print("%.*s", (int)(slash - text), text);
		text = slash + 1;
	} else {
		*grid_id = memory_text("WebMercatorQuad");
	}
	if (strspn(text, "0123456789/") == strlen(text) &&
	    sscanf(text, "%9u/%10u/%10u%c", &tile->z, &tile->x, &tile->y, &rest) == 3)
		return true;
	free(*grid_id);
	*grid_id = NULL;
	return false;
}

/* Opens the theme's prepared version, preparing it first where it has none. */
static enum error_code open_prepared(const char *state, const struct theme *theme,
				     struct prepared **prepared, struct error *error)
{
	struct preparation_result result;

	preparation_run(state, &theme, 1, 1, true, &result);
	if (result.outcome == PREPARATION_FAILED) {
		*error = result.error;
		return error_prefix(error, "%s: ", theme->id);
	}
	return prepared_open(state, theme, prepared, error);
}

static enum error_code render_theme(struct renderer *renderer, const char *state,
				    const struct tile_request *request, uint32_t index,
				    struct buf *out, struct error *error)
{
	struct prepared *prepared = NULL;
	enum error_code code = open_prepared(state, request->themes[index], &prepared, error);

	if (!code && prepared_shows(prepared, request->grid, request->tile.z)) {
		struct render_layer layer = {.prepared = prepared,
					     .name = tile_request_layer_name(request, index)};

		code = renderer_tile(renderer, &layer, 1, request->grid, request->tile, out, NULL,
				     error);
	}
	prepared_unref(prepared);
	return code;
}

static int write_tile(const char *state, const struct tile_request *request)
{
	struct renderer *renderer = renderer_new();
	struct error error = {0};
	enum error_code code = ERROR_NONE;
	struct buf tile;

	buf_init(&tile, 0);
	for (uint32_t i = 0; i < request->theme_count && !code; i++)
		code = render_theme(renderer, state, request, i, &tile, &error);
	if (!code)
		fwrite(tile.length ? tile.bytes : "", 1, tile.length, stdout);
	buf_release(&tile);
	renderer_free(renderer);
	return code ? command_failed(NULL, &error) : EXIT_DONE;
}

static int make_tile(const struct command_line *line, struct catalogue *catalogue,
		     const struct grids *grids, const char *grid_id, struct tile_id tile)
{
	const char *ids = line->operands[line->operand_count - 2];
	const struct grid *grid = grids_find(grids, grid_id);
	struct tile_request request;
	struct error error = {0};

	if (!grid)
		error_set(&error, ERROR_NOT_FOUND, "there is no grid \"%s\"", grid_id);
	else if (!grid_has(grid, tile))
		error_set(&error, ERROR_NOT_FOUND, "grid %s has no tile %u/%u/%u", grid->id, tile.z,
			  tile.x, tile.y);
	else if (tile_request_init(&request, catalogue, ids, grid, tile, &error) == ERROR_NONE)
		return write_tile(line->settings->state, &request);
	return command_failed(NULL, &error);
}

int command_tile(const struct command_line *line)
{
	const char *address = line->operands[line->operand_count - 1];
	struct catalogue *catalogue = NULL;
	struct grids *grids = NULL;
	struct error error = {0};
	struct tile_id tile;
	char *grid_id;
	int status;

	if (!read_tile(address, &grid_id, &tile))
		return command_misused("tile: \"%.80s\" is not [GRID/]Z/X/Y", address);
	source_init();
	if (command_open_grids(line->settings, &grids, &error) ||
	    command_open_data(line, line->operand_count - 2, false, &catalogue, NULL, NULL, &error))
		status = command_failed(NULL, &error);
	else
		status = make_tile(line, catalogue, grids, grid_id, tile);
	catalogue_unref(catalogue);
	grids_free(grids);
	free(grid_id);
	return status;
}
