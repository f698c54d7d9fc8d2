/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_appends_in_order(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	buf_add(&buf, "ab", 2);
	buf_add_char(&buf, 'c');
	buf_add_text(&buf, "de");
	buf_print(&buf, "%d %s", 12, "é");
	buf_add(&buf, NULL, 0);
	assert_string_equal(buf.bytes, "abcde12 é");
	assert_int_equal(buf.length, strlen("abcde12 é"));
	assert_false(buf.full);
	buf_release(&buf);
}

static void test_grows_and_keeps_content(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	for (unsigned i = 0; i < 100000; i++)
		buf_add_char(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.length, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(buf.bytes[i], 'a' + i % 26);
	assert_int_equal(buf.bytes[buf.length], '\0');
	buf_release(&buf);
}

static void test_limit_is_never_passed(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	buf_add_text(&buf, "12345678");
	buf_add_text(&buf, "abc");
	assert_true(buf.full);
	assert_string_equal(buf.bytes, "12345678");
	buf_add_char(&buf, '9');
	assert_int_equal(buf.length, 8);
	buf_print(&buf, "x");
	assert_int_equal(buf.length, 8);
	buf_cut(&buf, 3);
	assert_false(buf.full);
	buf_cut(&buf, 5);
	buf_add_char(&buf, 'd');
	assert_string_equal(buf.bytes, "123d");
	buf_empty(&buf);
	assert_false(buf.full);
	buf_add_text(&buf, "1234567890");
	assert_false(buf.full);
	assert_int_equal(buf.length, 10);
	buf_release(&buf);
}

static void test_absurd_length_is_refused(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	buf_add_text(&buf, "text");
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_true(buf.full);
	assert_string_equal(buf.bytes, "text");
	buf_release(&buf);
}

static void test_reserve_then_fill(void **state)
{
	struct buf buf;
	char *room;

	(void)state;
	buf_init(&buf, 0);
	buf_add_text(&buf, "a");
	room = buf_reserve(&buf, 5000);
	memset(room, 'b', 5000);
	buf.length += 5000;
	buf_add_text(&buf, "c");
	assert_int_equal(buf.length, 5002);
	assert_string_equal(buf.bytes + 5000, "bc");
	buf_release(&buf);
}

static void test_take_empties(void **state)
{
	struct buf buf;
	size_t length;
	char *bytes;

	(void)state;
	buf_init(&buf, 8);
	buf_add_text(&buf, "text");
	bytes = buf_take(&buf, &length);
	assert_string_equal(bytes, "text");
	assert_int_equal(length, 4);
	free(bytes);
	assert_int_equal(buf.length, 0);
	assert_int_equal(buf.limit, 8);
	bytes = buf_take(&buf, NULL);
	assert_string_equal(bytes, "");
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends_in_order),
		cmocka_unit_test(test_grows_and_keeps_content),
		cmocka_unit_test(test_limit_is_never_passed),
		cmocka_unit_test(test_absurd_length_is_refused),
		cmocka_unit_test(test_reserve_then_fill),
		cmocka_unit_test(test_take_empties),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
