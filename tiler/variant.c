/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/nearest.h"
#include "tiler/variant_filter.h"

/* Whose tiles a variant is of. */
struct subject {
	const struct theme *const *themes;
	uint32_t count;
};

/* The name in quotation marks at *TEXT, which moves on to what follows them. */
static enum error_code read_quoted(const char **text, struct text_list *names, struct error *error)
{
	const char *next = *text + 1;
	struct buf name;

	buf_init(&name, 0);
	while (*next && (*next != '"' || next[1] == '"')) {
		buf_add_char(&name, *next);
		next += *next == '"' ? 2 : 1;
	}
	if (*next)
		text_list_add(names, name.bytes ? name.bytes : "");
	buf_release(&name);
	if (!*next)
		return error_tell(error, ERROR_INVALID, MESSAGE_COLUMNS_NOT_CLOSED, *text + 1);
	next++;
	next += strspn(next, " ");
	if (*next && *next != ',')
		return error_tell(error, ERROR_INVALID, MESSAGE_COLUMNS_NO_COMMA, next);
	*text = next;
	return ERROR_NONE;
}

static enum error_code read_names(const char *text, struct text_list *names, struct error *error)
{
	enum error_code code = ERROR_NONE;

	while (*text && !code) {
		text += strspn(text, ", ");
		if (*text == '"') {
			code = read_quoted(&text, names, error);
		} else {
			size_t length = strcspn(text, ",");

			text_list_add_trimmed(names, text, length);
			text += length;
		}
		if (names->count > VARIANT_COLUMNS_MOST)
			return error_tell(error, ERROR_LIMIT, MESSAGE_COLUMNS_TOO_MANY,
					  VARIANT_COLUMNS_MOST);
	}
	return code;
}

static int in_order(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void sort_names(struct text_list *names)
{
	size_t kept = 0;

	if (names->count)
		qsort(names->texts, names->count, sizeof(*names->texts), in_order);
	for (size_t i = 0; i < names->count; i++) {
		if (kept && strcmp(names->texts[kept - 1], names->texts[i]) == 0)
			free(names->texts[i]);
		else
			names->texts[kept++] = names->texts[i];
	}
	names->count = kept;
}

static bool has_column(const struct theme *theme, const char *name)
{
	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, name) == 0)
			return true;
	return false;
}

static enum error_code unknown_column(const struct subject *subject, const char *name,
				      struct error *error)
{
	const char *whose = subject->themes[0]->id;
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (uint32_t t = 0; t < subject->count; t++)
		for (uint32_t i = 0; i < subject->themes[t]->column_count; i++)
			nearest_offer(&nearest, subject->themes[t]->columns[i].name);
	if (subject->count > 1 && nearest.best)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_COLUMN_OF_ANY_NEAR, name,
				  nearest.best);
	if (subject->count > 1)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_COLUMN_OF_ANY, name);
	if (nearest.best)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_COLUMN_NEAR, whose, name,
				  nearest.best);
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_COLUMN, whose, name);
}

static enum error_code check_names(const struct subject *subject, const struct text_list *names,
				   struct error *error)
{
	for (size_t i = 0; i < names->count; i++) {
		bool known = false;

		for (uint32_t t = 0; t < subject->count && !known; t++)
			known = has_column(subject->themes[t], names->texts[i]);
		if (!known)
			return unknown_column(subject, names->texts[i], error);
	}
	return ERROR_NONE;
}

/* NAMES are in order. */
static bool includes(const struct text_list *names, const char *name)
{
	return names->count &&
	       bsearch(&name, names->texts, names->count, sizeof(*names->texts), in_order);
}

static bool names_all(const struct text_list *names, const struct subject *subject)
{
	for (uint32_t t = 0; t < subject->count; t++)
		for (uint32_t i = 0; i < subject->themes[t]->column_count; i++)
			if (!includes(names, subject->themes[t]->columns[i].name))
				return false;
	return true;
}

