/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/settings.h"
#include "server/tileset.h"
#include "server/variant_query.h"

/* TileJSON 3.0 (https://github.com/mapbox/tilejson-spec) for any themes in any grid. It knows Web
 * Mercator only; for other grids the members GDAL reads from a metadata.json say where the tiles
 * lie, and clients that do not know them had better not be given such a document. */

static bool is_mercator(const struct tileset *tileset)
{
	return strcmp(tileset->request.grid->id, "WebMercatorQuad") == 0;
}

/* Rows of "tms" are counted from the south. */
static const char *scheme(const struct grid *grid)
{
	return grid->levels[0].rows_from_south ? "tms" : "xyz";
}

static void write_tile_address(struct json *json, const struct tileset *tileset,
			       const struct site *site, const char *base)
{
	char *path = tileset_path(tileset);
	char version[ENGINE_VERSION_SIZE];
	struct buf url;

	buf_init(&url, 0);
	buf_print(&url, "%s/tiles/%s/", base, path);
	if (!is_mercator(tileset))
		buf_print(&url, "%s/", tileset->request.grid->id);
	buf_add_text(&url, "{z}/{x}/{y}");
	if (site->settings->versioned_urls &&
	    engine_version(site->engine, &tileset->request, version))
		buf_print(&url, "?v=%s", version);
	variant_query_write(tileset->request.variant, &url);
	json_array_member(json, "tiles");
	json_text(json, url.bytes);
	json_end(json);
	buf_release(&url);
	free(path);
}

static void write_place(struct json *json, const struct tileset *tileset)
{
	const struct box *bounds = &tileset->bounds;

	json_array_member(json, "bounds");
	json_number(json, bounds->minx);
	json_number(json, bounds->miny);
	json_number(json, bounds->maxx);
	json_number(json, bounds->maxy);
	json_end(json);
	json_array_member(json, "center");
	json_number(json, tileset->centre.x);
	json_number(json, tileset->centre.y);
	json_whole(json, tileset->centre_zoom);
	json_end(json);
}

/* Where level 0 lies, as GDAL's MVT driver wants it; of other grids it could only take the tiles
 * for those of a quadtree. */
static void write_grid(struct json *json, const struct grid *grid)
{
	const struct tile_matrix *first = &grid->levels[0];
	struct buf crs;

	buf_init(&crs, 0);
	if (grid->crs->authority && grid->crs->code)
		buf_print(&crs, "%s:%s", grid->crs->authority, grid->crs->code);
	else
		buf_add_text(&crs, grid->crs->definition);
	json_text_member(json, "crs", crs.bytes);
	json_text_member(json, "tile_matrix_set", grid->id);
	buf_release(&crs);
	if (!grid_is_quad(grid))
		return;
	json_number_member(json, "tile_origin_upper_left_x", first->origin.x);
	json_number_member(json, "tile_origin_upper_left_y", first->origin.y);
	json_number_member(json, "tile_dimension_zoom_0", first->cell_size * first->tile_width);
}

/* What somebody said of the theme, under the names that the collection's document has as well. */
static void write_metadata_of(struct json *json, const struct theme *theme)
{
	json_text_member(json, "description", theme->abstract);
	json_text_member(json, "name_en", theme->title_en);
	json_text_member(json, "description_en", theme->abstract_en);
	json_text_member(json, "license", theme->licence);
	json_text_member(json, "producer", theme->producer);
	json_text_member(json, "contact", theme->contact);
	json_text_member(json, "frequency", theme->frequency);
	json_text_member(json, "lineage", theme->lineage);
	json_text_member(json, "inspire_theme", theme->inspire_theme);
	json_text_member(json, "metadata_record", theme->metadata_record);
	if (theme->keywords.count == 0)
		return;
	json_array_member(json, "keywords");
	for (size_t i = 0; i < theme->keywords.count; i++)
		json_text(json, theme->keywords.texts[i]);
	json_end(json);
}

