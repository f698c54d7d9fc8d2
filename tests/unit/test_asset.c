/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/asset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/compress.h"

static int load(void **state)
{
	(void)state;
	assets_load();
	return 0;
}

static int unload(void **state)
{
	(void)state;
	assets_unload();
	return 0;
}

static void test_types_are_told_by_name(void **state)
{
	(void)state;
	assert_string_equal(asset_find("tuilerie.css")->content_type, "text/css; charset=utf-8");
	assert_string_equal(asset_find("map.js")->content_type, "text/javascript; charset=utf-8");
	assert_string_equal(asset_find("logo.svg")->content_type, "image/svg+xml");
	assert_string_equal(asset_find("maplibre-gl.txt")->content_type,
			    "text/plain; charset=utf-8");
}

static void test_unknown_names_have_none(void **state)
{
	(void)state;
	assert_null(asset_find("nothing.js"));
	assert_null(asset_find(""));
	assert_null(asset_find("../tuilerie.css"));
}

static void test_bytes_are_gzip_of_the_file(void **state)
{
	(void)state;
	const struct asset *asset = asset_find("maplibre-gl.txt");
	struct buf text;
	buf_init(&text, 0);
	assert_true(asset->blob->gzipped);
	assert_int_equal(
		inflate_gzip(asset->blob->bytes, asset->blob->length, &text, &(struct error){0}),
		ERROR_NONE);
	assert_int_equal(text.length, asset->blob->raw_length);
	assert_non_null(strstr(text.bytes, "MapLibre contributors"));
	buf_release(&text);
}

static void test_versions_follow_the_content(void **state)
{
	(void)state;
	const struct asset *css = asset_find("tuilerie.css");
	assert_int_equal(strlen(css->version), 8);
	assert_int_equal(strncmp(css->version, css->blob->hash, 8), 0);
	assert_string_not_equal(css->version, asset_find("map.js")->version);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_are_told_by_name),
		cmocka_unit_test(test_unknown_names_have_none),
		cmocka_unit_test(test_bytes_are_gzip_of_the_file),
		cmocka_unit_test(test_versions_follow_the_content),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
