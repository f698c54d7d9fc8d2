/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/nearest.h"

enum {
	LONGEST_FOLDER_NAME = 200
};

const char *value_type_name(enum value_type type)
{
	static const char *const names[] = {"null", "boolean", "integer", "real", "text"};

	return names[type];
}

struct theme *theme_new(void)
{
	struct theme *theme = memory_zeroed(1, sizeof(*theme));

	theme->extent = theme->bounds = box_empty();
	theme_options_init(&theme->options);
	atomic_init(&theme->references, 1);
	return theme;
}

struct theme *theme_ref(struct theme *theme)
{
	atomic_fetch_add_explicit(&theme->references, 1, memory_order_relaxed);
	return theme;
}

static void columns_free(struct column *columns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		free(columns[i].name);
		free(columns[i].source_type);
		free(columns[i].alias);
		free(columns[i].meaning);
	}
	free(columns);
}

void theme_free(struct theme *theme)
{
	if (!theme || atomic_fetch_sub_explicit(&theme->references, 1, memory_order_acq_rel) != 1)
		return;
	columns_free(theme->columns, theme->column_count);
	columns_free(theme->hidden_columns, theme->hidden_count);
	theme_options_release(&theme->options);
	crs_free(theme->crs);
	free(theme->origin.dataset);
	free(theme->origin.layer);
	free(theme->origin.driver);
	free(theme->id);
	free(theme->group);
	free(theme->layer);
	free(theme->title);
	free(theme->abstract);
	free(theme->licence);
	free(theme->attribution);
	free(theme->title_en);
	free(theme->abstract_en);
	free(theme->producer);
	free(theme->contact);
	free(theme->frequency);
	free(theme->lineage);
	free(theme->inspire_theme);
	free(theme->metadata_record);
	text_list_release(&theme->keywords);
	text_list_release(&theme->grids);
	free(theme);
}

static const struct column *find_column(const struct theme *theme, const char *name)
{
	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, name) == 0)
			return &theme->columns[i];
	return NULL;
}

/* FOR_WHAT: "the id", of an option that names COLUMN. */
static enum error_code check_column(const struct theme *theme, const char *column,
				    const char *for_what, struct error *error)
{
	struct nearest nearest;

	if (find_column(theme, column))
		return ERROR_NONE;
	nearest_init(&nearest, column);
	for (uint32_t i = 0; i < theme->column_count; i++)
		nearest_offer(&nearest, theme->columns[i].name);
	if (nearest.best)
		return error_set(error, ERROR_INVALID,
				 "it has no column %s, named as %s; is %s meant?", column, for_what,
				 nearest.best);
	return error_set(error, ERROR_INVALID, "it has no column %s, named as %s", column,
			 for_what);
}

static enum error_code check_names(const struct theme *theme, const struct column_names *list,
				   const char *for_what, struct error *error)
{
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < list->count && !code; i++)
		code = check_column(theme, list->names[i], for_what, error);
	return code;
}

static enum error_code check_number(const struct theme *theme, const char *column, bool whole,
				    const char *for_what, struct error *error)
{
	enum error_code code = check_column(theme, column, for_what, error);
	enum value_type type;

	if (code)
		return code;
	type = find_column(theme, column)->type;
	if (type == VALUE_INTEGER || (!whole && type == VALUE_REAL))
		return ERROR_NONE;
	return error_set(error, ERROR_INVALID,
			 "its column %s is of type %s; %s must be a column of %s", column,
			 value_type_name(type), for_what, whole ? "whole numbers" : "numbers");
}

static enum error_code check_columns(const struct theme *theme, const struct theme_options *options,
				     struct error *error)
{
	enum error_code code = check_names(theme, &options->hidden, "hidden", error);

	if (!code && !options->publish_all)
		code = check_names(theme, &options->published, "published", error);
	for (uint32_t i = 0; i < options->first_zoom_count && !code; i++)
		code = check_column(theme, options->first_zooms[i].column, "carried from a zoom on",
				    error);
	if (!code && options->commune_column)
		code = check_column(theme, options->commune_column, "that of the commune", error);
	if (!code && options->id_column)
		code = check_number(theme, options->id_column, true, "the id", error);
	if (!code && options->priority_column)
		code = check_number(theme, options->priority_column, false, "the priority", error);
	return code;
}

