/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tileset.h"

#include <stdbool.h>
#include <string.h>

#include "tiler/companion.h"

bool tileset_carries(const struct tileset *tileset, const char *name)
{
	const struct variant *variant = tileset->request.variant;

	return !variant || variant_carries(variant, name);
}

/* The words TileJSON has for types, which QGIS and GDAL go by. */
static const char *field_type(enum value_type type)
{
	switch (type) {
	case VALUE_BOOLEAN:
		return "Boolean";
	case VALUE_INTEGER:
	case VALUE_REAL:
		return "Number";
	default:
		return "String";
	}
}

/* Of the columns that not all levels have, the first level with each: beside the member that
 * TileJSON knows, since readers go by its words. */
static void write_first_levels(const struct tileset *tileset, uint32_t theme, struct json *json)
{
	const struct prepared *prepared = tileset->prepared[theme];
	const struct grid *grid = tileset->request.grid;

	if (!prepared || !prepared->first_zooms)
		return;
	json_object_member(json, "fields_minzoom");
	for (uint32_t c = 0; c < prepared->column_count; c++) {
		uint32_t first = prepared->first_zooms[c]
					 ? prepared_level_of_zoom(prepared, grid,
								  prepared->first_zooms[c])
					 : 0;

		if (first > tileset->levels[theme].first &&
		    tileset_carries(tileset, prepared->columns[c].name))
			json_integer_member(json, prepared->columns[c].name, first);
	}
	json_end(json);
}

static void write_fields(const struct tileset *tileset, uint32_t theme, bool companions,
			 struct json *json)
{
	const struct theme *subject = tileset->request.themes[theme];
	const struct prepared *prepared = tileset->prepared[theme];
	const struct column *columns = prepared ? prepared->columns : subject->columns;
	uint32_t count = prepared ? prepared->column_count : subject->column_count;
	bool turns = companions &&
		     (prepared ? prepared->companion_turns : companion_turns(subject->kind));

	json_object_member(json, "fields");
	for (uint32_t c = 0; c < count; c++)
		if (tileset_carries(tileset, columns[c].name) &&
		    (!turns || strcmp(columns[c].name, COMPANION_ANGLE) != 0))
			json_text_member(json, columns[c].name, field_type(columns[c].type));
	if (turns)
		json_text_member(json, COMPANION_ANGLE, field_type(VALUE_REAL));
	json_end(json);
	write_first_levels(tileset, theme, json);
}

static void write_layer(const struct tileset *tileset, uint32_t theme, bool companions,
			struct json *json)
{
	const char *layer = tile_request_layer_name(&tileset->request, theme);
	struct buf name;

	buf_init(&name, 0);
	buf_print(&name, "%s%s", layer, companions ? COMPANION_SUFFIX : "");
	json_open_object(json);
	json_text_member(json, "id", name.bytes);
	json_text_member(json, "description", tileset->request.themes[theme]->title);
	json_integer_member(json, "minzoom", tileset->levels[theme].first);
	json_integer_member(json, "maxzoom", tileset->max_zoom);
	write_fields(tileset, theme, companions, json);
	json_end(json);
	buf_release(&name);
}

void tileset_write_layers(const struct tileset *tileset, struct json *json)
{
	json_array_member(json, "vector_layers");
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		write_layer(tileset, i, false, json);
		if (tileset->request.themes[i]->options.companion != COMPANION_NONE)
			write_layer(tileset, i, true, json);
	}
	json_end(json);
}
