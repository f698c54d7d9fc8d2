/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "fgb_told.h"
#include "shapes.h"
#include "tiler/fgb_writer.h"
#include "tiler/ogr_geometry.h"

/* What is written is judged by GDAL, which verifies each buffer. */

static char *path_in(void **state)
{
	return memory_print("%s/written.fgb", (const char *)*state);
}

static struct crs *crs_of(const char *definition)
{
	struct crs *crs = NULL;
	struct error error;

	assert_int_equal(crs_new(definition, &crs, &error), ERROR_NONE);
	return crs;
}

static struct fgb_writer *begin(const char *path, const struct fgb_writer_layout *layout)
{
	struct fgb_writer *writer = NULL;
	struct error error;

	if (fgb_writer_new(path, layout, &writer, &error))
		fail_msg("%s", error.text);
	return writer;
}

static void add(struct fgb_writer *writer, const struct feature *feature)
{
	struct error error;

	if (fgb_writer_add(writer, feature, &error))
		fail_msg("%s", error.text);
}

static void finish(struct fgb_writer *writer)
{
	struct error error;

	if (fgb_writer_finish(writer, &error))
		fail_msg("%s", error.text);
}

/* The geometries of WKT, as the sources give them. */
static const struct geometry *shapes_of(const char *wkt, struct arena *arena, uint32_t *count)
{
	OGRGeometryH geometry = geometry_make(wkt);
	struct coordinate_habit habit = {false, 1e9};
	struct shape *shape = arena_alloc(arena, sizeof(*shape));

	assert_int_equal(shape_of(geometry, habit, arena, shape), SHAPE_SOUND);
	OGR_G_DestroyGeometry(geometry);
	*count = shape->count;
	return shape->geometries;
}

/* "MULTIPOINT (1 2)": all features, in file order. */
static void assert_gdal_finds(const char *path, const char *const *wkts)
{
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRLayerH layer = GDALDatasetGetLayer(data, 0);
	OGRFeatureH row;

	for (; *wkts; wkts++) {
		OGRGeometryH expected = geometry_make(*wkts);

		row = OGR_L_GetNextFeature(layer);
		assert_non_null(row);
		assert_true(OGR_G_Equals(OGR_F_GetGeometryRef(row), expected));
		OGR_G_DestroyGeometry(expected);
		OGR_F_Destroy(row);
	}
	assert_null(OGR_L_GetNextFeature(layer));
	GDALClose(data);
}

static void write_wkts(const char *path, enum geometry_kind kind, const char *const *wkts)
{
	struct crs *crs = crs_of("EPSG:3948");
	struct fgb_writer_layout layout = {
		.layer = "formes", .crs = crs, .kind = kind, .in_order = 100};
	struct fgb_writer *writer = begin(path, &layout);
	struct arena *arena = arena_new();

	for (uint64_t i = 0; wkts[i]; i++) {
		struct feature feature = {.id = i, .has_id = true};

		feature.geometries = shapes_of(wkts[i], arena, &feature.geometry_count);
		add(writer, &feature);
	}
	finish(writer);
	arena_free(arena);
	crs_free(crs);
}

static void every_shape_is_found_by_gdal(void **state)
{
	static const char *const points[] = {"MULTIPOINT((1.5 2))", "MULTIPOINT((1 2),(3 4),(5 6))",
					     NULL};
	static const char *const lines[] = {"MULTILINESTRING((0 0,1 1,2 0))",
					    "MULTILINESTRING((0 0,1 1),(2 2,3 3,4 2))", NULL};
	static const char *const polygons[] = {
		"MULTIPOLYGON(((0 0,4 0,4 4,0 0)))",
		"MULTIPOLYGON(((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1),(7 2,8 2,8 3,7 2)))",
		"MULTIPOLYGON(((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1)),((20 0,22 0,22 2,20 0)))",
		NULL};
	static const char *const mixed[] = {
		"MULTIPOINT((1 2))", "MULTILINESTRING((0 0,1 1))",
		"MULTIPOLYGON(((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1)))",
		"GEOMETRYCOLLECTION(MULTIPOINT((1 1)),MULTILINESTRING((2 2,3 3)),"
		"MULTIPOLYGON(((0 0,1 0,1 1,0 0))))",
		NULL};
	static const char *const *const files[GEOMETRY_KINDS] = {mixed, points, lines, polygons};
	char *path = path_in(state);

	for (int kind = 0; kind < GEOMETRY_KINDS; kind++) {
		write_wkts(path, (enum geometry_kind)kind, files[kind]);
		assert_gdal_finds(path, files[kind]);
		assert_read_as_by_gdal(path);
	}
	free(path);
}

