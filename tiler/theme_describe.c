/* SPDX-License-Identifier: EUPL-1.2 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/nearest.h"
#include "tiler/theme_override.h"
#include "tiler/theme_record.h"

/* A statement that holds for the theme, until a stronger one is met. */
struct word {
	const struct theme_override *override;
	const struct theme_statement *statement;
	const char *column; /* borrowed, of the theme; NULL: the statement is not of a column */
};

struct description {
	struct theme *theme;
	struct word *words;
	size_t count, capacity;
	override_complain_f complain;
	void *context;
	bool withheld;
};

static const char *place_of(const struct word *word)
{
	return word->statement->place ? word->statement->place : word->override->place;
}

static void complain(const struct description *description, const struct word *word, bool remark,
		     const char *text)
{
	char *place = memory_print("%s, theme %s", place_of(word), description->theme->id);

	description->complain(place, text, remark, description->context);
	free(place);
}

static bool is_same_subject(const struct word *a, const struct word *b)
{
	return a->statement->option == b->statement->option &&
	       (a->column == b->column ||
		(a->column && b->column && strcmp(a->column, b->column) == 0));
}

static void tell_contradiction(const struct description *description, const struct word *first,
			       const struct word *second)
{
	const char *column = first->column ? first->column : "";
	char *text = memory_print("%s%s%s is said here and, with another value, at %s; the first "
				  "one is followed: take one away",
				  first->statement->option->name, *column ? " of column " : "",
				  column, place_of(second));

	complain(description, first, false, text);
	free(text);
}

static void hear(struct description *description, struct word word)
{
	for (size_t i = 0; i < description->count; i++) {
		struct word *known = &description->words[i];
		int stronger;

		if (!is_same_subject(known, &word))
			continue;
		stronger = theme_override_compare(word.override, known->override);
		if (stronger > 0)
			*known = word;
		else if (stronger == 0 &&
			 !text_list_equal(&known->statement->values, &word.statement->values))
			tell_contradiction(description, known, &word);
		return;
	}
	if (description->count == description->capacity) {
		description->capacity = description->capacity ? 2 * description->capacity : 32;
		description->words = memory_resize(description->words, description->capacity,
						   sizeof(*description->words));
	}
	description->words[description->count++] = word;
}

static struct column *find_column(const struct theme *theme, const char *name)
{
	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, name) == 0)
			return &theme->columns[i];
	return NULL;
}

/* VITAL: what is misspelt was to be hidden, so the theme cannot be served. */
static void tell_no_column(struct description *description, const struct word *word,
			   const char *name, bool vital)
{
	const char *end = vital ? "; the theme is not served until this is mended" : "";
	struct nearest nearest;
	char *text;

	description->withheld = description->withheld || vital;
	nearest_init(&nearest, name);
	for (uint32_t i = 0; i < description->theme->column_count; i++)
		nearest_offer(&nearest, description->theme->columns[i].name);
	text = nearest.best ? memory_print("%s: it has no column \"%.80s\" (\"%s\" is near)%s",
					   word->statement->option->name, name, nearest.best, end)
			    : memory_print("%s: it has no column \"%.80s\"%s",
					   word->statement->option->name, name, end);
	complain(description, word, !vital, text);
	free(text);
}

/* A word on columns becomes one on each that its pattern fits. */
static void hear_of_columns(struct description *description, struct word word)
{
	const char *pattern = word.statement->column;
	bool found = false;

	for (uint32_t i = 0; i < description->theme->column_count; i++) {
		word.column = description->theme->columns[i].name;
		if (strcmp(pattern, word.column) == 0 || fnmatch(pattern, word.column, 0) == 0) {
			found = true;
			hear(description, word);
		}
	}
	if (!found && !is_pattern(pattern) && word.override->strength != OVERRIDE_PATTERN)
		tell_no_column(description, &word, pattern,
			       word.statement->option->id == COLUMN_PUBLISH &&
				       strcmp(word.statement->values.texts[0], "no") == 0);
}

