/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/catalogue.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/catalogue_past.h"
#include "tiler/memory.h"
#include "tiler/theme_override.h"

struct catalogue {
	atomic_uint references;
	struct theme **themes; /* sorted by id */
	size_t theme_count, theme_capacity;
	struct problem *problems;
	size_t problem_count, problem_capacity;
	struct recollection *recollection; /* while it is built in place of another */
};

static void add_theme(struct theme *theme, void *context)
{
	struct catalogue *catalogue = context;

	if (catalogue->theme_count == catalogue->theme_capacity) {
		catalogue->theme_capacity = catalogue->theme_capacity
						    ? 2 * catalogue->theme_capacity
						    : 64;
		catalogue->themes = memory_resize(catalogue->themes, catalogue->theme_capacity,
						  sizeof(struct theme *));
	}
	catalogue->themes[catalogue->theme_count++] = theme;
}

static void add_note(const char *place, const char *text, bool remark, void *context)
{
	struct catalogue *catalogue = context;

	if (catalogue->problem_count == catalogue->problem_capacity) {
		catalogue->problem_capacity = catalogue->problem_capacity
						      ? 2 * catalogue->problem_capacity
						      : 16;
		catalogue->problems = memory_resize(catalogue->problems,
						    catalogue->problem_capacity,
						    sizeof(*catalogue->problems));
	}
	catalogue->problems[catalogue->problem_count++] = (struct problem){
		memory_text(place), memory_text(text), remark};
}

static void add_problem(const char *place, const char *text, void *context)
{
	add_note(place, text, false, context);
}

static void add_remark(const char *place, const char *text, void *context)
{
	add_note(place, text, true, context);
}

/* A theme and its place in the order of listing, which settles who keeps an id. */
struct listed {
	struct theme *theme;
	size_t order;
};

static int by_id_then_order(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;
	int order = strcmp(left->theme->id, right->theme->id);

	if (order == 0)
		order = left->order < right->order ? -1 : 1;
	return order;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct theme *const *)a)->id, (*(struct theme *const *)b)->id);
}

static int id_to_theme(const void *id, const void *theme)
{
	return strcmp(id, (*(struct theme *const *)theme)->id);
}

/* Puts the themes in order of id and, where two have one, of listing. */
static void sort_as_listed(struct catalogue *catalogue)
{
	struct listed *listed = memory_zeroed(catalogue->theme_count, sizeof(*listed));

	for (size_t i = 0; i < catalogue->theme_count; i++)
		listed[i] = (struct listed){catalogue->themes[i], i};
	qsort(listed, catalogue->theme_count, sizeof(*listed), by_id_then_order);
	for (size_t i = 0; i < catalogue->theme_count; i++)
		catalogue->themes[i] = listed[i].theme;
	free(listed);
}

static bool is_taken(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->theme_count; i++)
		if (strcmp(catalogue->themes[i]->id, id) == 0)
			return true;
	return false;
}

/* NUMBER: the last one given to a theme of that id. */
static void rename_theme(struct catalogue *catalogue, struct theme *theme, unsigned *number)
{
	char *id, *layer, *dataset, *place, *text;

	for (;;) {
		id = memory_print("%s~%u", theme->id, ++*number);
		if (!is_taken(catalogue, id))
			break;
		free(id);
	}
	layer = memory_print("%s~%u", theme->layer, *number);
	dataset = source_place(theme->origin.dataset);
	place = memory_print("%s, layer %s", dataset, theme->layer);
	text = memory_print("another theme is called %s already, so this one is called %s; rename "
			    "the layer or the file to choose the name",
			    theme->id, id);
	add_problem(place, text, catalogue);
	free(text);
	free(place);
	free(dataset);
	free(theme->id);
	free(theme->layer);
	theme->id = id;
	theme->layer = layer;
}

static void make_ids_unique(struct catalogue *catalogue)
{
	const struct theme *first = NULL;
	unsigned number = 1;

	sort_as_listed(catalogue);
	for (size_t i = 0; i < catalogue->theme_count; i++) {
		struct theme *theme = catalogue->themes[i];

		if (first && strcmp(first->id, theme->id) == 0) {
			rename_theme(catalogue, theme, &number);
		} else {
			first = theme;
			number = 1;
		}
	}
	qsort(catalogue->themes, catalogue->theme_count, sizeof(struct theme *), by_id);
}

