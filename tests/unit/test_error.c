/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_set_fills_and_returns_the_code(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(error_set(&error, ERROR_IO, "%s: %d", "file", 3), ERROR_IO);
	assert_int_equal(error.code, ERROR_IO);
	assert_string_equal(error.text, "file: 3");
	assert_int_equal(error_set(NULL, ERROR_BUSY, "nobody reads this"), ERROR_BUSY);
}

static void test_text_is_cut_not_overrun(void **state)
{
	struct error error;
	char text[2 * sizeof(error.text)];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	error_set(&error, ERROR_INVALID, "%s", text);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
	error_prefix(&error, "%s", text);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

static void test_prefix_goes_before(void **state)
{
	struct error error;

	(void)state;
	error_set(&error, ERROR_NOT_FOUND, "no such layer");
	assert_int_equal(error_prefix(&error, "theme %s: ", "a:b"), ERROR_NOT_FOUND);
	assert_string_equal(error.text, "theme a:b: no such layer");
}

static void test_two_languages_are_kept_together(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(error_tell(&error, ERROR_LIMIT, "at most %d", "au plus %d", 3),
			 ERROR_LIMIT);
	assert_string_equal(error.text, "at most 3");
	assert_string_equal(error.french, "au plus 3");
	assert_int_equal(error_tell(NULL, ERROR_BUSY, "later", "plus tard"), ERROR_BUSY);
	/* of a sentence in English only nothing French is left */
	error_set(&error, ERROR_IO, "gone");
	assert_string_equal(error.french, "");
	error_tell(&error, ERROR_LIMIT, "at most %d", "au plus %d", 3);
	error_prefix(&error, "theme %s: ", "a:b");
	assert_string_equal(error.text, "theme a:b: at most 3");
	assert_string_equal(error.french, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_fills_and_returns_the_code),
		cmocka_unit_test(test_text_is_cut_not_overrun),
		cmocka_unit_test(test_prefix_goes_before),
		cmocka_unit_test(test_two_languages_are_kept_together),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
