/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fgb_told.h"
#include "shapes.h"
#include "tiler/arena.h"
#include "tiler/buf.h"
#include "tiler/fgb.h"

static char *path_in(void **state, const char *name)
{
	return memory_print("%s/%s", (const char *)*state, name);
}

static void write_wkts(const char *path, OGRwkbGeometryType type, const char *const *wkts)
{
	GDALDatasetH data = data_make("FlatGeobuf", path);
	OGRLayerH layer = layer_make(data, "shapes", "EPSG:3948", type);

	for (; *wkts; wkts++)
		row_add(layer, *wkts);
	GDALClose(data);
}

static void every_shape_is_read_as_gdal_reads_it(void **state)
{
	static const char *const points[] = {"POINT(1.5 2)", "POINT(-7e6 3e-9)", NULL};
	static const char *const multi_points[] = {"MULTIPOINT((1 2),(3 4),(5 6))",
						   "MULTIPOINT((9 9))", NULL};
	static const char *const lines[] = {"LINESTRING(0 0,1 1,2 0)", "LINESTRING(5 5,6 7)", NULL};
	static const char *const multi_lines[] = {"MULTILINESTRING((0 0,1 1),(2 2,3 3,4 2))",
						  "MULTILINESTRING((7 7,8 9))", NULL};
	static const char *const polygons[] = {
		"POLYGON((0 0,4 0,4 4,0 0))",
		"POLYGON((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1),(7 2,8 2,8 3,7 2))", NULL};
	static const char *const multi_polygons[] = {
		"MULTIPOLYGON(((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1)),((20 0,22 0,22 2,20 0)))",
		"MULTIPOLYGON(((5 5,6 5,6 6,5 5)))", NULL};
	static const char *const mixed[] = {
		"POINT(1 2)",
		"LINESTRING(0 0,1 1)",
		"POLYGON((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1))",
		"MULTIPOINT((1 2),(3 4))",
		"MULTILINESTRING((0 0,1 1),(2 2,3 3))",
		"MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,22 0,22 2,20 0)))",
		"GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(2 2,3 3),POLYGON((0 0,1 0,1 1,0 0)))",
		NULL};
	static const struct {
		OGRwkbGeometryType type;
		const char *const *wkts;
	} files[] = {
		{wkbPoint, points},	{wkbMultiPoint, multi_points},
		{wkbLineString, lines}, {wkbMultiLineString, multi_lines},
		{wkbPolygon, polygons}, {wkbMultiPolygon, multi_polygons},
		{wkbUnknown, mixed},
	};
	char *path = path_in(state, "shapes.fgb");

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		write_wkts(path, files[i].type, files[i].wkts);
		assert_read_as_by_gdal(path);
		unlink(path);
	}
	free(path);
}

static void every_type_is_read_as_gdal_reads_it(void **state)
{
	char *path = path_in(state, "types.fgb");
	GDALDatasetH data = data_make("FlatGeobuf", path);
	OGRLayerH layer = layer_make(data, "types", "EPSG:4326", wkbPoint);
	OGRFeatureH row;
	struct fgb *fgb;

	column_make(layer, "boolean", OFTInteger, OFSTBoolean);
	column_make(layer, "short", OFTInteger, OFSTInt16);
	column_make(layer, "integer", OFTInteger, OFSTNone);
	column_make(layer, "long", OFTInteger64, OFSTNone);
	column_make(layer, "single", OFTReal, OFSTFloat32);
	column_make(layer, "double", OFTReal, OFSTNone);
	column_make(layer, "été", OFTString, OFSTNone);
	row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
	OGR_F_SetFieldInteger(row, 0, 1);
	OGR_F_SetFieldInteger(row, 1, -32768);
	OGR_F_SetFieldInteger(row, 2, INT32_MIN);
	OGR_F_SetFieldInteger64(row, 3, INT64_MIN);
	OGR_F_SetFieldDouble(row, 4, 0.25);
	OGR_F_SetFieldDouble(row, 5, 0.1);
	OGR_F_SetFieldString(row, 6, "Cesson-Sévigné");
	OGR_F_SetGeometryDirectly(row, geometry_make("POINT(1 2)"));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
	row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
	OGR_F_SetFieldString(row, 6, "");
	OGR_F_SetGeometryDirectly(row, geometry_make("POINT(3 4)"));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
	GDALClose(data);

	assert_read_as_by_gdal(path);
	fgb = open_fgb(path);
	assert_int_equal(fgb_column_count(fgb), 7);
	assert_int_equal(fgb_columns(fgb)[0].type, VALUE_BOOLEAN);
	assert_int_equal(fgb_columns(fgb)[1].type, VALUE_INTEGER);
	assert_int_equal(fgb_columns(fgb)[3].type, VALUE_INTEGER);
	assert_int_equal(fgb_columns(fgb)[4].type, VALUE_REAL);
	assert_int_equal(fgb_columns(fgb)[6].type, VALUE_TEXT);
	assert_string_equal(fgb_columns(fgb)[6].name, "été");
	fgb_close(fgb);
	free(path);
}

