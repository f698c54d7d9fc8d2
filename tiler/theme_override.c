/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_override.h"

#include <stdio.h>
#include <stdlib.h>

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
		free(override->pattern);
		free(override->place);
	}
	free(overrides->list);
	*overrides = (struct theme_overrides){0};
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
		if (matched[i] || ++unknown > UNKNOWN_TOLD_MOST)
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

size_t themes_describe(struct theme **themes, size_t count, const struct theme_overrides *overrides,
		       override_complain_f complain, void *context)
{
	bool *matched = memory_zeroed(overrides->count + 1, sizeof(bool));
	bool *served = memory_zeroed(count + 1, sizeof(bool));
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		served[i] = theme_describe(themes[i], overrides, matched, complain, context);
	tell_unmatched(overrides, matched, themes, count, complain, context);
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