static void print_name(struct buf *list, const char *name)
{
	size_t length = strlen(name);

	if (length && !strpbrk(name, ",\"\t\r\n") && *name != ' ' && name[length - 1] != ' ') {
		buf_add_text(list, name);
		return;
	}
	buf_add_char(list, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_add_char(list, '"');
		buf_add_char(list, *name);
	}
	buf_add_char(list, '"');
}

static char *print_names(const struct text_list *names)
{
	struct buf list;

	if (names->count == 0)
		return memory_text("");
	buf_init(&list, 0);
	for (size_t i = 0; i < names->count; i++) {
		if (i > 0)
			buf_add_char(&list, ',');
		print_name(&list, names->texts[i]);
	}
	return buf_take(&list, NULL);
}

static enum error_code set_columns(struct variant *variant, const char *properties,
				   const struct subject *subject, struct error *error)
{
	struct text_list *names = &variant->columns;
	enum error_code code;

	if (!properties)
		return ERROR_NONE;
	if (strlen(properties) > VARIANT_TEXT_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_COLUMNS_TOO_LONG, VARIANT_TEXT_MOST);
	code = read_names(properties, names, error);
	if (code)
		return code;
	sort_names(names);
	code = check_names(subject, names, error);
	variant->all_columns = !code && names_all(names, subject);
	if (variant->all_columns)
		text_list_release(names);
	else
		variant->properties = print_names(names);
	return code;
}

/* Its parts, each on a line of its own: none holds a line's end but within quotation marks. */
static char *key_of(const struct variant *variant)
{
	struct buf key;

	buf_init(&key, 0);
	if (*variant->commune)
		buf_print(&key, "commune=%s\n", variant->commune);
	if (variant->clip)
		buf_add_text(&key, "clip=yes\n");
	if (variant->properties)
		buf_print(&key, "properties=%s\n", variant->properties);
	if (variant->filter)
		buf_print(&key, "filter=%s\n", filter_text(variant->filter));
	if (variant->filter_crs_name)
		buf_print(&key, "filter-crs=%s\n", variant->filter_crs_name);
	return key.length ? buf_take(&key, NULL) : NULL;
}

enum error_code variant_new(const struct variant_wish *wish, const struct theme *const *themes,
			    uint32_t theme_count, struct variant **out, struct error *error)
{
	struct subject subject = {themes, theme_count};
	struct variant *variant = memory_zeroed(1, sizeof(*variant));
	enum error_code code;

	variant->all_columns = true;
	variant->references = 1;
	if (wish->commune) {
		snprintf(variant->commune, sizeof(variant->commune), "%s", wish->commune);
		variant->commune_bounds = wish->commune_bounds;
		variant->clip = wish->clip;
	}
	code = set_columns(variant, wish->properties, &subject, error);
	if (!code)
		code = variant_take_filter(variant, wish, themes, theme_count, error);
	if (!code)
		variant->key = key_of(variant);
	*out = variant->key ? variant : NULL;
	if (!*out)
		variant_unref(variant);
	return code;
}

struct variant *variant_ref(struct variant *variant)
{
	if (variant)
		atomic_fetch_add(&variant->references, 1);
	return variant;
}

void variant_unref(struct variant *variant)
{
	if (!variant || atomic_fetch_sub(&variant->references, 1) > 1)
		return;
	text_list_release(&variant->columns);
	free(variant->properties);
	filter_free(variant->filter);
	crs_free(variant->filter_crs);
	free(variant->filter_crs_name);
	free(variant->key);
	free(variant);
}

bool variant_carries(const struct variant *variant, const char *name)
{
	return variant->all_columns || includes(&variant->columns, name);
}

struct box variant_bounds(const struct variant *variant, struct box bounds)
{
	struct box common;

	if (!variant_is_limited(variant) || box_is_empty(variant->commune_bounds))
		return bounds;
	common = box_intersection(bounds, variant->commune_bounds);
	return box_is_empty(common) ? variant->commune_bounds : common;
}
