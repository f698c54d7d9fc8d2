/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "server/config_tree.h"
#include "server/configuration.h"

static char *no_variable(const char *name)
{
	(void)name;
	return NULL;
}

static void write_file(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

/* The configuration of a file of that text; *PATH is new. */
static enum error_code load(void **state, const char *text, struct config **config,
			    struct error *error, char **path)
{
	struct config_request request = {.environment = no_variable};
	enum error_code code;

	*path = memory_print("%s/t.yaml", (const char *)*state);
	write_file(*path, text, strlen(text));
	request.file = *path;
	code = config_load(&request, config, error);
	return code;
}

static void every_fault_is_told_with_its_place(void **state)
{
	static const char text[] = "listen: 8080\nworkerz: 3\ndata: {path: a, gruop: b}\nthemes:\n"
				   "  '*':\n    min_zoom: 9\n    max_zoom: 4\n    licence: à voir\n"
				   "    columns: {nom: {alia: N}}\n";
	static const char *const expected[][2] = {
		{":1:9", "listen: "},
		{":2:1", "did you mean workers?"},
		{":3:17", "did you mean group?"},
		{":8:14", "licence: "},
		{":9:21", "did you mean alias?"},
		{":6:5", "min_zoom 9 is above max_zoom 4"},
	};
	struct config *config;
	struct error error = {0};
	char *path;

	assert_int_equal(load(state, text, &config, &error, &path), ERROR_INVALID);
	assert_int_equal(config->fault_count, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct problem *fault = &config->faults[i];

		assert_string_equal(fault->place + strlen(path), expected[i][0]);
		assert_non_null(strstr(fault->text, expected[i][1]));
	}
	config_free(config);
	free(path);
}

static void the_whole_is_shown_with_its_places_and_no_password(void **state)
{
	static const char text[] = "deadline: 900\nstate: s\ndata:\n- path: d/*.gpkg\n  group: x\n"
				   "- PG:dbname=a password=hunter2\nthemes:\n  a:b:\n    title: "
				   "{fr: É, en: E}\n    columns: {nom: hide}\n";
	static const char *const shown[] = {"deadline: 900  # ", "t.yaml:1\n",	    "/s\"  # ",
					    "/d/*.gpkg\"",	 "password=***",    "\"a:b\":",
					    "title_en: \"E\"",	 "publish: \"no\"", "default\n"};
	struct config *config;
	struct error error = {0};
	struct buf out;
	char *path;

	assert_int_equal(load(state, text, &config, &error, &path), ERROR_NONE);
	assert_int_equal(config->settings.deadline, 900);
	assert_int_equal(config->catalogue->dataset_count, 2);
	buf_init(&out, 0);
	config_print(config, &out);
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		if (!strstr(out.bytes, shown[i]))
			fail_msg("%s", shown[i]);
	assert_null(strstr(out.bytes, "hunter2"));
	buf_release(&out);
	config_free(config);
	free(path);
}

static void unsound_yaml_is_refused_with_line_and_column(void **state)
{
	static const char *const cases[][2] = {
		{"a: *\n", "t:1:5: "},
		{"a: 1\nb: 2\na: 3\n", "t:3:1: \"a\" is said already, in line 1"},
		{"a: !x 1\n", "t:1:4: tags"},
		{"a: 1\n---\nb: 2\n", "t:2:1: a second document"},
		{"? [a]\n: b\n", "t:1:3: a key must be a text"},
		{"a: *b\n", "t:1:4: no value before"},
		{"a: \"\\0\"\n", "t:1:4: a text must not hold a zero byte"},
		{"\tb: 1\n", "t:1:1: this is not YAML"},
		{"[[[[[[[[[[[[[[[[[[[[", "t:1:17: this is deeper"},
		{"a: \xff\n", "t: byte 3 is not UTF-8"},
		{"a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		 "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		 "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
		 "this comes to more values"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config_tree *tree;
		struct error error = {0};

		assert_true(config_tree_new("t", cases[i][0], strlen(cases[i][0]), &tree, &error));
		assert_null(tree);
		if (!strstr(error.text, cases[i][1]))
			fail_msg("%s: %s", cases[i][1], error.text);
	}
}

static void a_table_says_of_themes_what_it_can(void **state)
{
	static const char table[] = "Identifiant;R\xe9sum\xe9;Licence;Bidule;Publier\n"
				    "a:b;\"Une; =SUM(1)\";Licence Ouverte;x;\n"
				    ";;;;\n;sans id;;;\na:c;;nimp;;\na:d;;;;parfois\n";
	char *file = memory_print("%s/t.csv", (const char *)*state), *path;
	const struct theme_overrides *overrides;
	const struct theme_statement *statements;
	struct config *config;
	struct error error = {0};

	write_file(file, table, sizeof(table) - 1);
	assert_int_equal(load(state, "catalogue: t.csv\n", &config, &error, &path), ERROR_NONE);
	overrides = &config->catalogue->overrides;
	assert_int_equal(overrides->count, 3);
	statements = overrides->list[0].statements;
	assert_int_equal(overrides->list[0].count, 2);
	assert_string_equal(statements[0].values.texts[0], "Une; =SUM(1)");
	assert_string_equal(statements[1].values.texts[0], "etalab-2.0");
	assert_false(overrides->list[1].withheld);
	assert_true(overrides->list[2].withheld);
	assert_int_equal(config->catalogue->note_count, 4);
	assert_true(config->catalogue->notes[0].remark);
	assert_non_null(strstr(config->catalogue->notes[0].text, "Bidule"));
	assert_non_null(strstr(config->catalogue->notes[1].place, "t.csv:4"));
	assert_non_null(strstr(config->catalogue->notes[3].text, "not served"));
	config_free(config);
	free(path);
	unlink(file);
	assert_int_equal(load(state, "catalogue: t.csv\n", &config, &error, &path), ERROR_INVALID);
	config_free(config);
	free(path);
	free(file);
}

static void a_million_columns_are_refused(void **state)
{
	char *file = memory_print("%s/t.csv", (const char *)*state), *path;
	char *table = memory_new(1000001);
	struct config *config;
	struct error error = {0};

	memset(table, ',', 1000001);
	write_file(file, table, 1000001);
	assert_int_equal(load(state, "catalogue: t.csv\n", &config, &error, &path), ERROR_INVALID);
	assert_non_null(
		strstr(config->faults[0].text, "t.csv:1: there are more than 1000 columns"));
	config_free(config);
	free(path);
	free(table);
	free(file);
}

static void the_example_is_sound(void **state)
{
	char *path = memory_print("%s/server/docs/tuilerie.yaml", getenv("top_srcdir"));
	struct config_request request = {.file = path, .environment = no_variable};
	struct config *config;
	struct error error = {0};

	(void)state;
	if (config_load(&request, &config, &error))
		fail_msg("%s", error.text);
	assert_int_equal(config->catalogue->dataset_count, 3);
	config_free(config);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_is_told_with_its_place),
		cmocka_unit_test(the_whole_is_shown_with_its_places_and_no_password),
		cmocka_unit_test(unsound_yaml_is_refused_with_line_and_column),
		cmocka_unit_test(a_table_says_of_themes_what_it_can),
		cmocka_unit_test(a_million_columns_are_refused),
		cmocka_unit_test(the_example_is_sound),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
