/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
	NUMBERED = 40
};

/* A catalogue of our own instead of tiler/catalogue.c: themes by name, no data. */
static char numbered_ids[NUMBERED][8];
static struct theme numbered[NUMBERED];
static struct theme themes[] = {
	{.id = "a:tree", .layer = "tree"},
	{.id = "b:tree", .layer = "tree"},
	{.id = "b:road", .layer = "road"},
	{.id = "c:tree,2024", .layer = "tree,2024"},
	{.id = "d:l'été \"/@1", .layer = "été"},
	{.id = "a:tree/6:b:tree@v", .layer = "odd"},
	{.id = "h:b:tree", .layer = "b:tree"},
	{.id = "p:tree_pt", .layer = "tree_pt"},
	{.id = "p:tree", .layer = "tree", .options.companion = COMPANION_INTERIOR},
};

const struct theme *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	(void)catalogue;
	for (size_t i = 0; i < sizeof(themes) / sizeof(*themes); i++)
		if (strcmp(themes[i].id, id) == 0)
			return &themes[i];
	for (size_t i = 0; i < NUMBERED; i++)
		if (*id && strcmp(numbered_ids[i], id) == 0)
			return &numbered[i];
	return NULL;
}

static const struct grid grid = {.id = "CC48_10cm"};
static const struct tile_id tile = {14, 8123, 5701};

static enum error_code init(struct tile_request *request, const char *ids, struct error *error)
{
	return tile_request_init(request, NULL, ids, &grid, tile, error);
}

static void test_order_asked_in_does_not_matter(void **state)
{
	struct tile_request request, other;
	struct error error;

	(void)state;
	assert_int_equal(init(&request, "b:tree,a:tree,b:road,a:tree", &error), ERROR_NONE);
	assert_int_equal(request.theme_count, 3);
	assert_string_equal(request.themes[0]->id, "a:tree");
	assert_string_equal(request.themes[1]->id, "b:road");
	assert_string_equal(request.themes[2]->id, "b:tree");
	assert_int_equal(init(&other, "b:road,b:tree,a:tree", &error), ERROR_NONE);
	assert_int_equal(other.theme_count, 3);
	assert_memory_equal(request.themes, other.themes, 3 * sizeof(*request.themes));
}

static void test_unknown_theme_is_named(void **state)
{
	struct tile_request request;
	struct error error;

	(void)state;
	assert_int_equal(init(&request, "a:tree,z:unknown", &error), ERROR_NOT_FOUND);
	assert_non_null(strstr(error.text, "z:unknown"));
	assert_int_equal(init(&request, "", &error), ERROR_NOT_FOUND);
	assert_int_equal(init(&request, "a:tree,", &error), ERROR_NOT_FOUND);
}

static void test_odd_ids(void **state)
{
	struct tile_request request;
	struct error error;

	(void)state;
	assert_int_equal(init(&request, "c:tree,2024", &error), ERROR_NONE);
	assert_int_equal(request.theme_count, 1);
	assert_int_equal(init(&request, "d:l'été \"/@1,a:tree", &error), ERROR_NONE);
	assert_int_equal(request.theme_count, 2);
}

static void test_too_many_themes(void **state)
{
	char list[NUMBERED * 8] = "";
	struct tile_request request;
	struct error error;

	(void)state;
	for (unsigned i = 0; i < NUMBERED; i++) {
		snprintf(numbered_ids[i], sizeof(numbered_ids[i]), "n:%02u", i);
		numbered[i] = (struct theme){.id = numbered_ids[i], .layer = numbered_ids[i]};
	}
	for (unsigned i = 0; i < TILE_THEMES_MOST; i++) {
		strcat(list, i ? "," : "");
		strcat(list, numbered_ids[i]);
	}
	assert_int_equal(init(&request, list, &error), ERROR_NONE);
	assert_int_equal(request.theme_count, TILE_THEMES_MOST);
	strcat(list, ",n:00");
	assert_int_equal(init(&request, list, &error), ERROR_NONE);
	strcat(list, ",n:39");
	assert_int_equal(init(&request, list, &error), ERROR_LIMIT);
}

static void test_layers_of_one_name_bear_their_ids(void **state)
{
	struct tile_request request;
	struct error error;

	(void)state;
	assert_int_equal(init(&request, "a:tree,b:tree,b:road", &error), ERROR_NONE);
	assert_string_equal(tile_request_layer_name(&request, 0), "a:tree");
	assert_string_equal(tile_request_layer_name(&request, 1), "road");
	assert_string_equal(tile_request_layer_name(&request, 2), "b:tree");
	assert_int_equal(init(&request, "a:tree,b:road", &error), ERROR_NONE);
	assert_string_equal(tile_request_layer_name(&request, 0), "tree");
}

static struct variant *const PLAIN = NULL;
static struct variant some = {.key = (char *)(uintptr_t) "properties=a/b@v?"};
static struct variant more = {.key = (char *)(uintptr_t) "properties="};

/* A theme's id may be the name of another's layer or companions: no such tile is made. */
static void test_no_two_layers_bear_one_name(void **state)
{
	static const char *const refused[] = {"a:tree,b:tree,h:b:tree", "h:b:tree,a:tree,b:tree",
					      "p:tree,p:tree_pt", "p:tree_pt,b:road,p:tree"};
	static const char *const made[] = {"a:tree,h:b:tree", "b:tree,h:b:tree", "p:tree,b:tree",
					   "p:tree_pt,b:tree", "a:tree,p:tree"};
	struct tile_request request;
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		assert_int_equal(init(&request, refused[i], &error), ERROR_INVALID);
		assert_non_null(strstr(error.text, "would have a layer"));
	}
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		assert_int_equal(init(&request, made[i], &error), ERROR_NONE);
}

