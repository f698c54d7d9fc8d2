/* SPDX-License-Identifier: EUPL-1.2 */
/* What a filter keeps, judged by SQLite, whose logic and comparisons CQL2 shares. */
#include "tiler/filter.h"

#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/buf.h"

enum {
	ROWS = 200,
	EXPRESSIONS = 2000,
};

static const struct column columns[] = {
	{.name = "nom", .type = VALUE_TEXT},	 {.name = "numero", .type = VALUE_INTEGER},
	{.name = "surface", .type = VALUE_REAL}, {.name = "ouvert", .type = VALUE_BOOLEAN},
	{.name = "l'autre", .type = VALUE_TEXT},
};

enum {
	COLUMNS = sizeof(columns) / sizeof(*columns)
};

static const char *const texts[] = {"",	   "a",	   "A",	   "ab", "b%",	  "a_b", "l'été", "été",
				    "zoé", "日本", "a\\b", "É",	 "100 %", "aab", "'"};
static const int64_t wholes[] = {
	0, 1, -1, 5, INT64_MAX, INT64_MIN, 9007199254740993, 9007199254740992};
static const double reals[] = {0, 0.5, -0.5, 5, 1e300, 9007199254740992.0, 0x1p63, -0x1p63, 1e-300};

#define PICK(list) (list)[(unsigned)rand() % (sizeof(list) / sizeof(*(list)))]

static struct value random_value(enum value_type type)
{
	struct value value = {.type = rand() % 5 ? type : VALUE_NULL};
	const char *text;

	switch (value.type) {
	case VALUE_TEXT:
		text = PICK(texts);
		value.text.bytes = text;
		value.text.length = (uint32_t)strlen(text);
		break;
	case VALUE_INTEGER:
		value.integer = PICK(wholes);
		break;
	case VALUE_REAL:
		value.real = PICK(reals);
		break;
	case VALUE_BOOLEAN:
		value.boolean = rand() % 2;
		break;
	case VALUE_NULL:
		break;
	}
	return value;
}

/* The same condition for us and for SQLite. */
struct pair {
	struct buf ours, theirs;
};

static void add(struct pair *pair, const char *text)
{
	buf_add_text(&pair->ours, text);
	buf_add_text(&pair->theirs, text);
}

static void add_text(struct pair *pair, const char *text)
{
	add(pair, "'");
	for (; *text; text++) {
		char c[] = {*text, '\0'};

		add(pair, *text == '\'' ? "''" : c);
	}
	add(pair, "'");
}

static void add_value(struct pair *pair, enum value_type type)
{
	char number[40];

	switch (type) {
	case VALUE_BOOLEAN:
		add(pair, rand() % 2 ? "TRUE" : "false");
		return;
	case VALUE_TEXT:
		add_text(pair, PICK(texts));
		return;
	default:
		if (rand() % 2)
			snprintf(number, sizeof(number), "%lld", (long long)(PICK(wholes)));
		else
			snprintf(number, sizeof(number), "%.17g", PICK(reals));
		/* which SQLite would take for a minus and a number that is too large */
		add(pair,
		    strcmp(number, "-9223372036854775808") == 0 ? "-9223372036854775807" : number);
	}
}

static void add_column(struct pair *pair, unsigned column)
{
	char name[64];

	snprintf(name, sizeof(name), "\"%s\"", columns[column].name);
	add(pair, name);
}

static void add_like(struct pair *pair)
{
	static const char *const patterns[] = {"a%", "%",  "_",	    "%b%", "a\\_b", "%\\%",
					       "__", "%é", "l'_t%", "",	   "%a%b",  "a\\\\b"};

	add(pair, rand() % 2 ? " LIKE " : " NOT LIKE ");
	add_text(pair, PICK(patterns));
	buf_add_text(&pair->theirs, " ESCAPE '\\'");
}

static void add_in(struct pair *pair, enum value_type type)
{
	add(pair, rand() % 2 ? " IN (" : " NOT IN (");
	for (int i = rand() % 4; i >= 0; i--) {
		add_value(pair, type);
		add(pair, i ? ", " : ")");
	}
}

