/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/configuration.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config_read.h"
#include "server/file.h"
#include "tiler/memory.h"
#include "tiler/nearest.h"

enum {
	LONGEST_FAULT = 480,
	FAULTS_MOST = 200
};

void config_fault(struct config *config, const char *place, const char *format, ...)
{
	char text[LONGEST_FAULT];
	va_list arguments;

	if (config->fault_count == FAULTS_MOST)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	config->faults = memory_resize(config->faults, config->fault_count + 1,
				       sizeof(*config->faults));
	config->faults[config->fault_count++] = (struct problem){memory_text(place),
								 memory_text(text), false};
}

char *config_place(const struct config_reader *reader, const struct config_node *node)
{
	return memory_print("%s:%u:%u", reader->file, node->line, node->column);
}

void config_fault_at(const struct config_reader *reader, const struct config_node *node,
		     const char *format, ...)
{
	char *place = config_place(reader, node), text[LONGEST_FAULT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	config_fault(reader->config, place, "%s", text);
	free(place);
}

void config_unknown_key(const struct config_reader *reader, const struct config_node *key,
			const char *const *names, size_t count)
{
	struct nearest nearest;

	nearest_init(&nearest, key->text);
	for (size_t i = 0; i < count; i++)
		nearest_offer(&nearest, names[i]);
	if (nearest.best)
		config_fault_at(reader, key, "there is no option \"%.80s\"; did you mean %s?",
				key->text, nearest.best);
	else
		config_fault_at(reader, key, "there is no option \"%.80s\" here", key->text);
}

char *config_path(const struct config_reader *reader, const char *path)
{
	if (*path == '/' || !*path || !*reader->folder)
		return memory_text(path);
	return memory_print("%s/%s", reader->folder, path);
}

const char *config_text(const struct config_reader *reader, const struct config_node *node,
			const char *what)
{
	if (node->kind == CONFIG_TEXT)
		return node->text;
	config_fault_at(reader, node, "%s takes one value%s", what,
			node->kind == CONFIG_LIST  ? ", not a list"
			: node->kind == CONFIG_MAP ? ", not keys and values"
						   : ", and has none");
	return NULL;
}

void config_texts(const struct config_reader *reader, const struct config_node *node,
		  const char *what, struct text_list *texts)
{
	if (node->kind == CONFIG_TEXT) {
		text_list_add(texts, node->text);
	} else if (node->kind == CONFIG_LIST) {
		for (size_t i = 0; i < node->count; i++) {
			const char *text = config_text(reader, node->items[i], what);

			if (text)
				text_list_add(texts, text);
		}
	} else {
		config_fault_at(reader, node, "%s takes a value or a list of them%s", what,
				node->kind == CONFIG_MAP ? ", not keys and values"
							 : ", and has none");
	}
}

void config_paths(struct config_reader *reader, const struct config_node *node, const char *what,
		  config_path_f read)
{
	struct text_list paths = {0};

	if (node->kind != CONFIG_NOTHING)
		config_texts(reader, node, what, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		char *path = config_path(reader, paths.texts[i]);

		read(reader, node, path);
		free(path);
	}
	text_list_release(&paths);
}

/* The value of a setting as an argument would spell it: lists get commas. New; NULL: not sound. */
static char *setting_text(struct config_reader *reader, const struct setting *setting,
			  const struct config_node *node)
{
	bool list = setting->type == SETTING_NETWORKS || setting->type == SETTING_PATHS;
	bool paths = setting->type == SETTING_PATH || setting->type == SETTING_PATHS;
	struct text_list texts = {0};
	struct buf value;

	if (list)
		config_texts(reader, node, setting->name, &texts);
	else if (config_text(reader, node, setting->name))
		text_list_add(&texts, node->text);
	buf_init(&value, 0);
	buf_add_text(&value, "");
	for (size_t i = 0; i < texts.count; i++) {
		char *path = paths ? config_path(reader, texts.texts[i]) : NULL;

		buf_print(&value, "%s%s", i ? "," : "", path ? path : texts.texts[i]);
		free(path);
	}
	if (!texts.count) {
		buf_release(&value);
		return NULL;
	}
	text_list_release(&texts);
	return buf_take(&value, NULL);
}

static void read_setting(struct config_reader *reader, const struct setting *setting,
			 const struct config_node *key, const struct config_node *node)
{
	struct config *config = reader->config;
	struct error error = {0};
	char *text, *place;

	if (node->kind == CONFIG_NOTHING)
		return; /* "log:" alone leaves the default */
	text = setting_text(reader, setting, node);
	if (!text)
		return;
	if (setting_check(setting, text, &error)) {
		config_fault_at(reader, node, "%s: %s", setting->name, error.text);
	} else {
		place = memory_print("%s:%u", reader->file, key->line);
		text_list_add(&config->texts, text);
		text_list_add(&config->texts, place);
		config->values = memory_resize(config->values, config->value_count + 1,
					       sizeof(*config->values));
		config->values[config->value_count++] = (struct setting_argument){
			setting, config->texts.texts[config->texts.count - 2],
			config->texts.texts[config->texts.count - 1]};
		free(place);
	}
	free(text);
}

static void tell_unknown(struct config_reader *reader, const struct config_node *key)
{
	const char *names[SETTINGS_MOST + 4] = {"data", "catalogue", "metadata", "themes"};

	for (size_t i = 0; i < settings_count; i++)
		names[4 + i] = settings_table[i].name;
	config_unknown_key(reader, key, names, settings_count + 4);
}

static void read_root(struct config_reader *reader, const struct config_node *root)
{
	if (root->kind != CONFIG_MAP) {
		if (root->kind != CONFIG_NOTHING)
			config_fault_at(reader, root,
					"a configuration is made of lines such as \"listen: "
					"0.0.0.0:8080\" and \"data: /srv/sig\"");
		return;
	}
	for (size_t i = 0; i < root->count; i++) {
		const struct config_node *key = root->keys[i], *value = root->items[i];
		const struct setting *setting = settings_find(key->text);

		if (setting && strcmp(setting->name, key->text) == 0)
			read_setting(reader, setting, key, value);
		else if (strcmp(key->text, "data") == 0)
			config_read_data(reader, value);
		else if (strcmp(key->text, "themes") == 0)
			config_read_themes(reader, value);
		else if (strcmp(key->text, "catalogue") == 0)
			config_paths(reader, value, "catalogue", config_read_table);
		else if (strcmp(key->text, "metadata") == 0)
			config_read_metadata(reader, value);
		else
			tell_unknown(reader, key);
	}
}

static void read_file(struct config *config, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct config_reader reader = {config, file, NULL};
	struct config_tree *tree = NULL;
	struct error error = {0};
	struct buf text;

	buf_init(&text, CONFIG_BYTES_MOST + 1);
	text_list_add(&config->files, file);
	if (file_read(file, &text, &error)) {
		config_fault(config, file, "%s", error.text);
	} else if (config_tree_new(file, text.bytes, text.length, &tree, &error)) {
		/* its text begins with the place */
		config_fault(config, NULL, "%s", error.text);
	} else {
		reader.folder = slash ? memory_print("%.*s", (int)(slash - file), file)
				      : memory_text("");
		if (slash == file)
			*reader.folder = '\0';
		read_root(&reader, config_tree_root(tree));
	}
	free(reader.folder);
	config_tree_free(tree);
	buf_release(&text);
}

static enum error_code first_fault(const struct config *config, struct error *error)
{
	const struct problem *fault = &config->faults[0];

	error_set(error, ERROR_INVALID, "%s%s%s", fault->place ? fault->place : "",
		  fault->place ? ": " : "", fault->text);
	return ERROR_INVALID;
}

enum error_code config_load(const struct config_request *request, struct config **result,
			    struct error *error)
{
	struct config *config = memory_zeroed(1, sizeof(*config));
	enum error_code code;

	*result = config;
	config->catalogue = catalogue_settings_of(request->data, request->data_count);
	if (request->file)
		read_file(config, request->file);
	config->values = memory_resize(config->values,
				       config->value_count + request->argument_count + 1,
				       sizeof(*config->values));
	for (size_t i = 0; i < request->argument_count; i++)
		config->values[config->value_count++] = request->arguments[i];
	code = settings_load(&config->settings, request->environment, config->values,
			     config->value_count, config->origins, error);
	if (code)
		config_fault(config, NULL, "%s", error->text);
	return config->fault_count ? first_fault(config, error) : ERROR_NONE;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	settings_release(&config->settings);
	catalogue_settings_free(config->catalogue);
	text_list_release(&config->files);
	text_list_release(&config->tables);
	text_list_release(&config->records);
	text_list_release(&config->table_places);
	text_list_release(&config->record_places);
	for (size_t i = 0; i < config->fault_count; i++) {
		free(config->faults[i].place);
		free(config->faults[i].text);
	}
	free(config->faults);
	free(config->values);
	text_list_release(&config->texts);
	free(config);
}
