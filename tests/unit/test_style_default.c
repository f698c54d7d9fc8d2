/* SPDX-License-Identifier: EUPL-1.2 */
#include "styles/style.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static json_t *style_of(enum geometry_kind kind, const char *id)
{
	const struct style_theme theme = {id, "ecole", kind};
	const struct style_subject subject = {
		.source = id,
		.title = "Écoles \"du\" bourg",
		.tilejson_url = "https://example.org/tiles/eq_educ:ecole.json",
		.attribution = "Rennes &amp; <b>Métropole</b>",
		.themes = &theme,
		.theme_count = 1,
	};
	char *text = style_default(&subject);
	json_t *style = json_loads(text, 0, NULL);
	assert_non_null(style);
	free(text);
	return style;
}

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* Types of the layers in order: "background fill line". */
static void check_layers(enum geometry_kind kind, const char *expected)
{
	json_t *style = style_of(kind, "eq_educ:ecole");
	char types[200] = "";
	size_t index;
	json_t *layer;
	json_array_foreach(json_object_get(style, "layers"), index, layer)
	{
		snprintf(types + strlen(types), sizeof types - strlen(types), "%s%s",
			 index ? " " : "", text_of(layer, "type"));
		if (index == 0)
			continue;
		assert_string_equal(text_of(layer, "source"), "eq_educ:ecole");
		assert_string_equal(text_of(layer, "source-layer"), "ecole");
	}
	assert_string_equal(types, expected);
	json_decref(style);
}

static void test_layers_follow_the_geometry(void **state)
{
	(void)state;
	check_layers(GEOMETRY_POINT, "circle circle circle");
	check_layers(GEOMETRY_LINE, "line");
	check_layers(GEOMETRY_POLYGON, "fill line");
	check_layers(GEOMETRY_MIXED, "fill line line circle circle circle");
}

static void test_only_mixed_geometries_are_filtered(void **state)
{
	(void)state;
	static const char *const types[] = {"Polygon", "Polygon", "LineString",
					    "Point",   "Point",	  "Point"};
	json_t *style = style_of(GEOMETRY_MIXED, "a:b");
	json_t *layers = json_object_get(style, "layers");
	for (size_t i = 0; i < json_array_size(layers); i++) {
		json_t *filter = json_object_get(json_array_get(layers, i), "filter");
		assert_string_equal(json_string_value(json_array_get(filter, 0)), "==");
		assert_string_equal(json_string_value(json_array_get(filter, 1)), "$type");
		assert_string_equal(json_string_value(json_array_get(filter, 2)), types[i]);
	}
	json_decref(style);
	style = style_of(GEOMETRY_POINT, "a:b");
	assert_null(json_object_get(json_array_get(json_object_get(style, "layers"), 0), "filter"));
	json_decref(style);
}

static void test_polygons_of_all_lie_below_lines_and_points(void **state)
{
	static const struct style_theme themes[] = {{"a:point", "point", GEOMETRY_POINT},
						    {"b:mixed", "mixed", GEOMETRY_MIXED},
						    {"c:zone", "c:zone", GEOMETRY_POLYGON}};
	static const char *const names[] = {
		"b:mixed fill",	     "b:mixed outline",	  "c:zone fill",       "c:zone outline",
		"b:mixed line",	     "a:point point-far", "a:point point",     "a:point point-near",
		"b:mixed point-far", "b:mixed point",	  "b:mixed point-near"};
	const struct style_subject subject = {
		"a:point,b:mixed,c:zone", "t", "https://example.org/t.json", NULL, themes, 3};
	char *text = style_default(&subject);
	json_t *style = json_loads(text, 0, NULL), *layers = json_object_get(style, "layers");

	(void)state;
	assert_int_equal(json_array_size(layers), sizeof(names) / sizeof(*names));
	for (size_t i = 0; i < json_array_size(layers); i++) {
		json_t *layer = json_array_get(layers, i);
		const char *in_tile = text_of(layer, "source-layer");

		assert_string_equal(text_of(layer, "id"), names[i]);
		assert_string_equal(text_of(layer, "source"), subject.source);
		assert_string_equal(in_tile, *names[i] == 'a'	? "point"
					     : *names[i] == 'b' ? "mixed"
								: "c:zone");
		assert_int_equal(json_object_get(layer, "filter") != NULL, *names[i] == 'b');
	}
	json_decref(style);
	free(text);
}

static double first_size(json_t *layer, const char *name)
{
	return json_number_value(
		json_array_get(json_object_get(json_object_get(layer, "paint"), name), 4));
}

static double last_size(json_t *layer, const char *name)
{
	json_t *sizes = json_object_get(json_object_get(layer, "paint"), name);

	return json_number_value(json_array_get(sizes, json_array_size(sizes) - 1));
}