static void add_predicate(struct pair *pair)
{
	static const char *const marks[] = {"=", "<>", "<", "<=", ">", ">="};
	unsigned column = (unsigned)rand() % COLUMNS;
	enum value_type type = columns[column].type;

	switch (rand() % 7) {
	case 0:
		add_column(pair, column);
		add(pair, rand() % 2 ? " IS NULL" : " is not null");
		return;
	case 1:
		add_value(pair, type);
		add(pair, PICK(marks));
		add_column(pair, column);
		return;
	case 2:
		add_column(pair, column);
		add(pair, rand() % 2 ? " BETWEEN " : " NOT BETWEEN ");
		add_value(pair, type);
		add(pair, " AND ");
		add_value(pair, type);
		return;
	case 3:
		add_column(pair, column);
		add_in(pair, type);
		return;
	case 4:
		add_column(pair, rand() % 2 ? 0 : 4);
		add_like(pair);
		return;
	case 5:
		add_column(pair, 1);
		add(pair, PICK(marks));
		add_column(pair, 2);
		return;
	default:
		add_column(pair, column);
		add(pair, PICK(marks));
		add_value(pair, type);
	}
}

static void add_condition(struct pair *pair, int depth)
{
	int joined = depth ? rand() % 4 : 0;

	if (rand() % 4 == 0)
		add(pair, "NOT ");
	if (!joined) {
		/* which binds less than NOT in both */
		add(pair, "(");
		add_predicate(pair);
		add(pair, ")");
		return;
	}
	add(pair, "(");
	for (int i = joined; i >= 0; i--) {
		add_condition(pair, depth - 1);
		add(pair, i ? (rand() % 2 ? " AND " : " or ") : ")");
	}
}

static void bind_value(sqlite3_stmt *statement, int place, const struct value *value)
{
	switch (value->type) {
	case VALUE_TEXT:
		sqlite3_bind_text(statement, place, value->text.bytes, (int)value->text.length,
				  NULL);
		break;
	case VALUE_INTEGER:
		sqlite3_bind_int64(statement, place, value->integer);
		break;
	case VALUE_REAL:
		sqlite3_bind_double(statement, place, value->real);
		break;
	case VALUE_BOOLEAN:
		sqlite3_bind_int(statement, place, value->boolean);
		break;
	case VALUE_NULL:
		sqlite3_bind_null(statement, place);
	}
}

static sqlite3 *make_table(struct value rows[ROWS][COLUMNS])
{
	sqlite3 *database;
	sqlite3_stmt *insert;

	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(
			database,
			"PRAGMA case_sensitive_like=ON; CREATE TABLE t (id INTEGER PRIMARY KEY, nom "
			"TEXT, numero INTEGER, surface REAL, ouvert BOOLEAN, \"l'autre\" TEXT)",
			NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, "INSERT INTO t VALUES (?,?,?,?,?,?)", -1,
					    &insert, NULL),
			 SQLITE_OK);
	for (int i = 0; i < ROWS; i++) {
		sqlite3_bind_int(insert, 1, i);
		for (int c = 0; c < COLUMNS; c++) {
			rows[i][c] = random_value(columns[c].type);
			bind_value(insert, c + 2, &rows[i][c]);
		}
		assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	return database;
}

/* Which rows SQLite finds. */
static void find_theirs(sqlite3 *database, const char *condition, bool found[ROWS])
{
	char *query = sqlite3_mprintf("SELECT id FROM t WHERE %s", condition);
	sqlite3_stmt *select;

	memset(found, 0, ROWS * sizeof(*found));
	if (sqlite3_prepare_v2(database, query, -1, &select, NULL) != SQLITE_OK)
		fail_msg("%s: %s", query, sqlite3_errmsg(database));
	while (sqlite3_step(select) == SQLITE_ROW)
		found[sqlite3_column_int(select, 0)] = true;
	sqlite3_finalize(select);
	sqlite3_free(query);
}

static struct filter_binding *bind(const char *text, struct filter **filter)
{
	struct filter_binding *binding;
	struct error error;

	if (filter_parse(text, filter, &error) ||
	    filter_bind(*filter, columns, COLUMNS, NULL, "it", &binding, &error))
		fail_msg("%s: %s", text, error.text);
	return binding;
}

static void compare_with(const char *text, struct value rows[ROWS][COLUMNS], const bool found[ROWS])
{
	struct filter *filter;
	struct filter_binding *binding = bind(text, &filter);

	for (int i = 0; i < ROWS; i++) {
		struct feature feature = {.values = rows[i]};

		if (filter_keeps(binding, &feature) != found[i])
			fail_msg("row %d: %s", i, text);
	}
	filter_binding_free(binding);
	filter_free(filter);
}

