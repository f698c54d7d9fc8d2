/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/buf.h"

static const struct column columns[] = {
	{.name = "nom", .type = VALUE_TEXT},	 {.name = "numero", .type = VALUE_INTEGER},
	{.name = "surface", .type = VALUE_REAL}, {.name = "ouvert", .type = VALUE_BOOLEAN},
	{.name = "créé", .type = VALUE_TEXT},	 {.name = "type d'école", .type = VALUE_TEXT},
	{.name = "in", .type = VALUE_INTEGER},
};

enum {
	COLUMNS = sizeof(columns) / sizeof(*columns)
};

/* TEXT reads as NORMAL, and NORMAL as itself. */
static void check_normal(const char *text, const char *normal)
{
	struct filter *filter;
	struct error error;

	for (int i = 0; i < 2; i++) {
		if (filter_parse(i ? normal : text, &filter, &error))
			fail_msg("%s: %s", text, error.text);
		if (strcmp(filter_text(filter), normal) != 0)
			fail_msg("%s: %s", text, filter_text(filter));
		filter_free(filter);
	}
}

static void test_one_spelling_of_values_and_names(void **state)
{
	(void)state;
	check_normal("numero=5", "numero=5");
	check_normal(" numero  =\t5.0 ", "numero=5");
	check_normal("numero = 5e0", "numero=5");
	check_normal("numero = +.5E1", "numero=5");
	check_normal("numero = -0", "numero=0");
	check_normal("surface > 0.1", "surface>0.1");
	check_normal("numero = 9007199254740993", "numero=9007199254740993");
	check_normal("numero = 99999999999999999999", "numero=1e+20");
	check_normal("\"nom\"='l''école'", "nom='l''école'");
	check_normal("nom='l\\'école'", "nom='l''école'");
	check_normal("nom='\\\\''", "nom='\\\\''");
	check_normal("\"type d'école\" = ''", "\"type d'école\"=''");
	check_normal("\"a\"\"b\" is null", "\"a\"\"b\" IS NULL");
	check_normal("\"in\" in (1)", "\"in\" IN (1)");
	check_normal("ouvert = True", "ouvert=TRUE");
	check_normal("date > Date('2024-02-29')", "date>DATE('2024-02-29')");
	check_normal("t:é.x_1 <= TIMESTAMP('2024-01-01T00:00:00Z')",
		     "t:é.x_1<=TIMESTAMP('2024-01-01T00:00:00Z')");
}

static void test_one_spelling_of_conditions(void **state)
{
	(void)state;
	check_normal("5 < numero", "numero>5");
	check_normal("5 >= numero", "numero<=5");
	check_normal("not numero = 5", "numero<>5");
	check_normal("NOT NOT numero < 5", "numero<5");
	check_normal("NOT (numero < 5)", "numero>=5");
	check_normal("nom like 'a%'", "nom LIKE 'a%'");
	check_normal("NOT nom NOT LIKE 'a%'", "nom LIKE 'a%'");
	check_normal("numero not between 1 and 3 and true", "TRUE AND numero NOT BETWEEN 1 AND 3");
	check_normal("nom IN ('b','a','b')", "nom IN ('a','b')");
	check_normal("nom IS NOT NULL", "nom IS NOT NULL");
	check_normal("casei(nom) = CaseI('É')", "CASEI(nom)=CASEI('é')");
	check_normal("ACCENTI(CASEI(nom)) LIKE accenti(casei('É%'))",
		     "CASEI(ACCENTI(nom)) LIKE CASEI(ACCENTI('e%'))");
	check_normal("NOT (nom IS NOT NULL)", "nom IS NULL");
	check_normal("b=2 AND a=1 AND b=2", "a=1 AND b=2");
	check_normal("((b=2) AND ((a=1) AND (c=3)))", "a=1 AND b=2 AND c=3");
	check_normal("a=1 OR b=2 AND c=3", "a=1 OR b=2 AND c=3");
	check_normal("(b=2 OR a=1) AND c=3", "(a=1 OR b=2) AND c=3");
	check_normal("NOT (b=2 OR a=1)", "NOT (a=1 OR b=2)");
	check_normal("NOT (NOT (b=2 OR a=1))", "a=1 OR b=2");
	check_normal("true", "TRUE");
	check_normal("not true", "FALSE");
	check_normal("true = ouvert", "ouvert=TRUE");
}