static void list_datasets(struct catalogue *catalogue, const struct catalogue_settings *settings,
			  struct source_listing *listing)
{
	for (size_t i = 0; i < settings->dataset_count; i++) {
		const struct dataset_settings *dataset = &settings->datasets[i];
		size_t told = catalogue->problem_count;
		struct error fault;
		char *place;

		if (source_list(listing, dataset, &fault) == ERROR_NONE ||
		    catalogue->problem_count != told)
			continue;
		place = dataset->place ? memory_text(dataset->place) : source_place(dataset->name);
		add_problem(place, fault.text, catalogue);
		free(place);
	}
}

static bool enter(const char *dataset, void *context)
{
	return recollection_enter(((struct catalogue *)context)->recollection, dataset);
}

static void refused(const char *dataset, const char *layer, void *context)
{
	recollection_refused(((struct catalogue *)context)->recollection, dataset, layer);
}

static void tell_kept(struct catalogue *catalogue, const struct theme *theme,
		      enum recollection_reason reason)
{
	char *place = source_place(theme->origin.dataset);
	char *text = memory_print("%s; the theme %s is served as it was before",
				  reason == RECOLLECTION_AWAY ? "it cannot be reached any more"
							      : "it cannot be served as it is now",
				  theme->id);

	if (reason != RECOLLECTION_WRITTEN)
		add_problem(place, text, catalogue);
	free(text);
	free(place);
}

/* Adds the themes of the past that stay. */
static void keep_themes(struct catalogue *catalogue, const struct catalogue_settings *settings,
			const struct catalogue *past)
{
	size_t found = catalogue->theme_count;

	for (size_t i = 0; i < past->theme_count; i++) {
		struct theme *theme = past->themes[i];
		enum recollection_reason reason;

		if (found && bsearch(theme->id, catalogue->themes, found, sizeof(struct theme *),
				     id_to_theme))
			continue;
		reason = recollection_of(catalogue->recollection, settings, theme);
		if (reason == RECOLLECTION_GONE)
			continue;
		tell_kept(catalogue, theme, reason);
		add_theme(theme_ref(theme), catalogue);
	}
	if (catalogue->theme_count > found)
		qsort(catalogue->themes, catalogue->theme_count, sizeof(struct theme *), by_id);
}

static enum error_code fill(struct catalogue *catalogue, const struct catalogue_settings *settings,
			    const struct catalogue_past *past, struct error *error)
{
	struct source_visitor visitor = {.theme = add_theme,
					 .problem = add_problem,
					 .context = catalogue,
					 .remark = add_remark};
	struct source_listing *listing;
	enum error_code code;

	if (past) {
		visitor.enter = enter;
		visitor.refused = refused;
	}
	code = source_listing_new(&visitor, &listing, error);
	if (code)
		return code;
	list_datasets(catalogue, settings, listing);
	source_listing_free(listing);
	for (size_t i = 0; i < settings->note_count; i++)
		add_note(settings->notes[i].place, settings->notes[i].text,
			 settings->notes[i].remark, catalogue);
	if (catalogue->theme_count)
		make_ids_unique(catalogue);
	catalogue->theme_count = themes_describe(catalogue->themes, catalogue->theme_count,
						 &settings->overrides, add_note, catalogue);
	if (past)
		keep_themes(catalogue, settings, past->catalogue);
	return ERROR_NONE;
}

enum error_code catalogue_rebuild(const struct catalogue_settings *settings,
				  const struct catalogue_past *past, struct catalogue **result,
				  struct error *error)
{
	struct catalogue *catalogue;
	enum error_code code;

