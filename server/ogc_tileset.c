/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/grid_json.h"
#include "server/licence.h"
#include "server/ogc.h"
#include "tiler/companion.h"

/* Metadata of a tileset, as Two Dimensional Tile Matrix Set 2.0 has them (17-083r4, clause 7). */

static void write_limits(struct json *json, const struct tile_limits *limits)
{
	json_array_member(json, "tileMatrixSetLimits");
	for (uint32_t z = limits->min_zoom; z <= limits->max_zoom; z++) {
		struct tile_range range;
		char id[12];

		if (!tile_limits_range(limits, z, &range))
			continue;
		snprintf(id, sizeof(id), "%u", z);
		json_open_object(json);
		json_text_member(json, "tileMatrix", id);
		json_integer_member(json, "minTileRow", range.min_y);
		json_integer_member(json, "maxTileRow", range.max_y);
		json_integer_member(json, "minTileCol", range.min_x);
		json_integer_member(json, "maxTileCol", range.max_x);
		json_end(json);
	}
	json_end(json);
}

static void write_links(struct json *json, const struct ogc_subject *subject,
			const struct tileset *tileset, const char *base)
{
	const struct grid *grid = tileset->request.grid;
	char *url = ogc_tileset_url(subject, base, grid);
	char *tiles = ogc_tile_template(subject, base, grid);
	const char *glue = *subject->query ? "&" : "?";

	json_array_member(json, "links");
	ogc_link(json, "self", OGC_JSON, "This tileset", "%s%sf=json", url, glue);
	ogc_link(json, "alternate", OGC_HTML, "The same as a page", "%s%sf=html", url, glue);
	ogc_template(json, "item", OGC_MVT, tiles);
	ogc_link(json, OGC_REL "tiling-scheme", OGC_JSON, grid->title, "%s/tileMatrixSets/%s", base,
		 grid->id);
	if (subject->theme)
		ogc_link(json, OGC_REL "geodata", OGC_JSON, subject->theme->title, "%s%.*s", base,
			 (int)(strlen(subject->path) - strlen("/tiles")), subject->path);
	json_end(json);
	free(tiles);
	free(url);
}

void ogc_write_tileset_brief(struct json *json, const struct ogc_subject *subject,
			     const struct tileset *tileset, const struct tile_limits *limits,
			     const char *base)
{
	const struct grid *grid = tileset->request.grid;
	struct buf title;

	buf_init(&title, 0);
	if (subject->theme)
		buf_print(&title, "%s (%s)", subject->theme->title, grid->id);
	else
		buf_print(&title, "%zu thème%s (%s)", subject->theme_count,
			  subject->theme_count > 1 ? "s" : "", grid->id);
	json_text_member(json, "title", title.bytes);
	buf_release(&title);
	json_text_member(json, "dataType", "vector");
	grid_write_crs(json, grid);
	json_text_member(json, "tileMatrixSetId", grid->id);
	grid_write_uri(json, "tileMatrixSetURI", grid, base);
	write_limits(json, limits);
	write_links(json, subject, tileset, base);
}

static void write_corner(struct json *json, const char *name, double x, double y)
{
	json_array_member(json, name);
	json_number(json, x);
	json_number(json, y);
	json_end(json);
}

static void write_place(struct json *json, const struct tileset *tileset)
{
	const struct box *bounds = &tileset->bounds;
	char id[12];

	json_object_member(json, "boundingBox");
	write_corner(json, "lowerLeft", bounds->minx, bounds->miny);
	write_corner(json, "upperRight", bounds->maxx, bounds->maxy);
	json_text_member(json, "crs", OGC_CRS84);
	json_end(json);
	snprintf(id, sizeof(id), "%u", tileset->centre_zoom);
	json_object_member(json, "centerPoint");
	write_corner(json, "coordinates", tileset->centre.x, tileset->centre.y);
	json_text_member(json, "crs", OGC_CRS84);
	json_text_member(json, "tileMatrix", id);
	json_end(json);
}

static const char *json_type(enum value_type type)
{
	switch (type) {
	case VALUE_BOOLEAN:
		return "boolean";
	case VALUE_INTEGER:
		return "integer";
	case VALUE_REAL:
		return "number";
	default:
		return "string";
	}
}

/* What was said of a column stands with the theme; what is published, with what was prepared. */
static const struct column *described(const struct theme *theme, const struct column *column)
{
	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, column->name) == 0)
			return &theme->columns[i];
	return column;
}

static void write_properties(struct json *json, const struct tileset *tileset, uint32_t index)
{
	const struct theme *theme = tileset->request.themes[index];
	const struct prepared *prepared = tileset->prepared[index];
	const struct column *columns = prepared ? prepared->columns : theme->columns;
	uint32_t count = prepared ? prepared->column_count : theme->column_count;

	json_object_member(json, "propertiesSchema");
	json_text_member(json, "type", "object");
	json_object_member(json, "properties");
	for (uint32_t i = 0; i < count; i++) {
		const struct column *told = described(theme, &columns[i]);

		if (!tileset_carries(tileset, columns[i].name))
			continue;
		json_object_member(json, columns[i].name);
		json_text_member(json, "type", json_type(columns[i].type));
		json_text_member(json, "title", told->alias);
		json_text_member(json, "description", told->meaning);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

static void write_dimension(struct json *json, enum geometry_kind kind)
{
	if (kind == GEOMETRY_POINT)
		json_integer_member(json, "geometryDimension", 0);
	else if (kind == GEOMETRY_LINE)
		json_integer_member(json, "geometryDimension", 1);
	else if (kind == GEOMETRY_POLYGON)
		json_integer_member(json, "geometryDimension", 2);
}

static void write_layer(struct json *json, const struct tileset *tileset, uint32_t index,
			bool companions)
{
	const struct theme *theme = tileset->request.themes[index];
	const struct prepared *prepared = tileset->prepared[index];
	char id[12];
	struct buf name;

	buf_init(&name, 0);
	buf_print(&name, "%s%s", tile_request_layer_name(&tileset->request, index),
		  companions ? COMPANION_SUFFIX : "");
	json_open_object(json);
	json_text_member(json, "id", name.bytes);
	buf_release(&name);
	json_text_member(json, "title", theme->title);
	json_text_member(json, "description", theme->abstract);
	json_text_member(json, "dataType", "vector");
	write_dimension(json, companions ? GEOMETRY_POINT
			      : prepared ? prepared->kind
					 : theme->kind);
	snprintf(id, sizeof(id), "%u", tileset->levels[index].first);
	json_text_member(json, "minTileMatrix", id);
	snprintf(id, sizeof(id), "%u", tileset->levels[index].last);
	json_text_member(json, "maxTileMatrix", id);
	write_properties(json, tileset, index);
	json_end(json);
}

void ogc_write_tileset_rest(struct json *json, const struct tileset *tileset)
{
	const struct theme *first = tileset->request.themes[0];
	char *attribution = tileset_attribution(tileset);

	if (tileset->request.theme_count == 1) {
		json_text_member(json, "description", first->abstract);
		if (first->licence)
			json_text_member(json, "license", licence_of(first->licence).id);
	}
	json_text_member(json, "attribution", attribution);
	free(attribution);
	json_text_member(json, "version", tileset->version);
	write_place(json, tileset);
	json_array_member(json, "layers");
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		write_layer(json, tileset, i, false);
		if (tileset->request.themes[i]->options.companion != COMPANION_NONE)
			write_layer(json, tileset, i, true);
	}
	json_end(json);
}