/* A file of COUNT boxes at random places, each numbered in the id column. */
static char *boxes_file(void **state, uint32_t count, struct box *boxes, bool indexed)
{
	static const char id_column[] = FGB_ID_COLUMN;
	char *path = path_in(state, "boxes.fgb");
	GDALDatasetH data = data_make("FlatGeobuf", path);
	char *option = memory_text(indexed ? "SPATIAL_INDEX=YES" : "SPATIAL_INDEX=NO");
	char *options[] = {option, NULL};
	OGRLayerH layer = GDALDatasetCreateLayer(data, "boxes", NULL, wkbPolygon, options);
	struct chance chance = {count};

	column_make(layer, "before", OFTInteger, OFSTNone);
	column_make(layer, id_column, OFTInteger64, OFSTNone);
	column_make(layer, "after", OFTInteger, OFSTNone);
	for (uint32_t i = 0; i < count; i++) {
		OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
		double x = chance_between(&chance, 0, 1000), y = chance_between(&chance, 0, 1000);
		double side = chance_between(&chance, 0, i % 10 ? 5 : 200);
		char wkt[400];

		boxes[i] = (struct box){x, y, x + side, y + side};
		snprintf(wkt, sizeof(wkt),
			 "POLYGON((%.17g %.17g,%.17g %.17g,%.17g %.17g,%.17g %.17g))", x, y,
			 x + side, y, x + side, y + side, x, y);
		OGR_F_SetFieldInteger(row, 0, (int)i * 2);
		OGR_F_SetFieldInteger64(row, 1, (GIntBig)i);
		OGR_F_SetFieldInteger(row, 2, (int)i * 3);
		OGR_F_SetGeometryDirectly(row, geometry_make(wkt));
		assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
		OGR_F_Destroy(row);
	}
	GDALClose(data);
	free(option);
	return path;
}

struct found {
	uint32_t times[5000];
};

static enum error_code mark(const struct feature *feature, void *context, struct error *error)
{
	struct found *found = context;

	(void)error;
	assert_true(feature->has_id && feature->id < 5000);
	assert_int_equal(feature->values[0].integer, feature->id * 2);
	assert_int_equal(feature->values[1].integer, feature->id * 3);
	found->times[feature->id]++;
	return ERROR_NONE;
}

static void the_index_finds_each_feature_once(void **state)
{
	static const uint32_t counts[] = {1, 2, 15, 16, 17, 256, 257, 4097};
	static struct box boxes[5000];
	struct arena *arena = arena_new();
	struct chance chance = {6};
	struct error error;

	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		char *path = boxes_file(state, counts[c], boxes, true);
		struct fgb *fgb = open_fgb(path);

		assert_int_equal(fgb_feature_count(fgb), counts[c]);
		assert_int_equal(fgb_column_count(fgb), 2);
		for (int q = 0; q < 60; q++) {
			struct found found = {{0}};
			double x = chance_between(&chance, -50, 1050),
			       y = chance_between(&chance, -50, 1050);
			double side = chance_between(&chance, 0, q % 2 ? 30 : 600);
			struct box box = {x, y, x + side, y + side};

			assert_int_equal(fgb_query(fgb, box, arena, mark, &found, &error), 0);
			for (uint32_t i = 0; i < counts[c]; i++)
				assert_int_equal(found.times[i], box_intersects(box, boxes[i]));
		}
		fgb_close(fgb);
		unlink(path);
		free(path);
	}
	arena_free(arena);
}

/* Places and ids of features, in the order a query finds them. */
struct walk {
	uint64_t ids[5000], places[5000];
	uint32_t count;
};

static enum error_code note(const struct feature *feature, void *context, struct error *error)
{
	struct walk *walk = context;

	(void)error;
	walk->ids[walk->count] = feature->id;
	walk->places[walk->count++] = feature->place;
	return ERROR_NONE;
}

/* Takes a walk that a query has made up again at feature FROM of the file: what a query finds from
 * there on is found, in the same order. */
