/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static int set_up(void **state)
{
	static struct buf html;
	buf_init(&html, 0);
	*state = &html;
	return 0;
}

static int tear_down(void **state)
{
	buf_release(*state);
	return 0;
}

static void check_text(struct buf *html, const char *text, const char *expected)
{
	buf_empty(html);
	buf_add_text(html, "");
	html_text(html, text);
	assert_string_equal(html->length ? html->bytes : "", expected);
}

static void test_markup_becomes_text(void **state)
{
	check_text(*state, "<script>alert(\"l'eau & l'air\")</script>",
		   "&lt;script&gt;alert(&quot;l&#39;eau &amp; l&#39;air&quot;)&lt;/script&gt;");
	check_text(*state, "École 東京 🏫", "École 東京 🏫");
	check_text(*state, NULL, "");
}

static void test_what_is_no_text_is_replaced(void **state)
{
	check_text(*state, "caf\xe9", "caf\ufffd");
	check_text(*state, "a\xc0\xbc", "a\ufffd\ufffd");	  /* "<" in a longer form */
	check_text(*state, "\xed\xa0\x80", "\ufffd\ufffd\ufffd"); /* a surrogate */
	check_text(*state, "a\x01\x1b\x7f\tb\nc", "a\tb\nc");
	check_text(*state, "a\u202eb\u2066c\u200f…", "abc\u200f…"); /* signs of direction */
}

static void test_print_escapes_its_texts(void **state)
{
	struct buf *html = *state;
	html_print(html, "<a title=\"%s\" width=\"100%%\">%u %d</a>", "\"><b>", 7u, -3);
	assert_string_equal(html->bytes,
			    "<a title=\"&quot;&gt;&lt;b&gt;\" width=\"100%\">7 -3</a>");
}

static void test_url_keeps_ids_legible(void **state)
{
	struct buf *html = *state;
	html_url(html, "eq_educ:ecole,a/b?c#d \"é\"&<%");
	assert_string_equal(html->bytes, "eq_educ:ecole,a%2Fb%3Fc%23d%20%22%C3%A9%22%26%3C%25");
}

static void check_integer(struct buf *html, uint64_t number, const char *expected)
{
	buf_empty(html);
	html_integer(html, LANGUAGE_FRENCH, number);
	assert_string_equal(html->bytes, expected);
}

static void test_thousands_are_spaced(void **state)
{
	check_integer(*state, 0, "0");
	check_integer(*state, 999, "999");
	check_integer(*state, 1000, "1\u202f000");
	check_integer(*state, 1234567, "1\u202f234\u202f567");
	check_integer(*state, UINT64_MAX,
		      "18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615");
	buf_empty(*state);
	html_integer(*state, LANGUAGE_ENGLISH, 1234567);
	assert_string_equal(((struct buf *)*state)->bytes, "1,234,567");
}

static void test_plural_is_that_of_the_language(void **state)
{
	struct buf *html = *state;
	for (uint64_t number = 0; number < 3; number++)
		html_count(html, LANGUAGE_FRENCH, number, "ligne", "lignes");
	assert_string_equal(html->bytes, "0\u00a0ligne1\u00a0ligne2\u00a0lignes");
	buf_empty(html);
	for (uint64_t number = 0; number < 3; number++)
		html_count(html, LANGUAGE_ENGLISH, number, "line", "lines");
	assert_string_equal(html->bytes, "0\u00a0lines1\u00a0line2\u00a0lines");
}

static void test_time_is_told_in_words(void **state)
{
	struct buf *html = *state;
	html_time(html, LANGUAGE_FRENCH, 1767225900);
	assert_string_equal(html->bytes, "<time datetime=\"2026-01-01T00:05:00Z\">1er janvier 2026 "
					 "à 00:05 UTC</time>");
	buf_empty(html);
	html_time(html, LANGUAGE_FRENCH, 1785974400);
	assert_string_equal(html->bytes, "<time datetime=\"2026-08-06T00:00:00Z\">6 août 2026 à "
					 "00:00 UTC</time>");
	buf_empty(html);
	html_time(html, LANGUAGE_ENGLISH, 1767225900);
	assert_string_equal(html->bytes, "<time datetime=\"2026-01-01T00:05:00Z\">1 January 2026 "
					 "at 00:05 UTC</time>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_markup_becomes_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_text_is_replaced, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_print_escapes_its_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_url_keeps_ids_legible, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_thousands_are_spaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_plural_is_that_of_the_language, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_time_is_told_in_words, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
