/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/grid_json.h"
#include "server/page_ogc.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* Grids as OGC Two Dimensional Tile Matrix Set 2.0 JSON (17-083r4). */

static const double STANDARD_PIXEL = 0.00028; /* metres: what scale denominators assume */

/* In the order of the CRS's axes. */
static void write_origin(struct json *json, const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *matrix = &grid->levels[z];
	double x = matrix->origin.x, y = matrix->origin.y;

	if (matrix->rows_from_south)
		y -= matrix->cell_size * matrix->tile_height * matrix->matrix_height;
	json_text_member(json, "cornerOfOrigin",
			 matrix->rows_from_south ? "bottomLeft" : "topLeft");
	json_array_member(json, "pointOfOrigin");
	json_number(json, grid->crs->northing_first ? y : x);
	json_number(json, grid->crs->northing_first ? x : y);
	json_end(json);
}

static void write_matrix(struct json *json, const struct grid *grid, uint32_t z)
{
	const struct tile_matrix *matrix = &grid->levels[z];
	char id[12];

	snprintf(id, sizeof(id), "%u", z);
	json_open_object(json);
	json_text_member(json, "id", id);
	json_number_member(json, "scaleDenominator",
			   matrix->cell_size * grid->crs->metres_per_unit / STANDARD_PIXEL);
	json_number_member(json, "cellSize", matrix->cell_size);
	write_origin(json, grid, z);
	json_integer_member(json, "tileWidth", matrix->tile_width);
	json_integer_member(json, "tileHeight", matrix->tile_height);
	json_integer_member(json, "matrixWidth", matrix->matrix_width);
	json_integer_member(json, "matrixHeight", matrix->matrix_height);
	json_end(json);
}

void handle_grid(const struct site *site, const struct request *request, struct reply *reply)
{
	const char *id = request_parameter(request, "grid");
	const struct grid *grid = grids_find(site->grids, id);
	struct json json;

	reply->by_accept = true;
	if (!grid) {
		reply_tell(reply, 404, "Not found", MESSAGE_NO_GRID, id);
		return;
	}
	if (request_wants_html(request)) {
		page_grid(request, grid, reply);
		return;
	}
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "id", grid->id);
	json_text_member(&json, "title", grid->title);
	grid_write_uri(&json, "uri", grid, request->base_url);
	grid_write_crs(&json, grid);
	json_array_member(&json, "tileMatrices");
	for (uint32_t z = 0; z < grid->level_count; z++)
		write_matrix(&json, grid, z);
	json_end(&json);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = site->document_cache_control;
}

static void write_entry(struct json *json, const struct grid *grid, const char *base)
{
	char *href = memory_print("%s/tileMatrixSets/%s", base, grid->id);

	json_open_object(json);
	json_text_member(json, "id", grid->id);
	json_text_member(json, "title", grid->title);
	grid_write_uri(json, "uri", grid, base);
	grid_write_crs(json, grid);
	json_array_member(json, "links");
	json_open_object(json);
	json_text_member(json, "rel", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme");
	json_text_member(json, "type", "application/json");
	json_text_member(json, "title", grid->title);
	json_text_member(json, "href", href);
	json_end(json);
	json_end(json);
	json_end(json);
	free(href);
}

void handle_grids(const struct site *site, const struct request *request, struct reply *reply)
{
	struct json json;

	reply->by_accept = true;
	if (request_wants_html(request)) {
		page_grids(request, site->grids, reply);
		return;
	}
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_array_member(&json, "tileMatrixSets");
	for (uint32_t i = 0; i < grids_count(site->grids); i++)
		write_entry(&json, grids_at(site->grids, i), request->base_url);
	json_end(&json);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = site->document_cache_control;
}
