/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/geojson.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json.h"
#include "tiler/memory.h"

enum {
	DECIMALS_OF_DEGREES = 7,
	DECIMALS_OF_METRES = 3,
	COORDINATE_LONGEST = 32,
};
static const double TENS[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7};
static const double WHOLE_MOST = 9e18; /* fits an int64_t */

static unsigned decimals_of(const struct crs *crs)
{
	return crs->geographic ? DECIMALS_OF_DEGREES : DECIMALS_OF_METRES;
}

double geojson_step(const struct crs *crs)
{
	return 1 / TENS[decimals_of(crs)];
}

void geojson_init(struct geojson *geojson, const struct prepared *prepared, const struct crs *crs,
		  bool northing_first, const bool *chosen, struct buf *out)
{
	const struct prepared_level *data = &prepared->levels[0];
	uint32_t count = prepared->column_count;

	*geojson = (struct geojson){
		.out = out,
		.northing_first = northing_first,
		.decimals = decimals_of(crs),
	};
	/* Clients take the type of the first features for that of the layer. */
	if (prepared->kind == GEOMETRY_POINT)
		geojson->multi[GEOMETRY_POINT] = data->vertices > data->features;
	else if (prepared->kind != GEOMETRY_MIXED)
		geojson->multi[prepared->kind] = true;
	geojson->columns = memory_new(count * sizeof(*geojson->columns));
	geojson->name_ends = memory_new(count * sizeof(*geojson->name_ends));
	buf_init(&geojson->names, 0);
	for (uint32_t i = 0; i < count; i++) {
		const char *name = prepared->columns[i].name;

		if (chosen && !chosen[i])
			continue;
		json_quote(&geojson->names, name, strlen(name));
		buf_add_char(&geojson->names, ':');
		geojson->columns[geojson->column_count] = i;
		geojson->name_ends[geojson->column_count++] = (uint32_t)geojson->names.length;
	}
}

void geojson_release(struct geojson *geojson)
{
	free(geojson->columns);
	free(geojson->name_ends);
	buf_release(&geojson->names);
}

/* A number of so many decimals at the end of AT, without zeros that say nothing. */
static char *print_fixed(char *at, double number, unsigned decimals)
{
	double scaled = round(number * TENS[decimals]);
	char digits[24];
	uint64_t whole;
	int length = 0;

	if (!(fabs(scaled) < WHOLE_MOST))
		return at + snprintf(at, COORDINATE_LONGEST, "%.17g", number);
	whole = (uint64_t)fabs(scaled);
	while (decimals > 0 && whole % 10 == 0) {
		whole /= 10;
		decimals--;
	}
	do {
		digits[length++] = (char)('0' + whole % 10);
		whole /= 10;
		if (decimals > 0 && --decimals == 0)
			digits[length++] = '.';
	} while (whole > 0 || decimals > 0 || digits[length - 1] == '.');
	if (scaled < 0)
		*at++ = '-';
	while (length > 0)
		*at++ = digits[--length];
	return at;
}

/* "[x,y]" of each, with commas between, from the last to the first where BACKWARDS. */
static void write_points(struct geojson *geojson, const struct path *path, bool backwards)
{
	struct buf *out = geojson->out;
	char *at = buf_reserve(out, (size_t)path->count * (2 * COORDINATE_LONGEST + 4));
	char *start = at;

	if (!at)
		return;
	for (uint32_t i = 0; i < path->count; i++) {
		struct point point = path->points[backwards ? path->count - 1 - i : i];

		*at++ = '[';
		at = print_fixed(at, geojson->northing_first ? point.y : point.x,
				 geojson->decimals);
		*at++ = ',';
		at = print_fixed(at, geojson->northing_first ? point.x : point.y,
				 geojson->decimals);
		*at++ = ']';
		*at++ = ',';
	}
	if (path->count)
		at--;
	*at = '\0';
	out->length += (size_t)(at - start);
}

