/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_override.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/buf.h"
#include "tiler/memory.h"

static struct theme *theme_make(const char *id)
{
	static const char *const names[] = {"nom", "adresse", "user_id", "hauteur"};
	struct theme *theme = theme_new();

	theme->id = memory_text(id);
	theme->title = memory_text("de la donnée");
	theme->columns = memory_zeroed(4, sizeof(*theme->columns));
	for (size_t i = 0; i < 4; i++)
		theme->columns[i] = (struct column){
			.name = memory_text(names[i]),
			.type = i < 2 ? VALUE_TEXT : VALUE_INTEGER,
			.source_type = memory_text(i < 2 ? "String" : "Integer")};
	theme->column_count = 4;
	return theme;
}

static void say(struct theme_override *override, const char *option, const char *column,
		const char *value)
{
	struct theme_statement *statement = theme_override_say(
		override, theme_option_find(option, column), column, NULL);

	assert_int_equal(theme_option_read(statement->option, value, &statement->values, NULL), 0);
}

static void say_alone(struct theme_overrides *overrides, const char *pattern,
		      enum override_strength strength, const char *place, const char *option,
		      const char *value)
{
	say(theme_overrides_add(overrides, pattern, strength, place), option, NULL, value);
}

static void keep(const char *place, const char *text, bool remark, void *context)
{
	buf_print(context, "%s%s: %s\n", remark ? "remark " : "", place, text);
}

/* What came of describing one theme; the complaints are in TOLD, to be released. */
static bool describe(struct theme *theme, struct theme_overrides *overrides, struct buf *told)
{
	bool matched[16] = {false}, served;

	buf_init(told, 0);
	buf_add_text(told, "");
	served = theme_describe(theme, overrides, matched, keep, told);
	theme_overrides_release(overrides);
	return served;
}

static void the_strongest_word_counts_wherever_it_stands(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *theme = theme_make("eq:ecole");
	struct buf told;

	(void)state;
	say_alone(&overrides, "eq:ecole", OVERRIDE_THEME, "y:1", "title", "du thème");
	say_alone(&overrides, "eq:ecole", OVERRIDE_TABLE, "t:2", "title", "du tableau");
	say_alone(&overrides, "eq:ecole", OVERRIDE_TABLE, "t:2", "licence", "ODbL");
	say_alone(&overrides, "eq:*", OVERRIDE_PATTERN, "y:2", "licence", "CC0");
	say_alone(&overrides, "eq:*", OVERRIDE_PATTERN, "y:2", "producer", "du groupe");
	say_alone(&overrides, "*", OVERRIDE_PATTERN, "y:3", "producer", "de tous");
	say_alone(&overrides, "*", OVERRIDE_PATTERN, "y:3", "attribution", "de tous");
	say_alone(&overrides, "autre:*", OVERRIDE_PATTERN, "y:4", "contact", "de personne");
	assert_true(describe(theme, &overrides, &told));
	assert_string_equal(theme->title, "du thème");
	assert_string_equal(theme->licence, "ODbL-1.0");
	assert_string_equal(theme->producer, "du groupe");
	assert_string_equal(theme->attribution, "de tous");
	assert_null(theme->contact);
	assert_string_equal(told.bytes, "");
	buf_release(&told);
	theme_free(theme);
}

static void equals_that_differ_contradict_each_other(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *theme = theme_make("eq:ecole");
	struct buf told;

	(void)state;
	say_alone(&overrides, "eq:*", OVERRIDE_PATTERN, "y:1", "licence", "ODbL");
	say_alone(&overrides, "*ole", OVERRIDE_PATTERN, "y:2", "licence", "CC0");
	say_alone(&overrides, "*:ec*", OVERRIDE_PATTERN, "y:3", "producer", "le même");
	say_alone(&overrides, "eq:*", OVERRIDE_PATTERN, "y:1", "producer", "le même");
	assert_true(describe(theme, &overrides, &told));
	assert_string_equal(theme->licence, "ODbL-1.0");
	assert_non_null(strstr(told.bytes, "y:1, theme eq:ecole: licence"));
	assert_non_null(strstr(told.bytes, "at y:2"));
	assert_null(strstr(told.bytes, "producer"));
	buf_release(&told);
	theme_free(theme);
}

static void columns_are_described_and_hidden(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *theme = theme_make("eq:ecole");
	struct theme_override *override;
	struct buf told;

	(void)state;
	override = theme_overrides_add(&overrides, "eq:ecole", OVERRIDE_THEME, "y:1");
	say(override, "hide_columns", NULL, "user_*; adresse");
	say(override, "alias", "nom", "Nom de l'école");
	say(override, "first_zoom", "nom", "12");
	say(override, "priority_column", NULL, "hauteur");
	say(override, "priority_order", NULL, "croissant");
	say(override, "tile_budget", NULL, "100K");
	assert_true(describe(theme, &overrides, &told));
	assert_string_equal(told.bytes, "");
	assert_int_equal(theme->column_count, 2);
	assert_string_equal(theme->columns[0].alias, "Nom de l'école");
	assert_string_equal(theme->columns[1].name, "hauteur");
	assert_int_equal(theme_options_first_zoom(&theme->options, "nom"), 12);
	assert_string_equal(theme->options.priority_column, "hauteur");
	assert_true(theme->options.smallest_first);
	assert_int_equal(theme->options.tile_budget, 100 * 1024);
	buf_release(&told);
	theme_free(theme);
}

