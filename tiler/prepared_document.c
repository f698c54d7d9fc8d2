/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/prepared_document.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/file_write.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/prepared_report.h"
#include "tiler/secret.h"

enum {
	FORMAT = 5, /* to be raised whenever files of the old form must be made anew */
	COLUMNS_MOST = 65535,
	DEEPEST_ZOOM = 30,
};

void prepared_identity(const struct theme *theme, char identity[33])
{
	struct buf text;
	char options[33];

	theme_options_hash(&theme->options, options);
	buf_init(&text, 0);
	buf_print(&text, "%s\n%s\n%s\n%s\n%s\n", theme->origin.dataset, theme->origin.layer,
		  theme->origin.stamp, theme->crs->definition, options);
	for (uint32_t i = 0; i < theme->column_count; i++)
		buf_print(&text, "%s %d\n", theme->columns[i].name, theme->columns[i].type);
	hash_hex(text.bytes, text.length, identity);
	buf_release(&text);
}

void prepared_likeness(const struct theme *theme, char likeness[33])
{
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%s\n%s\n%s\n%s\n", theme->origin.dataset, theme->origin.layer,
		  theme->crs->definition, theme->options.id_column ? theme->options.id_column : "");
	hash_hex(text.bytes, text.length, likeness);
	buf_release(&text);
}

char *prepared_level_file(uint32_t level)
{
	return memory_print("level-%u.fgb", level);
}

char *prepared_points_file(uint32_t level)
{
	return memory_print("level-%u-points.fgb", level);
}

char *prepared_ids_path(const char *folder)
{
	return memory_print("%s/level-0.ids", folder);
}

char *prepared_weighings_path(const char *folder)
{
	return memory_print("%s/weighings", folder);
}

static json_t *box_json(struct box box)
{
	if (box_is_empty(box) || !box_is_finite(box))
		return json_null();
	return json_pack("[ffff]", box.minx, box.miny, box.maxx, box.maxy);
}

static json_t *columns_json(const struct prepared *prepared)
{
	json_t *columns = json_array();

	for (uint32_t i = 0; i < prepared->column_count; i++)
		json_array_append_new(columns,
				      json_pack("{ss ss ss}", "name", prepared->columns[i].name,
						"type", value_type_name(prepared->columns[i].type),
						"source_type", prepared->columns[i].source_type));
	return columns;
}

static json_t *levels_json(const struct prepared *prepared)
{
	json_t *levels = json_array();

	for (uint32_t i = 0; i < prepared->level_count; i++) {
		const struct prepared_level *level = &prepared->levels[i];
		char *file = prepared_level_file(i);

		json_array_append_new(levels,
				      json_pack("{sf ss si sf sI sI sI so}", "resolution",
						level->resolution, "file", file, "zoom",
						(int)level->zoom, "tolerance", level->tolerance,
						"features", (json_int_t)level->features, "vertices",
						(json_int_t)level->vertices, "largest_tile",
						(json_int_t)level->largest_tile, "losses",
						losses_json(&level->losses)));
		free(file);
	}
	return levels;
}

/* Names in files need not be UTF-8, JSON must be. */
static json_t *name_json(const char *name)
{
	json_t *text = json_string(name);
	char *escaped;

	if (!text) {
		escaped = theme_folder_name(name);
		text = json_string(escaped);
		free(escaped);
	}
	return text;
}

static json_t *source_json(const struct theme *theme)
{
	char *dataset = without_secrets(theme->origin.dataset);
	char identity[33], likeness[33];
	json_t *source;

	prepared_identity(theme, identity);
	prepared_likeness(theme, likeness);
	source = json_pack("{so so ss ss ss ss}", "dataset", name_json(dataset), "layer",
			   name_json(theme->origin.layer), "driver", theme->origin.driver, "stamp",
			   theme->origin.stamp, "identity", identity, "likeness", likeness);
	free(dataset);
	return source;
}