static void every_value_is_found_by_gdal(void **state)
{
	static const char id_column[] = FGB_ID_COLUMN;
	struct column columns[] = {{.name = (char[]){"vrai"}, .type = VALUE_BOOLEAN},
				   {.name = (char[]){"nombre"}, .type = VALUE_INTEGER},
				   {.name = (char[]){"hauteur"}, .type = VALUE_REAL},
				   {.name = (char[]){"été"}, .type = VALUE_TEXT}};
	struct value full[] = {
		{.type = VALUE_BOOLEAN, .boolean = true},
		{.type = VALUE_INTEGER, .integer = INT64_MIN},
		{.type = VALUE_REAL, .real = 0.1},
		{.type = VALUE_TEXT, .text = {"Cesson-Sévigné, coupé", strlen("Cesson-Sévigné")}}};
	struct value empty[4] = {0};
	struct crs *crs = crs_of("EPSG:2154");
	struct fgb_writer_layout layout = {"thème", crs, GEOMETRY_POINT, columns, 4, 2};
	char *path = path_in(state);
	struct fgb_writer *writer = begin(path, &layout);
	struct point at[] = {{1, 2}, {3, 4}};
	struct path paths[] = {{&at[0], 1, false}, {&at[1], 1, false}};
	struct geometry shapes[] = {{GEOMETRY_POINT, 1, &paths[0]}, {GEOMETRY_POINT, 1, &paths[1]}};
	struct feature first = {0, 7, true, 0, 1, &shapes[0], full};
	struct feature second = {0, 0, false, 0, 1, &shapes[1], empty};
	GDALDatasetH data;
	OGRLayerH layer;
	OGRFeatureH row;

	add(writer, &first);
	add(writer, &second);
	finish(writer);
	assert_read_as_by_gdal(path);
	data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	layer = GDALDatasetGetLayer(data, 0);
	assert_string_equal(OGR_L_GetName(layer), "thème");
	assert_string_equal(OSRGetAuthorityCode(OGR_L_GetSpatialRef(layer), NULL), "2154");
	row = OGR_L_GetNextFeature(layer);
	assert_int_equal(OGR_F_GetFieldAsInteger64(row, OGR_F_GetFieldIndex(row, id_column)), 7);
	assert_int_equal(OGR_F_GetFieldAsInteger(row, OGR_F_GetFieldIndex(row, "vrai")), 1);
	assert_true(OGR_F_GetFieldAsInteger64(row, OGR_F_GetFieldIndex(row, "nombre")) ==
		    INT64_MIN);
	assert_true(OGR_F_GetFieldAsDouble(row, OGR_F_GetFieldIndex(row, "hauteur")) == 0.1);
	assert_string_equal(OGR_F_GetFieldAsString(row, OGR_F_GetFieldIndex(row, "été")),
			    "Cesson-Sévigné");
	OGR_F_Destroy(row);
	row = OGR_L_GetNextFeature(layer);
	for (int i = 0; i < 5; i++)
		assert_false(OGR_F_IsFieldSetAndNotNull(row, i));
	OGR_F_Destroy(row);
	GDALClose(data);
	crs_free(crs);
	free(path);
}

