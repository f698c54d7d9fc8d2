/* SPDX-License-Identifier: EUPL-1.2 */
#include "styles/style.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"

/* Colours that stay apart for every eye (least CIE76 difference of any two: 20, also as seen with
 * protanopia, deuteranopia and tritanopia) and stand out from the ground (3.3:1 or more). */
static const char *const palette[] = {
	"#a8442a", "#577ce2", "#443154", "#a37b06", "#632528", "#064395", "#8d6caa", "#678a68",
};
enum {
	PALETTE_SIZE = sizeof palette / sizeof *palette
};

#define HALO "#ffffff"

static const char *colour_of(const char *id)
{
	return palette[hash_bytes(id, strlen(id)) % PALETTE_SIZE];
}

/* A value that grows with the zoom: the one form of expression QGIS converts without a warning. */
struct stop {
	double zoom, value;
};
enum {
	STOPS = 3
};

static json_t *by_zoom(const struct stop stops[STOPS])
{
	json_t *expression = json_pack("[s[s][s]]", "interpolate", "linear", "zoom");
	for (int i = 0; i < STOPS; i++) {
		json_array_append_new(expression, json_real(stops[i].zoom));
		json_array_append_new(expression, json_real(stops[i].value));
	}
	return expression;
}

/* A theme among those of the style. */
struct drawn {
	const struct style_subject *subject;
	const struct style_theme *theme;
};

/* Names of layers are unique in a style. */
static json_t *name_new(const struct drawn *drawn, const char *name)
{
	return drawn->subject->theme_count > 1 ? json_sprintf("%s %s", drawn->theme->id, name)
					       : json_string(name);
}

static json_t *layer_new(const struct drawn *drawn, const char *name, const char *type,
			 const char *geometry_type, json_t *paint)
{
	json_t *layer = json_pack("{so ss ss ss so}", "id", name_new(drawn, name), "type", type,
				  "source", drawn->subject->source, "source-layer",
				  drawn->theme->layer, "paint", paint);
	if (drawn->theme->kind == GEOMETRY_MIXED)
		json_object_set_new(layer, "filter",
				    json_pack("[sss]", "==", "$type", geometry_type));
	return layer;
}

static void add_polygons(json_t *layers, const struct drawn *drawn)
{
	static const struct stop fill_opacity[STOPS] = {{8, 0.45}, {13, 0.3}, {17, 0.2}};
	static const struct stop width[STOPS] = {{8, 0.2}, {13, 0.7}, {17, 1.5}};
	static const struct stop outline_opacity[STOPS] = {{8, 0.5}, {13, 0.8}, {17, 1}};
	const char *colour = colour_of(drawn->theme->id);
	json_t *fill = json_pack("{ss so}", "fill-color", colour, "fill-opacity",
				 by_zoom(fill_opacity));
	json_t *outline = json_pack("{ss so so}", "line-color", colour, "line-width",
				    by_zoom(width), "line-opacity", by_zoom(outline_opacity));
	json_array_append_new(layers, layer_new(drawn, "fill", "fill", "Polygon", fill));
	json_array_append_new(layers, layer_new(drawn, "outline", "line", "Polygon", outline));
}

static void add_lines(json_t *layers, const struct drawn *drawn)
{
	static const struct stop width[STOPS] = {{8, 0.9}, {13, 2}, {17, 5}};
	json_t *paint = json_pack("{ss so}", "line-color", colour_of(drawn->theme->id),
				  "line-width", by_zoom(width));
	json_t *layer = layer_new(drawn, "line", "line", "LineString", paint);
	json_object_set_new(layer, "layout",
			    json_pack("{ss ss}", "line-cap", "round", "line-join", "round"));
	json_array_append_new(layers, layer);
}

