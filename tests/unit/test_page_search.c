/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_fold(const char *text, const char *expected)
{
	struct buf out;
	buf_init(&out, 0);
	search_fold(&out, text);
	assert_string_equal(out.bytes, expected);
	buf_release(&out);
}

static void test_fold_drops_case_and_accents(void **state)
{
	(void)state;
	check_fold("ÉCOLE Élémentaire", "ecole elementaire");
	check_fold("Œuvre d’ævum, Straße", "oeuvre d'aevum, strasse");
	check_fold("Þing Ñandú Žižek Łódź İzmir", "ting nandu zizek lodz izmir");
	check_fold("e\u0301cole", "ecole"); /* a combining accent */
	check_fold("3 × 4 ÷ 2, 東京, \xe9", "3 × 4 ÷ 2, 東京, \xe9");
}

static bool matches_in(enum language language, const char *query, const struct theme *theme)
{
	struct search *search = search_new(query, language);
	bool match = search_matches(search, theme);
	search_free(search);
	return match;
}

static bool matches(const char *query, const struct theme *theme)
{
	return matches_in(LANGUAGE_FRENCH, query, theme);
}

static void test_every_word_must_occur(void **state)
{
	(void)state;
	const struct theme theme = {
		.id = "eq_educ:v_ecole_primaire",
		.group = "eq_educ",
		.title = "Écoles élémentaires",
		.abstract = "Publiques et privées, à Rennes.",
	};
	assert_true(matches(NULL, &theme));
	assert_true(matches("  ", &theme));
	assert_true(matches("ecoles", &theme));
	assert_true(matches("ÉLÉMENTAIRES   Privees", &theme));
	assert_true(matches("eq_educ", &theme));
	assert_true(matches("education", &theme)); /* the group's French name */
	assert_true(matches("équipements rennes", &theme));
	assert_false(matches("ecoles lycee", &theme));
	assert_false(matches("elementairespubliques", &theme)); /* not across fields */
}

static void test_the_words_are_those_of_the_page(void **state)
{
	(void)state;
	const struct theme theme = {
		.id = "trp_doux:v_voie",
		.group = "trp_doux",
		.title = "Pistes cyclables",
		.title_en = "Cycle lanes",
		.abstract = "Aménagements",
	};
	assert_true(matches_in(LANGUAGE_ENGLISH, "cycle transport", &theme));
	assert_false(matches_in(LANGUAGE_FRENCH, "lanes", &theme));
	assert_false(matches_in(LANGUAGE_ENGLISH, "pistes", &theme));
	/* what nobody translated is shown, and found, in the other language */
	assert_true(matches_in(LANGUAGE_ENGLISH, "amenagements", &theme));
}

static void test_a_theme_may_say_little(void **state)
{
	(void)state;
	const struct theme theme = {.id = "a:b", .group = "a", .title = "b"};
	assert_true(matches("a:b", &theme));
	assert_false(matches("c", &theme));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold_drops_case_and_accents),
		cmocka_unit_test(test_every_word_must_occur),
		cmocka_unit_test(test_the_words_are_those_of_the_page),
		cmocka_unit_test(test_a_theme_may_say_little),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
