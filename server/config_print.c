/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "server/config_read.h"

static void print_list(const struct text_list *list, struct buf *out)
{
	buf_add_char(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		buf_add_text(out, i ? ", " : "");
		yaml_quote(list->texts[i], out);
	}
	buf_add_char(out, ']');
}

static void print_paths(const struct text_list *paths, const struct text_list *places,
			struct buf *out)
{
	buf_add_text(out, paths->count ? "\n" : " []\n");
	for (size_t i = 0; i < paths->count; i++) {
		buf_add_text(out, "  - ");
		yaml_path(paths->texts[i], out);
		buf_print(out, "  # %s\n", places->texts[i]);
	}
}

static void print_dataset(const struct dataset_settings *dataset, struct buf *out)
{
	buf_add_text(out, "  - path: ");
	if (config_is_connection(dataset->name))
		yaml_quote(dataset->name, out);
	else
		yaml_path(dataset->name, out);
	buf_print(out, "  # %s\n", dataset->place ? dataset->place : "argument");
	if (dataset->group) {
		buf_add_text(out, "    group: ");
		yaml_quote(dataset->group, out);
		buf_add_char(out, '\n');
	}
	if (dataset->layers.count) {
		buf_add_text(out, "    layers: ");
		print_list(&dataset->layers, out);
		buf_add_char(out, '\n');
	}
	if (dataset->without.count) {
		buf_add_text(out, "    except: ");
		print_list(&dataset->without, out);
		buf_add_char(out, '\n');
	}
}

static void print_statement(const struct theme_override *override,
			    const struct theme_statement *statement, const char *margin,
			    struct buf *out)
{
	bool list = statement->option->type == OPTION_TEXTS ||
		    statement->option->type == OPTION_COLUMNS;

	buf_print(out, "%s%s: ", margin, statement->option->name);
	if (list)
		print_list(&statement->values, out);
	else
		yaml_quote(statement->values.texts[0], out);
	buf_print(out, "  # %s\n", statement->place ? statement->place : override->place);
}

/* Was the column of this statement met before it? */
static bool was_met(const struct theme_override *override, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (override->statements[i].column &&
		    strcmp(override->statements[i].column, override->statements[index].column) == 0)
			return true;
	return false;
}

static void print_columns(const struct theme_override *override, const char *comment,
			  struct buf *out)
{
	const char *margin = *comment ? "#        " : "        ";
	bool begun = false;

	for (size_t i = 0; i < override->count; i++) {
		const char *column = override->statements[i].column;

		if (!column || was_met(override, i))
			continue;
		if (!begun)
			buf_print(out, "%s    columns:\n", comment);
		begun = true;
		buf_print(out, "%s      ", comment);
		yaml_quote(column, out);
		buf_add_text(out, ":\n");
		for (size_t s = i; s < override->count; s++)
			if (override->statements[s].column &&
			    strcmp(override->statements[s].column, column) == 0)
				print_statement(override, &override->statements[s], margin, out);
	}
}

/* What a table or a record says is shown as comments: its place is there. */
static void print_override(const struct theme_override *override, struct buf *out)
{
	bool elsewhere = override->strength == OVERRIDE_TABLE ||
			 override->strength == OVERRIDE_RECORD;
	const char *comment = elsewhere ? "#" : "";
	const char *margin = *comment ? "#    " : "    ";

	buf_print(out, "%s  ", comment);
	yaml_quote(override->pattern, out);
	buf_print(out, ":  # %s\n", override->place);
	for (size_t i = 0; i < override->count; i++)
		if (!override->statements[i].column)
			print_statement(override, &override->statements[i], margin, out);
	print_columns(override, comment, out);
}

static void print_defaults(struct buf *out)
{
	buf_add_text(out, "# What can be said of a theme, and what holds where nothing is said:\n");
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++) {
		const struct theme_option *option = &theme_option_table[i];

		buf_print(out, "#   %s%s: %s%s(%s)\n", option->of_column ? "columns, " : "",
			  option->name, option->fallback, *option->fallback ? "  " : "",
			  option->help);
	}
}

void config_print(const struct config *config, struct buf *out)
{
	const struct catalogue_settings *catalogue = config->catalogue;

	settings_print(&config->settings, config->origins, out);
	buf_add_text(out, "# where themes are looked for: files, folders, patterns, connections\n"
			  "data:\n");
	for (size_t i = 0; i < catalogue->dataset_count; i++)
		print_dataset(&catalogue->datasets[i], out);
	buf_add_text(out, "# tables that describe themes\ncatalogue:");
	print_paths(&config->tables, &config->table_places, out);
	buf_add_text(out, "# metadata records of ISO 19115, or folders of them\nmetadata:");
	print_paths(&config->records, &config->record_places, out);
	print_defaults(out);
	buf_add_text(out, "themes:\n");
	for (size_t i = 0; i < catalogue->overrides.count; i++)
		print_override(&catalogue->overrides.list[i], out);
}
