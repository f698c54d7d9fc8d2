/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_options.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

enum {
	/* Below it not even one outline of a theme would fit; above, clients give up. */
	BUDGET_LEAST = 1000,
	BUDGET_MOST = 100 * 1000 * 1000,
};

static const char *const companion_names[] = {"none",  "interior", "centroid",
					      "start", "middle",   "end"};

const char *companion_point_name(enum companion_point point)
{
	return companion_names[point];
}

bool companion_point_of(const char *name, enum companion_point *point)
{
	for (int i = COMPANION_NONE; i <= COMPANION_END; i++) {
		if (strcmp(name, companion_names[i]) == 0) {
			*point = (enum companion_point)i;
			return true;
		}
	}
	return false;
}

/* Where NAME is, or would be. */
static uint32_t names_place(const struct column_names *list, const char *name)
{
	uint32_t place = 0;

	while (place < list->count && strcmp(list->names[place], name) < 0)
		place++;
	return place;
}

static bool names_have(const struct column_names *list, const char *name)
{
	uint32_t place = names_place(list, name);

	return place < list->count && strcmp(list->names[place], name) == 0;
}

static void names_add(struct column_names *list, const char *name)
{
	uint32_t place = names_place(list, name);

	if (names_have(list, name))
		return;
	list->names = memory_resize(list->names, list->count + 1, sizeof(*list->names));
	memmove(&list->names[place + 1], &list->names[place],
		(list->count - place) * sizeof(*list->names));
	list->names[place] = memory_text(name);
	list->count++;
}

static struct column_names names_copy(const struct column_names *list)
{
	struct column_names copy = {memory_new(list->count * sizeof(*copy.names)), list->count};

	for (uint32_t i = 0; i < list->count; i++)
		copy.names[i] = memory_text(list->names[i]);
	return copy;
}

static void names_release(struct column_names *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct column_names){0};
}

void theme_options_init(struct theme_options *options)
{
	*options = (struct theme_options){
		.tile_budget = THEME_TILE_BUDGET,
		.publish_all = true,
		.max_zoom = THEME_ZOOM_OF_DATA,
	};
}

void theme_options_copy(struct theme_options *to, const struct theme_options *from)
{
	*to = *from;
	to->published = names_copy(&from->published);
	to->hidden = names_copy(&from->hidden);
	to->first_zooms = memory_new(from->first_zoom_count * sizeof(*to->first_zooms));
	for (uint32_t i = 0; i < from->first_zoom_count; i++)
		to->first_zooms[i] = (struct column_zoom){memory_text(from->first_zooms[i].column),
							  from->first_zooms[i].first_zoom};
	to->id_column = memory_text(from->id_column);
	to->priority_column = memory_text(from->priority_column);
	to->commune_column = memory_text(from->commune_column);
}

void theme_options_release(struct theme_options *options)
{
	names_release(&options->published);
	names_release(&options->hidden);
	for (uint32_t i = 0; i < options->first_zoom_count; i++)
		free(options->first_zooms[i].column);
	free(options->first_zooms);
	free(options->id_column);
	free(options->priority_column);
	free(options->commune_column);
	*options = (struct theme_options){0};
}

void theme_options_publish(struct theme_options *options, const char *column)
{
	options->publish_all = false;
	names_add(&options->published, column);
}

void theme_options_hide(struct theme_options *options, const char *column)
{
	names_add(&options->hidden, column);
}

void theme_options_carry_from(struct theme_options *options, const char *column,
			      uint32_t first_zoom)
{
	struct column_zoom *list = options->first_zooms;
	uint32_t count = options->first_zoom_count, place = 0;

	while (place < count && strcmp(list[place].column, column) < 0)
		place++;
	if (place < count && strcmp(list[place].column, column) == 0) {
		list[place].first_zoom = first_zoom;
		return;
	}
	list = memory_resize(list, (size_t)count + 1, sizeof(*list));
	memmove(&list[place + 1], &list[place], (count - place) * sizeof(*list));
	list[place] = (struct column_zoom){memory_text(column), first_zoom};
	options->first_zooms = list;
	options->first_zoom_count = count + 1;
}

void theme_options_set_id(struct theme_options *options, const char *column)
{
	char *name = memory_text(column);

	free(options->id_column);
	options->id_column = name;
}

