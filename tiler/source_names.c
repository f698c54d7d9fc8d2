/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/source_names.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/fold.h"
#include "tiler/memory.h"
#include "tiler/source_ogr.h"

bool source_is_connection(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon && *name != '/' && *name != '.' && !memchr(name, '/', (size_t)(colon - name));
}

/* The value of KEY ("dbname=") in a connection string; new, NULL where there is none. */
static char *value_of(const char *connection, const char *key)
{
	const char *found = strstr(connection, key);
	size_t length;

	if (!found)
		return NULL;
	found += strlen(key);
	found += *found == '\'';
	length = strcspn(found, " ',;");
	return length ? memory_print("%.*s", (int)length, found) : NULL;
}

char *source_database(const char *connection)
{
	static const char *const keys[] = {"dbname=", "service=", "database="};
	const char *path = strstr(connection, "://");
	char *name = NULL;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && !name; i++)
		name = value_of(connection, keys[i]);
	path = path ? strchr(path + 3, '/') : NULL;
	if (!name && path && path[1] && path[1] != '?')
		name = memory_print("%.*s", (int)strcspn(path + 1, "/?"), path + 1);
	if (!name)
		name = memory_print("%.*s", (int)strcspn(connection, ":"), connection);
	for (char *c = name; *c; c++)
		*c = (char)(isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80 ||
					    strchr("_-.", *c)
				    ? *c
				    : '_');
	return name;
}

/* The schema whose tables a connection lists without naming it. New. */
static char *default_schema(const char *connection)
{
	char *schema = value_of(connection, "active_schema=");

	if (!schema)
		schema = value_of(connection, "schemas=");
	return schema ? schema : memory_text("public");
}

/* "eq_educ" of "eq_educ.ecole", and "ecole". *SCHEMA is new, *TABLE borrowed. */
static void part(const struct source_file *file, const char *layer, char **schema,
		 const char **table)
{
	const char *dot = file->database ? strchr(layer, '.') : NULL;

	*table = dot && dot > layer && dot[1] ? dot + 1 : layer;
	if (*table != layer)
		*schema = memory_print("%.*s", (int)(dot - layer), layer);
	else if (file->database)
		*schema = default_schema(file->dataset);
	else
		*schema = memory_text(file->group);
}

/* The name of the folder that FILE is in. New. */
static char *folder_of(const struct source_file *file)
{
	const char *end = strrchr(file->place, '/'), *begin = end;

	while (begin && begin > file->place && begin[-1] != '/')
		begin--;
	return begin && begin < end ? memory_print("%.*s", (int)(end - begin), begin)
				    : memory_text(file->group);
}

/* PATTERN with its {file}, {folder} and {schema} filled in. New. */
static char *fill_in(const char *pattern, const char *file, const char *folder, const char *schema)
{
	const struct {
		const char *name, *value;
	} parts[] = {{"{file}", file}, {"{folder}", folder}, {"{schema}", schema}};
	struct buf text;

	buf_init(&text, 0);
	buf_add_text(&text, "");
	while (*pattern) {
		size_t step = 0;

		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && !step; i++) {
			if (strncmp(pattern, parts[i].name, strlen(parts[i].name)) == 0) {
				buf_add_text(&text, parts[i].value);
				step = strlen(parts[i].name);
			}
		}
		if (!step)
			buf_add_char(&text, *pattern);
		pattern += step ? step : 1;
	}
	return buf_take(&text, NULL);
}

/* Does TEXT begin with a character that cannot be seen, or that turns those around it about: a zero
 * width space, a separator of lines, a sign of direction (but for the marks and joiners that some
 * scripts need), a byte order mark? */
static bool begins_unseen(const char *text)
{
	static const char *const unseen[] = {
		"\u200b", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d",
		"\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff",
	};

	for (size_t i = 0; i < sizeof(unseen) / sizeof(*unseen); i++)
		if (strncmp(text, unseen[i], 3) == 0)
			return true;
	return false;
}

/* A comma separates ids in URLs and a slash the parts of a path, so neither stands in an id; nor do
 * the three that mean something else once an address is decoded, which QGIS does once too often
 * (seen in 3.22 and read in 3.40); nor does what people could not tell from another id. */
static void clean_for_id(char *text)
{
	char *kept = text;

	for (const char *c = text; *c; c++) {
		bool unseen = begins_unseen(c);

		*kept++ = unseen || strchr("/,?#%", *c) || (unsigned char)*c < ' ' || *c == 127
				  ? '_'
				  : *c;
		c += unseen ? 2 : 0;
	}
	*kept = '\0';
}

void source_name_theme(struct theme *theme, const struct source_file *file, const char *layer,
		       const struct dataset_settings *settings)
{
	char *folder = folder_of(file), *schema, *utf8, *group;
	const char *table;

	part(file, layer, &schema, &table);
	utf8 = ogr_utf8(table);
	group = settings->group ? fill_in(settings->group, file->group, folder, schema)
				: memory_text(schema);
	theme->group = fold_composed(group);
	theme->layer = *utf8 ? fold_composed(utf8) : memory_text(theme->group);
	theme->id = memory_print("%s:%s", theme->group, theme->layer);
	clean_for_id(theme->id);
	free(group);
	free(utf8);
	free(folder);
	free(schema);
}

bool source_wants_layer(const struct dataset_settings *settings, const char *layer)
{
	char *name = ogr_utf8(layer);
	bool wanted = (settings->layers.count == 0 || text_list_matches(&settings->layers, name)) &&
		      !text_list_matches(&settings->without, name);

	free(name);
	return wanted;
}
