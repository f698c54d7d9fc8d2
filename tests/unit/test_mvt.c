/* SPDX-License-Identifier: EUPL-1.2 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>

#include "shapes.h"
#include "tiler/mvt.h"

/* GDAL's reader judges what was written; it puts y upward: 4096 - y. */

static const char TILE_FILE[] = "/vsimem/tile.mvt";
enum {
	EXTENT = 4096
};

struct bench {
	struct arena *arena;
	struct mvt_layer layer;
	struct buf tile;
};

static int make_bench(void **state)
{
	static struct bench bench;

	GDALAllRegister();
	bench.arena = arena_new();
	mvt_layer_init(&bench.layer, 0);
	buf_init(&bench.tile, 0);
	*state = &bench;
	return 0;
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	arena_free(bench->arena);
	mvt_layer_release(&bench->layer);
	buf_release(&bench->tile);
	GDALDestroyDriverManager();
	return 0;
}

static int empty_tile(void **state)
{
	struct bench *bench = *state;

	buf_empty(&bench->tile);
	return 0;
}

static struct value integer(int64_t number)
{
	return (struct value){.type = VALUE_INTEGER, .integer = number};
}

static struct value real(double number)
{
	return (struct value){.type = VALUE_REAL, .real = number};
}

static struct value boolean(bool truth)
{
	return (struct value){.type = VALUE_BOOLEAN, .boolean = truth};
}

static struct value text(const char *bytes)
{
	return (struct value){.type = VALUE_TEXT, .text = {bytes, (uint32_t)strlen(bytes)}};
}

static struct value null(void)
{
	return (struct value){.type = VALUE_NULL};
}

/* Adds a feature of one path. */
static void add(struct bench *bench, uint64_t id, const struct value *values,
		enum geometry_kind kind, const char *points)
{
	struct feature feature = {.id = id, .has_id = true, .values = values};
	struct tile_path path = tile_path_of(bench->arena, points);

	mvt_layer_feature(&bench->layer, &feature, true, kind, &path, 1);
}

static void end(struct bench *bench)
{
	struct error error;

	if (mvt_layer_end(&bench->layer, &bench->tile, &error))
		fail_msg("%s", error.text);
}

/* One message of a protocol buffer, read field by field. */
struct message {
	const uint8_t *at, *end;
	uint32_t field, wire;
	uint64_t number; /* of a varint */
	struct {
		const uint8_t *at;
		uint64_t length;
	} bytes; /* of any other */
};

static uint64_t varint(struct message *message)
{
	uint64_t number = 0;

	for (int shift = 0; shift < 64; shift += 7) {
		assert_true(message->at < message->end);
		number |= (uint64_t)(*message->at & 0x7f) << shift;
		if (!(*message->at++ & 0x80))
			return number;
	}
	fail_msg("a varint without end");
	return 0;
}

static bool next_field(struct message *message)
{
	uint64_t tag;

	if (message->at == message->end)
		return false;
	tag = varint(message);
	message->field = (uint32_t)(tag >> 3);
	message->wire = (uint32_t)(tag & 7);
	if (message->wire == 0) {
		message->number = varint(message);
		return true;
	}
	message->bytes.length = message->wire == 1 ? 8 : message->wire == 5 ? 4 : varint(message);
	message->bytes.at = message->at;
	assert_true(message->bytes.length <= (uint64_t)(message->end - message->at));
	message->at += message->bytes.length;
	return true;
}

static struct message message_of(const void *bytes, uint64_t length)
{
	return (struct message){.at = bytes, .end = (const uint8_t *)bytes + length};
}

/* How many fields of that number the only layer of the tile has. */
static uint32_t count_fields(const struct bench *bench, uint32_t field)
{
	struct message tile = message_of(bench->tile.bytes, bench->tile.length), layer;
	uint32_t count = 0;

	assert_true(next_field(&tile) && tile.field == 3 && tile.wire == 2);
	layer = message_of(tile.bytes.at, tile.bytes.length);
	while (next_field(&layer))
		count += layer.field == field;
	assert_false(next_field(&tile));
	return count;
}