static void test_as_sqlite_does(void **state)
{
	static struct value rows[ROWS][COLUMNS];
	struct pair pair;
	bool found[ROWS];
	sqlite3 *database;
	unsigned kept = 0;

	(void)state;
	srand(35238);
	database = make_table(rows);
	buf_init(&pair.ours, 0);
	buf_init(&pair.theirs, 0);
	for (int i = 0; i < EXPRESSIONS; i++) {
		struct filter *filter;
		struct error error;

		buf_empty(&pair.ours);
		buf_empty(&pair.theirs);
		add_condition(&pair, 3);
		if (pair.ours.length > FILTER_TEXT_MOST ||
		    filter_parse(pair.ours.bytes, &filter, &error))
			continue;
		find_theirs(database, pair.theirs.bytes, found);
		compare_with(pair.ours.bytes, rows, found);
		compare_with(filter_text(filter), rows, found);
		filter_free(filter);
		for (int r = 0; r < ROWS; r++)
			kept += found[r];
	}
	assert_in_range(kept, ROWS * EXPRESSIONS / 10, ROWS * EXPRESSIONS * 9 / 10);
	buf_release(&pair.ours);
	buf_release(&pair.theirs);
	sqlite3_close(database);
}

/* Is the filter TEXT true of a feature with these texts and real? */
static bool keeps(const char *text, const char *nom, double surface)
{
	struct value values[COLUMNS] = {{.type = VALUE_NULL}};
	struct feature feature = {.values = values};
	struct filter *filter;
	struct filter_binding *binding = bind(text, &filter);
	bool kept;

	if (nom)
		values[0] = (struct value){.type = VALUE_TEXT,
					   .text = {nom, (uint32_t)strlen(nom)}};
	values[2] = (struct value){.type = VALUE_REAL, .real = surface};
	kept = filter_keeps(binding, &feature);
	filter_binding_free(binding);
	filter_free(filter);
	return kept;
}

static void test_dates_are_compared_as_days_and_moments(void **state)
{
	(void)state;
	assert_true(keeps("nom = DATE('2024-02-29')", "2024-02-29", 0));
	assert_true(keeps("nom = DATE('2024-02-29')", "2024-02-29T23:59:59Z", 0));
	assert_false(keeps("nom > DATE('2024-02-29')", "2024-02-29T23:59:59Z", 0));
	assert_true(keeps("DATE('2024-02-29') < nom", "2024-03-01", 0));
	assert_true(keeps("nom BETWEEN DATE('2024-01-01') AND DATE('2024-12-31')",
			  "2024-12-31 10:00:00", 0));
	assert_true(keeps("nom = TIMESTAMP('2024-05-01T10:00:00Z')",
			  "2024-05-01T12:00:00.000+02:00", 0));
	assert_true(keeps("nom < TIMESTAMP('2024-05-01T10:00:00Z')", "2024-05-01", 0));
	assert_true(
		keeps("nom > TIMESTAMP('2024-05-01T10:00:00.25Z')", "2024-05-01T10:00:00.5", 0));
	assert_true(keeps("nom IN (DATE('2024-05-01'), DATE('2024-05-02'))", "2024-05-02", 0));
	assert_false(keeps("nom > DATE('2024-02-29')", "plus tard", 0));
	assert_false(keeps("NOT nom > DATE('2024-02-29')", "plus tard", 0));
}

static void test_no_number_is_no_value(void **state)
{
	(void)state;
	assert_false(keeps("surface = 0 OR surface <> 0", "a", NAN));
	assert_true(keeps("surface IS NULL", "a", NAN));
	assert_true(keeps("surface > 1e308", "a", INFINITY));
}

static void test_texts_go_by_characters(void **state)
{
	(void)state;
	assert_true(keeps("nom LIKE '_'", "日", 0));
	assert_false(keeps("nom LIKE '_'", "日本", 0));
	assert_true(keeps("nom LIKE '%ab%ab'", "aababab", 0));
	assert_true(keeps("nom LIKE '\\%%'", "%a", 0));
	assert_false(keeps("nom LIKE '\\%%'", "a%", 0));
	assert_false(keeps("nom LIKE '_'", "", 0));
	assert_true(keeps("CASEI(nom) = CASEI('ÉCOLE')", "École", 0));
	assert_true(keeps("ACCENTI(CASEI(nom)) LIKE ACCENTI(CASEI('%ÉCOLE%'))", "L'école", 0));
	assert_false(keeps("CASEI(nom) = CASEI('a')", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_sqlite_does),
		cmocka_unit_test(test_dates_are_compared_as_days_and_moments),
		cmocka_unit_test(test_no_number_is_no_value),
		cmocka_unit_test(test_texts_go_by_characters),
	};

	return cmocka_run_group_tests_name("filter_keeps", tests, NULL, NULL);
}
