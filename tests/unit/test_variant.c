/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/variant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct column school_columns[] = {
	{.name = "nom"}, {.name = "type d'école"}, {.name = "a,b"}};
static struct column zone_columns[] = {{.name = "nom"}, {.name = "surface"}};
static struct column hidden[] = {{.name = "courriel"}};
static const struct theme school = {.id = "v:ecole",
				    .columns = school_columns,
				    .column_count = 3,
				    .hidden_columns = hidden,
				    .hidden_count = 1};
static const struct theme zone = {.id = "v:zone", .columns = zone_columns, .column_count = 2};
static const struct theme *const both[] = {&school, &zone};

static enum error_code ask(const char *properties, uint32_t themes, struct variant **variant,
			   struct error *error)
{
	struct variant_wish wish = {.properties = properties};

	return variant_new(&wish, both, themes, variant, error);
}

/* What PROPERTIES come to for the schools. */
static void check(const char *properties, const char *normal)
{
	struct variant *variant, *again;
	struct error error;

	assert_int_equal(ask(properties, 1, &variant, &error), ERROR_NONE);
	assert_non_null(variant);
	assert_string_equal(variant->properties, normal);
	assert_int_equal(ask(normal, 1, &again, &error), ERROR_NONE);
	assert_string_equal(variant->key, again->key);
	variant_unref(variant);
	variant_unref(again);
}

static void test_what_comes_to_the_same_has_one_form(void **state)
{
	(void)state;
	check("nom", "nom");
	check(" nom ,, nom,", "nom");
	check("type d'école,nom", "nom,type d'école");
	check("\"nom\"", "nom");
	check("nom,\"a,b\" ,nom", "\"a,b\",nom");
	check("", "");
}

static void test_all_columns_are_the_plain_tile(void **state)
{
	struct variant *variant;
	struct error error;

	(void)state;
	assert_int_equal(ask(NULL, 2, &variant, &error), ERROR_NONE);
	assert_null(variant);
	assert_int_equal(ask("surface,nom", 1, &variant, &error), ERROR_INVALID);
	assert_int_equal(ask("type d'école,\"a,b\",nom", 1, &variant, &error), ERROR_NONE);
	assert_null(variant);
	assert_int_equal(ask("type d'école,\"a,b\",nom", 2, &variant, &error), ERROR_NONE);
	assert_non_null(variant);
	assert_true(variant_carries(variant, "nom"));
	assert_false(variant_carries(variant, "surface"));
	variant_unref(variant);
}

static void refuse(const char *properties, uint32_t themes, enum error_code code, const char *why)
{
	struct variant *variant;
	struct error error;

	assert_int_equal(ask(properties, themes, &variant, &error), code);
	assert_null(variant);
	if (!strstr(error.text, why))
		fail_msg("%s: %s", properties, error.text);
}

static void test_errors_say_what_was_meant(void **state)
{
	char *text = malloc(VARIANT_TEXT_MOST + 2);

	(void)state;
	refuse("non", 1, ERROR_INVALID, "v:ecole has no column \"non\"; is \"nom\" meant?");
	refuse("nom,surfaces", 2, ERROR_INVALID,
	       "none of the themes has column \"surfaces\"; is \"surface\"");
	refuse("xyzzy", 1, ERROR_INVALID, "v:ecole has no column \"xyzzy\"");
	refuse("courriel", 1, ERROR_INVALID, "has no column \"courriel\"");
	refuse("nom,\"a,b", 1, ERROR_INVALID, "is not closed");
	refuse("\"nom\"x", 1, ERROR_INVALID, "comma");
	memset(text, 'n', VARIANT_TEXT_MOST + 1);
	text[VARIANT_TEXT_MOST + 1] = '\0';
	refuse(text, 1, ERROR_LIMIT, "8192");
	text[VARIANT_TEXT_MOST] = '\0';
	for (int i = 0; i < VARIANT_TEXT_MOST; i++)
		text[i] = i % 2 ? ',' : 'n';
	refuse(text, 1, ERROR_LIMIT, "512");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_to_the_same_has_one_form),
		cmocka_unit_test(test_all_columns_are_the_plain_tile),
		cmocka_unit_test(test_errors_say_what_was_meant),
	};

	return cmocka_run_group_tests_name("variant", tests, NULL, NULL);
}