static json_t *document_json(const struct prepared *prepared, const struct theme *theme)
{
	return json_pack("{si ss so ss so so ss sI si s[ff] si sI so so so}", "format", FORMAT,
			 "theme", theme->id, "source", source_json(theme), "crs",
			 prepared->crs->definition, "extent", box_json(prepared->extent), "bounds",
			 box_json(prepared->bounds), "kind", geometry_kind_name(prepared->kind),
			 "feature_count", (json_int_t)prepared->feature_count, "min_zoom",
			 (int)prepared->min_zoom, "centre", prepared->centre.x, prepared->centre.y,
			 "centre_zoom", (int)prepared->centre_zoom, "prepared_at",
			 (json_int_t)prepared->prepared_at, "columns", columns_json(prepared),
			 "report", report_json(&prepared->report), "levels", levels_json(prepared));
}

enum error_code prepared_document_write(const char *path, const struct prepared *prepared,
					const struct theme *theme, struct error *error)
{
	json_t *document = document_json(prepared, theme);
	char *text = document ? json_dumps(document, JSON_INDENT(2)) : NULL;
	enum error_code code = ERROR_NONE;

	if (!text)
		code = error_set(error, ERROR_INTERNAL,
				 "%s: a text of the theme is not valid UTF-8", theme->id);
	else if (!file_write(path, text, strlen(text)))
		code = error_set(error, ERROR_IO, "%s cannot be written: %s", path,
				 strerror(errno));
	free(text);
	json_decref(document);
	return code;
}

/* What is taken from the document is taken by these; each is false where the document does not hold
 * it, or nonsense. */

static bool take_text(const json_t *object, const char *key, char **text)
{
	const char *value = json_string_value(json_object_get(object, key));

	*text = memory_text(value);
	return value != NULL;
}

static bool take_count(const json_t *object, const char *key, uint64_t most, uint64_t *count)
{
	const json_t *value = json_object_get(object, key);

	*count = (uint64_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0 && *count <= most;
}

static bool take_zoom(const json_t *object, const char *key, uint32_t *zoom)
{
	uint64_t count = 0;
	bool taken = take_count(object, key, DEEPEST_ZOOM, &count);

	*zoom = (uint32_t)count;
	return taken;
}

static bool take_numbers(const json_t *array, size_t count, double *numbers)
{
	if (json_array_size(array) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!json_is_number(json_array_get(array, i)))
			return false;
		numbers[i] = json_number_value(json_array_get(array, i));
	}
	return true;
}

static bool take_box(const json_t *object, const char *key, struct box *box)
{
	const json_t *value = json_object_get(object, key);
	double sides[4];

	*box = box_empty();
	if (json_is_null(value))
		return true;
	if (!take_numbers(value, 4, sides))
		return false;
	*box = (struct box){sides[0], sides[1], sides[2], sides[3]};
	return !box_is_empty(*box);
}

static bool take_kind(const json_t *object, enum geometry_kind *kind)
{
	const char *name = json_string_value(json_object_get(object, "kind"));

	for (int i = 0; name && i < GEOMETRY_KINDS; i++) {
		*kind = (enum geometry_kind)i;
		if (strcmp(name, geometry_kind_name(*kind)) == 0)
			return true;
	}
	return false;
}

static bool take_type(const json_t *object, enum value_type *type)
{
	const char *name = json_string_value(json_object_get(object, "type"));

	for (int i = VALUE_BOOLEAN; name && i <= VALUE_TEXT; i++) {
		*type = (enum value_type)i;
		if (strcmp(name, value_type_name(*type)) == 0)
			return true;
	}
	return false;
}

static bool take_columns(const json_t *document, struct prepared *prepared)
{
	const json_t *columns = json_object_get(document, "columns");
	size_t count = json_array_size(columns);

	if (!json_is_array(columns) || count > COLUMNS_MOST)
		return false;
	prepared->columns = memory_zeroed(count, sizeof(*prepared->columns));
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(columns, i);
		struct column *column = &prepared->columns[prepared->column_count++];

		if (!take_text(item, "name", &column->name) ||
		    !take_text(item, "source_type", &column->source_type) ||
		    !take_type(item, &column->type))
			return false;
	}
	return true;
}

