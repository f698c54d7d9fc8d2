/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"
#include "tiler/nearest.h"
#include "tiler/theme.h"

static struct theme *theme_make(void)
{
	static const struct {
		const char *name;
		enum value_type type;
	} columns[] = {{"nom", VALUE_TEXT},
		       {"rang", VALUE_INTEGER},
		       {"hauteur", VALUE_REAL},
		       {"proprietaire", VALUE_TEXT}};
	struct theme *theme = theme_new();

	theme->id = memory_text("bati:batiment");
	theme->column_count = 4;
	theme->columns = memory_zeroed(4, sizeof(*theme->columns));
	for (uint32_t i = 0; i < 4; i++)
		theme->columns[i] = (struct column){.name = memory_text(columns[i].name),
						    .type = columns[i].type,
						    .source_type = memory_text("?")};
	return theme;
}

/* What theme_set_options says against OPTIONS, which are released; "" where it takes them. */
static const char *refusal(struct theme_options *options, struct error *error)
{
	struct theme *theme = theme_make();

	*error->text = '\0';
	if (theme_set_options(theme, options, error))
		assert_int_equal(theme->column_count, 4);
	theme_options_release(options);
	theme_free(theme);
	return error->text;
}

static void defaults_are_what_they_were(void **state)
{
	struct theme *theme = theme_new();

	(void)state;
	assert_int_equal(theme->options.tile_budget, 200 * 1000);
	assert_int_equal(theme->options.companion, COMPANION_NONE);
	assert_int_equal(theme->options.min_zoom, 0);
	assert_int_equal(theme->options.max_zoom, THEME_ZOOM_OF_DATA);
	assert_null(theme->options.id_column);
	assert_null(theme->options.priority_column);
	assert_true(theme_options_publishes(&theme->options, "nom"));
	assert_int_equal(theme_options_first_zoom(&theme->options, "nom"), 0);
	theme_free(theme);
}

static void hidden_columns_leave_the_theme(void **state)
{
	struct theme *theme = theme_make();
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	theme_options_hide(&options, "proprietaire");
	theme_options_hide(&options, "nom");
	assert_int_equal(theme_set_options(theme, &options, &error), ERROR_NONE);
	theme_options_release(&options);
	assert_int_equal(theme->column_count, 2);
	assert_string_equal(theme->columns[0].name, "rang");
	assert_string_equal(theme->columns[1].name, "hauteur");
	assert_int_equal(theme->hidden_count, 2);
	assert_string_equal(theme->hidden_columns[0].name, "nom");
	assert_string_equal(theme->hidden_columns[1].name, "proprietaire");
	theme_free(theme);
}

static void publishing_some_hides_the_others(void **state)
{
	struct theme *theme = theme_make();
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	theme_options_publish(&options, "hauteur");
	theme_options_publish(&options, "hauteur");
	assert_int_equal(options.published.count, 1);
	assert_int_equal(theme_set_options(theme, &options, &error), ERROR_NONE);
	theme_options_release(&options);
	assert_int_equal(theme->column_count, 1);
	assert_int_equal(theme->hidden_count, 3);
	theme_free(theme);
}

static void publishing_none_hides_all(void **state)
{
	struct theme *theme = theme_make();
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	options.publish_all = false;
	assert_int_equal(theme_set_options(theme, &options, &error), ERROR_NONE);
	theme_options_release(&options);
	assert_int_equal(theme->column_count, 0);
	assert_int_equal(theme->hidden_count, 4);
	theme_free(theme);
}

static void an_unknown_column_is_told_with_the_nearest(void **state)
{
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	theme_options_hide(&options, "propietaire");
	assert_string_equal(refusal(&options, &error),
			    "it has no column propietaire, named as hidden; is "
			    "proprietaire meant?");
	theme_options_init(&options);
	theme_options_publish(&options, "geometrie");
	assert_string_equal(refusal(&options, &error),
			    "it has no column geometrie, named as published");
	theme_options_init(&options);
	theme_options_carry_from(&options, "NOM", 14);
	assert_string_equal(refusal(&options, &error),
			    "it has no column NOM, named as carried from a zoom "
			    "on; is nom meant?");
	theme_options_init(&options);
	theme_options_set_priority(&options, "rangs", false);
	assert_string_equal(refusal(&options, &error), "it has no column rangs, "
						       "named as the priority; is rang meant?");
}

static void ids_and_priorities_are_numbers(void **state)
{
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	theme_options_set_id(&options, "hauteur");
	assert_string_equal(refusal(&options, &error),
			    "its column hauteur is of type real; the id must be a "
			    "column of whole numbers");
	theme_options_init(&options);
	theme_options_set_priority(&options, "nom", true);
	assert_string_equal(refusal(&options, &error),
			    "its column nom is of type text; the priority must be "
			    "a column of numbers");
	theme_options_init(&options);
	theme_options_set_id(&options, "rang");
	theme_options_set_priority(&options, "hauteur", true);
	theme_options_hide(&options, "rang");
	theme_options_hide(&options, "hauteur");
	assert_string_equal(refusal(&options, &error), "");
}

static void nonsense_is_refused(void **state)
{
	struct theme_options options;
	struct error error;

	(void)state;
	theme_options_init(&options);
	options.tile_budget = 999;
	assert_non_null(strstr(refusal(&options, &error), "budget of 999 bytes"));
	theme_options_init(&options);
	options.tile_budget = 1000;
	assert_string_equal(refusal(&options, &error), "");
	theme_options_init(&options);
	options.min_zoom = 15;
	options.max_zoom = 14;
	assert_non_null(strstr(refusal(&options, &error), "15, is greater than the last, 14"));
	theme_options_init(&options);
	options.max_zoom = 32;
	assert_non_null(strstr(refusal(&options, &error), "zoom of 32"));
	theme_options_init(&options);
	theme_options_carry_from(&options, "nom", 31);
	assert_non_null(strstr(refusal(&options, &error), "column nom: a zoom of 31"));
	theme_options_init(&options);
	theme_options_carry_from(&options, "nom", 16);
	options.max_zoom = 15;
	assert_non_null(strstr(refusal(&options, &error), "beyond the last, 15"));
	theme_options_init(&options);
	theme_options_publish(&options, "nom");
	theme_options_hide(&options, "nom");
	assert_non_null(strstr(refusal(&options, &error), "both published and hidden"));
}

