/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json.h"
#include "tiler/memory.h"

/* Grids as OGC Two Dimensional Tile Matrix Set 2.0 JSON (17-083r4). */

static const double STANDARD_PIXEL = 0.00028; /* metres: what scale denominators assume */

static void write_uri(struct json *json, const struct grid *grid, const char *base)
{
	struct buf uri;

	/* a grid in no register is named by where its definition is */
	buf_init(&uri, 0);
	if (grid->uri)
		buf_add_text(&uri, grid->uri);
	else
		buf_print(&uri, "%s/tileMatrixSets/%s", base, grid->id);
	json_text_member(json, "uri", uri.bytes);
	buf_release(&uri);
}

/* CRS84 is of OGC's register, which counts its versions otherwise than EPSG. */
static void write_registered_crs(struct json *json, const struct crs *crs)
{
	char *uri = memory_print("http://www.opengis.net/def/crs/%s/%s/%s", crs->authority,
				 strcmp(crs->authority, "OGC") == 0 ? "1.3" : "0", crs->code);

	json_text_member(json, "crs", uri);
	free(uri);
}

static void write_crs(struct json *json, const struct crs *crs)
{
	char *definition = NULL;

	if (crs->authority && crs->code)
		write_registered_crs(json, crs);
	else
		definition = crs_projjson(crs);
	if (definition) {
		json_object_member(json, "crs");
		json_raw_member(json, "wkt", definition);
		json_end(json);
	}
	free(definition);
	json_array_member(json, "orderedAxes");
	json_text(json, crs->axes[0]);
	json_text(json, crs->axes[1]);
	json_end(json);
}

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

	if (!grid) {
		reply_problem(reply, 404, "Not found",
			      "there is no grid \"%.100s\"; /tileMatrixSets lists them", id);
		return;
	}
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "id", grid->id);
	json_text_member(&json, "title", grid->title);
	write_uri(&json, grid, request->base_url);
	write_crs(&json, grid->crs);
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
	write_uri(json, grid, base);
	write_crs(json, grid->crs);
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