/* How GDAL understands the CRS that a file says. */
static void assert_crs_found(const char *path, const char *definition)
{
	const char *const however_ordered[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", NULL};
	OGRSpatialReferenceH expected = OSRNewSpatialReference(NULL);
	struct crs *crs = crs_of(definition);
	struct fgb_writer_layout layout = {.layer = "repère", .crs = crs, .kind = GEOMETRY_POINT};
	struct fgb_writer *writer = begin(path, &layout);
	GDALDatasetH data;

	finish(writer);
	OSRSetFromUserInput(expected, crs->definition);
	data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	assert_non_null(data);
	assert_int_equal(OGR_L_GetFeatureCount(GDALDatasetGetLayer(data, 0), true), 0);
	if (!OSRIsSameEx(OGR_L_GetSpatialRef(GDALDatasetGetLayer(data, 0)), expected,
			 however_ordered))
		fail_msg("%s is not found again", definition);
	GDALClose(data);
	OSRDestroySpatialReference(expected);
	crs_free(crs);
}

static void any_crs_is_understood(void **state)
{
	static const char *const definitions[] = {
		"EPSG:3948",
		"EPSG:4326",
		"OGC:CRS84",
		"ESRI:102110",
		"IGNF:LAMBE",
		"+proj=tmerc +lat_0=47 +lon_0=-2 +k=1 +x_0=100000 +y_0=200000 +ellps=GRS80 +type=crs"};
	char *path = path_in(state);

	for (size_t i = 0; i < sizeof(definitions) / sizeof(*definitions); i++)
		assert_crs_found(path, definitions[i]);
	free(path);
}

/* Writes COUNT boxes at random places, PROMISED in order or none. */
static void write_boxes(const char *path, uint32_t count, uint64_t promised, struct box *boxes)
{
	struct crs *crs = crs_of("EPSG:3948");
	struct fgb_writer_layout layout = {
		.layer = "boîtes", .crs = crs, .kind = GEOMETRY_LINE, .in_order = promised};
	struct fgb_writer *writer = begin(path, &layout);
	struct chance chance = {count};

	for (uint32_t i = 0; i < count; i++) {
		double x = chance_between(&chance, 0, 1000), y = chance_between(&chance, 0, 1000);
		double side = chance_between(&chance, 0, i % 10 ? 5 : 200);
		struct point ends[] = {{x, y}, {x + side, y + side}};
		struct path line = {ends, 2, false};
		struct geometry shape = {GEOMETRY_LINE, 1, &line};
		struct feature feature = {
			.id = i, .has_id = true, .geometry_count = 1, .geometries = &shape};

		boxes[i] = (struct box){x, y, x + side, y + side};
		add(writer, &feature);
	}
	finish(writer);
	crs_free(crs);
}

struct seen {
	uint32_t times[5000];
	uint64_t ids[5000];
	uint32_t count;
};

static enum error_code see(const struct feature *feature, void *context, struct error *error)
{
	struct seen *seen = context;

	(void)error;
	assert_true(feature->has_id && feature->id < 5000 && seen->count < 5000);
	seen->times[feature->id]++;
	seen->ids[seen->count++] = feature->id;
	return ERROR_NONE;
}

static void assert_index_finds(const struct fgb *fgb, const struct box *boxes, uint32_t count,
			       struct box box)
{
	struct arena *arena = arena_new();
	struct seen *seen = memory_zeroed(1, sizeof(*seen));
	struct error error;

	assert_int_equal(fgb_query(fgb, box, arena, see, seen, &error), ERROR_NONE);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(seen->times[i], box_intersects(boxes[i], box));
	free(seen);
	arena_free(arena);
}

/* By GDAL's own reading of the index. */
static void assert_gdal_counts(const char *path, const struct box *boxes, uint32_t count,
			       struct box box)
{
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRLayerH layer = GDALDatasetGetLayer(data, 0);
	uint32_t expected = 0;

	for (uint32_t i = 0; i < count; i++)
		expected += box_intersects(boxes[i], box);
	OGR_L_SetSpatialFilterRect(layer, box.minx, box.miny, box.maxx, box.maxy);
	assert_int_equal(OGR_L_GetFeatureCount(layer, true), expected);
	GDALClose(data);
}

static void the_index_leads_to_each_feature(void **state)
{
	static const uint32_t counts[] = {1, 2, 15, 16, 17, 256, 257, 4097};
	static struct box boxes[5000];
	char *path = path_in(state);
	struct chance chance = {5};

	for (size_t c = 0; c < 2 * sizeof(counts) / sizeof(*counts); c++) {
		uint32_t count = counts[c / 2];
		struct fgb *fgb;

		/* in any order, and in order but for fewer than were promised */
		write_boxes(path, count, c % 2 ? count + 3 * c : 0, boxes);
		fgb = open_fgb(path);
		assert_int_equal(fgb_feature_count(fgb), count);
		assert_index_finds(fgb, boxes, count, EVERYWHERE);
		for (int i = 0; i < 20; i++) {
			double x = chance_between(&chance, 0, 1000);
			double y = chance_between(&chance, 0, 1000);

			assert_index_finds(fgb, boxes, count, (struct box){x, y, x + 50, y + 80});
		}
		/* all, or where boxes stand for their diagonals as well as GDAL's do */
		assert_gdal_counts(path, boxes, count, (struct box){-1, -1, 2000, 2000});
		assert_read_as_by_gdal(path);
		fgb_close(fgb);
	}
	free(path);
}

/* What is near on the ground is near in the file; what comes in order stays in it. */
static void features_lie_along_the_curve(void **state)
{
	static struct box boxes[4000];
	char *path = path_in(state);
	struct arena *arena = arena_new();
	struct seen *seen = memory_zeroed(1, sizeof(*seen));
	double way[2] = {0, 0};
	struct error error;

	for (int in_order = 0; in_order < 2; in_order++) {
		struct fgb *fgb;

		write_boxes(path, 4000, in_order ? 4000 : 0, boxes);
		fgb = open_fgb(path);
		seen->count = 0;
		assert_int_equal(fgb_query(fgb, EVERYWHERE, arena, see, seen, &error), ERROR_NONE);
		for (uint32_t i = 1; i < 4000; i++) {
			struct box a = boxes[seen->ids[i - 1]], b = boxes[seen->ids[i]];

			way[in_order] += hypot(b.minx - a.minx, b.miny - a.miny);
			assert_true(!in_order || seen->ids[i] == i);
		}
		fgb_close(fgb);
	}
	assert_true(way[0] * 10 < way[1]);
	free(seen);
	arena_free(arena);
	free(path);
}

static void nothing_is_left_beside_the_file(void **state)
{
	static struct box boxes[100];
	char *folder = memory_print("%s/alone", (const char *)*state);
	char *path = memory_print("%s/written.fgb", folder);
	struct error error;

	assert_int_equal(folder_make(folder, &error), ERROR_NONE);
	write_boxes(path, 100, 0, boxes);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	free(path);
	free(folder);
}

static void what_is_of_another_kind_is_refused(void **state)
{
	struct crs *crs = crs_of("EPSG:3948");
	struct fgb_writer_layout layout = {.layer = "lignes", .crs = crs, .kind = GEOMETRY_LINE};
	char *path = path_in(state);
	struct fgb_writer *writer = begin(path, &layout);
	struct point at = {1, 2};
	struct path one = {&at, 1, false};
	struct geometry shape = {GEOMETRY_POINT, 1, &one};
	struct feature feature = {.geometry_count = 1, .geometries = &shape};
	struct error error;

	assert_int_equal(fgb_writer_add(writer, &feature, &error), ERROR_UNSUPPORTED);
	fgb_writer_free(writer);
	crs_free(crs);
	free(path);
}

/* As on a full disk: no file may grow beyond LIMIT bytes. */
static enum error_code write_within(const char *path, rlim_t limit, uint64_t promised,
				    struct error *error)
{
	struct crs *crs = crs_of("EPSG:3948");
	struct fgb_writer_layout layout = {
		.layer = "points", .crs = crs, .kind = GEOMETRY_POINT, .in_order = promised};
	struct fgb_writer *writer = begin(path, &layout);
	struct point at = {1, 2};
	struct path one = {&at, 1, false};
	struct geometry shape = {GEOMETRY_POINT, 1, &one};
	struct feature feature = {.geometry_count = 1, .geometries = &shape};
	struct rlimit before, limited;
	enum error_code code = ERROR_NONE;

	getrlimit(RLIMIT_FSIZE, &before);
	limited = before;
	limited.rlim_cur = limit;
	setrlimit(RLIMIT_FSIZE, &limited);
	for (int i = 0; i < 50000 && !code; i++)
		code = fgb_writer_add(writer, &feature, error);
	if (code)
		fgb_writer_free(writer);
	else
		code = fgb_writer_finish(writer, error);
	setrlimit(RLIMIT_FSIZE, &before);
	crs_free(crs);
	return code;
}

static void a_full_disk_is_told(void **state)
{
	char *path = path_in(state);
	struct error error;

	signal(SIGXFSZ, SIG_IGN);
	/* before a feature is written, among them, at the last one */
	for (rlim_t limit = 0; limit < 7000000; limit += 900000) {
		for (uint64_t promised = 0; promised <= 60000; promised += 60000) {
			assert_int_equal(write_within(path, limit, promised, &error), ERROR_IO);
			assert_non_null(strstr(error.text, "is the disk full?"));
			assert_non_null(strstr(error.text, path));
		}
	}
	assert_int_equal(write_within(path, RLIM_INFINITY, 0, &error), ERROR_NONE);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_is_found_by_gdal),
		cmocka_unit_test(every_value_is_found_by_gdal),
		cmocka_unit_test(any_crs_is_understood),
		cmocka_unit_test(the_index_leads_to_each_feature),
		cmocka_unit_test(features_lie_along_the_curve),
		cmocka_unit_test(nothing_is_left_beside_the_file),
		cmocka_unit_test(what_is_of_another_kind_is_refused),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
