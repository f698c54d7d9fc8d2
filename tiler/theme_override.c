/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_override.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/nearest.h"

enum {
	/* Comparing an id that is unknown with all that are known takes a millisecond. */
	UNKNOWN_TOLD_MOST = 50
};

struct theme_override *theme_overrides_add(struct theme_overrides *overrides, const char *pattern,
					   enum override_strength strength, const char *place)
{
	struct theme_override *override;

	if (overrides->count == overrides->capacity) {
		overrides->capacity = overrides->capacity ? 2 * overrides->capacity : 64;
		overrides->list = memory_resize(overrides->list, overrides->capacity,
						sizeof(*overrides->list));
	}
	override = &overrides->list[overrides->count++];
	*override = (struct theme_override){
		.pattern = memory_text(pattern), .strength = strength, .place = memory_text(place)};
	return override;
}

struct theme_statement *theme_override_say(struct theme_override *override,
					   const struct theme_option *option, const char *column,
					   const char *place)
{
	struct theme_statement *statement;

	override->statements = memory_resize(override->statements, override->count + 1,
					     sizeof(*override->statements));
	statement = &override->statements[override->count++];
	*statement = (struct theme_statement){
		.option = option, .column = memory_text(column), .place = memory_text(place)};
	return statement;
}

void theme_overrides_release(struct theme_overrides *overrides)
{
	for (size_t i = 0; i < overrides->count; i++) {
		struct theme_override *override = &overrides->list[i];

		for (size_t s = 0; s < override->count; s++) {
			free(override->statements[s].column);
			free(override->statements[s].place);
			text_list_release(&override->statements[s].values);
		}
		free(override->statements);
		text_list_release(&override->names);
		free(override->pattern);
		free(override->place);
	}
	free(overrides->list);
	free(overrides->keys);
	*overrides = (struct theme_overrides){0};
}

/* Letters beside the wildcards. */
static size_t letters(const char *pattern)
{
	size_t count = 0;

	for (; *pattern; pattern++)
		count += !strchr("*?[]", *pattern);
	return count;
}

int theme_override_compare(const struct theme_override *a, const struct theme_override *b)
{
	size_t of_a = letters(a->pattern), of_b = letters(b->pattern);

	if (a->strength != b->strength)
		return a->strength > b->strength ? 1 : -1;
	return a->strength == OVERRIDE_PATTERN ? (of_a > of_b) - (of_a < of_b) : 0;
}

static void tell_unknown(const struct theme_override *override, struct theme *const *themes,
			 size_t count, override_complain_f complain, void *context)
{
	struct nearest nearest;
	char *text;

	nearest_init(&nearest, override->pattern);
	for (size_t i = 0; i < count; i++)
		nearest_offer(&nearest, themes[i]->id);
	if (is_pattern(override->pattern))
		text = memory_print("no theme's id fits %.120s", override->pattern);
	else if (nearest.best)
		text = memory_print("there is no theme %.120s; did you mean %s?", override->pattern,
				    nearest.best);
	else
		text = memory_print("there is no theme %.120s", override->pattern);
	complain(override->place, text, true, context);
	free(text);
}

static void tell_unmatched(const struct theme_overrides *overrides, const bool *matched,
			   struct theme *const *themes, size_t count, override_complain_f complain,
			   void *context)
{
	size_t unknown = 0;

	for (size_t i = 0; i < overrides->count; i++) {
		if (matched[i] || overrides->list[i].strength == OVERRIDE_RECORD ||
		    ++unknown > UNKNOWN_TOLD_MOST)
			continue;
		tell_unknown(&overrides->list[i], themes, count, complain, context);
	}
	if (unknown > UNKNOWN_TOLD_MOST) {
		char text[80];

		snprintf(text, sizeof(text), "%zu more ids are those of no theme",
			 unknown - UNKNOWN_TOLD_MOST);
		complain(overrides->list[overrides->count - 1].place, text, true, context);
	}
}

/* An export of records tells of much that is not served here: one remark for all. */
static void tell_unmatched_records(const struct theme_overrides *overrides, const bool *matched,
				   override_complain_f complain, void *context)
{
	const struct theme_override *first = NULL;
	size_t records = 0, unmatched = 0;
	char text[120];

	for (size_t i = 0; i < overrides->count; i++) {
		if (overrides->list[i].strength != OVERRIDE_RECORD)
			continue;
		records++;
		unmatched += !matched[i];
		first = !first && !matched[i] ? &overrides->list[i] : first;
	}
	if (!first)
		return;
	snprintf(text, sizeof(text),
		 "%zu of %zu metadata records tell of no theme served here; this is the first",
		 unmatched, records);
	complain(first->place, text, true, context);
}

size_t themes_describe(struct theme **themes, size_t count, const struct theme_overrides *overrides,
		       override_complain_f complain, void *context)
{
	bool *matched = memory_zeroed(overrides->count + 1, sizeof(bool));
	bool *served = memory_zeroed(count + 1, sizeof(bool));
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		served[i] = theme_describe(themes[i], overrides, matched, complain, context);
	tell_unmatched(overrides, matched, themes, count, complain, context);
	tell_unmatched_records(overrides, matched, complain, context);
	for (size_t i = 0; i < count; i++) {
		if (served[i])
			themes[left++] = themes[i];
		else
			theme_free(themes[i]);
	}
	free(served);
	free(matched);
	return left;
}
