/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

static void whole_words_are_found(void **state)
{
	(void)state;
	assert_true(words_have("json, html", ", ", "json", strncmp));
	assert_true(words_have("json, html", ", ", "html", strncmp));
	assert_false(words_have("json, html", ", ", "htm", strncmp));
	assert_false(words_have("json, html", ", ", "html5", strncmp));
	assert_false(words_have("json, html", ", ", "json, html", strncmp));
	assert_true(words_have(",a:b,,c:d e,", ",", "c:d e", strncmp));
	assert_false(words_have("Lat Lon", " ", "lat", strncmp));
	assert_true(words_have("Lat Lon", " ", "lat", strncasecmp));
}

static void no_word_is_none_of_them(void **state)
{
	(void)state;
	assert_false(words_have("", " ", "a", strncmp));
	assert_false(words_have("", " ", "", strncmp));
	assert_false(words_have(" a  b ", " ", "", strncmp));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_words_are_found),
		cmocka_unit_test(no_word_is_none_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