static void assert_walked_from(const struct fgb *fgb, struct box box, const struct walk *walk,
			       uint64_t from)
{
	struct arena *arena = arena_new();
	struct fgb_record record;
	struct feature feature;
	struct error error;
	uint32_t at = 0;

	/* those that lie before */
	for (uint64_t i = 0; i < from; i++)
		at += fgb_record(fgb, i, &record) && box_intersects(record.box, box);
	for (uint64_t place = from;; place++) {
		assert_int_equal(fgb_seek(fgb, box, &place, &error), ERROR_NONE);
		if (place == fgb_feature_count(fgb))
			break;
		assert_int_equal(fgb_read(fgb, place, arena, &feature, &error), ERROR_NONE);
		assert_true(at < walk->count);
		assert_int_equal(feature.id, walk->ids[at]);
		assert_int_equal(feature.place, walk->places[at++]);
	}
	assert_int_equal(at, walk->count);
	arena_free(arena);
}

static void a_walk_is_taken_up_anywhere(void **state)
{
	static const uint32_t counts[] = {1, 2, 16, 17, 257, 4097};
	static struct box boxes[5000];
	static struct walk walk;
	struct arena *arena = arena_new();
	struct chance chance = {8};
	struct error error;

	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		char *path = boxes_file(state, counts[c], boxes, true);
		struct fgb *fgb = open_fgb(path);
		uint64_t end = UINT64_MAX;

		for (int q = 0; q < 20; q++) {
			double x = chance_between(&chance, -50, 1050),
			       y = chance_between(&chance, -50, 1050);
			double side = chance_between(&chance, 0, q % 2 ? 30 : 600);
			struct box box = {x, y, x + side, y + side};

			box = q ? box : EVERYWHERE;
			walk.count = 0;
			assert_int_equal(fgb_query(fgb, box, arena, note, &walk, &error), 0);
			assert_walked_from(fgb, box, &walk, 0);
			assert_walked_from(fgb, box, &walk, chance_below(&chance, counts[c]));
			assert_walked_from(fgb, box, &walk, counts[c] - 1);
		}
		assert_int_equal(fgb_seek(fgb, EVERYWHERE, &end, &error), ERROR_NONE);
		assert_int_equal(end, counts[c]);
		fgb_close(fgb);
		unlink(path);
		free(path);
	}
	arena_free(arena);
}

static void a_file_without_index_gives_all(void **state)
{
	static struct box boxes[5000];
	static struct found found;
	char *path = boxes_file(state, 100, boxes, false);
	struct fgb *fgb = open_fgb(path);
	struct arena *arena = arena_new();
	struct error error;

	assert_int_equal(fgb_query(fgb, EVERYWHERE, arena, mark, &found, &error), 0);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(found.times[i], 1);
	/* but cannot be walked through */
	assert_int_equal(fgb_seek(fgb, EVERYWHERE, &(uint64_t){0}, &error), ERROR_INVALID);
	assert_int_equal(fgb_read(fgb, 0, arena, &(struct feature){0}, &error), ERROR_INVALID);
	arena_free(arena);
	fgb_close(fgb);
	unlink(path);
	free(path);
}

static void the_extent_holds_all(void **state)
{
	static struct box boxes[5000];
	char *path = boxes_file(state, 300, boxes, true);
	struct fgb *fgb = open_fgb(path);
	struct box all = box_empty(), extent = fgb_extent(fgb);

	for (uint32_t i = 0; i < 300; i++)
		all = box_union(all, boxes[i]);
	assert_true(extent.minx == all.minx && extent.miny == all.miny);
	assert_true(extent.maxx == all.maxx && extent.maxy == all.maxy);
	fgb_close(fgb);
	unlink(path);
	free(path);
}

static enum error_code refuse_third(const struct feature *feature, void *context,
				    struct error *error)
{
	uint32_t *count = context;

	(void)feature;
	return ++*count == 3 ? error_set(error, ERROR_LIMIT, "three is enough") : ERROR_NONE;
}

static void an_error_of_the_visitor_ends_the_query(void **state)
{
	static struct box boxes[5000];
	char *path = boxes_file(state, 300, boxes, true);
	struct fgb *fgb = open_fgb(path);
	struct arena *arena = arena_new();
	struct error error;
	uint32_t count = 0;

	assert_int_equal(fgb_query(fgb, EVERYWHERE, arena, refuse_third, &count, &error),
			 ERROR_LIMIT);
	assert_string_equal(error.text, "three is enough");
	assert_int_equal(count, 3);
	count = 0;
	assert_int_equal(fgb_query(fgb, box_empty(), arena, refuse_third, &count, &error), 0);
	assert_int_equal(count, 0);
	arena_free(arena);
	fgb_close(fgb);
	unlink(path);
	free(path);
}

static void a_file_without_features_is_fine(void **state)
{
	static const char *const none[] = {NULL};
	char *path = path_in(state, "none.fgb");
	struct arena *arena = arena_new();
	struct error error;
	struct fgb *fgb;
	uint32_t count = 0;

	write_wkts(path, wkbPoint, none);
	fgb = open_fgb(path);
	assert_int_equal(fgb_feature_count(fgb), 0);
	assert_int_equal(fgb_query(fgb, EVERYWHERE, arena, refuse_third, &count, &error), 0);
	assert_int_equal(count, 0);
	fgb_close(fgb);
	arena_free(arena);
	free(path);
}

