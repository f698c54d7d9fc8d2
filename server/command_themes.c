/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json.h"
#include "tiler/source.h"

/* Characters of a UTF-8 text, for columns that line up. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static void crs_name(const struct crs *crs, char name[48])
{
	if (crs && crs->authority && crs->code)
		snprintf(name, 48, "%s:%s", crs->authority, crs->code);
	else
		snprintf(name, 48, "%.40s", crs && crs->name ? crs->name : "-");
}

static void print_table(const struct catalogue *catalogue)
{
	size_t count = catalogue_theme_count(catalogue);
	int widest = 5;

	for (size_t i = 0; i < count; i++) {
		int width = width_of(catalogue_theme(catalogue, i)->id);

		widest = width > widest ? width : widest;
	}
	printf("%-*s  %-8s %9s  %-11s %s\n", widest, "THEME", "GEOMETRY", "FEATURES", "CRS",
	       "TITLE");
	for (size_t i = 0; i < count; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		char crs[48];

		crs_name(theme->crs, crs);
		printf("%s%*s  %-8s %9" PRIu64 "  %-11s %s\n", theme->id,
		       widest - width_of(theme->id), "", geometry_kind_name(theme->kind),
		       theme->feature_count, crs, theme->title);
	}
}

static void write_description(struct json *json, const struct theme *theme)
{
	json_text_member(json, "title", theme->title);
	json_text_member(json, "title_en", theme->title_en);
	json_text_member(json, "abstract", theme->abstract);
	json_text_member(json, "abstract_en", theme->abstract_en);
	json_text_member(json, "licence", theme->licence);
	json_text_member(json, "attribution", theme->attribution);
	json_text_member(json, "producer", theme->producer);
	json_text_member(json, "contact", theme->contact);
	json_text_member(json, "frequency", theme->frequency);
	json_text_member(json, "lineage", theme->lineage);
	json_text_member(json, "inspire_theme", theme->inspire_theme);
	json_text_member(json, "metadata_record", theme->metadata_record);
}

static void write_theme(struct json *json, const struct theme *theme)
{
	char *dataset = source_place(theme->origin.dataset);
	char crs[48];

	crs_name(theme->crs, crs);
	json_open_object(json);
	json_text_member(json, "id", theme->id);
	json_text_member(json, "group", theme->group);
	json_text_member(json, "layer", theme->layer);
	write_description(json, theme);
	json_text_member(json, "geometry", geometry_kind_name(theme->kind));
	json_integer_member(json, "features", (int64_t)theme->feature_count);
	json_text_member(json, "crs", crs);
	json_text_member(json, "dataset", dataset);
	free(dataset);
	json_text_member(json, "format", theme->origin.driver);
	json_object_member(json, "columns");
	for (uint32_t i = 0; i < theme->column_count; i++)
		json_text_member(json, theme->columns[i].name,
				 value_type_name(theme->columns[i].type));
	json_end(json);
	json_end(json);
}

static void print_json(const struct catalogue *catalogue)
{
	struct json json;
	struct buf text;

	buf_init(&text, 0);
	json_init(&json, &text);
	json_open_array(&json);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		write_theme(&json, catalogue_theme(catalogue, i));
	json_end(&json);
	puts(text.bytes);
	buf_release(&text);
}

int command_themes(const struct command_line *line)
{
	struct catalogue *catalogue;
	struct error error = {0};

	source_init();
	if (command_open_data(line, line->operand_count, false, &catalogue, NULL, NULL, &error))
		return command_failed(NULL, &error);
	if (line->options[0])
		print_json(catalogue);
	else
		print_table(catalogue);
	catalogue_unref(catalogue);
	return EXIT_DONE;
}