static bool take_level(const json_t *item, struct prepared_level *level)
{
	uint64_t zoom = 0;

	if (!json_is_number(json_object_get(item, "resolution")) ||
	    !json_is_number(json_object_get(item, "tolerance")) ||
	    !take_count(item, "zoom", GRID_LEVELS_MOST, &zoom) ||
	    !take_count(item, "features", INT64_MAX, &level->features) ||
	    !take_count(item, "vertices", INT64_MAX, &level->vertices) ||
	    !take_count(item, "largest_tile", INT64_MAX, &level->largest_tile) ||
	    !take_losses(json_object_get(item, "losses"), &level->losses))
		return false;
	level->resolution = json_number_value(json_object_get(item, "resolution"));
	level->tolerance = json_number_value(json_object_get(item, "tolerance"));
	level->zoom = (uint32_t)zoom;
	return true;
}

static bool take_levels(const json_t *document, struct prepared *prepared)
{
	const json_t *levels = json_object_get(document, "levels");
	size_t count = json_array_size(levels);

	if (!json_is_array(levels) || count > PREPARED_LEVELS_MOST)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct prepared_level *level = &prepared->levels[i];

		if (!take_level(json_array_get(levels, i), level) ||
		    !(i ? level->resolution > level[-1].resolution : level->resolution == 0))
			return false;
	}
	prepared->level_count = (uint32_t)count;
	return (count == 0) == (prepared->feature_count == 0);
}

static bool take_hash(const json_t *source, const char *key, char hash[33])
{
	const char *value = json_string_value(json_object_get(source, key));

	snprintf(hash, 33, "%s", value ? value : "");
	return value && strlen(value) == 32;
}

static bool take_origin(const json_t *document, struct prepared_origin *origin)
{
	const json_t *source = json_object_get(document, "source");

	/* versions made before it was written have none, and stand in for no other */
	take_hash(source, "likeness", origin->likeness);
	return take_hash(source, "identity", origin->identity);
}

static bool take_document(const json_t *document, struct prepared *prepared,
			  struct prepared_origin *origin)
{
	uint64_t prepared_at = 0;
	double centre[2] = {0, 0};
	bool taken = take_text(document, "theme", &prepared->theme_id) &&
		     take_origin(document, origin) &&
		     take_box(document, "extent", &prepared->extent) &&
		     take_box(document, "bounds", &prepared->bounds) &&
		     take_kind(document, &prepared->kind) &&
		     take_count(document, "feature_count", INT64_MAX, &prepared->feature_count) &&
		     take_zoom(document, "min_zoom", &prepared->min_zoom) &&
		     take_zoom(document, "centre_zoom", &prepared->centre_zoom) &&
		     take_numbers(json_object_get(document, "centre"), 2, centre) &&
		     take_count(document, "prepared_at", INT64_MAX, &prepared_at) &&
		     take_columns(document, prepared) &&
		     take_report(json_object_get(document, "report"), &prepared->report) &&
		     take_levels(document, prepared);

	prepared->centre = (struct point){centre[0], centre[1]};
	prepared->prepared_at = (int64_t)prepared_at;
	return taken;
}

enum error_code prepared_document_read(const char *path, struct prepared *prepared,
				       struct prepared_origin *origin, struct error *error)
{
	json_error_t fault;
	enum error_code code = ERROR_NONE;
	json_t *document;

	if (access(path, R_OK) != 0)
		return error_set(error, ERROR_NOT_FOUND, "%s: %s", path, strerror(errno));
	document = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
	if (!document)
		code = error_set(error, ERROR_INVALID, "%s is damaged: line %d, %s", path,
				 fault.line, fault.text);
	else if (json_integer_value(json_object_get(document, "format")) != FORMAT)
		code = error_set(error, ERROR_NOT_FOUND,
				 "%s was written by another version of the program", path);
	else if (!take_document(document, prepared, origin))
		code = error_set(error, ERROR_INVALID, "%s is damaged: a value is missing or wrong",
				 path);
	json_decref(document);
	return code;
}
