/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/tileset.h"
#include "server/variant_query.h"

/* The description that ArcGIS gives of a VectorTileServer. QGIS since 3.26 takes the CRS, the
 * origin and the resolution of level 0 from it and computes the other levels by halving: the one
 * way it reads vector tiles outside Web Mercator. It thinks of tiles as 512 pixels wide. */
enum {
	ESRI_TILE_PIXELS = 512
};

static const double INCHES_PER_METRE = 1 / 0.0254, PIXELS_PER_INCH = 96;

static void write_reference(struct json *json, const struct grid *grid)
{
	const struct crs *crs = grid->crs;
	int number = crs->code && strcmp(crs->authority, "EPSG") == 0 ? atoi(crs->code) : 0;
	char *wkt = number ? NULL : crs_esri_wkt(crs);

	json_object_member(json, "spatialReference");
	if (!number) {
		json_text_member(json, "wkt", wkt ? wkt : crs->definition);
		json_end(json);
		free(wkt);
		return;
	}
	/* Web Mercator has a number of Esri's own, from before it had one of EPSG's */
	json_integer_member(json, "wkid", number == 3857 ? 102100 : number);
	json_integer_member(json, "latestWkid", number);
	json_end(json);
}

static void write_levels(struct json *json, const struct grid *grid)
{
	json_array_member(json, "lods");
	for (uint32_t z = 0; z < grid->level_count; z++) {
		const struct tile_matrix *matrix = &grid->levels[z];
		double resolution = matrix->cell_size * matrix->tile_width / ESRI_TILE_PIXELS;

		json_open_object(json);
		json_integer_member(json, "level", z);
		json_number_member(json, "resolution", resolution);
		json_number_member(json, "scale",
				   resolution * grid->crs->metres_per_unit * INCHES_PER_METRE *
					   PIXELS_PER_INCH);
		json_end(json);
	}
	json_end(json);
}

static void write_tile_info(struct json *json, const struct grid *grid)
{
	json_object_member(json, "tileInfo");
	json_integer_member(json, "rows", ESRI_TILE_PIXELS);
	json_integer_member(json, "cols", ESRI_TILE_PIXELS);
	json_integer_member(json, "dpi", 96);
	json_text_member(json, "format", "pbf");
	json_object_member(json, "origin");
	json_number_member(json, "x", grid->levels[0].origin.x);
	json_number_member(json, "y", grid->levels[0].origin.y);
	json_end(json);
	write_reference(json, grid);
	write_levels(json, grid);
	json_end(json);
}

static void write_extent(struct json *json, const struct tileset *tileset)
{
	struct box extent;

	if (tileset_extent(tileset, NULL, &extent, NULL) || box_is_empty(extent))
		return;
	json_object_member(json, "fullExtent");
	json_number_member(json, "xmin", extent.minx);
	json_number_member(json, "ymin", extent.miny);
	json_number_member(json, "xmax", extent.maxx);
	json_number_member(json, "ymax", extent.maxy);
	write_reference(json, tileset->request.grid);
	json_end(json);
}

/* Relative to that of the description. */
static void write_addresses(struct json *json, const struct variant *variant)
{
	struct buf style, tiles;

	buf_init(&style, 0);
	buf_init(&tiles, 0);
	buf_add_text(&style, "resources/styles");
	buf_add_text(&tiles, "tile/{z}/{y}/{x}.pbf");
	variant_query_write(variant, &style);
	variant_query_write(variant, &tiles);
	json_text_member(json, "defaultStyles", style.bytes);
	json_array_member(json, "tiles");
	json_text(json, tiles.bytes);
	json_end(json);
	buf_release(&style);
	buf_release(&tiles);
}

void handle_esri(const struct site *site, const struct request *request, struct reply *reply)
{
	char *title, *attribution;
	struct tileset tileset;
	struct error error = {0};
	struct json json;

	if (tileset_open(&tileset, site, request, &error)) {
		reply_error(reply, &error);
		return;
	}
	if (!grid_is_quad(tileset.request.grid)) {
		reply_problem(reply, 404, "Not for this grid",
			      "QGIS and ArcGIS read grids only that begin with one square tile and "
			      "halve from level to level; %s does not: use WebMercatorQuad",
			      tileset.request.grid->id);
		tileset_release(&tileset);
		return;
	}
	title = tileset_title(&tileset);
	attribution = tileset_attribution(&tileset);
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_number_member(&json, "currentVersion", 10.81);
	json_text_member(&json, "name", title);
	json_text_member(&json, "copyrightText", attribution ? attribution : "");
	json_text_member(&json, "capabilities", "TilesOnly");
	json_text_member(&json, "type", "indexedVector");
	write_addresses(&json, tileset.request.variant);
	json_boolean_member(&json, "exportTilesAllowed", false);
	json_integer_member(&json, "maxzoom", tileset.max_zoom);
	write_extent(&json, &tileset);
	write_tile_info(&json, tileset.request.grid);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = tileset_cache_control(&tileset, site);
	tileset_release(&tileset);
	free(title);
	free(attribution);
}
