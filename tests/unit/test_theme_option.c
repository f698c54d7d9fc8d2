/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"

static void the_table_is_in_the_order_of_its_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++) {
		const struct theme_option *option = &theme_option_table[i];

		assert_int_equal(option->id, i);
		assert_ptr_equal(theme_option_find(option->name, option->of_column), option);
		assert_ptr_equal(theme_option_headed(option->name, option->of_column), option);
	}
	assert_null(theme_option_find("titel", false));
	assert_null(theme_option_headed("", false));
}

static void headings_are_known_in_both_languages(void **state)
{
	static const struct {
		const char *heading;
		enum theme_option_id id;
	} headings[] = {
		{"Titre", THEME_TITLE},
		{"RÉSUMÉ", THEME_ABSTRACT},
		{"Mots-clés", THEME_KEYWORDS},
		{" Fréquence de  mise à jour ", THEME_FREQUENCY},
		{"Données à caractère personnel", THEME_PERSONAL_DATA},
		{"title_fr", THEME_TITLE},
		{"attributes", THEME_PUBLISH_COLUMNS},
		{"Zoom min.", THEME_MIN_ZOOM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
		assert_ptr_equal(theme_option_headed(headings[i].heading, false),
				 &theme_option_table[headings[i].id]);
	assert_null(theme_option_headed("geometry_type", false));
}

static void no_heading_means_two_things(void **state)
{
	(void)state;
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++) {
		const char *name = theme_option_table[i].headings;

		for (; *name; name += *name == '|') {
			char heading[64] = "";
			size_t run = strcspn(name, "|");

			assert_true(run < sizeof(heading));
			memcpy(heading, name, run);
			assert_ptr_equal(
				theme_option_headed(heading, theme_option_table[i].of_column),
				&theme_option_table[i]);
			name += run;
		}
	}
}

static void values_get_one_spelling(void **state)
{
	static const struct {
		enum theme_option_id id;
		const char *text, *value;
	} values[] = {
		{THEME_LICENCE, "Licence Ouverte 2.0", "etalab-2.0"},
		{THEME_LICENCE, "odbl-1.0", "ODbL-1.0"},
		{THEME_LICENCE, "BSD-3-Clause", "BSD-3-Clause"},
		{THEME_LICENCE, "https://x.example/l", "https://x.example/l"},
		{THEME_FREQUENCY, "Mensuelle", "monthly"},
		{THEME_FREQUENCY, "ASNEEDED", "asNeeded"},
		{THEME_INSPIRE, "TN", "tn"},
		{THEME_PUBLISH, "Non", "no"},
		{THEME_PERSONAL_DATA, "X", "yes"},
		{THEME_BUDGET, "300 Ko", NULL},
		{THEME_BUDGET, "300Ko", "307200"},
		{THEME_MIN_ZOOM, "7", "7"},
		{THEME_COMPANION, "centroid", "centroid"},
		{THEME_PRIORITY_ORDER, "croissant", "smallest"},
		{THEME_RECORD, "fr-243500139-abc", "fr-243500139-abc"},
		{THEME_LICENCE, "à voir", NULL},
		{THEME_LICENCE, "javascript:x", NULL},
		{THEME_FREQUENCY, "souvent", NULL},
		{THEME_INSPIRE, "xx", NULL},
		{THEME_INSPIRE, "", NULL},
		{THEME_PUBLISH, "peut-être", NULL},
		{THEME_MIN_ZOOM, "31", NULL},
		{THEME_MIN_ZOOM, "-1", NULL},
		{THEME_MIN_ZOOM, "99999999999999999999", NULL},
		{THEME_BUDGET, "0", NULL},
		{THEME_COMPANION, "milieu", NULL},
		{THEME_RECORD, "a b", NULL},
		{THEME_RECORD, "https://x/\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct text_list read = {0};
		struct error error = {0};

		print_message("# %s\n", values[i].text);
		assert_int_equal(theme_option_read(&theme_option_table[values[i].id],
						   values[i].text, &read, &error),
				 values[i].value ? ERROR_NONE : ERROR_INVALID);
		assert_int_equal(read.count, values[i].value ? 1 : 0);
		if (values[i].value)
			assert_string_equal(read.texts[0], values[i].value);
		else
			assert_true(*error.text);
		text_list_release(&read);
	}
}

static void a_text_has_an_end(void **state)
{
	char *text = memory_new(THEME_OPTION_LONGEST + 2);
	struct text_list read = {0};
	struct error error = {0};

	(void)state;
	memset(text, 'x', THEME_OPTION_LONGEST + 1);
	text[THEME_OPTION_LONGEST] = '\0';
	assert_int_equal(
		theme_option_read(&theme_option_table[THEME_ABSTRACT], text, &read, &error),
		ERROR_NONE);
	text[THEME_OPTION_LONGEST] = 'x';
	text[THEME_OPTION_LONGEST + 1] = '\0';
	assert_int_equal(
		theme_option_read(&theme_option_table[THEME_ABSTRACT], text, &read, &error),
		ERROR_LIMIT);
	assert_non_null(strstr(error.text, "65537 bytes"));
	assert_int_equal(read.count, 1);
	text_list_release(&read);
	free(text);
}

static void lists_are_parted_and_trimmed(void **state)
{
	struct text_list read = {0};

	(void)state;
	assert_int_equal(theme_option_read(&theme_option_table[THEME_KEYWORDS], " vélo , pistes,,",
					   &read, NULL),
			 0);
	assert_int_equal(
		theme_option_read(&theme_option_table[THEME_KEYWORDS], "a, b; c", &read, NULL), 0);
	assert_int_equal(read.count, 4);
	assert_string_equal(read.texts[0], "vélo");
	assert_string_equal(read.texts[1], "pistes");
	assert_string_equal(read.texts[2], "a, b");
	text_list_release(&read);
}

static void the_documentation_has_every_option(void **state)
{
	struct buf table;

	(void)state;
	buf_init(&table, 0);
	theme_options_print_table(&table);
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++) {
		char cell[64];

		snprintf(cell, sizeof(cell), "| `%s` |", theme_option_table[i].name);
		assert_non_null(strstr(table.bytes, cell));
	}
	buf_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_in_the_order_of_its_ids),
		cmocka_unit_test(headings_are_known_in_both_languages),
		cmocka_unit_test(no_heading_means_two_things),
		cmocka_unit_test(values_get_one_spelling),
		cmocka_unit_test(a_text_has_an_end),
		cmocka_unit_test(lists_are_parted_and_trimmed),
		cmocka_unit_test(the_documentation_has_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