static void key_of(const char *ids, const char *version, struct variant *variant,
		   struct tile_key *key)
{
	char versions[TILE_THEMES_MOST][33];
	struct tile_request request;
	struct error error;

	assert_int_equal(init(&request, ids, &error), ERROR_NONE);
	request.variant = variant;
	for (unsigned i = 0; i < TILE_THEMES_MOST; i++)
		strcpy(versions[i], version);
	tile_key_init(key, &request, versions);
}

static void test_keys_tell_tiles_apart(void **state)
{
	static const struct {
		const char *ids, *version;
		struct variant *variant;
	} cases[] = {
		{"a:tree", "v", PLAIN},
		{"a:tree", "w", PLAIN},
		{"b:tree", "v", PLAIN},
		{"a:tree,b:tree", "v", PLAIN},
		{"a:tree/6:b:tree@v", "v", PLAIN},
		{"a:tree", "v", &some},
		{"a:tree", "v", &more},
		{"a:tree,b:tree", "v", &more},
	};
	enum {
		CASES = sizeof(cases) / sizeof(*cases)
	};
	struct tile_key keys[CASES];

	(void)state;
	for (unsigned i = 0; i < CASES; i++) {
		key_of(cases[i].ids, cases[i].version, cases[i].variant, &keys[i]);
		assert_null(keys[i].allocated);
	}
	assert_string_equal(keys[0].text, "9:CC48_10cm/14/8123/5701/6:a:tree@v");
	for (unsigned i = 0; i < CASES; i++)
		for (unsigned j = i + 1; j < CASES; j++)
			assert_string_not_equal(keys[i].text, keys[j].text);
	for (unsigned i = 0; i < CASES; i++)
		tile_key_release(&keys[i]);
}

/* A purge finds them by theme; what carries tiles to another version does not by version. */
static void test_keys_of_variants_are_of_no_version(void **state)
{
	struct tile_key_member member;
	const char *members;
	struct tile_key key;
	struct tile_id read;
	char id[16];

	(void)state;
	key_of("a:tree,b:tree", "v", &some, &key);
	tile_key_read(key.text, id, sizeof(id), &read, &members);
	assert_int_equal(read.x, tile.x);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(tile_key_next(&members, &member));
		assert_true(tile_key_member_is(&member, i ? "b:tree" : "a:tree", NULL));
		assert_false(tile_key_member_is(&member, i ? "b:tree" : "a:tree", "v"));
	}
	assert_false(tile_key_next(&members, &member));
	tile_key_release(&key);
}

static void test_long_keys_are_whole(void **state)
{
	char version[33], long_id[600];
	struct theme long_theme = {.id = long_id, .layer = long_id};
	struct tile_request request = {
		.themes = {&long_theme}, .theme_count = 1, .grid = &grid, .tile = tile};
	struct tile_key key;

	(void)state;
	memset(version, 'f', 32);
	version[32] = '\0';
	memset(long_id, 'x', sizeof(long_id) - 1);
	long_id[sizeof(long_id) - 1] = '\0';
	tile_key_init(&key, &request, &version);
	assert_non_null(key.allocated);
	assert_int_equal(strlen(key.text), strlen("9:CC48_10cm/14/8123/5701/599:") + 599 + 33);
	assert_string_equal(key.text + strlen(key.text) - 32, version);
	tile_key_release(&key);
}

static void test_keys_of_neighbours(void **state)
{
	static const struct tile_id here = {14, 8123, 5701}, there = {3, 0, 7};
	const char *versions[] = {"0123456789abcdef0123456789abcdef", "v/1@2"};
	const char *ids[] = {"a:tree", "9:0/1/2"};
	struct tile_key key, moved, written;
	struct tile_key_frame frame;

	(void)state;
	for (unsigned variant = 0; variant < 2; variant++) {
		const char *mark = variant ? "properties=a/1" : NULL;

		tile_key_write(&key, "1:2/3", here, ids, versions, 2, mark);
		tile_key_write(&written, "1:2/3", there, ids, versions, 2, mark);
		frame = tile_key_frame(key.text);
		tile_key_move(&moved, key.text, &frame, there);
		assert_string_equal(moved.text, written.text);
		tile_key_release(&key);
		tile_key_release(&written);
		tile_key_release(&moved);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_asked_in_does_not_matter),
		cmocka_unit_test(test_unknown_theme_is_named),
		cmocka_unit_test(test_odd_ids),
		cmocka_unit_test(test_too_many_themes),
		cmocka_unit_test(test_layers_of_one_name_bear_their_ids),
		cmocka_unit_test(test_no_two_layers_bear_one_name),
		cmocka_unit_test(test_keys_tell_tiles_apart),
		cmocka_unit_test(test_keys_of_variants_are_of_no_version),
		cmocka_unit_test(test_keys_of_neighbours),
		cmocka_unit_test(test_long_keys_are_whole),
	};

	return cmocka_run_group_tests_name("tile_request", tests, NULL, NULL);
}
