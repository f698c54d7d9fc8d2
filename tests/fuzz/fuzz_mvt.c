/* SPDX-License-Identifier: EUPL-1.2 */
/* Any features through the MVT writer and back through GDAL's reader: the same shapes, attributes
 * and ids come out. */
#include <gdal.h>
#include <inttypes.h>
#include <math.h>
#include <ogr_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiler/memory.h"
#include "tiler/mvt.h"

const unsigned fuzz_rounds = 3000;

enum {
	EXTENT = 4096,
	FEATURES_MOST = 12,
	PATHS_MOST = 4,
	POINTS_MOST = 30,
	COLUMN_COUNT = 4,
	CELL = 512, /* polygons stand in cells of their own */
};

static const char TILE_FILE[] = "/vsimem/fuzz.mvt";
static const char *const column_names[COLUMN_COUNT] = {"vrai", "nombre", "réel", "texte"};

/* A feature as it was written, to be compared with what is read. */
struct written {
	uint64_t id;
	bool has_id;
	enum geometry_kind kind;
	uint32_t path_count;
	struct tile_path paths[2 * PATHS_MOST];
	struct tile_point points[2 * PATHS_MOST][POINTS_MOST];
	struct value values[COLUMN_COUNT];
	char text[64];
};

struct choices {
	const uint8_t *bytes;
	size_t left;
};

static unsigned choose(struct choices *choices, unsigned limit)
{
	if (!choices->left)
		return 0;
	choices->left--;
	return *choices->bytes++ % limit;
}

static uint64_t choose_long(struct choices *choices)
{
	uint64_t number = 0;

	for (unsigned i = choose(choices, 9); i; i--)
		number = number << 8 | choose(choices, 256);
	return number;
}

static struct tile_point choose_point(struct choices *choices)
{
	int32_t x = (int32_t)(choose(choices, 256) * 17 + choose(choices, 17));
	int32_t y = (int32_t)(choose(choices, 256) * 17 + choose(choices, 17));

	return (struct tile_point){x - 64, y - 64};
}

static double choose_real(struct choices *choices)
{
	static const double odd[] = {0.1, -0.0, 1e300, -1e-300, 0.5, 16777217, 1e10, 4096.125};

	if (choose(choices, 4))
		return odd[choose(choices, 8)];
	return (double)(int64_t)choose_long(choices) / 1000;
}

static void choose_text(struct choices *choices, struct written *feature)
{
	static const char *const pieces[] = {"a", "é", "\"", "\xf0\x9f\x8c\xb3",
					     "<", " ", "\\", "0"};
	unsigned count = choose(choices, 12);

	feature->text[0] = '\0';
	while (count--)
		strcat(feature->text, pieces[choose(choices, 8)]);
	feature->values[3].text.bytes = feature->text;
	feature->values[3].text.length = (uint32_t)strlen(feature->text);
}

static void choose_values(struct choices *choices, struct written *feature)
{
	static const enum value_type types[] = {VALUE_BOOLEAN, VALUE_INTEGER, VALUE_REAL,
						VALUE_TEXT};

	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		feature->values[i].type = choose(choices, 4) ? types[i] : VALUE_NULL;
	feature->values[0].boolean = choose(choices, 2);
	feature->values[1].integer = (int64_t)choose_long(choices);
	feature->values[2].real = choose_real(choices);
	choose_text(choices, feature);
}

static struct tile_path *add_path(struct written *feature, uint32_t count, bool exterior)
{
	struct tile_path *path = &feature->paths[feature->path_count];

	*path = (struct tile_path){feature->points[feature->path_count], count, exterior};
	feature->path_count++;
	return path;
}

/* A square from FROM to TO of a cell, wound as MVT wants exteriors and holes. */
static void add_square(struct written *feature, struct tile_point corner, int32_t from, int32_t to,
		       bool exterior)
{
	struct tile_point *points = add_path(feature, 4, exterior)->points;

	points[0] = (struct tile_point){corner.x + from, corner.y + from};
	points[exterior ? 1 : 3] = (struct tile_point){corner.x + to, corner.y + from};
	points[2] = (struct tile_point){corner.x + to, corner.y + to};
	points[exterior ? 3 : 1] = (struct tile_point){corner.x + from, corner.y + to};
}