static void hide_columns(struct theme *theme)
{
	uint32_t count = theme->column_count;

	theme->hidden_columns = memory_new(count * sizeof(*theme->hidden_columns));
	theme->column_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct column column = theme->columns[i];

		if (theme_options_publishes(&theme->options, column.name))
			theme->columns[theme->column_count++] = column;
		else
			theme->hidden_columns[theme->hidden_count++] = column;
	}
}

enum error_code theme_set_options(struct theme *theme, const struct theme_options *options,
				  struct error *error)
{
	enum error_code code = theme_options_check(options, error);

	assert(!theme->hidden_columns);
	if (!code)
		code = check_columns(theme, options, error);
	if (code)
		return code;
	theme_options_release(&theme->options);
	theme_options_copy(&theme->options, options);
	hide_columns(theme);
	return ERROR_NONE;
}

/* Letters, digits, '-' and '_' stand for themselves, any other byte for %XX. A name too long for a
 * file system is cut and ends in the hash of the whole, so two ids never share a folder. */
char *theme_folder_name(const char *id)
{
	struct buf name;
	char hex[33];

	buf_init(&name, 0);
	for (const char *c = id; *c; c++) {
		if (isalnum((unsigned char)*c) || *c == '-' || *c == '_')
			buf_add_char(&name, *c);
		else
			buf_print(&name, "%%%02X", (unsigned char)*c);
	}
	if (name.length > LONGEST_FOLDER_NAME) {
		hash_hex(id, strlen(id), hex);
		name.length = LONGEST_FOLDER_NAME - 32;
		buf_add_text(&name, hex);
	}
	return buf_take(&name, NULL);
}

static bool same_columns(const struct theme *a, const struct theme *b)
{
	bool same = a->column_count == b->column_count;

	for (uint32_t i = 0; same && i < a->column_count; i++)
		same = a->columns[i].type == b->columns[i].type &&
		       strcmp(a->columns[i].name, b->columns[i].name) == 0;
	return same;
}

static bool same_options(const struct theme *a, const struct theme *b)
{
	char of_a[2][33], of_b[2][33];

	theme_options_hash(&a->options, of_a[0]);
	theme_options_hash(&b->options, of_b[0]);
	theme_options_drawing_hash(&a->options, of_a[1]);
	theme_options_drawing_hash(&b->options, of_b[1]);
	return memcmp(of_a, of_b, sizeof(of_a)) == 0;
}

bool theme_same_data(const struct theme *a, const struct theme *b)
{
	return strcmp(a->origin.dataset, b->origin.dataset) == 0 &&
	       strcmp(a->origin.layer, b->origin.layer) == 0 &&
	       strcmp(a->origin.stamp, b->origin.stamp) == 0 && crs_equal(a->crs, b->crs) &&
	       same_columns(a, b) && same_options(a, b);
}

bool theme_served_in(const struct theme *theme, const char *grid_id)
{
	return theme->grids.count == 0 || text_list_matches(&theme->grids, grid_id);
}

bool theme_publishes(const struct theme *theme, const struct column *columns, uint32_t count)
{
	bool all = true;

	for (uint32_t i = 0; all && i < count; i++)
		all = find_column(theme, columns[i].name) != NULL;
	return all;
}

static bool same_id_column(const struct theme *a, const struct theme *b)
{
	const char *of_a = a->options.id_column, *of_b = b->options.id_column;

	return of_a == of_b || (of_a && of_b && strcmp(of_a, of_b) == 0);
}

bool theme_may_show(const struct theme *theme, const struct theme *older,
		    const struct column *columns, uint32_t count)
{
	return theme == older || same_options(theme, older) ||
	       (same_id_column(theme, older) && theme_publishes(theme, columns, count));
}
