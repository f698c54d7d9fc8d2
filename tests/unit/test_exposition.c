/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/exposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(struct buf *out, const char *text)
{
	buf_add_char(out, '\0');
	assert_string_equal(out->bytes, text);
	buf_release(out);
}

static void writes_a_family(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	exposition_family(&out, "tuiles_total", "counter", "Tiles.");
	exposition_integer(&out, "tuiles_total", NULL, UINT64_MAX);
	expect(&out, "# HELP tuiles_total Tiles.\n# TYPE tuiles_total counter\n"
		     "tuiles_total 18446744073709551615\n");
}

static void writes_labels(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	exposition_number(&out, "age", (const char *const[]){"theme", "a:b", "z", "3", NULL}, 0.25);
	exposition_number(&out, "age", (const char *const[]){NULL}, -1e-9);
	expect(&out, "age{theme=\"a:b\",z=\"3\"} 0.25\nage -1e-09\n");
}

static void escapes_what_a_name_may_hold(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	exposition_integer(&out, "n", (const char *const[]){"t", "a\"b\\c\nd\xc3\xa9", NULL}, 1);
	expect(&out, "n{t=\"a\\\"b\\\\c\\nd\xc3\xa9\"} 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_family),
		cmocka_unit_test(writes_labels),
		cmocka_unit_test(escapes_what_a_name_may_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