void theme_options_set_priority(struct theme_options *options, const char *column,
				bool smallest_first)
{
	char *name = memory_text(column);

	free(options->priority_column);
	options->priority_column = name;
	options->smallest_first = smallest_first;
}

void theme_options_set_commune(struct theme_options *options, const char *column)
{
	char *name = memory_text(column);

	free(options->commune_column);
	options->commune_column = name;
}

bool theme_options_publishes(const struct theme_options *options, const char *column)
{
	return !names_have(&options->hidden, column) &&
	       (options->publish_all || names_have(&options->published, column));
}

uint32_t theme_options_first_zoom(const struct theme_options *options, const char *column)
{
	for (uint32_t i = 0; i < options->first_zoom_count; i++)
		if (strcmp(options->first_zooms[i].column, column) == 0)
			return options->first_zooms[i].first_zoom;
	return 0;
}

enum error_code theme_options_check(const struct theme_options *options, struct error *error)
{
	if (options->tile_budget < BUDGET_LEAST || options->tile_budget > BUDGET_MOST)
		return error_set(error, ERROR_INVALID,
				 "a tile budget of %llu bytes is not between %d and %d",
				 (unsigned long long)options->tile_budget, BUDGET_LEAST,
				 BUDGET_MOST);
	if (options->min_zoom > THEME_ZOOM_MOST || options->max_zoom > THEME_ZOOM_OF_DATA)
		return error_set(error, ERROR_INVALID, "a zoom of %u is not between 0 and %d",
				 options->min_zoom > THEME_ZOOM_MOST ? options->min_zoom
								     : options->max_zoom,
				 THEME_ZOOM_MOST);
	if (options->min_zoom > options->max_zoom)
		return error_set(error, ERROR_INVALID,
				 "the first zoom, %u, is greater than the last, %u",
				 options->min_zoom, options->max_zoom);
	for (uint32_t i = 0; i < options->first_zoom_count; i++)
		if (options->first_zooms[i].first_zoom > THEME_ZOOM_MOST)
			return error_set(error, ERROR_INVALID,
					 "column %s: a zoom of %u is not between 0 and %d",
					 options->first_zooms[i].column,
					 options->first_zooms[i].first_zoom, THEME_ZOOM_MOST);
	for (uint32_t i = 0; i < options->first_zoom_count; i++)
		if (options->first_zooms[i].first_zoom > options->max_zoom)
			return error_set(error, ERROR_INVALID,
					 "column %s is carried from zoom %u on, beyond the last, "
					 "%u: hide it instead",
					 options->first_zooms[i].column,
					 options->first_zooms[i].first_zoom, options->max_zoom);
	for (uint32_t i = 0; i < options->published.count; i++)
		if (names_have(&options->hidden, options->published.names[i]))
			return error_set(error, ERROR_INVALID,
					 "column %s is said to be both published and hidden",
					 options->published.names[i]);
	return ERROR_NONE;
}

/* Texts with their length before them, so that no two sets of options print the same. */
static void print_text(struct buf *text, const char *name)
{
	buf_print(text, "%zu:%s\n", name ? strlen(name) : 0, name ? name : "");
}

static void print_names(struct buf *text, const struct column_names *list)
{
	buf_print(text, "%u\n", list->count);
	for (uint32_t i = 0; i < list->count; i++)
		print_text(text, list->names[i]);
}

void theme_options_hash(const struct theme_options *options, char hash[33])
{
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%llu %d %d\n", (unsigned long long)options->tile_budget,
		  options->publish_all, options->companion);
	if (!options->publish_all)
		print_names(&text, &options->published);
	print_names(&text, &options->hidden);
	for (uint32_t i = 0; i < options->first_zoom_count; i++) {
		if (options->first_zooms[i].first_zoom == 0)
			continue;
		print_text(&text, options->first_zooms[i].column);
		buf_print(&text, "%u\n", options->first_zooms[i].first_zoom);
	}
	print_text(&text, options->id_column);
	print_text(&text, options->priority_column);
	buf_print(&text, "%d\n", options->priority_column && options->smallest_first);
	hash_hex(text.bytes, text.length, hash);
	buf_release(&text);
}

void theme_options_drawing_hash(const struct theme_options *options, char hash[33])
{
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%u %u\n", options->min_zoom, options->max_zoom);
	print_text(&text, options->commune_column);
	hash_hex(text.bytes, text.length, hash);
	buf_release(&text);
}