static void choose_polygon(struct choices *choices, uint32_t cell, struct written *feature)
{
	struct tile_point corner = {(int32_t)(cell % 2 * CELL), (int32_t)(cell / 2 * CELL)};
	int32_t from = (int32_t)choose(choices, 100), to = 200 + (int32_t)choose(choices, 256);

	add_square(feature, corner, from, to, true);
	if (choose(choices, 2))
		add_square(feature, corner, from + 1 + (int32_t)choose(choices, 40), to - 1, false);
}

static void choose_line(struct choices *choices, struct written *feature)
{
	uint32_t count = 2 + choose(choices, POINTS_MOST - 2);
	struct tile_path *path = add_path(feature, count, false);

	for (uint32_t i = 0; i < count; i++) {
		path->points[i] = choose_point(choices);
		if (i && path->points[i].x == path->points[i - 1].x)
			path->points[i].x++;
	}
}

static void choose_feature(struct choices *choices, struct written *feature)
{
	uint32_t paths = 1 + choose(choices, PATHS_MOST);

	memset(feature, 0, sizeof(*feature));
	feature->has_id = choose(choices, 4);
	feature->id = choose_long(choices) >> 1;
	feature->kind = (enum geometry_kind)(1 + choose(choices, 3));
	choose_values(choices, feature);
	for (uint32_t i = 0; i < paths; i++) {
		if (feature->kind == GEOMETRY_POLYGON)
			choose_polygon(choices, i, feature);
		else if (feature->kind == GEOMETRY_LINE)
			choose_line(choices, feature);
		else
			add_path(feature, 1, false)->points[0] = choose_point(choices);
	}
}

static void write_tile(const struct written *features, uint32_t count, struct buf *tile)
{
	struct mvt_layer layer;
	struct error error;

	mvt_layer_init(&layer, 0);
	mvt_layer_begin(&layer, "essai", EXTENT, column_names, COLUMN_COUNT);
	for (uint32_t i = 0; i < count; i++) {
		struct feature feature = {.id = features[i].id,
					  .has_id = features[i].has_id,
					  .values = features[i].values};

		mvt_layer_feature(&layer, &feature, true, features[i].kind, features[i].paths,
				  features[i].path_count);
	}
	FUZZ_CHECK(mvt_layer_end(&layer, tile, &error) == ERROR_NONE);
	mvt_layer_release(&layer);
}

/* GDAL puts y upward. */
static bool same_points(OGRGeometryH geometry, const struct tile_path *path, uint32_t first)
{
	for (int i = 0; i < OGR_G_GetPointCount(geometry); i++) {
		struct tile_point point = path->points[(first + (uint32_t)i) % path->count];

		if (OGR_G_GetX(geometry, i) != point.x ||
		    OGR_G_GetY(geometry, i) != EXTENT - point.y)
			return false;
	}
	return true;
}

/* Rings repeat their first point, which may be any of them. */
static void check_points(OGRGeometryH geometry, const struct tile_path *path, bool closed)
{
	uint32_t first = 0;

	FUZZ_CHECK(OGR_G_GetPointCount(geometry) == (int)path->count + closed);
	while (!same_points(geometry, path, first)) {
		first++;
		FUZZ_CHECK(closed && first < path->count);
	}
}

/* The polygon that opens with path FIRST; gives the path after its holes. */
static uint32_t check_polygon(OGRGeometryH polygon, const struct written *feature, uint32_t first)
{
	int rings = OGR_G_GetGeometryCount(polygon);

	for (int i = 0; i < rings; i++) {
		FUZZ_CHECK(first + (uint32_t)i < feature->path_count);
		FUZZ_CHECK(feature->paths[first + (uint32_t)i].exterior == (i == 0));
		check_points(OGR_G_GetGeometryRef(polygon, i), &feature->paths[first + (uint32_t)i],
			     true);
	}
	return first + (uint32_t)rings;
}

static void check_shape(OGRGeometryH geometry, const struct written *feature)
{
	OGRwkbGeometryType type = OGR_G_GetGeometryType(geometry);
	bool multi = type > wkbPolygon;
	int parts = multi ? OGR_G_GetGeometryCount(geometry) : 1;
	uint32_t path = 0;

	FUZZ_CHECK((int)type - (multi ? 3 : 0) == (int)feature->kind);
	for (int i = 0; i < parts; i++) {
		OGRGeometryH part = multi ? OGR_G_GetGeometryRef(geometry, i) : geometry;

		FUZZ_CHECK(path < feature->path_count);
		if (feature->kind == GEOMETRY_POLYGON)
			path = check_polygon(part, feature, path);
		else
			check_points(part, &feature->paths[path++], false);
	}
	FUZZ_CHECK(path == feature->path_count);
}

