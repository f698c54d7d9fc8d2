/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "tiler/buf.h"
#include "tiler/memory.h"

static void add(struct theme_overrides *overrides, const char *id, const char *name,
		const char *title)
{
	struct theme_override *override = theme_overrides_add(overrides, id, OVERRIDE_RECORD, id);

	text_list_add(&override->names, name);
	text_list_add(
		&theme_override_say(override, &theme_option_table[THEME_TITLE], NULL, NULL)->values,
		title);
}

static const char *found(const struct theme_overrides *overrides, const char *id,
			 const char *record)
{
	const struct theme_override *other, *one = theme_record_of(overrides, id, record, &other);

	return one ? one->pattern : NULL;
}

static void a_record_is_found_by_identifier_then_by_name(void **state)
{
	struct theme_overrides overrides = {0};
	const struct theme_override *other;

	(void)state;
	assert_null(found(&overrides, "a:b", "uuid-one"));
	add(&overrides, "uuid-two", "a:c", "2");
	add(&overrides, "uuid-one", "a:b", "1");
	add(&overrides, "uuid-three", "a:b", "3");
	add(&overrides, "UUID-three", "a:b", "the same once more");
	theme_records_index(&overrides);
	assert_string_equal(found(&overrides, "a:b", NULL), "uuid-one");
	assert_string_equal(found(&overrides, "A:B", "uuid-unknown"), "uuid-one");
	assert_string_equal(found(&overrides, "a:b", "UUID-TWO"), "uuid-two");
	assert_string_equal(found(&overrides, "x:y",
				  "https://geo.example/srv/fre/catalog.search#/metadata/uuid-two"),
			    "uuid-two");
	assert_null(found(&overrides, "a", NULL));
	assert_null(found(&overrides, "uuid-one", NULL));
	theme_record_of(&overrides, "a:b", NULL, &other);
	assert_true(other && strcasecmp(other->pattern, "uuid-three") == 0);
	theme_record_of(&overrides, "a:c", NULL, &other);
	assert_null(other);
	theme_overrides_release(&overrides);
}

static void remark(const char *place, const char *text, bool is_remark, void *context)
{
	struct buf *told = context;

	buf_print(told, "%s %s: %s\n", is_remark ? "remark" : "problem", place, text);
}

static struct theme *theme_make(const char *id)
{
	struct theme *theme = theme_new();

	theme->id = memory_text(id);
	theme->title = memory_text("from the data");
	return theme;
}

static void a_record_is_weaker_than_the_table_and_stronger_than_patterns(void **state)
{
	struct theme *themes[] = {theme_make("a:b"), theme_make("a:c")};
	struct theme_overrides overrides = {0};
	struct theme_override *override;
	struct buf told;

	(void)state;
	buf_init(&told, 0);
	buf_add_text(&told, "");
	override = theme_overrides_add(&overrides, "a:*", OVERRIDE_PATTERN, "yaml:1");
	text_list_add(
		&theme_override_say(override, &theme_option_table[THEME_TITLE], NULL, NULL)->values,
		"of all");
	add(&overrides, "uuid-one", "a:none", "of the record");
	override = theme_overrides_add(&overrides, "a:b", OVERRIDE_TABLE, "csv:2");
	text_list_add(&theme_override_say(override, &theme_option_table[THEME_RECORD], NULL, NULL)
			       ->values,
		      "uuid-one");
	add(&overrides, "uuid-two", "a:c", "of the other record");
	override = theme_overrides_add(&overrides, "a:c", OVERRIDE_TABLE, "csv:3");
	text_list_add(
		&theme_override_say(override, &theme_option_table[THEME_TITLE], NULL, NULL)->values,
		"of the table");
	add(&overrides, "uuid-three", "other:theme", "of nobody");
	theme_records_index(&overrides);
	assert_int_equal(themes_describe(themes, 2, &overrides, remark, &told), 2);
	assert_string_equal(themes[0]->title, "of the record");
	assert_string_equal(themes[1]->title, "of the table");
	assert_string_equal(told.bytes, "remark uuid-three: 1 of 3 metadata records tell of no "
					"theme served here; this is the first\n");
	theme_free(themes[0]);
	theme_free(themes[1]);
	theme_overrides_release(&overrides);
	buf_release(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_found_by_identifier_then_by_name),
		cmocka_unit_test(a_record_is_weaker_than_the_table_and_stronger_than_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
