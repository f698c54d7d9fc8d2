/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"
#include "tiler/theme.h"

static void a_new_theme_is_empty(void **state)
{
	struct theme *theme = theme_new();

	(void)state;
	assert_true(box_is_empty(theme->extent));
	assert_true(box_is_empty(theme->bounds));
	assert_null(theme->id);
	assert_int_equal(theme->column_count, 0);
	theme_free(theme);
	theme_free(NULL);
}

static void a_theme_owns_what_it_points_at(void **state)
{
	struct theme *theme = theme_new();
	struct error error;

	(void)state;
	theme->id = memory_text("eq_educ:ecole");
	theme->group = memory_text("eq_educ");
	theme->layer = memory_text("ecole");
	theme->title = memory_text("Écoles");
	theme->abstract = memory_text("Toutes");
	theme->licence = memory_text("etalab-2.0");
	theme->attribution = memory_text("La métropole");
	theme->frequency = memory_text("annuelle");
	theme->origin.dataset = memory_text("/donnees/eq_educ.gpkg");
	theme->origin.layer = memory_text("ecole");
	theme->origin.driver = memory_text("GPKG");
	theme->columns = memory_zeroed(1, sizeof(*theme->columns));
	theme->columns[0] = (struct column){.name = memory_text("nom"),
					    .type = VALUE_TEXT,
					    .source_type = memory_text("String")};
	theme->column_count = 1;
	assert_int_equal(crs_new("EPSG:3948", &theme->crs, &error), ERROR_NONE);
	theme_free(theme); /* the leak checker is the judge */
}

static void value_types_have_names(void **state)
{
	(void)state;
	assert_string_equal(value_type_name(VALUE_NULL), "null");
	assert_string_equal(value_type_name(VALUE_BOOLEAN), "boolean");
	assert_string_equal(value_type_name(VALUE_INTEGER), "integer");
	assert_string_equal(value_type_name(VALUE_REAL), "real");
	assert_string_equal(value_type_name(VALUE_TEXT), "text");
}

static void a_folder_name_is_plain_ascii(void **state)
{
	static const struct {
		const char *id, *expected;
	} cases[] = {
		{"eq_educ:ecole", "eq_educ%3Aecole"},
		{"a:Été 2024", "a%3A%C3%89t%C3%A9%202024"},
		{"a:b/../c", "a%3Ab%2F%2E%2E%2Fc"},
		{"a:100%", "a%3A100%25"},
		{"a:b~2", "a%3Ab%7E2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *name = theme_folder_name(cases[i].id);

		assert_string_equal(name, cases[i].expected);
		free(name);
	}
}

static void two_long_ids_never_share_a_folder(void **state)
{
	char first[600], second[600];
	char *a, *b;

	(void)state;
	memset(first, 'a', sizeof(first));
	first[sizeof(first) - 1] = '\0';
	memcpy(second, first, sizeof(second));
	second[sizeof(second) - 2] = 'b';
	a = theme_folder_name(first);
	b = theme_folder_name(second);
	assert_true(strlen(a) <= 255);
	assert_true(strlen(b) <= 255);
	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_theme_is_empty),
		cmocka_unit_test(a_theme_owns_what_it_points_at),
		cmocka_unit_test(value_types_have_names),
		cmocka_unit_test(a_folder_name_is_plain_ascii),
		cmocka_unit_test(two_long_ids_never_share_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