static void listen(struct description *description, const struct theme_override *override)
{
	description->withheld = description->withheld || override->withheld;
	for (size_t i = 0; i < override->count; i++) {
		struct word word = {override, &override->statements[i], NULL};

		if (word.statement->option->of_column)
			hear_of_columns(description, word);
		else
			hear(description, word);
	}
}

static void tell_other_record(const struct description *description,
			      const struct theme_override *record,
			      const struct theme_override *other)
{
	char *place = memory_print("%s, theme %s", record->place, description->theme->id);
	char *text = memory_print("the record at %s tells of it as well; this one is followed: "
				  "name one as metadata_record",
				  other->place);

	description->complain(place, text, true, description->context);
	free(text);
	free(place);
}

/* The theme's metadata record: what was said so far may name it. */
static void listen_to_record(struct description *description,
			     const struct theme_overrides *overrides, bool *matched)
{
	const struct theme_override *record, *other;
	const char *named = description->theme->metadata_record;

	for (size_t i = 0; i < description->count; i++)
		if (description->words[i].statement->option->id == THEME_RECORD)
			named = description->words[i].statement->values.texts[0];
	record = theme_record_of(overrides, description->theme->id, named, &other);
	if (!record)
		return;
	matched[record - overrides->list] = true;
	listen(description, record);
	if (other) {
		matched[other - overrides->list] = true;
		tell_other_record(description, record, other);
	}
}

/* Where a text of the theme stands; NULL: the option is not such a one. */
static char **text_field(struct theme *theme, enum theme_option_id id)
{
	switch (id) {
	case THEME_TITLE:
		return &theme->title;
	case THEME_TITLE_EN:
		return &theme->title_en;
	case THEME_ABSTRACT:
		return &theme->abstract;
	case THEME_ABSTRACT_EN:
		return &theme->abstract_en;
	case THEME_LICENCE:
		return &theme->licence;
	case THEME_ATTRIBUTION:
		return &theme->attribution;
	case THEME_PRODUCER:
		return &theme->producer;
	case THEME_CONTACT:
		return &theme->contact;
	case THEME_FREQUENCY:
		return &theme->frequency;
	case THEME_LINEAGE:
		return &theme->lineage;
	case THEME_INSPIRE:
		return &theme->inspire_theme;
	case THEME_RECORD:
		return &theme->metadata_record;
	default:
		return NULL;
	}
}

/* Calls DO for each of the theme's columns that one of the values names. */
static void each_column(struct description *description, const struct word *word,
			void (*act)(struct theme_options *options, const char *column),
			struct theme_options *options)
{
	const struct text_list *values = &word->statement->values;

	for (size_t v = 0; v < values->count; v++) {
		bool found = false;

		for (uint32_t i = 0; i < description->theme->column_count; i++) {
			const char *name = description->theme->columns[i].name;

			if (strcmp(values->texts[v], name) == 0 ||
			    fnmatch(values->texts[v], name, 0) == 0) {
				found = true;
				act(options, name);
			}
		}
		if (!found && !is_pattern(values->texts[v]) &&
		    word->override->strength != OVERRIDE_PATTERN)
			tell_no_column(description, word, values->texts[v],
				       word->statement->option->id == THEME_HIDE_COLUMNS);
	}
}

static const char *say_column(struct description *description, const struct word *word)
{
	const char *name = word->statement->values.texts[0];

	if (find_column(description->theme, name))
		return name;
	if (word->override->strength != OVERRIDE_PATTERN)
		tell_no_column(description, word, name, false);
	return NULL;
}

static void say_columns(struct description *description, const struct word *word,
			struct theme_options *options)
{
	if (word->statement->option->id == THEME_PUBLISH_COLUMNS) {
		options->publish_all = false;
		each_column(description, word, theme_options_publish, options);
	} else {
		each_column(description, word, theme_options_hide, options);
	}
}

static void say_of_column(const struct description *description, const struct word *word,
			  struct theme_options *options)
{
	struct column *column = find_column(description->theme, word->column);
	const char *value = word->statement->values.texts[0];