static double value_at(const struct stop stops[STOPS], double zoom)
{
	int after = 0;

	while (after < STOPS && stops[after].zoom <= zoom)
		after++;
	if (after == 0 || after == STOPS)
		return stops[after ? STOPS - 1 : 0].value;
	const struct stop *a = &stops[after - 1], *b = &stops[after];
	return a->value + (b->value - a->value) * (zoom - a->zoom) / (b->zoom - a->zoom);
}

/* The same line as by_zoom's, from FROM to TO only. */
static json_t *by_zoom_between(const struct stop stops[STOPS], double from, double to)
{
	json_t *expression = json_pack("[s[s][s]ff]", "interpolate", "linear", "zoom", from,
				       value_at(stops, from));
	for (int i = 0; i < STOPS; i++) {
		if (stops[i].zoom <= from || stops[i].zoom >= to)
			continue;
		json_array_append_new(expression, json_real(stops[i].zoom));
		json_array_append_new(expression, json_real(stops[i].value));
	}
	json_array_append_new(expression, json_real(to));
	json_array_append_new(expression, json_real(value_at(stops, to)));
	return expression;
}

/* Of a circle's sizes QGIS (3.40) takes the first number for all zooms. So there are several
 * layers, each for some zooms, which together draw one smooth growth. */
static void add_points(json_t *layers, const struct drawn *drawn)
{
	static const struct stop radius[STOPS] = {{8, 1.8}, {13, 4}, {17, 8}};
	static const struct stop halo[STOPS] = {{11, 0.2}, {14, 1}, {17, 1.8}};
	static const struct {
		const char *id;
		double from, to;
	} bands[] = {{"point-far", 8, 11}, {"point", 11, 14}, {"point-near", 14, 17}};
	enum {
		BANDS = sizeof(bands) / sizeof(*bands)
	};

	for (int i = 0; i < BANDS; i++) {
		double from = bands[i].from, to = bands[i].to;
		json_t *paint = json_pack("{ss so}", "circle-color", colour_of(drawn->theme->id),
					  "circle-radius", by_zoom_between(radius, from, to));
		json_t *layer = layer_new(drawn, bands[i].id, "circle", "Point", paint);

		if (i > 0) {
			json_object_set_new(layer, "minzoom", json_real(from));
			json_object_set_new(paint, "circle-stroke-color", json_string(HALO));
			json_object_set_new(paint, "circle-stroke-width",
					    by_zoom_between(halo, from, to));
		}
		if (i + 1 < BANDS)
			json_object_set_new(layer, "maxzoom", json_real(to));
		json_array_append_new(layers, layer);
	}
}

static json_t *layers_new(const struct style_subject *subject)
{
	static const struct {
		enum geometry_kind kind;
		void (*add)(json_t *layers, const struct drawn *drawn);
	} kinds[] = {{GEOMETRY_POLYGON, add_polygons},
		     {GEOMETRY_LINE, add_lines},
		     {GEOMETRY_POINT, add_points}};
	json_t *layers = json_array();

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (uint32_t i = 0; i < subject->theme_count; i++) {
			struct drawn drawn = {subject, &subject->themes[i]};

			if (drawn.theme->kind == kinds[k].kind ||
			    drawn.theme->kind == GEOMETRY_MIXED)
				kinds[k].add(layers, &drawn);
		}
	return layers;
}

char *style_default(const struct style_subject *subject)
{
	json_t *source = json_pack("{ss ss}", "type", "vector", "url", subject->tilejson_url);
	if (subject->attribution)
		json_object_set_new(source, "attribution", json_string(subject->attribution));
	json_t *sources = json_object();
	json_object_set_new(sources, subject->source, source);
	/* Without "ol:webfonts", ol-mapbox-style would ask another site for fonts. */
	json_t *style = json_pack("{si ss s{ss} so so}", "version", 8, "name", subject->title,
				  "metadata", "ol:webfonts", "", "sources", sources, "layers",
				  layers_new(subject));
	char *text = json_dumps(style, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(style);
	return text;
}