static void write_texts(struct json *json, const struct tileset *tileset)
{
	char *title = tileset_title(tileset), *attribution = tileset_attribution(tileset);

	json_text_member(json, "name", title);
	if (tileset->request.theme_count == 1)
		write_metadata_of(json, tileset->request.themes[0]);
	json_text_member(json, "attribution", attribution);
	json_text_member(json, "version", tileset->version);
	free(title);
	free(attribution);
}

/* How fresh the tiles are: beyond the specification, which lets documents say more. */
static void write_freshness(struct json *json, const struct tileset *tileset,
			    const struct site *site)
{
	char version[ENGINE_VERSION_SIZE];

	if (engine_version(site->engine, &tileset->request, version))
		json_text_member(json, "data_version", version);
	json_array_member(json, "freshness");
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		const struct theme *theme = tileset->request.themes[i];
		struct theme_freshness fresh = engine_freshness(site->engine, theme);

		json_open_object(json);
		json_text_member(json, "theme", theme->id);
		if (tileset->prepared[i])
			json_text_member(json, "version", tileset->prepared[i]->version);
		json_integer_member(json, "data_changed_at", fresh.data_changed_at);
		json_integer_member(json, "prepared_at", fresh.prepared_at);
		json_boolean_member(json, "outdated", fresh.outdated);
		json_end(json);
	}
	json_end(json);
}

void handle_tilejson(const struct site *site, const struct request *request, struct reply *reply)
{
	struct tileset tileset;
	struct error error = {0};
	struct json json;

	if (tileset_open(&tileset, site, request, &error)) {
		reply_error(reply, &error);
		return;
	}
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "tilejson", "3.0.0");
	write_texts(&json, &tileset);
	json_text_member(&json, "scheme", scheme(tileset.request.grid));
	write_tile_address(&json, &tileset, site, request->base_url);
	json_integer_member(&json, "minzoom", tileset.min_zoom);
	json_integer_member(&json, "maxzoom", tileset.max_zoom);
	write_place(&json, &tileset);
	if (!is_mercator(&tileset))
		write_grid(&json, tileset.request.grid);
	write_freshness(&json, &tileset, site);
	tileset_write_layers(&tileset, &json);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = tileset_cache_control(&tileset, site);
	tileset_release(&tileset);
}

/* "w,s,e,n" as one text, and the layers as JSON in a text: MBTiles' way, which GDAL follows. */
static void write_metadata(struct json *json, const struct tileset *tileset)
{
	const struct box *bounds = &tileset->bounds;
	struct json layers;
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%.7f,%.7f,%.7f,%.7f", bounds->minx, bounds->miny, bounds->maxx,
		  bounds->maxy);
	json_text_member(json, "bounds", text.bytes);
	buf_empty(&text);
	json_init(&layers, &text);
	json_open_object(&layers);
	tileset_write_layers(tileset, &layers);
	json_end(&layers);
	json_text_member(json, "json", text.bytes);
	buf_release(&text);
	json_integer_member(json, "minzoom", tileset->min_zoom);
	json_integer_member(json, "maxzoom", tileset->max_zoom);
	json_text_member(json, "format", "pbf");
	json_text_member(json, "scheme", "xyz");
	write_grid(json, tileset->request.grid);
}

void handle_metadata(const struct site *site, const struct request *request, struct reply *reply)
{
	struct tileset tileset;
	struct error error = {0};
	struct json json;

	if (tileset_open(&tileset, site, request, &error)) {
		reply_error(reply, &error);
		return;
	}
	if (!grid_is_quad(tileset.request.grid)) {
		reply_problem(reply, 404, "Not for this grid",
			      "GDAL reads grids only that begin with one square tile and halve "
			      "from level to level; %s does not: use its TileJSON, or another grid",
			      tileset.request.grid->id);
		tileset_release(&tileset);
		return;
	}
	json_init(&json, &reply->body);
	json_open_object(&json);
	write_texts(&json, &tileset);
	write_metadata(&json, &tileset);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = tileset_cache_control(&tileset, site);
	tileset_release(&tileset);
}