/* By length, then by bytes. */
static void assert_values_sorted(const struct bench *bench)
{
	struct message tile = message_of(bench->tile.bytes, bench->tile.length), layer;
	struct message last = {.bytes = {NULL, 0}};

	assert_true(next_field(&tile));
	layer = message_of(tile.bytes.at, tile.bytes.length);
	while (next_field(&layer)) {
		if (layer.field != 4)
			continue;
		assert_true(layer.bytes.length >= last.bytes.length);
		if (layer.bytes.length == last.bytes.length)
			assert_true(memcmp(last.bytes.at, layer.bytes.at, layer.bytes.length) < 0);
		last = layer;
	}
}

static GDALDatasetH read_by_gdal(const struct bench *bench)
{
	char **options = CSLSetNameValue(NULL, "CLIP", "NO");
	VSILFILE *file = VSIFOpenL(TILE_FILE, "wb");
	GDALDatasetH dataset;

	VSIFWriteL(bench->tile.bytes, 1, bench->tile.length, file);
	VSIFCloseL(file);
	dataset = GDALOpenEx(TILE_FILE, GDAL_OF_VECTOR, NULL, (const char *const *)options, NULL);
	CSLDestroy(options);
	if (!dataset)
		fail_msg("GDAL cannot read the tile: %s", CPLGetLastErrorMsg());
	return dataset;
}

static void assert_feature(OGRLayerH layer, const char *expected)
{
	OGRFeatureH feature = OGR_L_GetNextFeature(layer);
	char *wkt = NULL, got[600];

	assert_non_null(feature);
	OGR_G_ExportToWkt(OGR_F_GetGeometryRef(feature), &wkt);
	snprintf(got, sizeof(got), "%s %s", OGR_F_GetFieldAsString(feature, 0), wkt);
	CPLFree(wkt);
	OGR_F_Destroy(feature);
	assert_string_equal(got, expected);
}

/* 4.3.5.1 of the specification: the point (25, 17) is 9 50 34. */
static void bytes_are_those_of_the_specification(void **state)
{
	static const uint8_t expected[] = {
		0x1a, 30,		  /* layer */
		0x78, 2,		  /* version */
		0x0a, 1,    'e',	  /* name */
		0x12, 13,		  /* feature */
		0x18, 1,		  /* point */
		0x22, 3,    9,	  50, 34, /* MoveTo 1: +25 +17 */
		0x08, 7,		  /* id */
		0x12, 2,    0,	  0,	  /* tags */
		0x1a, 1,    'k',	  /* key */
		0x22, 2,    0x28, 5,	  /* value: uint 5 */
		0x28, 0x80, 0x20,	  /* extent 4096 */
	};
	struct bench *bench = *state;
	static const char *const columns[] = {"k"};
	struct value values[] = {integer(5)};

	mvt_layer_begin(&bench->layer, "e", EXTENT, columns, 1);
	add(bench, 7, values, GEOMETRY_POINT, "25 17");
	end(bench);
	assert_int_equal(bench->tile.length, sizeof(expected));
	assert_memory_equal(bench->tile.bytes, expected, sizeof(expected));
}

