/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/source_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void groups_come_from_files_folders_schemas_and_patterns(void **state)
{
	static const struct {
		const char *dataset, *place, *layer, *pattern, *id;
	} cases[] = {
		{"/s/eq.gpkg", "s/eq.gpkg", "ecole", NULL, "eq:ecole"},
		{"/s/eq.gpkg", "s/eq.gpkg", "a.b", NULL, "eq:a.b"},
		{"/s/eq.gpkg", "s/eq.gpkg", "ecole", "sig_{folder}_{file}", "sig_s_eq:ecole"},
		{"/s/eq.gpkg", "s/eq.gpkg", "ecole", "{autre}", "{autre}:ecole"},
		{"/s/eq.gpkg", "s/eq.gpkg", "a,b/c", "x", "x:a_b_c"},
		{"PG:dbname=sig", "PG:dbname=sig", "eq_educ.ecole", NULL, "eq_educ:ecole"},
		{"PG:dbname=sig", "PG:dbname=sig", "ecole", NULL, "public:ecole"},
		{"PG:dbname=sig schemas=eq,a", "PG:", "ecole", NULL, "eq:ecole"},
		{"PG:dbname=sig active_schema=eq", "PG:", "ecole", "{file}_{schema}",
		 "sig_eq:ecole"},
		{"postgresql://u@h/sig?x=1", "pg", "a.b", "{file}", "sig:b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool database = source_is_connection(cases[i].dataset);
		struct source_file file = {
			.dataset = (char *)cases[i].dataset,
			.place = (char *)cases[i].place,
			.group = database ? source_database(cases[i].dataset) : (char *)"eq",
			.database = database,
		};
		struct dataset_settings settings = {.group = (char *)cases[i].pattern};
		struct theme *theme = theme_new();

		source_name_theme(theme, &file, cases[i].layer, &settings);
		assert_string_equal(theme->id, cases[i].id);
		theme_free(theme);
		if (database)
			free(file.group);
	}
}

static void connections_are_told_from_paths(void **state)
{
	static const char *const connections[] = {"PG:", "postgresql://h/d", "WFS:https://x"};
	static const char *const paths[] = {"/a:b", "a/b:c", "./a:b", "a.gpkg", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(connections) / sizeof(*connections); i++)
		assert_true(source_is_connection(connections[i]));
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_false(source_is_connection(paths[i]));
}

static void what_cannot_be_seen_stands_in_no_id(void **state)
{
	static const char *const cases[][2] = {
		{"a\u202etxt.exe", "g:a_txt.exe"}, {"\ufeffbom\u200b", "g:_bom_"},
		{"a/b,c\td", "g:a_b_c_d"},	   {"100 % a?b#c", "g:100 _ a_b_c"},
		{"\u2066x\u2069", "g:_x_"},	   {"\u200fعربي", "g:\u200fعربي"},
		{"🏫 école", "g:🏫 école"},
	};
	struct dataset_settings settings = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct source_file file = {.place = (char *)"g.gpkg", .group = (char *)"g"};
		struct theme theme = {0};

		source_name_theme(&theme, &file, cases[i][0], &settings);
		assert_string_equal(theme.id, cases[i][1]);
		assert_string_equal(theme.layer, cases[i][0]);
		free(theme.id);
		free(theme.group);
		free(theme.layer);
	}
}

/* "é" in two characters, as a Mac writes the names of files, is that of the keyboard. */
static void accents_are_written_in_one_way(void **state)
{
	struct source_file file = {.place = (char *)"e\u0301.gpkg", .group = (char *)"e\u0301"};
	struct dataset_settings settings = {0};
	struct theme *theme = theme_new();

	(void)state;
	source_name_theme(theme, &file, "foie\u0302t \u65e5", &settings);
	assert_string_equal(theme->id, "\u00e9:foi\u00eat \u65e5");
	assert_string_equal(theme->group, "\u00e9");
	assert_string_equal(theme->layer, "foi\u00eat \u65e5");
	theme_free(theme);
}

static void layers_are_chosen_by_patterns(void **state)
{
	struct dataset_settings settings = {0};

	(void)state;
	assert_true(source_wants_layer(&settings, "a"));
	text_list_add(&settings.without, "tmp_*");
	assert_false(source_wants_layer(&settings, "tmp_1"));
	text_list_add(&settings.layers, "eq.*");
	text_list_add(&settings.layers, "tmp_1");
	assert_true(source_wants_layer(&settings, "eq.a"));
	assert_false(source_wants_layer(&settings, "a"));
	assert_false(source_wants_layer(&settings, "tmp_1"));
	text_list_release(&settings.layers);
	text_list_release(&settings.without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_come_from_files_folders_schemas_and_patterns),
		cmocka_unit_test(connections_are_told_from_paths),
		cmocka_unit_test(what_cannot_be_seen_stands_in_no_id),
		cmocka_unit_test(accents_are_written_in_one_way),
		cmocka_unit_test(layers_are_chosen_by_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
