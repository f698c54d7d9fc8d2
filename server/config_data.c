/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "server/config_read.h"
#include "tiler/memory.h"

static const char *const KEYS[] = {"path", "connection", "group", "layers", "except"};

enum data_key {
	KEY_PATH,
	KEY_CONNECTION,
	KEY_GROUP,
	KEY_LAYERS,
	KEY_EXCEPT,
	KEY_COUNT,
};

bool config_is_connection(const char *text)
{
	const char *colon = strchr(text, ':');

	return strncmp(text, "/vsi", 4) == 0 || (colon && *text != '/' && *text != '.' &&
						 !memchr(text, '/', (size_t)(colon - text)));
}

static struct dataset_settings *add(struct config_reader *reader, const struct config_node *node,
				    const char *name)
{
	struct catalogue_settings *settings = reader->config->catalogue;
	char *path = config_is_connection(name) ? memory_text(name) : config_path(reader, name);
	struct dataset_settings *dataset = NULL;

	for (size_t i = 0; i < settings->dataset_count; i++)
		if (strcmp(settings->datasets[i].name, path) == 0)
			config_fault_at(reader, node, "this data set is named already, at %s",
					settings->datasets[i].place);
	if (!*name) {
		config_fault_at(reader, node, "the name of a data set is empty");
	} else {
		dataset = catalogue_settings_add(settings, path);
		dataset->place = config_place(reader, node);
	}
	free(path);
	return dataset;
}

static enum data_key find_key(const char *name)
{
	for (int i = 0; i < KEY_COUNT; i++)
		if (strcmp(KEYS[i], name) == 0)
			return (enum data_key)i;
	return KEY_COUNT;
}

/* Text in braces that no part of a name takes the place of. */
static void check_group(const struct config_reader *reader, const struct config_node *node)
{
	for (const char *brace = strchr(node->text, '{'); brace; brace = strchr(brace + 1, '{'))
		if (strncmp(brace, "{file}", 6) != 0 && strncmp(brace, "{folder}", 8) != 0 &&
		    strncmp(brace, "{schema}", 8) != 0)
			config_fault_at(reader, node,
					"group: only {file}, {folder} and {schema} are filled in");
	if (!*node->text || strpbrk(node->text, ":,/"))
		config_fault_at(reader, node,
				"group: \"%.80s\" is not a name without colon, comma and slash",
				node->text);
}

static void read_map(struct config_reader *reader, const struct config_node *node)
{
	const struct config_node *values[KEY_COUNT] = {NULL};
	const struct config_node *name;
	struct dataset_settings *dataset;

	for (size_t i = 0; i < node->count; i++) {
		enum data_key key = find_key(node->keys[i]->text);

		if (key == KEY_COUNT)
			config_unknown_key(reader, node->keys[i], KEYS, KEY_COUNT);
		else
			values[key] = node->items[i];
	}
	name = values[KEY_PATH] ? values[KEY_PATH] : values[KEY_CONNECTION];
	if (!name || (values[KEY_PATH] && values[KEY_CONNECTION])) {
		config_fault_at(reader, node,
				"a data set has either a path (a file, a folder, a pattern) or a "
				"connection");
		return;
	}
	if (!config_text(reader, name, "a data set") || !(dataset = add(reader, name, name->text)))
		return;
	if (values[KEY_GROUP] && config_text(reader, values[KEY_GROUP], "group")) {
		check_group(reader, values[KEY_GROUP]);
		dataset->group = memory_text(values[KEY_GROUP]->text);
	}
	if (values[KEY_LAYERS])
		config_texts(reader, values[KEY_LAYERS], "layers", &dataset->layers);
	if (values[KEY_EXCEPT])
		config_texts(reader, values[KEY_EXCEPT], "except", &dataset->without);
}

static void read_dataset(struct config_reader *reader, const struct config_node *node)
{
	if (node->kind == CONFIG_MAP)
		read_map(reader, node);
	else if (config_text(reader, node, "a data set"))
		add(reader, node, node->text);
}

void config_read_data(struct config_reader *reader, const struct config_node *node)
{
	if (node->kind != CONFIG_LIST) {
		read_dataset(reader, node);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		read_dataset(reader, node->items[i]);
}
