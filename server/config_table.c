/* SPDX-License-Identifier: EUPL-1.2 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config_read.h"
#include "server/file.h"
#include "server/table.h"
#include "tiler/memory.h"

/* What the cells of a column are for. */
struct heading {
	const char *text;
	const struct theme_option *option; /* NULL: nothing we know */
};

struct sheet {
	struct config_reader *reader;
	const char *file;
	struct heading headings[TABLE_COLUMNS_MOST];
	size_t count;
	int id, group, layer, column; /* their places, or -1 */
};

static void note(const struct sheet *sheet, unsigned line, bool remark, const char *text)
{
	char *place = memory_print("%s:%u", sheet->file, line);

	catalogue_settings_note(sheet->reader->config->catalogue, place, text, remark);
	free(place);
}

/* Is HEADING one of those between bars? */
static bool is_headed(const char *heading, const char *names)
{
	char *plain = plain_heading(heading);
	const char *found = *plain ? strstr(names, plain) : NULL;
	size_t length = strlen(plain);
	bool headed = false;

	for (; found && !headed; found = strstr(found + 1, plain))
		headed = (found == names || found[-1] == '|') &&
			 (found[length] == '|' || !found[length]);
	free(plain);
	return headed;
}

static void note_unknown(const struct sheet *sheet, const struct table_row *row)
{
	struct buf text;
	size_t unknown = 0;

	buf_init(&text, 400);
	buf_add_text(&text, "these columns are of no use here and are passed over:");
	for (size_t i = 0; i < sheet->count; i++) {
		bool known = sheet->headings[i].option || (int)i == sheet->id ||
			     (int)i == sheet->group || (int)i == sheet->layer ||
			     (int)i == sheet->column;

		if (!known && *sheet->headings[i].text)
			buf_print(&text, "%s %.40s", unknown++ ? "," : "", sheet->headings[i].text);
	}
	if (unknown)
		note(sheet, row->line, true, text.bytes);
	buf_release(&text);
}

static void find_places(struct sheet *sheet, const struct table_row *row)
{
	static const struct {
		const char *names;
		size_t offset;
	} places[] = {
		{"id|identifiant|theme|id theme|theme id", offsetof(struct sheet, id)},
		{"group|groupe|schema", offsetof(struct sheet, group)},
		{"layer|couche|table", offsetof(struct sheet, layer)},
		{"column|colonne|attribut|attribute|champ|field", offsetof(struct sheet, column)},
	};

	sheet->count = row->count;
	for (size_t p = 0; p < sizeof(places) / sizeof(*places); p++) {
		int *place = (int *)(void *)((char *)sheet + places[p].offset);

		*place = -1;
		for (size_t i = 0; i < row->count && *place < 0; i++)
			if (is_headed(row->cells[i], places[p].names))
				*place = (int)i;
	}
}

/* False: it is no table of ours, which was told. */
static bool read_heading(struct sheet *sheet, const struct table_row *row)
{
	char text[200];

	find_places(sheet, row);
	if (sheet->id < 0 && (sheet->group < 0 || sheet->layer < 0)) {
		note(sheet, row->line, false,
		     "no column is headed id (or group and layer), so the rows are of no theme; the "
		     "first row must name the columns");
		return false;
	}
	for (size_t i = 0; i < row->count; i++) {
		bool taken = (int)i == sheet->id || (int)i == sheet->group ||
			     (int)i == sheet->layer || (int)i == sheet->column;

		sheet->headings[i] = (struct heading){
			row->cells[i],
			taken ? NULL : theme_option_headed(row->cells[i], sheet->column >= 0)};
		for (size_t before = 0; before < i && sheet->headings[i].option; before++) {
			if (sheet->headings[before].option != sheet->headings[i].option)
				continue;
			snprintf(
				text, sizeof(text),
				"the columns %.40s and %.40s are for the same; the first one holds",
				sheet->headings[before].text, sheet->headings[i].text);
			note(sheet, row->line, false, text);
			sheet->headings[i].option = NULL;
		}
	}
	note_unknown(sheet, row);
	return true;
}