static void every_kind_is_read_back(void **state)
{
	struct bench *bench = *state;
	struct feature feature = {.id = 4, .has_id = true};
	struct tile_path lines[2], rings[3];
	GDALDatasetH dataset;
	OGRLayerH layer;

	mvt_layer_begin(&bench->layer, "kinds", EXTENT, NULL, 0);
	add(bench, 1, NULL, GEOMETRY_POINT, "-64 4160");
	add(bench, 2, NULL, GEOMETRY_POINT, "1 2, 3 4, 1 2");
	add(bench, 3, NULL, GEOMETRY_LINE, "2 2, 2 10, 10 10");
	lines[0] = tile_path_of(bench->arena, "0 0, 4096 4096");
	lines[1] = tile_path_of(bench->arena, "9 9, 8 7, 9 9");
	mvt_layer_feature(&bench->layer, &feature, true, GEOMETRY_LINE, lines, 2);
	feature.id = 5;
	rings[0] = tile_path_of(bench->arena, "0 0, 10 0, 10 10, 0 10");
	rings[1] = tile_path_of(bench->arena, "2 2, 2 8, 8 8");
	rings[1].exterior = false;
	mvt_layer_feature(&bench->layer, &feature, true, GEOMETRY_POLYGON, rings, 2);
	feature.id = 6;
	rings[2] = tile_path_of(bench->arena, "20 0, 30 0, 30 10");
	mvt_layer_feature(&bench->layer, &feature, true, GEOMETRY_POLYGON, rings, 3);
	end(bench);

	dataset = read_by_gdal(bench);
	layer = GDALDatasetGetLayer(dataset, 0);
	assert_string_equal(OGR_L_GetName(layer), "kinds");
	assert_int_equal(OGR_L_GetFeatureCount(layer, true), 6);
	assert_feature(layer, "1 POINT (-64 -64)");
	assert_feature(layer, "2 MULTIPOINT (1 4094,3 4092,1 4094)");
	assert_feature(layer, "3 LINESTRING (2 4094,2 4086,10 4086)");
	assert_feature(layer, "4 MULTILINESTRING ((0 4096,4096 0),(9 4087,8 4089,9 4087))");
	assert_feature(layer, "5 POLYGON ((10 4096,10 4086,0 4086,0 4096,10 4096),"
			      "(2 4094,2 4088,8 4088,2 4094))");
	assert_feature(layer,
		       "6 MULTIPOLYGON (((10 4096,10 4086,0 4086,0 4096,10 4096),"
		       "(2 4094,2 4088,8 4088,2 4094)),((20 4096,30 4096,30 4086,20 4096)))");
	GDALClose(dataset);
}

static void values_keep_their_type(void **state)
{
	static const char *const columns[] = {"small", "large",	 "lower",  "beyond",
					      "below", "single", "double", "yes",
					      "no",    "name",	 "empty",  "null"};
	const struct value values[] = {
		integer(-12),
		integer(9007199254740992),
		integer(-9007199254740992),
		integer(9007199254740993),
		integer(INT64_MIN),
		real(2.5),
		real(0.1),
		boolean(true),
		boolean(false),
		text("Thorigné-Fouillard"),
		text(""),
		null(),
	};
	static const struct {
		OGRFieldType type;
		const char *text;
	} expected[] = {
		{OFTInteger, "-12"},
		{OFTInteger64, "9007199254740992"},
		{OFTInteger64, "-9007199254740992"},
		{OFTString, "9007199254740993"},
		{OFTString, "-9223372036854775808"},
		{OFTReal, "2.5"},
		{OFTReal, "0.1"},
		{OFTInteger, "1"},
		{OFTInteger, "0"},
		{OFTString, "Thorigné-Fouillard"},
		{OFTString, ""},
	};
	struct bench *bench = *state;
	GDALDatasetH dataset;
	OGRFeatureDefnH definition;
	OGRFeatureH feature;
	OGRLayerH layer;

	mvt_layer_begin(&bench->layer, "types", EXTENT, columns, 12);
	add(bench, 1, values, GEOMETRY_POINT, "0 0");
	end(bench);
	dataset = read_by_gdal(bench);
	layer = GDALDatasetGetLayer(dataset, 0);
	definition = OGR_L_GetLayerDefn(layer);
	feature = OGR_L_GetNextFeature(layer);
	assert_int_equal(OGR_FD_GetFieldCount(definition), 12); /* mvt_id, and not "null" */
	for (int i = 0; i < 11; i++) {
		OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i + 1);

		assert_string_equal(OGR_Fld_GetNameRef(field), columns[i]);
		assert_int_equal(OGR_Fld_GetType(field), expected[i].type);
		assert_string_equal(OGR_F_GetFieldAsString(feature, i + 1), expected[i].text);
	}
	assert_int_equal(OGR_Fld_GetSubType(OGR_FD_GetFieldDefn(definition, 8)), OFSTBoolean);
	assert_true(OGR_F_GetFieldAsDouble(feature, 7) == 0.1);
	OGR_F_Destroy(feature);
	GDALClose(dataset);
}

static void keys_and_values_are_stored_once(void **state)
{
	static const char *const columns[] = {"a", "b", "unused"};
	struct bench *bench = *state;

	mvt_layer_begin(&bench->layer, "dedup", EXTENT, columns, 3);
	for (uint64_t i = 0; i < 100; i++) {
		struct value values[] = {text(i % 2 ? "odd" : "even"), integer((int64_t)i % 5),
					 null()};

		add(bench, i, values, GEOMETRY_POINT, "0 0");
	}
	end(bench);
	assert_int_equal(count_fields(bench, 2), 100);
	assert_int_equal(count_fields(bench, 3), 2);
	assert_int_equal(count_fields(bench, 4), 7);
	assert_int_equal(count_fields(bench, 15), 1);
	assert_int_equal(count_fields(bench, 5), 1);
	assert_int_equal(count_fields(bench, 1), 1);
}