static bool runs_clockwise(const struct path *ring)
{
	struct point origin = ring->count ? ring->points[0] : (struct point){0, 0};
	double area = 0;

	for (uint32_t i = 1; i < ring->count; i++) {
		struct point a = ring->points[i - 1], b = ring->points[i];

		area += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	return area < 0;
}

static void write_path(struct geojson *geojson, const struct path *path, bool backwards)
{
	buf_add_char(geojson->out, '[');
	write_points(geojson, path, backwards);
	buf_add_char(geojson->out, ']');
}

static void write_polygons(struct geojson *geojson, const struct geometry *geometry, bool multi)
{
	struct buf *out = geojson->out;

	buf_add_text(out, multi ? "[[" : "[");
	for (uint32_t i = 0; i < geometry->path_count; i++) {
		const struct path *ring = &geometry->paths[i];

		if (i > 0)
			buf_add_text(out, ring->exterior ? "],[" : ",");
		write_path(geojson, ring, runs_clockwise(ring) == ring->exterior);
	}
	buf_add_text(out, multi ? "]]" : "]");
}

/* The paths of a line, or the points of all paths. */
static void write_simple(struct geojson *geojson, const struct geometry *geometry, bool multi)
{
	struct buf *out = geojson->out;

	if (multi)
		buf_add_char(out, '[');
	for (uint32_t i = 0; i < geometry->path_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		if (geometry->kind == GEOMETRY_LINE)
			write_path(geojson, &geometry->paths[i], false);
		else
			write_points(geojson, &geometry->paths[i], false);
	}
	if (multi)
		buf_add_char(out, ']');
}

/* Of how many simple ones GEOMETRY consists. */
static uint32_t count_parts(const struct geometry *geometry)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		if (geometry->kind == GEOMETRY_POINT)
			count += geometry->paths[i].count;
		else
			count += geometry->kind == GEOMETRY_LINE || geometry->paths[i].exterior;
	}
	return count;
}

static void write_geometry(struct geojson *geojson, const struct geometry *geometry)
{
	static const char *const names[GEOMETRY_KINDS] = {"", "Point", "LineString", "Polygon"};
	bool multi = geojson->multi[geometry->kind] || count_parts(geometry) != 1;

	buf_print(geojson->out, "{\"type\":\"%s%s\",\"coordinates\":", multi ? "Multi" : "",
		  names[geometry->kind]);
	if (geometry->kind == GEOMETRY_POLYGON)
		write_polygons(geojson, geometry, multi);
	else
		write_simple(geojson, geometry, multi);
	buf_add_char(geojson->out, '}');
}

static bool is_finite(const struct feature *feature)
{
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		for (uint32_t k = 0; k < geometry->path_count; k++)
			if (!box_is_finite(box_of_points(geometry->paths[k].points,
							 geometry->paths[k].count)))
				return false;
	}
	return true;
}

static void write_geometries(struct geojson *geojson, const struct feature *feature)
{
	struct buf *out = geojson->out;

	if (feature->geometry_count == 0 || !is_finite(feature)) {
		buf_add_text(out, "null");
		return;
	}
	if (feature->geometry_count == 1) {
		write_geometry(geojson, &feature->geometries[0]);
		return;
	}
	buf_add_text(out, "{\"type\":\"GeometryCollection\",\"geometries\":[");
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		write_geometry(geojson, &feature->geometries[i]);
	}
	buf_add_text(out, "]}");
}

static void write_value(struct buf *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_BOOLEAN:
		buf_add_text(out, value->boolean ? "true" : "false");
		break;
	case VALUE_INTEGER:
		buf_print(out, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		json_print_number(out, value->real);
		break;
	case VALUE_TEXT:
		json_quote(out, value->text.bytes, value->text.length);
		break;
	default:
		buf_add_text(out, "null");
	}
}

void geojson_feature(struct geojson *geojson, const struct feature *feature)
{
	struct buf *out = geojson->out;
	uint32_t start = 0;

	buf_add_text(out, "\"type\":\"Feature\",");
	if (feature->has_id)
		buf_print(out, "\"id\":%" PRIu64 ",", feature->id);
	buf_add_text(out, "\"geometry\":");
	write_geometries(geojson, feature);
	buf_add_text(out, ",\"properties\":{");
	for (uint32_t i = 0; i < geojson->column_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		buf_add(out, geojson->names.bytes + start, geojson->name_ends[i] - start);
		start = geojson->name_ends[i];
		write_value(out, &feature->values[geojson->columns[i]]);
	}
	buf_add_char(out, '}');
}