static void hash_after(void (*change)(struct theme_options *), char hash[33], char drawing[33])
{
	struct theme_options options, copy;

	theme_options_init(&options);
	if (change)
		change(&options);
	theme_options_copy(&copy, &options);
	theme_options_release(&options);
	theme_options_hash(&copy, hash);
	theme_options_drawing_hash(&copy, drawing);
	theme_options_release(&copy);
}

static void smaller(struct theme_options *options)
{
	options->tile_budget = 100 * 1000;
}

static void hiding(struct theme_options *options)
{
	theme_options_hide(options, "nom");
}

static void publishing(struct theme_options *options)
{
	theme_options_publish(options, "nom");
}

static void publishing_nothing(struct theme_options *options)
{
	options->publish_all = false;
}

static void carrying(struct theme_options *options)
{
	theme_options_carry_from(options, "nom", 14);
}

static void carrying_later(struct theme_options *options)
{
	theme_options_carry_from(options, "nom", 15);
}

static void with_id(struct theme_options *options)
{
	theme_options_set_id(options, "nom");
}

static void with_priority(struct theme_options *options)
{
	theme_options_set_priority(options, "nom", false);
}

static void with_reversed_priority(struct theme_options *options)
{
	theme_options_set_priority(options, "nom", true);
}

static void accompanied(struct theme_options *options)
{
	options->companion = COMPANION_MIDDLE;
}

static void what_is_prepared_otherwise_hashes_otherwise(void **state)
{
	void (*const changes[])(struct theme_options *) = {
		NULL,	    smaller,	    hiding,  publishing,    publishing_nothing,
		carrying,   carrying_later, with_id, with_priority, with_reversed_priority,
		accompanied};
	enum {
		COUNT = sizeof(changes) / sizeof(*changes)
	};
	char hashes[COUNT][33], drawing[COUNT][33];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		hash_after(changes[i], hashes[i], drawing[i]);
		assert_string_equal(drawing[i], drawing[0]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(hashes[i], hashes[k]);
	}
}

static void zoomed(struct theme_options *options)
{
	options->min_zoom = 10;
	options->max_zoom = 14;
}

static void zooms_do_not_prepare_anew(void **state)
{
	char hash[33], drawing[33], other[33], other_drawing[33];

	(void)state;
	hash_after(NULL, hash, drawing);
	hash_after(zoomed, other, other_drawing);
	assert_string_equal(hash, other);
	assert_string_not_equal(drawing, other_drawing);
}

static void one_way(struct theme_options *options)
{
	theme_options_carry_from(options, "a", 9);
	theme_options_carry_from(options, "b", 12);
	theme_options_carry_from(options, "a", 14);
	theme_options_hide(options, "c");
	theme_options_hide(options, "d");
}

static void other_way(struct theme_options *options)
{
	theme_options_hide(options, "d");
	theme_options_hide(options, "c");
	theme_options_carry_from(options, "zero", 0);
	theme_options_carry_from(options, "b", 12);
	theme_options_carry_from(options, "a", 14);
}

static void the_order_of_saying_does_not_matter(void **state)
{
	char hash[33], drawing[33], other[33];

	(void)state;
	hash_after(one_way, hash, drawing);
	hash_after(other_way, other, drawing);
	assert_string_equal(hash, other);
}

static void points_have_names(void **state)
{
	enum companion_point point = COMPANION_END;

	(void)state;
	for (int i = COMPANION_NONE; i <= COMPANION_END; i++) {
		assert_true(
			companion_point_of(companion_point_name((enum companion_point)i), &point));
		assert_int_equal(point, i);
	}
	assert_false(companion_point_of("Interior", &point));
	assert_int_equal(point, COMPANION_END);
}

static const char *nearest_of(const char *wanted, const char *first, const char *second)
{
	struct nearest nearest;

	nearest_init(&nearest, wanted);
	nearest_offer(&nearest, first);
	nearest_offer(&nearest, second);
	return nearest.best;
}

static void the_nearest_name_is_near(void **state)
{
	char longest[200];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(nearest_of("hauetur", "largeur", "hauteur"), "hauteur");
	assert_string_equal(nearest_of("NOM", "num", "nom"), "nom");
	assert_null(nearest_of("x", "y", "z"));
	assert_null(nearest_of("hauteur", "identifiant", ""));
	assert_null(nearest_of("", "nom", "rang"));
	assert_null(nearest_of(longest, longest, "nom"));
	assert_null(nearest_of("nom", longest, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_what_they_were),
		cmocka_unit_test(hidden_columns_leave_the_theme),
		cmocka_unit_test(publishing_some_hides_the_others),
		cmocka_unit_test(publishing_none_hides_all),
		cmocka_unit_test(an_unknown_column_is_told_with_the_nearest),
		cmocka_unit_test(ids_and_priorities_are_numbers),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(what_is_prepared_otherwise_hashes_otherwise),
		cmocka_unit_test(zooms_do_not_prepare_anew),
		cmocka_unit_test(the_order_of_saying_does_not_matter),
		cmocka_unit_test(points_have_names),
		cmocka_unit_test(the_nearest_name_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