static const char *cell(const struct table_row *row, int place)
{
	return place >= 0 && (size_t)place < row->count ? row->cells[place] : "";
}

/* The id of the theme that a row is of; new, NULL: it does not say. */
static char *id_of(const struct sheet *sheet, const struct table_row *row)
{
	const char *id = cell(row, sheet->id), *group = cell(row, sheet->group);
	const char *layer = cell(row, sheet->layer);

	if (*id)
		return memory_text(id);
	return *group && *layer ? memory_print("%s:%s", group, layer) : NULL;
}

/* What is misunderstood of these would let out what should stay in. */
static bool concerns_publication(const struct theme_option *option)
{
	return option->id == THEME_PUBLISH || option->id == THEME_PERSONAL_DATA ||
	       option->id == COLUMN_PUBLISH;
}

static void say(const struct sheet *sheet, struct theme_override *override,
		const struct table_row *row, size_t index)
{
	const struct theme_option *option = sheet->headings[index].option;
	struct text_list values = {0};
	struct error error = {0};
	char *text;

	if (theme_option_read(option, row->cells[index], &values, &error)) {
		override->withheld = override->withheld || concerns_publication(option);
		text = memory_print("column %s: %s%s", sheet->headings[index].text, error.text,
				    concerns_publication(option)
					    ? "; the theme is not served until this is mended"
					    : "");
		note(sheet, row->line, false, text);
		free(text);
	} else if (values.count) {
		theme_override_say(override, option,
				   sheet->column >= 0 ? cell(row, sheet->column) : NULL, NULL)
			->values = values;
		return;
	}
	text_list_release(&values);
}

static void read_row(const struct sheet *sheet, const struct table_row *row)
{
	struct theme_override *override;
	char *id = id_of(sheet, row), *place;

	if (!id || (sheet->column >= 0 && !*cell(row, sheet->column))) {
		note(sheet, row->line, false,
		     id ? "the row names no column" : "the row names no theme");
		free(id);
		return;
	}
	if (row->count > sheet->count)
		note(sheet, row->line, true,
		     "the row has more cells than the first row names; is a text with a separator "
		     "not in quotes?");
	place = memory_print("%s:%u", sheet->file, row->line);
	override = theme_overrides_add(&sheet->reader->config->catalogue->overrides, id,
				       OVERRIDE_TABLE, place);
	for (size_t i = 0; i < row->count && i < sheet->count; i++)
		if (sheet->headings[i].option && *row->cells[i])
			say(sheet, override, row, i);
	free(place);
	free(id);
}

static void read_sheet(struct config_reader *reader, const char *path, const struct table *table)
{
	struct sheet *sheet = memory_zeroed(1, sizeof(*sheet));

	sheet->reader = reader;
	sheet->file = path;
	if (table_row_count(table) == 0)
		note(sheet, 1, true, "the table is empty");
	else if (read_heading(sheet, table_row(table, 0)))
		for (size_t i = 1; i < table_row_count(table); i++)
			read_row(sheet, table_row(table, i));
	free(sheet);
}

void config_read_table(struct config_reader *reader, const struct config_node *node,
		       const char *path)
{
	char *place = config_place(reader, node);
	struct table *table = NULL;
	struct error error = {0};
	struct buf text;

	buf_init(&text, TABLE_BYTES_MOST + 1);
	text_list_add(&reader->config->files, path);
	text_list_add(&reader->config->tables, path);
	text_list_add(&reader->config->table_places, place);
	free(place);
	if (file_read(path, &text, &error))
		config_fault_at(reader, node, "the table %s: %s", path, error.text);
	else if (table_new(path, text.bytes, text.length, &table, &error))
		config_fault_at(reader, node, "the table %s", error.text);
	else
		read_sheet(reader, path, table);
	table_free(table);
	buf_release(&text);
}
