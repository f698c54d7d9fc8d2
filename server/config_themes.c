/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "server/config_read.h"
#include "tiler/memory.h"

static void tell_unknown(const struct config_reader *reader, const struct config_node *key,
			 bool of_column)
{
	const char *names[THEME_OPTION_COUNT + 1];
	size_t count = 0;

	for (size_t i = 0; i < THEME_OPTION_COUNT; i++)
		if (theme_option_table[i].of_column == of_column)
			names[count++] = theme_option_table[i].name;
	if (!of_column)
		names[count++] = "columns";
	config_unknown_key(reader, key, names, count);
}

static bool takes_list(const struct theme_option *option)
{
	return option->type == OPTION_TEXTS || option->type == OPTION_COLUMNS;
}

/* The line a statement stands in. New. */
static char *line_of(const struct config_reader *reader, const struct config_node *node)
{
	return memory_print("%s:%u", reader->file, node->line);
}

static void say(struct config_reader *reader, struct theme_override *override,
		const struct theme_option *option, const char *column,
		const struct config_node *node)
{
	struct text_list values = {0};
	struct error error = {0};
	struct theme_statement *statement;
	char *place;

	if (node->kind == CONFIG_NOTHING)
		return;
	if (takes_list(option) && node->kind == CONFIG_LIST)
		config_texts(reader, node, option->name, &values);
	else if (!config_text(reader, node, option->name))
		return;
	else if (theme_option_read(option, node->text, &values, &error))
		config_fault_at(reader, node, "%s: %s", option->name, error.text);
	if (values.count || takes_list(option)) {
		place = line_of(reader, node);
		statement = theme_override_say(override, option, column, place);
		statement->values = values;
		free(place);
	} else {
		text_list_release(&values);
	}
}

/* "title: {fr: Écoles, en: Schools}" */
static void say_in_languages(struct config_reader *reader, struct theme_override *override,
			     const struct theme_option *option, const struct config_node *node)
{
	static const char *const languages[] = {"fr", "en"};
	const struct theme_option *english =
		&theme_option_table[option->id == THEME_TITLE ? THEME_TITLE_EN : THEME_ABSTRACT_EN];

	for (size_t i = 0; i < node->count; i++) {
		if (strcmp(node->keys[i]->text, "fr") == 0)
			say(reader, override, option, NULL, node->items[i]);
		else if (strcmp(node->keys[i]->text, "en") == 0)
			say(reader, override, english, NULL, node->items[i]);
		else
			config_unknown_key(reader, node->keys[i], languages, 2);
	}
}

static void hide(const struct config_reader *reader, struct theme_override *override,
		 const struct config_node *key)
{
	char *place = line_of(reader, key);

	text_list_add(
		&theme_override_say(override, &theme_option_table[COLUMN_PUBLISH], key->text, place)
			 ->values,
		"no");
	free(place);
}

static void read_column(struct config_reader *reader, struct theme_override *override,
			const struct config_node *key, const struct config_node *node)
{
	if (node->kind == CONFIG_TEXT && strcmp(node->text, "hide") == 0) {
		hide(reader, override, key);
		return;
	}
	if (node->kind == CONFIG_NOTHING)
		return;
	if (node->kind != CONFIG_MAP) {
		config_fault_at(reader, node,
				"a column takes \"hide\", or keys such as alias and meaning");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct theme_option *option = theme_option_find(node->keys[i]->text, true);

		if (option)
			say(reader, override, option, key->text, node->items[i]);
		else
			tell_unknown(reader, node->keys[i], true);
	}
}

static void read_columns(struct config_reader *reader, struct theme_override *override,
			 const struct config_node *node)
{
	if (node->kind == CONFIG_LIST)
		say(reader, override, &theme_option_table[THEME_PUBLISH_COLUMNS], NULL, node);
	else if (node->kind == CONFIG_MAP)
		for (size_t i = 0; i < node->count; i++)
			read_column(reader, override, node->keys[i], node->items[i]);
	else if (node->kind != CONFIG_NOTHING)
		config_fault_at(reader, node,
				"columns takes a list of those to publish, or a key for each");
}

/* Contradictions within one override, which no data are needed to see. */
static void check_zooms(const struct config_reader *reader, const struct config_node *node,
			const struct theme_override *override)
{
	const char *zooms[2] = {NULL, NULL};

	for (size_t i = 0; i < override->count; i++) {
		if (override->statements[i].option->id == THEME_MIN_ZOOM)
			zooms[0] = override->statements[i].values.texts[0];
		else if (override->statements[i].option->id == THEME_MAX_ZOOM)
			zooms[1] = override->statements[i].values.texts[0];
	}
	if (zooms[0] && zooms[1] && atol(zooms[0]) > atol(zooms[1]))
		config_fault_at(reader, node, "min_zoom %s is above max_zoom %s", zooms[0],
				zooms[1]);
}

static void read_theme(struct config_reader *reader, const struct config_node *key,
		       const struct config_node *node)
{
	struct theme_override *override;
	char *place = memory_print("%s:%u", reader->file, key->line);

	override = theme_overrides_add(&reader->config->catalogue->overrides, key->text,
				       is_pattern(key->text) ? OVERRIDE_PATTERN : OVERRIDE_THEME,
				       place);
	free(place);
	if (node->kind != CONFIG_MAP) {
		if (node->kind != CONFIG_NOTHING)
			config_fault_at(reader, node,
					"what is said of a theme are keys and values: \"title: "
					"Écoles\"");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct config_node *name = node->keys[i], *value = node->items[i];
		const struct theme_option *option = theme_option_find(name->text, false);

		if (strcmp(name->text, "columns") == 0)
			read_columns(reader, override, value);
		else if (!option)
			tell_unknown(reader, name, false);
		else if ((option->id == THEME_TITLE || option->id == THEME_ABSTRACT) &&
			 value->kind == CONFIG_MAP)
			say_in_languages(reader, override, option, value);
		else
			say(reader, override, option, NULL, value);
	}
	check_zooms(reader, node, override);
}

void config_read_themes(struct config_reader *reader, const struct config_node *node)
{
	if (node->kind == CONFIG_NOTHING)
		return;
	if (node->kind != CONFIG_MAP) {
		config_fault_at(reader, node,
				"themes takes a key for each theme or pattern of themes");
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_theme(reader, node->keys[i], node->items[i]);
}