static void test_one_spelling_of_geometries(void **state)
{
	(void)state;
	check_normal("s_intersects(geom, point(-1.680 48.10))",
		     "S_INTERSECTS(geometry,POINT(-1.68 48.1))");
	check_normal("S_INTERSECTS(POINT(1 2), geometry)", "S_INTERSECTS(geometry,POINT(1 2))");
	check_normal("NOT S_INTERSECTS(\"ma géométrie\", BBOX(-2, 47, -1.5, 49e0))",
		     "NOT S_INTERSECTS(geometry,BBOX(-2,47,-1.5,49))");
	check_normal("S_INTERSECTS(g, MULTIPOINT((1 2), 3 4))",
		     "S_INTERSECTS(geometry,MULTIPOINT(1 2,3 4))");
	check_normal(
		"S_INTERSECTS(g, MultiPolygon(((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)), ((0 0,1 0,1 1,0 0))))",
		"S_INTERSECTS(geometry,MULTIPOLYGON(((0 0,1 0,1 1,0 0),(0 0,1 0,1 1,0 0)),((0 0,1 0,1 1,0 0))))");
	check_normal("S_INTERSECTS(g, GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1)))",
		     "S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1)))");
}

/* TEXT is refused with a sentence that has WHY in it. */
static void refuse(const char *text, enum error_code code, const char *why)
{
	struct filter *filter;
	struct error error = {0};
	enum error_code found = filter_parse(text, &filter, &error);

	if (!found) {
		found = filter_check(filter, columns, COLUMNS, "theme a:b", &error);
		filter_free(filter);
	}
	if (found != code || !strstr(error.text, why))
		fail_msg("%.200s: %s", text, found ? error.text : "no error");
}

static void test_errors_say_where_and_what(void **state)
{
	(void)state;
	refuse("", ERROR_INVALID, "a column or a value at character 1, where the text ends");
	refuse("nom", ERROR_INVALID,
	       "expected a comparison (=, <>, <, LIKE, BETWEEN, IN, IS NULL) at character 4");
	refuse("nom = ", ERROR_INVALID, "a column or a value at character 7");
	refuse("créé = 'é' nom", ERROR_INVALID,
	       "expected AND, OR or the end at character 12, not nom");
	refuse("(nom = 'a'", ERROR_INVALID, "expected ) at character 11, where");
	refuse("nom = 'a", ERROR_INVALID, "mark ' at character 7 is not closed");
	refuse("\"nom = 1", ERROR_INVALID, "mark \" at character 1 is not closed");
	refuse("nom != 'a'", ERROR_INVALID, "!= at character 5 is not of CQL2: write <>");
	refuse("numero + 1 = 2", ERROR_INVALID, "there is a + at character 8");
	refuse("code-insee = 1", ERROR_INVALID, "there is a - at character 5");
	refuse("nom = 'a'; DROP TABLE x", ERROR_INVALID, "; at character 10");
	refuse("nom NOT NULL", ERROR_INVALID, "LIKE, BETWEEN or IN at character 9");
	refuse("nom LIKE numero", ERROR_INVALID,
	       "a pattern in single quotation marks at character 10");
	refuse("numero BETWEEN 1 OR 2", ERROR_INVALID, "expected AND at character 18");
	refuse("numero IN ()", ERROR_INVALID, "a column or a value at character 12, not )");
	refuse("numero IN (1", ERROR_INVALID, "a comma or ) at character 13");
	refuse("numero IN (1,)", ERROR_INVALID, "at character 14, not )");
	refuse("numero = 1e999", ERROR_INVALID, "the number at character 10 is too large");
	refuse("CASEI(5) = nom", ERROR_INVALID,
	       "a column or a text in the parentheses after character 1");
	refuse("CASEI(nom = 'a'", ERROR_INVALID, "expected ) at character 11");
	refuse("CASEI(CASEI(nom)) = 'a'", ERROR_INVALID, "CASEI at character 7 is no function");
	refuse("numero = NaN", ERROR_INVALID, "no column \"NaN\", named at character 10");
	refuse("AND", ERROR_INVALID, "a column or a value at character 1, not AND");
	refuse("sleep(10) = 1", ERROR_INVALID, "sleep at character 1 is no function");
	refuse("DATE('2023-02-29') < créé", ERROR_INVALID,
	       "a day such as '2024-05-31' at character 6");
	refuse("créé > TIMESTAMP('2024-01-01')", ERROR_INVALID, "a moment such as");
}

static void test_errors_of_geometries(void **state)
{
	(void)state;
	refuse("S_WITHIN(geom, POINT(0 0))", ERROR_INVALID, "expected S_INTERSECTS at character 1");
	refuse("S_INTERSECTS(geom)", ERROR_INVALID, "expected , at character 18");
	refuse("S_INTERSECTS(geom, nom)", ERROR_INVALID, "a geometry (POINT");
	refuse("S_INTERSECTS(geom, POINT(0))", ERROR_INVALID, "a number at character 27, not )");
	refuse("S_INTERSECTS(geom, POINT(0 0 0))", ERROR_INVALID, "a comma or ) at character 30");
	refuse("S_INTERSECTS(geom, POINT(0 0, 1 1))", ERROR_INVALID, "a comma or )");
	refuse("S_INTERSECTS(geom, LINESTRING(0 0))", ERROR_INVALID, "2 points or more");
	refuse("S_INTERSECTS(geom, POLYGON((0 0,1 0,1 1,0 1)))", ERROR_INVALID, "a ring must end");
	refuse("S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0,0 1,0 0)))", ERROR_INVALID,
	       "at character 20: ");
	refuse("S_INTERSECTS(geom, BBOX(0,1,0,0))", ERROR_INVALID, "south above its north");
	refuse("S_INTERSECTS(geom, BBOX(0,1,0))", ERROR_INVALID, "expected , at character 30");
	refuse("S_INTERSECTS(nom, POINT(0 0))", ERROR_INVALID,
	       "column \"nom\", named at character 14, holds no geometry");
	refuse("S_INTERSECTS(geom, GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(0 0))))",
	       ERROR_INVALID, "a geometry");
}

