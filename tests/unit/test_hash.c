/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The values xxHash publishes for nothing at all: entity tags must be the same everywhere. */
static void test_same_on_every_machine(void **state)
{
	char hex[33];

	(void)state;
	assert_int_equal(hash_bytes("", 0), 0x2d06800538d394c2);
	hash_hex("", 0, hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	hash_hex(NULL, 0, hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
}

static void test_differs_by_content(void **state)
{
	char a[33], b[33];

	(void)state;
	hash_hex("tile", 4, a);
	hash_hex("tilf", 4, b);
	assert_int_equal(strlen(a), 32);
	assert_int_equal(strspn(a, "0123456789abcdef"), 32);
	assert_string_not_equal(a, b);
	assert_true(hash_bytes("tile", 4) != hash_bytes("tilf", 4));
	assert_true(hash_bytes("tile", 4) == hash_bytes("tiled", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_on_every_machine),
		cmocka_unit_test(test_differs_by_content),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
