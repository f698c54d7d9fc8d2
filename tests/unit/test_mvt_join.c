/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"
#include "tiler/mvt.h"

/* A tile of one layer with COUNT points. */
static void add_layer(struct buf *tile, const char *name, unsigned count)
{
	const char *columns[] = {"nom"};
	struct tile_point points[] = {{7, 9}};
	struct tile_path path = {points, 1, false};
	struct value value = {.type = VALUE_TEXT, .text = {"chêne", 6}};
	struct feature feature = {.place = 0, .id = 300, .has_id = true, .values = &value};
	struct mvt_layer layer;
	struct error error;

	mvt_layer_init(&layer, 0);
	mvt_layer_begin(&layer, name, 4096, columns, 1);
	for (unsigned i = 0; i < count; i++)
		mvt_layer_feature(&layer, &feature, true, GEOMETRY_POINT, &path, 1);
	assert_int_equal(mvt_layer_end(&layer, tile, &error), ERROR_NONE);
	mvt_layer_release(&layer);
}

static enum error_code join(const struct buf *tile, const char *from, const char *to,
			    struct buf *out)
{
	struct error error;

	return mvt_join(tile->bytes, tile->length, from, to, out, &error);
}

static void expect_same(const struct buf *left, const struct buf *right)
{
	assert_int_equal(left->length, right->length);
	assert_memory_equal(left->bytes, right->bytes, left->length);
}

static void test_as_if_drawn_under_the_new_name(void **state)
{
	static const unsigned counts[] = {1, 7, 8, 9, 1000, 2000};
	char long_name[200];

	(void)state;
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	for (unsigned i = 0; i < 6; i++) {
		const char *names[] = {"arbre", "ville:arbre", "a", long_name, ""};

		for (unsigned k = 0; k < 5; k++) {
			struct buf tile, expected, out;

			buf_init(&tile, 0);
			buf_init(&expected, 0);
			buf_init(&out, 0);
			add_layer(&tile, "arbre", counts[i]);
			add_layer(&expected, names[k], counts[i]);
			assert_int_equal(join(&tile, "arbre", names[k], &out), ERROR_NONE);
			expect_same(&out, &expected);
			buf_release(&tile);
			buf_release(&expected);
			buf_release(&out);
		}
	}
}

static void test_other_layers_stay_as_they_are(void **state)
{
	struct buf tile, expected, out;

	(void)state;
	buf_init(&tile, 0);
	buf_init(&expected, 0);
	buf_init(&out, 0);
	add_layer(&expected, "first", 1);
	add_layer(&tile, "arbre", 2);
	add_layer(&tile, "arbre:label", 3);
	add_layer(&expected, "x:arbre", 2);
	add_layer(&expected, "arbre:label", 3);
	add_layer(&out, "first", 1);
	assert_int_equal(join(&tile, "arbre", "x:arbre", &out), ERROR_NONE);
	expect_same(&out, &expected);
	assert_int_equal(join(&(struct buf){0}, "arbre", "x:arbre", &out), ERROR_NONE);
	expect_same(&out, &expected);
	buf_release(&tile);
	buf_release(&expected);
	buf_release(&out);
}

/* Cut anywhere but at the end, a tile is none. */
static void test_damage_is_told(void **state)
{
	struct buf tile, out;
	struct error error;

	(void)state;
	buf_init(&tile, 0);
	buf_init(&out, 0);
	add_layer(&tile, "arbre", 3);
	for (size_t length = 1; length < tile.length; length++) {
		char *cut = memory_new(length);

		memcpy(cut, tile.bytes, length);
		assert_int_equal(mvt_join(cut, length, "arbre", "x", &out, &error), ERROR_INVALID);
		free(cut);
	}
	assert_int_equal(mvt_join("\x1a\x02\x28\x01", 4, "arbre", "x", &out, &error),
			 ERROR_INVALID);
	assert_int_equal(mvt_join("\x0b", 1, "arbre", "x", &out, &error), ERROR_INVALID);
	buf_release(&tile);
	buf_release(&out);
}

static void test_limit_is_kept(void **state)
{
	struct buf tile, out;
	struct error error;

	(void)state;
	buf_init(&tile, 0);
	add_layer(&tile, "arbre", 3);
	buf_init(&out, tile.length);
	assert_int_equal(mvt_join(tile.bytes, tile.length, "arbre", "larger", &out, &error),
			 ERROR_LIMIT);
	buf_release(&tile);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_if_drawn_under_the_new_name),
		cmocka_unit_test(test_other_layers_stay_as_they_are),
		cmocka_unit_test(test_damage_is_told),
		cmocka_unit_test(test_limit_is_kept),
	};

	return cmocka_run_group_tests_name("mvt_join", tests, NULL, NULL);
}