static void test_columns_are_checked(void **state)
{
	(void)state;
	refuse("nme = 'a'", ERROR_INVALID,
	       "theme a:b has no column \"nme\", named at character 1; is \"nom\" meant?");
	refuse("nom = \"Rennes\"", ERROR_INVALID, "texts stand in single quotation marks");
	refuse("ouvert = TRUE OR crée = 'a'", ERROR_INVALID, "named at character 18; is \"créé\"");
	refuse("numero = '5'", ERROR_INVALID,
	       "at character 1 (number) cannot be compared with what is at character 10 (text)");
	refuse("nom > 5", ERROR_INVALID, "(text)");
	refuse("ouvert = 1", ERROR_INVALID, "(true or false)");
	refuse("numero > DATE('2024-01-01')", ERROR_INVALID, "(date)");
	refuse("numero LIKE '5%'", ERROR_INVALID, "LIKE needs a text");
	refuse("nom = numero", ERROR_INVALID, "cannot be compared");
	refuse("CASEI(numero) = 5", ERROR_INVALID,
	       "CASEI and ACCENTI need a text, but at character 7");
	refuse("ACCENTI(nom) > DATE('2024-01-01')", ERROR_INVALID, "cannot be compared");
	refuse("nom IN ('a', 5)", ERROR_INVALID, "at character 14 (number)");
	refuse("numero BETWEEN 1 AND 'z'", ERROR_INVALID, "at character 22 (text)");
}

/* COUNT times BEFORE, then MIDDLE, then COUNT times AFTER. */
static char *nested(const char *before, const char *middle, const char *after, unsigned count)
{
	struct buf text;

	buf_init(&text, 0);
	for (unsigned i = 0; i < count; i++)
		buf_add_text(&text, before);
	buf_add_text(&text, middle);
	for (unsigned i = 0; i < count; i++)
		buf_add_text(&text, after);
	return buf_take(&text, NULL);
}

static void test_what_is_too_much_is_refused(void **state)
{
	static const struct {
		const char *before, *middle, *after;
		unsigned count;
		enum error_code code;
		const char *why;
	} cases[] = {
		{"(", "numero=1", ")", 10000, ERROR_LIMIT, "at most 8192 are read"},
		{"(", "numero=1", ")", 4000, ERROR_LIMIT,
		 "nested more than 50 deep at character 51"},
		{"NOT(", "numero=1", ")", 1600, ERROR_LIMIT, "nested more than 50 deep"},
		{"(", "numero=1", "", 4000, ERROR_LIMIT, "nested more than 50 deep"},
		{"nom='a' OR ", "numero=1", "", 100000, ERROR_LIMIT, "at most 8192"},
		{"", "numero=", "9", 65, ERROR_INVALID, "is too large"},
		{"S_INTERSECTS(geometry,POINT(1 2)) OR ", "numero=1", "", 33, ERROR_LIMIT,
		 "more than 32 geometries are given, at character 1185"},
	};
	char *text = nested("", "a0=1", "", 0), *longer;
	struct filter *filter;
	struct error error;

	(void)state;
	for (unsigned i = 1; i <= FILTER_NAMES_MOST; i++) {
		char more[16];

		snprintf(more, sizeof(more), " OR a%u=1", i);
		longer = nested("", text, more, 1);
		free(text);
		text = longer;
	}
	refuse(text, ERROR_LIMIT, "more than 64 columns");
	free(text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		text = nested(cases[i].before, cases[i].middle, cases[i].after, cases[i].count);
		refuse(text, cases[i].code, cases[i].why);
		free(text);
	}
	text = nested("NOT ", "numero=1", "", 2000);
	assert_int_equal(filter_parse(text, &filter, &error), ERROR_NONE);
	assert_string_equal(filter_text(filter), "numero=1");
	filter_free(filter);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_spelling_of_values_and_names),
		cmocka_unit_test(test_one_spelling_of_conditions),
		cmocka_unit_test(test_one_spelling_of_geometries),
		cmocka_unit_test(test_errors_say_where_and_what),
		cmocka_unit_test(test_errors_of_geometries),
		cmocka_unit_test(test_columns_are_checked),
		cmocka_unit_test(test_what_is_too_much_is_refused),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
