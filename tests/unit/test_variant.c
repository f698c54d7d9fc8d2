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
	{.name = "nom", .type = VALUE_TEXT}, {.name = "type d'école"}, {.name = "a,b"}};
static struct column zone_columns[] = {{.name = "nom", .type = VALUE_TEXT},
				       {.name = "surface", .type = VALUE_REAL}};
static struct column hidden[] = {{.name = "courriel", .type = VALUE_TEXT}};
static struct crs cc48 = {.authority = (char *)(uintptr_t) "EPSG",
			  .code = (char *)(uintptr_t) "3948"};
static const struct theme school = {.id = "v:ecole",
				    .crs = &cc48,
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

static enum error_code choose(const char *filter, const char *crs, uint32_t themes,
			      struct variant **variant, struct error *error)
{
	struct variant_wish wish = {.filter = filter, .filter_crs = crs};

	return variant_new(&wish, both, themes, variant, error);
}

static void test_a_filter_is_part_of_it(void **state)
{
	struct variant *variant, *again;
	struct error error;

	(void)state;
	assert_int_equal(choose("nom = 'a' AND TRUE", NULL, 2, &variant, &error), ERROR_NONE);
	assert_int_equal(choose("true and 'a' = \"nom\"", "EPSG:3948", 2, &again, &error),
			 ERROR_NONE);
	assert_string_equal(variant->key, again->key);
	assert_null(again->filter_crs);
	assert_true(variant_carries(variant, "surface"));
	variant_unref(variant);
	variant_unref(again);
	assert_int_equal(choose("S_INTERSECTS(geom,POINT(1 2))", "urn:ogc:def:crs:EPSG::3948", 1,
				&variant, &error),
			 ERROR_NONE);
	assert_string_equal(variant->filter_crs_name, "http://www.opengis.net/def/crs/EPSG/0/3948");
	assert_int_equal(choose("S_INTERSECTS(geom,POINT(1 2))", "OGC:CRS84", 1, &again, &error),
			 ERROR_NONE);
	assert_null(again->filter_crs);
	assert_string_not_equal(variant->key, again->key);
	variant_unref(variant);
	variant_unref(again);
}

static void test_a_filter_must_suit_every_theme(void **state)
{
	struct variant *variant;
	struct error error;

	(void)state;
	assert_int_equal(choose("surface > 1", NULL, 2, &variant, &error), ERROR_INVALID);
	assert_null(variant);
	assert_string_equal(error.text,
			    "filter: v:ecole has no column \"surface\", named at character "
			    "1 (texts stand in single quotation marks)");
	assert_int_equal(choose("courriel IS NULL", NULL, 1, &variant, &error), ERROR_INVALID);
	assert_int_equal(choose("nom = 'a'", "EPSG:2154", 1, &variant, &error), ERROR_INVALID);
	assert_non_null(strstr(error.text, "filter-crs: \"EPSG:2154\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_to_the_same_has_one_form),
		cmocka_unit_test(test_all_columns_are_the_plain_tile),
		cmocka_unit_test(test_errors_say_what_was_meant),
		cmocka_unit_test(test_a_filter_is_part_of_it),
		cmocka_unit_test(test_a_filter_must_suit_every_theme),
	};

	return cmocka_run_group_tests_name("variant", tests, NULL, NULL);
}