	switch (word->statement->option->id) {
	case COLUMN_ALIAS:
		free(column->alias);
		column->alias = memory_text(value);
		break;
	case COLUMN_MEANING:
		free(column->meaning);
		column->meaning = memory_text(value);
		break;
	case COLUMN_PUBLISH:
		if (strcmp(value, "no") == 0)
			theme_options_hide(options, word->column);
		break;
	default:
		theme_options_carry_from(options, word->column, (uint32_t)atol(value));
	}
}

static void say_lists(struct theme *theme, const struct word *word)
{
	struct text_list *list = word->statement->option->id == THEME_KEYWORDS ? &theme->keywords
									       : &theme->grids;

	text_list_release(list);
	text_list_copy(list, &word->statement->values);
}

static void say(struct description *description, const struct word *word,
		struct theme_options *options)
{
	struct theme *theme = description->theme;
	const struct text_list *values = &word->statement->values;
	char **text = text_field(theme, word->statement->option->id);
	bool yes = values->count && strcmp(values->texts[0], "yes") == 0;

	if (word->column) {
		say_of_column(description, word, options);
		return;
	}
	if (text) {
		free(*text);
		*text = memory_text(values->texts[0]);
		return;
	}
	switch (word->statement->option->id) {
	case THEME_PUBLISH:
		description->withheld = description->withheld || !yes;
		break;
	case THEME_PERSONAL_DATA:
		theme->personal_data = yes;
		break;
	case THEME_PUBLISH_COLUMNS:
	case THEME_HIDE_COLUMNS:
		say_columns(description, word, options);
		break;
	case THEME_ID_COLUMN:
		theme_options_set_id(options, say_column(description, word));
		break;
	case THEME_COMMUNE_COLUMN:
		theme_options_set_commune(options, say_column(description, word));
		break;
	case THEME_PRIORITY_COLUMN:
		theme_options_set_priority(options, say_column(description, word),
					   options->smallest_first);
		break;
	case THEME_PRIORITY_ORDER:
		options->smallest_first = strcmp(values->texts[0], "smallest") == 0;
		break;
	case THEME_MIN_ZOOM:
		options->min_zoom = (uint32_t)atol(values->texts[0]);
		break;
	case THEME_MAX_ZOOM:
		options->max_zoom = (uint32_t)atol(values->texts[0]);
		break;
	case THEME_BUDGET:
		options->tile_budget = (uint64_t)atol(values->texts[0]);
		break;
	case THEME_COMPANION:
		companion_point_of(values->texts[0], &options->companion);
		break;
	default:
		say_lists(theme, word);
	}
}

/* Of data on persons nothing leaves the server that nobody named. */
static void protect_persons(struct description *description, struct theme_options *options)
{
	if (description->theme->personal_data)
		options->publish_all = false;
}

static bool describe(struct description *description)
{
	struct theme_options options;
	struct error error = {0};

	theme_options_init(&options);
	for (size_t i = 0; i < description->count; i++)
		say(description, &description->words[i], &options);
	protect_persons(description, &options);
	if (description->count && !description->withheld &&
	    theme_set_options(description->theme, &options, &error)) {
		complain(description, &description->words[0], false, error.text);
		description->withheld = true;
	}
	theme_options_release(&options);
	return !description->withheld;
}

bool theme_describe(struct theme *theme, const struct theme_overrides *overrides, bool *matched,
		    override_complain_f told, void *context)
{
	struct description description = {.theme = theme, .complain = told, .context = context};
	bool served;

	for (size_t i = 0; i < overrides->count; i++) {
		const struct theme_override *override = &overrides->list[i];

		if (override->strength == OVERRIDE_RECORD ||
		    (strcmp(override->pattern, theme->id) != 0 &&
		     (override->strength != OVERRIDE_PATTERN ||
		      fnmatch(override->pattern, theme->id, 0) != 0)))
			continue;
		matched[i] = true;
		listen(&description, override);
	}
	listen_to_record(&description, overrides, matched);
	served = describe(&description);
	free(description.words);
	return served;
}