/* The same text, number or truth in two columns is one value; 1, 1.0, "1" and true are four. */
static void values_of_different_types_differ(void **state)
{
	static const char *const columns[] = {"a", "b", "c", "d", "e"};
	const struct value values[] = {integer(1), real(1), text("1"), boolean(true), integer(1)};
	struct bench *bench = *state;

	mvt_layer_begin(&bench->layer, "types", EXTENT, columns, 5);
	add(bench, 1, values, GEOMETRY_POINT, "0 0");
	end(bench);
	assert_int_equal(count_fields(bench, 3), 5);
	assert_int_equal(count_fields(bench, 4), 4);
}

static void thousands_of_values_stay_apart(void **state)
{
	static const char *const columns[] = {"n", "t"};
	enum {
		COUNT = 20000
	};
	struct bench *bench = *state;
	GDALDatasetH dataset;
	OGRFeatureH feature;
	OGRLayerH layer;

	mvt_layer_begin(&bench->layer, "many", EXTENT, columns, 2);
	for (int64_t i = 0; i < COUNT; i++) {
		char name[24];
		struct value values[2];

		snprintf(name, sizeof(name), "v%lld", (long long)(i / 2));
		values[0] = integer(i);
		values[1] = text(name);
		add(bench, (uint64_t)i, values, GEOMETRY_POINT, "0 0");
	}
	end(bench);
	assert_int_equal(count_fields(bench, 4), COUNT + COUNT / 2);
	assert_values_sorted(bench);
	dataset = read_by_gdal(bench);
	layer = GDALDatasetGetLayer(dataset, 0);
	for (int64_t i = 0; (feature = OGR_L_GetNextFeature(layer)); i++) {
		char name[24];

		snprintf(name, sizeof(name), "v%lld", (long long)(i / 2));
		assert_int_equal(OGR_F_GetFieldAsInteger64(feature, 1), i);
		assert_string_equal(OGR_F_GetFieldAsString(feature, 2), name);
		OGR_F_Destroy(feature);
	}
	GDALClose(dataset);
}

static void a_writer_is_used_again(void **state)
{
	static const char *const first[] = {"a"}, *const second[] = {"x", "y"};
	const struct value values[] = {text("same"), integer(2)};
	struct bench *bench = *state;
	GDALDatasetH dataset;
	OGRFeatureH feature;
	OGRLayerH layer;

	mvt_layer_begin(&bench->layer, "one", EXTENT, first, 1);
	add(bench, 1, values, GEOMETRY_POINT, "1 1");
	end(bench);
	mvt_layer_begin(&bench->layer, "nothing", EXTENT, first, 1);
	end(bench);
	mvt_layer_begin(&bench->layer, "two", EXTENT, second, 2);
	add(bench, 2, values, GEOMETRY_POINT, "2 2");
	end(bench);
	dataset = read_by_gdal(bench);
	assert_int_equal(GDALDatasetGetLayerCount(dataset), 2);
	layer = GDALDatasetGetLayerByName(dataset, "two");
	assert_int_equal(OGR_L_GetFeatureCount(layer, true), 1);
	OGR_L_ResetReading(layer);
	feature = OGR_L_GetNextFeature(layer);
	assert_string_equal(OGR_F_GetFieldAsString(feature, OGR_F_GetFieldIndex(feature, "x")),
			    "same");
	assert_int_equal(OGR_F_GetFieldAsInteger(feature, OGR_F_GetFieldIndex(feature, "y")), 2);
	OGR_F_Destroy(feature);
	GDALClose(dataset);
}

static void an_empty_layer_writes_nothing(void **state)
{
	struct bench *bench = *state;

	mvt_layer_begin(&bench->layer, "empty", EXTENT, NULL, 0);
	end(bench);
	assert_int_equal(bench->tile.length, 0);
}