/* Beyond 2^53, where JavaScript would change them, integers are texts. */
static void check_integer(OGRFeatureH read, int field, int64_t integer)
{
	const int64_t most = INT64_C(1) << 53;
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, integer);
	FUZZ_CHECK(strcmp(OGR_F_GetFieldAsString(read, field), text) == 0);
	if (integer > most || integer < -most)
		FUZZ_CHECK(OGR_Fld_GetType(OGR_F_GetFieldDefnRef(read, field)) == OFTString);
}

static void check_value(OGRFeatureH read, int field, const struct value *value)
{

	switch (value->type) {
	case VALUE_BOOLEAN:
		FUZZ_CHECK(OGR_F_GetFieldAsInteger(read, field) == value->boolean);
		break;
	case VALUE_INTEGER:
		check_integer(read, field, value->integer);
		break;
	case VALUE_REAL:
		FUZZ_CHECK(OGR_F_GetFieldAsDouble(read, field) == value->real);
		break;
	default:
		FUZZ_CHECK(strlen(OGR_F_GetFieldAsString(read, field)) == value->text.length);
		FUZZ_CHECK(memcmp(OGR_F_GetFieldAsString(read, field), value->text.bytes,
				  value->text.length) == 0);
	}
}

static void check_feature(OGRFeatureH read, const struct written *feature)
{
	int id = OGR_F_GetFieldIndex(read, "mvt_id");

	FUZZ_CHECK(id >= 0 && OGR_F_IsFieldSetAndNotNull(read, id) == feature->has_id);
	if (feature->has_id)
		FUZZ_CHECK(OGR_F_GetFieldAsInteger64(read, id) == (GIntBig)feature->id);
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		int field = OGR_F_GetFieldIndex(read, column_names[i]);
		bool there = field >= 0 && OGR_F_IsFieldSetAndNotNull(read, field);

		FUZZ_CHECK(there == (feature->values[i].type != VALUE_NULL));
		if (there)
			check_value(read, field, &feature->values[i]);
	}
	check_shape(OGR_F_GetGeometryRef(read), feature);
}

static void check_tile(const struct buf *tile, const struct written *features, uint32_t count)
{
	const char *const options[] = {"CLIP=NO", NULL};
	GDALDatasetH dataset;
	OGRFeatureH read;
	OGRLayerH layer;

	VSIFCloseL(VSIFileFromMemBuffer(TILE_FILE, (GByte *)tile->bytes, tile->length, FALSE));
	dataset = GDALOpenEx(TILE_FILE, GDAL_OF_VECTOR, NULL, options, NULL);
	FUZZ_CHECK(dataset && GDALDatasetGetLayerCount(dataset) == 1);
	layer = GDALDatasetGetLayer(dataset, 0);
	FUZZ_CHECK(strcmp(OGR_L_GetName(layer), "essai") == 0);
	for (uint32_t i = 0; i < count; i++) {
		read = OGR_L_GetNextFeature(layer);
		FUZZ_CHECK(read);
		check_feature(read, &features[i]);
		OGR_F_Destroy(read);
	}
	FUZZ_CHECK(!OGR_L_GetNextFeature(layer));
	GDALClose(dataset);
	VSIUnlink(TILE_FILE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct written features[FEATURES_MOST];
	struct choices choices = {bytes, size};
	uint32_t count = 0;
	struct buf tile;

	if (GDALGetDriverCount() == 0)
		GDALAllRegister();
	do
		choose_feature(&choices, &features[count++]);
	while (choices.left && count < FEATURES_MOST);
	buf_init(&tile, 0);
	write_tile(features, count, &tile);
	check_tile(&tile, features, count);
	buf_release(&tile);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	uint64_t state = index;

	if (index >= 16)
		return false;
	for (unsigned i = 0; i < 50 * index; i++)
		buf_add_char(seed, (char)fuzz_random(&state));
	return true;
}