static void nothing_of_persons_is_published_that_was_not_named(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *silent = theme_make("p:a"), *named = theme_make("p:a");
	struct buf told;

	(void)state;
	say_alone(&overrides, "p:a", OVERRIDE_TABLE, "t:1", "personal_data", "oui");
	assert_true(describe(silent, &overrides, &told));
	assert_int_equal(silent->column_count, 0);
	buf_release(&told);
	say_alone(&overrides, "p:a", OVERRIDE_TABLE, "t:1", "personal_data", "oui");
	say_alone(&overrides, "p:a", OVERRIDE_TABLE, "t:1", "publish_columns", "nom,absente");
	assert_true(describe(named, &overrides, &told));
	assert_int_equal(named->column_count, 1);
	assert_non_null(strstr(told.bytes, "remark t:1, theme p:a: publish_columns: it has no "
					   "column \"absente\""));
	buf_release(&told);
	theme_free(silent);
	theme_free(named);
}

/* What was to be hidden and is misspelt would be shown. */
static void a_misspelt_column_to_hide_withholds_the_theme(void **state)
{
	static const char *const columns[] = {NULL, "addresse"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct theme_overrides overrides = {0};
		struct theme *theme = theme_make("eq:ecole");
		struct buf told;

		say(theme_overrides_add(&overrides, "eq:ecole", OVERRIDE_THEME, "y:1"),
		    columns[i] ? "publish" : "hide_columns", columns[i],
		    columns[i] ? "no" : "addresse");
		assert_false(describe(theme, &overrides, &told));
		assert_non_null(strstr(told.bytes, "(\"adresse\" is near); the theme is not "
						   "served"));
		assert_int_not_equal(strncmp(told.bytes, "remark", 6), 0);
		buf_release(&told);
		theme_free(theme);
	}
}

static void what_cannot_be_followed_withholds_the_theme(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *theme = theme_make("eq:ecole");
	struct buf told;

	(void)state;
	say_alone(&overrides, "eq:*", OVERRIDE_PATTERN, "y:1", "min_zoom", "12");
	say_alone(&overrides, "eq:ecole", OVERRIDE_TABLE, "t:1", "max_zoom", "8");
	assert_false(describe(theme, &overrides, &told));
	assert_non_null(strstr(told.bytes, "theme eq:ecole"));
	buf_release(&told);
	theme_free(theme);
}

static void unknown_themes_are_remarked_with_the_nearest(void **state)
{
	struct theme_overrides overrides = {0};
	struct theme *themes[] = {theme_make("eq:college"), theme_make("eq:ecole"),
				  theme_make("eq:secret")};
	struct buf told;

	(void)state;
	buf_init(&told, 0);
	say_alone(&overrides, "eq:ecoles", OVERRIDE_TABLE, "t:2", "title", "x");
	say_alone(&overrides, "zz*", OVERRIDE_PATTERN, "y:3", "title", "x");
	say_alone(&overrides, "eq:secret", OVERRIDE_THEME, "y:4", "publish", "non");
	for (size_t i = 0; i < 60; i++)
		say_alone(&overrides, "inconnu:tout_a_fait", OVERRIDE_TABLE, "t:9", "title", "x");
	assert_int_equal(themes_describe(themes, 3, &overrides, keep, &told), 2);
	assert_non_null(strstr(told.bytes, "remark t:2: there is no theme eq:ecoles; did you mean "
					   "eq:ecole?\n"));
	assert_non_null(strstr(told.bytes, "remark y:3: no theme's id fits zz*\n"));
	assert_non_null(strstr(told.bytes, "12 more ids are those of no theme"));
	assert_null(strstr(told.bytes, "secret"));
	theme_overrides_release(&overrides);
	buf_release(&told);
	theme_free(themes[0]);
	theme_free(themes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strongest_word_counts_wherever_it_stands),
		cmocka_unit_test(equals_that_differ_contradict_each_other),
		cmocka_unit_test(columns_are_described_and_hidden),
		cmocka_unit_test(nothing_of_persons_is_published_that_was_not_named),
		cmocka_unit_test(a_misspelt_column_to_hide_withholds_the_theme),
		cmocka_unit_test(what_cannot_be_followed_withholds_the_theme),
		cmocka_unit_test(unknown_themes_are_remarked_with_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
