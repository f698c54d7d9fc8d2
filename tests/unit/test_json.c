/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void nests(void **state)
{
	struct json json;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	json_init(&json, &out);
	json_open_object(&json);
	json_text_member(&json, "a", "b");
	json_text_member(&json, "left out", NULL);
	json_array_member(&json, "c");
	json_whole(&json, -1);
	json_open_array(&json);
	json_end(&json);
	json_open_object(&json);
	json_boolean_member(&json, "d", true);
	json_end(&json);
	json_text(&json, NULL);
	json_end(&json);
	json_object_member(&json, "e");
	json_end(&json);
	json_integer_member(&json, "f", INT64_MIN);
	json_end(&json);
	assert_string_equal(out.bytes, "{\"a\":\"b\",\"c\":[-1,[],{\"d\":true},null],\"e\":{},"
				       "\"f\":-9223372036854775808}");
	buf_release(&out);
}

static void expect_text(const char *text, const char *expected)
{
	struct json json;
	struct buf out;

	buf_init(&out, 0);
	json_init(&json, &out);
	json_text(&json, text);
	assert_string_equal(out.bytes, expected);
	buf_release(&out);
}

static void escapes(void **state)
{
	(void)state;
	expect_text("", "\"\"");
	expect_text("\"\\/", "\"\\\"\\\\/\"");
	expect_text("a\n\t\x01\x7f", "\"a\\u000a\\u0009\\u0001\\u007f\"");
	expect_text("été 日本 🌳", "\"été 日本 🌳\"");
	expect_text("a\xff\xc3", "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
	expect_text("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void expect_number(double number, const char *expected)
{
	struct json json;
	struct buf out;

	buf_init(&out, 0);
	json_init(&json, &out);
	json_number(&json, number);
	assert_string_equal(out.bytes, expected);
	assert_true(!isfinite(number) || strtod(out.bytes, NULL) == number);
	buf_release(&out);
}

static void writes_numbers_that_read_back(void **state)
{
	(void)state;
	expect_number(0, "0");
	expect_number(0.1, "0.1");
	expect_number(26843545.6, "26843545.6");
	expect_number(1.0 / 3, "0.3333333333333333");
	expect_number(20037508.342789244, "20037508.342789244");
	expect_number(-1.5e-300, "-1.5e-300");
	expect_number(NAN, "null");
	expect_number(-INFINITY, "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nests),
		cmocka_unit_test(escapes),
		cmocka_unit_test(writes_numbers_that_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
