/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"
#include "tiler/text_list.h"
#include "tiler/theme.h"
#include "tiler/theme_option.h"

/* What is said of the themes whose id is, or is like, a pattern: a list of statements, each with
 * its values as theme_option_read gives them.
 *
 * Where several overrides say something of the same option of a theme, the strongest one counts:
 * a configuration file's word on that very theme, then a table's row, then its metadata record
 * (theme_record.h), then patterns, of which the one with more letters beside its wildcards goes
 * first. Two of equal strength that say different things contradict each other, which is told, and
 * the first one counts. */

enum override_strength {
	OVERRIDE_PATTERN,
	OVERRIDE_RECORD,
	OVERRIDE_TABLE,
	OVERRIDE_THEME,
};

struct theme_statement {
	const struct theme_option *option;
	char *column; /* of an option of columns: the name, or a pattern of names */
	struct text_list values;
	char *place; /* "tuilerie.yaml:12"; NULL: the override's */
};

struct theme_override {
	char *pattern; /* "eq_educ:ecole", "eq_educ:*"; of a record, its identifier */
	enum override_strength strength;
	char *place; /* "tuilerie.yaml:10" */
	struct theme_statement *statements;
	size_t count;
	struct text_list names; /* of a record: what its theme may be called */
	bool withheld; /* what it says of publication was not understood: its themes are not served
			*/
};

struct theme_overrides {
	struct theme_override *list;
	size_t count, capacity;
	struct record_key *keys; /* theme_records_index */
	size_t key_count;
};

/* Adds one and gives it to be filled; borrowed until the next is added. Texts are copied. */
struct theme_override *theme_overrides_add(struct theme_overrides *overrides, const char *pattern,
					   enum override_strength strength, const char *place);
/* Adds a statement with no value yet. COLUMN and PLACE may be NULL. */
struct theme_statement *theme_override_say(struct theme_override *override,
					   const struct theme_option *option, const char *column,
					   const char *place);
/* Above 0: A is stronger than B; 0: they are equal. */
int theme_override_compare(const struct theme_override *a, const struct theme_override *b);
void theme_overrides_release(struct theme_overrides *overrides);

/* Called for what is wrong with an override and for what is worth knowing. */
typedef void (*override_complain_f)(const char *place, const char *text, bool remark,
				    void *context);

/* Says of THEME (not yet in a catalogue) what the overrides have for it, and marks in MATCHED (one
 * a override) those that do. False: the theme is not to be served, by a word of the overrides, or
 * because of one that cannot be followed, which was told. */
bool theme_describe(struct theme *theme, const struct theme_overrides *overrides, bool *matched,
		    override_complain_f complain, void *context);

/* The same of all themes, sorted by id; those not to be served are freed and the others moved up:
 * gives how many are left. Remarks tell of overrides that fit no theme, with the nearest id. */
size_t themes_describe(struct theme **themes, size_t count, const struct theme_overrides *overrides,
		       override_complain_f complain, void *context);
