/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *text, unsigned how, const char *expected)
{
	struct buf out;

	buf_init(&out, 0);
	fold_text(text, (uint32_t)strlen(text), how, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.bytes, expected);
	buf_release(&out);
}

static void test_case(void **state)
{
	(void)state;
	check("L'École d'ÉTÉ", FOLD_CASE, "l'école d'été");
	check("Straße", FOLD_CASE, "strasse");
	check("ΣΑΣ", FOLD_CASE, "σασ");
	check("日本", FOLD_CASE, "日本");
}

static void test_accents(void **state)
{
	(void)state;
	check("L'École naïve", FOLD_ACCENTS, "L'Ecole naive");
	check("e\u0301\u0301", FOLD_ACCENTS, "e");
	check("\u0301", FOLD_ACCENTS, "");
	check("ÇA", FOLD_ACCENTS | FOLD_CASE, "ca");
}

static void test_what_is_not_utf8_stays(void **state)
{
	(void)state;
	check("A\xff\xc3", FOLD_CASE | FOLD_ACCENTS, "a\xff\xc3");
	check("\xed\xa0\x80", FOLD_CASE, "\xed\xa0\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_accents),
		cmocka_unit_test(test_what_is_not_utf8_stays),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