	if (settings->dataset_count == 0)
		return error_set(error, ERROR_INVALID,
				 "no data was named; name at least one file or folder");
	catalogue = memory_zeroed(1, sizeof(*catalogue));
	atomic_init(&catalogue->references, 1);
	catalogue->recollection = past ? recollection_new(past) : NULL;
	code = fill(catalogue, settings, past, error);
	recollection_free(catalogue->recollection);
	catalogue->recollection = NULL;
	if (code)
		catalogue_unref(catalogue);
	else
		*result = catalogue;
	return code;
}

enum error_code catalogue_build(const struct catalogue_settings *settings,
				struct catalogue **catalogue, struct error *error)
{
	return catalogue_rebuild(settings, NULL, catalogue, error);
}

enum error_code catalogue_new(const char *const *names, size_t count, struct catalogue **catalogue,
			      struct error *error)
{
	struct catalogue_settings *settings = catalogue_settings_of(names, count);
	enum error_code code = catalogue_build(settings, catalogue, error);

	catalogue_settings_free(settings);
	return code;
}

struct catalogue *catalogue_ref(struct catalogue *catalogue)
{
	atomic_fetch_add_explicit(&catalogue->references, 1, memory_order_relaxed);
	return catalogue;
}

void catalogue_unref(struct catalogue *catalogue)
{
	if (!catalogue ||
	    atomic_fetch_sub_explicit(&catalogue->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < catalogue->theme_count; i++)
		theme_free(catalogue->themes[i]);
	for (size_t i = 0; i < catalogue->problem_count; i++) {
		free(catalogue->problems[i].place);
		free(catalogue->problems[i].text);
	}
	free(catalogue->themes);
	free(catalogue->problems);
	free(catalogue);
}

size_t catalogue_theme_count(const struct catalogue *catalogue)
{
	return catalogue->theme_count;
}

const struct theme *catalogue_theme(const struct catalogue *catalogue, size_t index)
{
	return catalogue->themes[index];
}

const struct theme *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	struct theme **found = NULL;

	if (catalogue->theme_count)
		found = bsearch(id, catalogue->themes, catalogue->theme_count,
				sizeof(struct theme *), id_to_theme);
	return found ? *found : NULL;
}

size_t catalogue_problem_count(const struct catalogue *catalogue)
{
	return catalogue->problem_count;
}

const struct problem *catalogue_problem(const struct catalogue *catalogue, size_t index)
{
	return &catalogue->problems[index];
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* What only a configuration or a table says of a theme. */
static bool same_words(const struct theme *a, const struct theme *b)
{
	bool same = same_text(a->title_en, b->title_en) &&
		    same_text(a->abstract_en, b->abstract_en) &&
		    same_text(a->producer, b->producer) && same_text(a->contact, b->contact) &&
		    same_text(a->lineage, b->lineage) &&
		    same_text(a->inspire_theme, b->inspire_theme) &&
		    same_text(a->metadata_record, b->metadata_record) &&
		    a->personal_data == b->personal_data && a->column_count == b->column_count &&
		    text_list_equal(&a->keywords, &b->keywords) &&
		    text_list_equal(&a->grids, &b->grids);

	for (uint32_t i = 0; same && i < a->column_count; i++)
		same = same_text(a->columns[i].alias, b->columns[i].alias) &&
		       same_text(a->columns[i].meaning, b->columns[i].meaning);
	return same;
}

static bool same_theme(const struct theme *a, const struct theme *b)
{
	return a == b ||
	       (same_text(a->id, b->id) && same_text(a->title, b->title) &&
		same_text(a->abstract, b->abstract) && same_text(a->licence, b->licence) &&
		same_text(a->attribution, b->attribution) &&
		same_text(a->frequency, b->frequency) && same_words(a, b) && theme_same_data(a, b));
}

bool catalogue_equal(const struct catalogue *a, const struct catalogue *b)
{
	bool same = a->theme_count == b->theme_count && a->problem_count == b->problem_count;

	for (size_t i = 0; same && i < a->theme_count; i++)
		same = same_theme(a->themes[i], b->themes[i]);
	for (size_t i = 0; same && i < a->problem_count; i++)
		same = same_text(a->problems[i].place, b->problems[i].place) &&
		       same_text(a->problems[i].text, b->problems[i].text);
	return same;
}