/* QGIS draws circles of a layer in the first of its sizes. */
static void test_circles_grow_from_layer_to_layer(void **state)
{
	static const char *const sizes[] = {"circle-radius", "circle-stroke-width"};
	json_t *style = style_of(GEOMETRY_POINT, "a:b");
	json_t *layers = json_object_get(style, "layers");

	(void)state;
	for (size_t i = 1; i < json_array_size(layers); i++) {
		json_t *before = json_array_get(layers, i - 1), *layer = json_array_get(layers, i);

		assert_float_equal(json_number_value(json_object_get(before, "maxzoom")),
				   json_number_value(json_object_get(layer, "minzoom")), 0);
		for (size_t size = 0; size < (i > 1 ? 2 : 1); size++) {
			assert_float_equal(last_size(before, sizes[size]),
					   first_size(layer, sizes[size]), 1e-6);
			assert_true(first_size(layer, sizes[size]) >
				    first_size(before, sizes[size]));
		}
	}
	assert_null(json_object_get(json_array_get(layers, 0), "minzoom"));
	assert_null(
		json_object_get(json_array_get(layers, json_array_size(layers) - 1), "maxzoom"));
	json_decref(style);
}

static void test_source_is_the_tilejson(void **state)
{
	(void)state;
	json_t *style = style_of(GEOMETRY_POINT, "eq_educ:ecole");
	json_t *source = json_object_get(json_object_get(style, "sources"), "eq_educ:ecole");
	assert_int_equal(json_integer_value(json_object_get(style, "version")), 8);
	assert_string_equal(text_of(style, "name"), "Écoles \"du\" bourg");
	assert_string_equal(text_of(source, "type"), "vector");
	assert_string_equal(text_of(source, "url"), "https://example.org/tiles/eq_educ:ecole.json");
	assert_string_equal(text_of(source, "attribution"), "Rennes &amp; <b>Métropole</b>");
	json_decref(style);
}

/* ol-mapbox-style would fetch fonts from a third party, some libraries refuse text without glyphs.
 */
static void test_no_fonts_are_asked_for(void **state)
{
	(void)state;
	json_t *style = style_of(GEOMETRY_MIXED, "a:b");
	assert_non_null(json_object_get(json_object_get(style, "metadata"), "ol:webfonts"));
	assert_null(json_object_get(style, "glyphs"));
	json_decref(style);
}

static const char *colour_of(json_t *style)
{
	json_t *layer = json_array_get(json_object_get(style, "layers"), 0);
	return text_of(json_object_get(layer, "paint"), "circle-color");
}

static void test_colour_depends_on_the_id_alone(void **state)
{
	(void)state;
	char id[32];
	char seen[400] = "";
	size_t colours = 0;
	for (int i = 0; i < 200; i++) {
		snprintf(id, sizeof id, "group:layer_%d", i);
		json_t *style = style_of(GEOMETRY_POINT, id);
		json_t *again = style_of(GEOMETRY_POINT, id);
		const char *colour = colour_of(style);
		assert_string_equal(colour, colour_of(again));
		if (!strstr(seen, colour)) {
			colours++;
			strcat(seen, colour);
		}
		json_decref(style);
		json_decref(again);
	}
	assert_int_equal(colours, 8);
}

/* Relative luminance and contrast as WCAG 2.1 defines them. */
static double channel(const char *hex)
{
	char digits[3] = {hex[0], hex[1], '\0'};
	double value = (double)strtol(digits, NULL, 16) / 255;
	double x = value <= 0.04045 ? value / 12.92 : (value + 0.055) / 1.055;
	return value <= 0.04045 ? x : pow(x, 2.4);
}

static double luminance(const char *colour)
{
	return 0.2126 * channel(colour + 1) + 0.7152 * channel(colour + 3) +
	       0.0722 * channel(colour + 5);
}

static void test_colours_stand_out_from_the_ground(void **state)
{
	(void)state;
	char id[32];
	for (int i = 0; i < 60; i++) {
		snprintf(id, sizeof id, "group:layer_%d", i);
		json_t *style = style_of(GEOMETRY_POINT, id);
		double light = luminance("#f7f4ef"); /* of map.js */
		double dark = luminance(colour_of(style));
		assert_true((light + 0.05) / (dark + 0.05) >= 3.0);
		json_decref(style);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers_follow_the_geometry),
		cmocka_unit_test(test_only_mixed_geometries_are_filtered),
		cmocka_unit_test(test_polygons_of_all_lie_below_lines_and_points),
		cmocka_unit_test(test_circles_grow_from_layer_to_layer),
		cmocka_unit_test(test_source_is_the_tilejson),
		cmocka_unit_test(test_no_fonts_are_asked_for),
		cmocka_unit_test(test_colour_depends_on_the_id_alone),
		cmocka_unit_test(test_colours_stand_out_from_the_ground),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