static void what_is_no_flatgeobuf_is_refused(void **state)
{
	char *path = path_in(state, "not.fgb");
	struct fgb *fgb = NULL;
	struct error error;

	assert_int_equal(fgb_open(path, &fgb, &error), ERROR_NOT_FOUND);
	assert_non_null(strstr(error.text, "not.fgb"));
	file_make(path, "", 0);
	assert_int_equal(fgb_open(path, &fgb, &error), ERROR_NOT_FOUND);
	file_make(path, "id,x,y\n1,2,3\n4,5,6\n", 19);
	assert_int_equal(fgb_open(path, &fgb, &error), ERROR_INVALID);
	file_make(path, "fgb\3fgb\1\377\377\377\377", 12);
	assert_int_equal(fgb_open(path, &fgb, &error), ERROR_INVALID);
	assert_int_equal(fgb_open(*state, &fgb, &error), ERROR_NOT_FOUND); /* a folder */
	assert_null(fgb);
	fgb_close(NULL);
	free(path);
}

static enum error_code look(const struct feature *feature, void *context, struct error *error)
{
	double *sum = context;

	(void)error;
	for (uint32_t i = 0; i < feature->geometry_count; i++)
		for (uint32_t k = 0; k < feature->geometries[i].path_count; k++)
			for (uint32_t p = 0; p < feature->geometries[i].paths[k].count; p++)
				*sum += feature->geometries[i].paths[k].points[p].x;
	return ERROR_NONE;
}

static enum error_code walk_through(const struct fgb *fgb, struct arena *arena, double *sum,
				    struct error *error)
{
	uint64_t place = 0, count = fgb_feature_count(fgb);
	struct feature feature;
	enum error_code code = fgb_seek(fgb, EVERYWHERE, &place, error);

	while (!code && place < count) {
		code = fgb_read(fgb, place, arena, &feature, error);
		if (!code)
			code = look(&feature, sum, error);
		place++;
		if (!code)
			code = fgb_seek(fgb, EVERYWHERE, &place, error);
	}
	return code;
}

/* Opens and reads the bytes as a file: it must end, with features or with ERROR_INVALID. */
static enum error_code read_bytes(const char *path, const void *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct fgb *fgb = NULL;
	struct error error;
	double sum = 0;
	enum error_code code;

	file_make(path, bytes, length);
	code = fgb_open(path, &fgb, &error);
	if (!code)
		code = fgb_query(fgb, EVERYWHERE, arena, look, &sum, &error);
	if (!code)
		code = walk_through(fgb, arena, &sum, &error);
	fgb_close(fgb);
	arena_free(arena);
	if (code && code != ERROR_INVALID && length)
		fail_msg("%s", error.text);
	return code;
}

static void damage_is_told_and_harms_nobody(void **state)
{
	static struct box boxes[5000];
	char *path = boxes_file(state, 40, boxes, true), *damaged = path_in(state, "damaged.fgb");
	static char bytes[65536];
	FILE *file = fopen(path, "rb");
	size_t length = fread(bytes, 1, sizeof(bytes), file);
	struct chance chance = {3};

	fclose(file);
	assert_true(length > 1000 && length < sizeof(bytes));
	assert_int_equal(read_bytes(damaged, bytes, length), 0);
	for (size_t cut = 1; cut < length; cut += 1 + cut / 40)
		assert_int_equal(read_bytes(damaged, bytes, cut), ERROR_INVALID);
	for (int i = 0; i < 3000; i++) {
		uint32_t at = chance_below(&chance, i % 3 ? (uint32_t)length : 600);
		char before = bytes[at];

		bytes[at] = (char)chance_bits(&chance);
		(void)read_bytes(damaged, bytes, length);
		bytes[at] = before;
	}
	unlink(path);
	free(path);
	free(damaged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_is_read_as_gdal_reads_it),
		cmocka_unit_test(every_type_is_read_as_gdal_reads_it),
		cmocka_unit_test(the_index_finds_each_feature_once),
		cmocka_unit_test(a_walk_is_taken_up_anywhere),
		cmocka_unit_test(a_file_without_index_gives_all),
		cmocka_unit_test(the_extent_holds_all),
		cmocka_unit_test(an_error_of_the_visitor_ends_the_query),
		cmocka_unit_test(a_file_without_features_is_fine),
		cmocka_unit_test(what_is_no_flatgeobuf_is_refused),
		cmocka_unit_test(damage_is_told_and_harms_nobody),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
