/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/dcat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/theme_option.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"

static void every_frequency_has_a_word_of_the_list(void **state)
{
	static const char *const words[] = {"continual", "daily",     "weekly",	    "fortnightly",
					    "monthly",	 "quarterly", "biannually", "annually",
					    "asNeeded",	 "irregular", "notPlanned", "unknown"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_non_null(dcat_frequency(words[i]));
		assert_ptr_equal(strstr(dcat_frequency(words[i]), AUTHORITY "frequency/"),
				 dcat_frequency(words[i]));
	}
	assert_string_equal(dcat_frequency("biannually"), AUTHORITY "frequency/ANNUAL_2");
	assert_null(dcat_frequency("tous les jeudis"));
	assert_null(dcat_frequency(NULL));
}

static void every_inspire_theme_has_a_data_theme(void **state)
{
	const struct theme_option *option = &theme_option_table[THEME_INSPIRE];
	char code[3] = "aa";
	unsigned known = 0;

	(void)state;
	for (code[0] = 'a'; code[0] <= 'z'; code[0]++)
		for (code[1] = 'a'; code[1] <= 'z'; code[1]++) {
			struct text_list values = {0};
			bool inspire = theme_option_read(option, code, &values,
							 &(struct error){0}) == ERROR_NONE;

			text_list_release(&values);
			assert_int_equal(dcat_theme(code) != NULL, inspire);
			assert_int_equal(dcat_theme_name(code) != NULL, inspire);
			assert_true(!inspire || dcat_theme_name(dcat_theme(code)));
			known += inspire;
		}
	assert_int_equal(known, 34);
	assert_null(dcat_theme(NULL));
	assert_string_equal(dcat_theme_name("tn"), "Transport networks");
	assert_string_equal(dcat_theme_name(dcat_theme("tn")), "Transport");
	assert_null(dcat_theme_name("xx"));
}

static void a_licence_is_an_iri_or_nothing(void **state)
{
	(void)state;
	assert_string_equal(dcat_licence("ODbL-1.0"), AUTHORITY "licence/ODC_BL");
	assert_string_equal(dcat_licence("https://ville.example/l"), "https://ville.example/l");
	assert_null(dcat_licence("Licence maison"));
	assert_null(dcat_licence("http://ville.example/une licence"));
	assert_null(dcat_licence_name("https://ville.example/l"));
}

static void only_sound_addresses_become_iris(void **state)
{
	static const char *const wrong[] = {"",
					    "ftp://a.b",
					    "http://",
					    "https:///a",
					    "javascript:alert(1)",
					    "https://a.b/<c>",
					    "https://a.b/c d",
					    "https://a.b/\"",
					    "https://a.b/\n",
					    "https://a.b/{x}"};
	static const char *const no_mail[] = {
		"",	   "a",	     "@b.c", "a@b", "a@b@c.d", "a b@c.d", "a@b.c?subject=x",
		"a@b.c\"", "<a@b.c>"};

	(void)state;
	assert_true(dcat_is_iri("https://a.b/c?d=e#f"));
	assert_true(dcat_is_mail("sig.carte-1@ville.example"));
	assert_false(dcat_is_iri(NULL));
	assert_false(dcat_is_mail(NULL));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(dcat_is_iri(wrong[i]));
	for (size_t i = 0; i < sizeof(no_mail) / sizeof(*no_mail); i++)
		assert_false(dcat_is_mail(no_mail[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frequency_has_a_word_of_the_list),
		cmocka_unit_test(every_inspire_theme_has_a_data_theme),
		cmocka_unit_test(a_licence_is_an_iri_or_nothing),
		cmocka_unit_test(only_sound_addresses_become_iris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
