/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/settings.h"
#include "tiler/file_path.h"
#include "tiler/memory.h"
#include "tiler/secret.h"

static void print_size(int64_t bytes, struct buf *out)
{
	static const char units[] = "\0KMG";
	size_t unit = 0;

	while (bytes > 0 && bytes % 1024 == 0 && unit < 3) {
		bytes /= 1024;
		unit++;
	}
	buf_print(out, "%" PRId64, bytes);
	if (unit > 0)
		buf_add_char(out, units[unit]);
}

void yaml_quote(const char *text, struct buf *out)
{
	char *shown = without_secrets(text);

	buf_add_char(out, '"');
	for (const unsigned char *c = (const unsigned char *)shown; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_add_char(out, '\\');
		if (*c < ' ' || *c == 127)
			buf_print(out, "\\x%02x", *c);
		else
			buf_add_char(out, (char)*c);
	}
	buf_add_char(out, '"');
	free(shown);
}

/* PATH without "./" before it, from the root. New. */
static char *shown_path(const char *path)
{
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return file_path_whole(path);
}

void yaml_path(const char *path, struct buf *out)
{
	char *shown = shown_path(path);

	yaml_quote(shown, out);
	free(shown);
}

static void print_paths(const char *paths, struct buf *out)
{
	struct buf all;

	buf_init(&all, 0);
	buf_add_text(&all, "");
	while (*paths) {
		size_t length = strcspn(paths, ",");
		char *path = memory_print("%.*s", (int)length, paths);
		char *whole = shown_path(path);

		buf_print(&all, "%s%s", whole, paths[length] ? "," : "");
		paths += length + (paths[length] == ',');
		free(whole);
		free(path);
	}
	yaml_quote(all.bytes, out);
	buf_release(&all);
}

static void print_value(const struct settings *settings, const struct setting *setting,
			struct buf *out)
{
	const void *field = (const char *)settings + setting->offset;

	switch (setting->type) {
	case SETTING_BOOLEAN:
		buf_add_text(out, *(const bool *)field ? "yes" : "no");
		break;
	case SETTING_INTEGER:
		buf_print(out, "%" PRId64, *(const int64_t *)field);
		break;
	case SETTING_SIZE:
		print_size(*(const int64_t *)field, out);
		break;
	case SETTING_PATH:
		if (**(char *const *)field)
			yaml_path(*(char *const *)field, out);
		else
			yaml_quote("", out);
		break;
	case SETTING_PATHS:
		print_paths(*(char *const *)field, out);
		break;
	default:
		yaml_quote(*(char *const *)field, out);
	}
}

static void print_range(const struct setting *setting, struct buf *out)
{
	if (setting->type == SETTING_INTEGER) {
		buf_print(out, "%" PRId64 " to %" PRId64, setting->least, setting->most);
	} else if (setting->type == SETTING_SIZE) {
		print_size(setting->least, out);
		buf_add_text(out, " to ");
		print_size(setting->most, out);
	} else {
		buf_add_text(out, setting->argument);
	}
}

void settings_print(const struct settings *settings,
		    const struct setting_origin origins[SETTINGS_MOST], struct buf *out)
{
	static const char *const sources[] = {"default", "", "environment", "argument"};

	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		char option[64], variable[64];

		setting_option_name(setting, option);
		setting_environment_name(setting, variable);
		buf_print(out, "# %s (", setting->help);
		print_range(setting, out);
		buf_print(out, ")\n# %s, %s\n%s: ", option, variable, setting->name);
		print_value(settings, setting, out);
		buf_print(out, "  # %s\n",
			  origins[i].place ? origins[i].place : sources[origins[i].layer]);
	}
}

void settings_print_table(struct buf *out)
{
	buf_add_text(out, "| option | environment | default | range | meaning |\n"
			  "| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		char option[64], variable[64];
		struct buf range;

		setting_option_name(setting, option);
		setting_environment_name(setting, variable);
		buf_init(&range, 0);
		print_range(setting, &range);
		/* a bar would end the cell */
		if (strchr(range.bytes, '|'))
			*strchr(range.bytes, '|') = '/';
		buf_print(out, "| `%s` | `%s` | %s%s%s | %s | %s |\n", option, variable,
			  *setting->fallback ? "`" : "", setting->fallback,
			  *setting->fallback ? "`" : "", range.bytes, setting->help);
		buf_release(&range);
	}
}