/* The first feature bears no id and no tags: 4.2 asks for neither. */
static void ids_are_written_when_wanted(void **state)
{
	struct bench *bench = *state;
	struct feature feature = {.id = 9};
	struct tile_path path = tile_path_of(bench->arena, "0 0");
	struct message tile, layer, message;
	uint32_t ids = 0;

	mvt_layer_begin(&bench->layer, "ids", EXTENT, NULL, 0);
	mvt_layer_feature(&bench->layer, &feature, true, GEOMETRY_POINT, &path, 1);
	feature.has_id = true;
	mvt_layer_feature(&bench->layer, &feature, false, GEOMETRY_POINT, &path, 1);
	feature.id = UINT64_MAX;
	mvt_layer_feature(&bench->layer, &feature, true, GEOMETRY_POINT, &path, 1);
	end(bench);
	tile = message_of(bench->tile.bytes, bench->tile.length);
	next_field(&tile);
	layer = message_of(tile.bytes.at, tile.bytes.length);
	while (next_field(&layer)) {
		if (layer.field != 2)
			continue;
		message = message_of(layer.bytes.at, layer.bytes.length);
		while (next_field(&message)) {
			assert_true(message.field != 2);
			ids += message.field == 1;
			assert_true(message.field != 1 || message.number == UINT64_MAX);
		}
	}
	assert_int_equal(ids, 1);
}

static void a_limit_is_told(void **state)
{
	static const char *const columns[] = {"name"};
	struct bench *bench = *state;
	struct mvt_layer small;
	struct feature feature = {.has_id = true};
	struct tile_path path = tile_path_of(bench->arena, "0 0");
	struct value value;
	struct error error;
	char name[200];

	mvt_layer_init(&small, 4000);
	mvt_layer_begin(&small, "small", EXTENT, columns, 1);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%0150d", i);
		value = text(name);
		feature.values = &value;
		mvt_layer_feature(&small, &feature, true, GEOMETRY_POINT, &path, 1);
	}
	assert_int_equal(mvt_layer_end(&small, &bench->tile, &error), ERROR_LIMIT);
	assert_non_null(strstr(error.text, "small"));
	assert_int_equal(bench->tile.length, 0);
	/* And is over with the layer. */
	mvt_layer_begin(&small, "small", EXTENT, columns, 1);
	mvt_layer_feature(&small, &feature, true, GEOMETRY_POINT, &path, 1);
	assert_int_equal(mvt_layer_end(&small, &bench->tile, &error), 0);
	mvt_layer_release(&small);
}

static void a_text_over_the_limit_is_told(void **state)
{
	static const char *const columns[] = {"name"};
	struct bench *bench = *state;
	struct mvt_layer small;
	char *name = memset(arena_alloc(bench->arena, 5001), 'x', 5000);
	struct value value;
	struct feature feature = {.has_id = true, .values = &value};
	struct tile_path path = tile_path_of(bench->arena, "0 0");
	struct error error;

	name[5000] = '\0';
	value = text(name);
	mvt_layer_init(&small, 4000);
	mvt_layer_begin(&small, "small", EXTENT, columns, 1);
	mvt_layer_feature(&small, &feature, true, GEOMETRY_POINT, &path, 1);
	assert_int_equal(mvt_layer_end(&small, &bench->tile, &error), ERROR_LIMIT);
	mvt_layer_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(bytes_are_those_of_the_specification, empty_tile),
		cmocka_unit_test_setup(every_kind_is_read_back, empty_tile),
		cmocka_unit_test_setup(values_keep_their_type, empty_tile),
		cmocka_unit_test_setup(keys_and_values_are_stored_once, empty_tile),
		cmocka_unit_test_setup(values_of_different_types_differ, empty_tile),
		cmocka_unit_test_setup(thousands_of_values_stay_apart, empty_tile),
		cmocka_unit_test_setup(a_writer_is_used_again, empty_tile),
		cmocka_unit_test_setup(an_empty_layer_writes_nothing, empty_tile),
		cmocka_unit_test_setup(ids_are_written_when_wanted, empty_tile),
		cmocka_unit_test_setup(a_limit_is_told, empty_tile),
		cmocka_unit_test_setup(a_text_over_the_limit_is_told, empty_tile),
	};

	return cmocka_run_group_tests(tests, make_bench, drop_bench);
}
