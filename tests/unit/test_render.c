/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

#include "ogr_data.h"
#include "shapes.h"
#include "tiler/render.h"

/* Themes are written by GDAL and tiles are read by GDAL, whose reader puts y upward: 4096 - y. In
 * the grid CC48_10cm a tile of level 14 is 1638.4 m wide and its units are 0.4 m. */

static const char TILE_FILE[] = "/vsimem/tile.mvt";
static const struct tile_id RENNES = {14, 823, 2916}; /* CC48: 1348403.2 to 1350041.6 and ... */
static const double UNIT = 0.4;

struct bench {
	char *folder;
	struct grids *grids;
	struct renderer *renderer;
	struct buf tile;
	struct render_stats stats;
	struct prepared theme;
};

static int make_bench(void **state)
{
	static struct bench bench;
	struct error error;
	void *folder;

	if (scratch_make(&folder))
		return -1;
	bench.folder = folder;
	bench.renderer = renderer_new();
	buf_init(&bench.tile, 0);
	*state = &bench;
	return grids_new(&bench.grids, &error);
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;
	void *folder = bench->folder;

	renderer_free(bench->renderer);
	renderer_free(NULL);
	buf_release(&bench->tile);
	grids_free(bench->grids);
	return scratch_remove(&folder);
}

static int drop_theme(void **state)
{
	struct bench *bench = *state;

	fgb_close(bench->theme.levels[0].fgb);
	crs_free(bench->theme.crs);
	bench->theme = (struct prepared){0};
	buf_empty(&bench->tile);
	return 0;
}

static char *level_path(const struct bench *bench)
{
	return memory_print("%s/level.fgb", bench->folder);
}

static void write_level(const char *path, const char *crs, const char *const *wkts)
{
	static const char id_column[] = FGB_ID_COLUMN;
	GDALDatasetH data = data_make("FlatGeobuf", path);
	OGRLayerH layer = layer_make(data, "level", crs, wkbUnknown);

	column_make(layer, "numéro", OFTInteger, OFSTNone);
	column_make(layer, id_column, OFTInteger64, OFSTNone);
	for (int i = 0; wkts[i]; i++) {
		OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));

		OGR_F_SetFieldInteger(row, 0, 10 * i);
		OGR_F_SetFieldInteger64(row, 1, 100 + i);
		OGR_F_SetGeometryDirectly(row, geometry_make(wkts[i]));
		assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
		OGR_F_Destroy(row);
	}
	GDALClose(data);
}

/* A theme of one level; its features are numbered from 100. */
static void make_theme(struct bench *bench, const char *crs, const char *const *wkts)
{
	static char name[] = "numéro", id[] = "ville:essai";
	static struct column columns[] = {{.name = name, .type = VALUE_INTEGER}};
	char *path = level_path(bench);
	struct error error;

	write_level(path, crs, wkts);
	bench->theme = (struct prepared){
		.theme_id = id, .columns = columns, .column_count = 1, .level_count = 1};
	if (crs_new(crs, &bench->theme.crs, &error) ||
	    fgb_open(path, &bench->theme.levels[0].fgb, &error))
		fail_msg("%s", error.text);
	bench->theme.extent = fgb_extent(bench->theme.levels[0].fgb);
	bench->theme.feature_count = fgb_feature_count(bench->theme.levels[0].fgb);
	free(path);
}

static enum error_code try_draw(struct bench *bench, const char *grid, struct tile_id tile,
				struct error *error)
{
	struct render_layer layer = {.prepared = &bench->theme, .name = "essai"};

	buf_empty(&bench->tile);
	return renderer_tile(bench->renderer, &layer, 1, grids_find(bench->grids, grid), tile,
			     &bench->tile, &bench->stats, error);
}

static void draw(struct bench *bench, const char *grid, struct tile_id tile)
{
	struct error error;

	if (try_draw(bench, grid, tile, &error))
		fail_msg("%s", error.text);
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

/* "id number WKT", "-" where there is no id; rings begin and turn as GEOS would have them. */
static void tell_row(OGRFeatureH row, struct buf *out)
{
	OGRGeometryH normal = OGR_G_Normalize(OGR_F_GetGeometryRef(row));
	char *wkt = NULL;

	OGR_G_ExportToWkt(normal, &wkt);
	/* GDAL hands out one buffer for all: a value at a time. */
	buf_print(out, "%s ",
		  OGR_F_IsFieldSetAndNotNull(row, 0) ? OGR_F_GetFieldAsString(row, 0) : "-");
	buf_print(out, "%s ", OGR_F_GetFieldAsString(row, OGR_F_GetFieldIndex(row, "numéro")));
	buf_add_text(out, wkt);
	CPLFree(wkt);
	OGR_G_DestroyGeometry(normal);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The tile as GDAL reads it, its features in the order of their text. New. */
static char *tell_tile(const struct bench *bench)
{
	char *lines[64];
	int count = 0;
	struct buf text;
	GDALDatasetH dataset;
	OGRFeatureH row;
	OGRLayerH layer;

	buf_init(&text, 0);
	buf_add_text(&text, "");
	if (!bench->tile.length)
		return buf_take(&text, NULL);
	dataset = read_by_gdal(bench);
	layer = GDALDatasetGetLayerByName(dataset, "essai");
	while (count < 64 && (row = OGR_L_GetNextFeature(layer))) {
		tell_row(row, &text);
		lines[count++] = buf_take(&text, NULL);
		OGR_F_Destroy(row);
	}
	GDALClose(dataset);
	qsort(lines, (size_t)count, sizeof(*lines), by_text);
	for (int i = 0; i < count; i++) {
		buf_print(&text, "%s%s", i ? "\n" : "", lines[i]);
		free(lines[i]);
	}
	return buf_take(&text, NULL);
}

static void assert_tile(const struct bench *bench, const char *expected)
{
	char *told = tell_tile(bench);

	assert_string_equal(told, expected);
	free(told);
}

/* WKT in CC48 of one in units of the tile RENNES, y upward from its lower left corner. New. */
static char *in_rennes(const struct bench *bench, const char *units)
{
	struct box box = grid_tile_box(grids_find(bench->grids, "CC48_10cm"), RENNES);
	struct buf out;

	buf_init(&out, 0);
	while (*units) {
		char *end, *after;
		double x = strtod(units, &end), y;

		if (end == units) {
			buf_add_char(&out, *units++);
			continue;
		}
		y = strtod(end, &after);
		buf_print(&out, "%.17g %.17g", box.minx + x * UNIT, box.miny + y * UNIT);
		units = after;
	}
	return buf_take(&out, NULL);
}

/* Draws a theme whose shapes are given in units of the tile, in the theme's own CRS. */
static void draw_in_rennes(struct bench *bench, const char *const *units)
{
	const char *wkts[16];
	int count = 0;

	for (; units[count]; count++)
		wkts[count] = in_rennes(bench, units[count]);
	wkts[count] = NULL;
	make_theme(bench, "EPSG:3948", wkts);
	for (int i = 0; i < count; i++)
		free((void *)(uintptr_t)wkts[i]);
	draw(bench, "CC48_10cm", RENNES);
}

static void shapes_keep_their_place(void **state)
{
	static const char *const units[] = {
		"POINT(10 20)", "LINESTRING(0 0,100.3 0.2,200 199.6)",
		"POLYGON((1000 1000,1100 1000,1100 1100,1000 1100,1000 1000))", NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_tile(bench, "100 0 POINT (10 20)\n"
			   "101 10 LINESTRING (0 0,100 0,200 200)\n"
			   "102 20 POLYGON ((1000 1000,1000 1100,1100 1100,1100 1000,1000 1000))");
	assert_int_equal(bench->stats.features_read, 3);
	assert_int_equal(bench->stats.features_drawn, 3);
	assert_int_equal(bench->stats.proj_calls, 0);
	assert_int_equal(bench->stats.repaired, 0);
}

static void what_is_beyond_the_buffer_is_cut_off(void **state)
{
	static const char *const units[] = {
		"MULTIPOINT((-63.9 4159.9),(-65 0),(0 4161))", "LINESTRING(-200 50,5000 50)",
		"POLYGON((-1000 -1000,9000 -1000,9000 9000,-1000 9000,-1000 -1000))",
		"POINT(4161 4161)", NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_tile(bench, "100 0 POINT (-64 4160)\n"
			   "101 10 LINESTRING (-64 50,4160 50)\n"
			   "102 20 POLYGON ((-64 -64,-64 4160,4160 4160,4160 -64,-64 -64))");
}

static void what_is_too_small_is_left_out(void **state)
{
	static const char *const units[] = {
		"POLYGON((10.1 10.1,10.4 10.1,10.4 10.4,10.1 10.1))", "LINESTRING(7.1 7.1,6.9 6.8)",
		"POLYGON((0 0,100 0,100 100,0 100,0 0),(50.1 50.1,50.3 50.1,50.3 50.3,50.1 50.1))",
		NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_tile(bench, "102 20 POLYGON ((0 0,0 100,100 100,100 0,0 0))");
	assert_int_equal(bench->stats.features_read, 3);
	assert_int_equal(bench->stats.features_drawn, 1);
}

static void holes_stay_where_they_are(void **state)
{
	static const char *const units[] = {
		"MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0),(10 10,10 20,20 20,10 10)),"
		"((200 0,300 0,300 100,200 0)))",
		NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_tile(bench,
		    "100 0 MULTIPOLYGON (((0 0,0 100,100 100,100 0,0 0),(10 10,20 20,10 20,10 10)),"
		    "((200 0,300 100,300 0,200 0)))");
}

/* Snapping moves a side of the hole onto the border: the hole becomes a notch. */
static void what_snapping_breaks_is_mended(void **state)
{
	static const char *const units[] = {
		"POLYGON((0 0,100 0.4,200 0,200 100,0 100,0 0),(90 0.45,110 0.45,100 10,90 0.45))",
		NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_int_equal(bench->stats.repaired, 1);
	assert_tile(bench, "100 0 POLYGON ((0 0,0 100,200 100,200 0,110 0,100 10,90 0,0 0))");
}

static void a_collection_is_a_feature_a_kind(void **state)
{
	static const char *const units[] = {
		"GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,9 9),POLYGON((0 0,50 0,50 50,0 0)))",
		NULL};
	struct bench *bench = *state;

	draw_in_rennes(bench, units);
	assert_tile(bench, "- 0 LINESTRING (0 0,9 9)\n"
			   "- 0 POLYGON ((0 0,50 50,50 0,0 0))\n"
			   "100 0 POINT (1 2)");
	assert_int_equal(bench->stats.features_drawn, 1);
}

static void a_tile_without_features_is_empty(void **state)
{
	static const char *const units[] = {"POINT(10 10)", NULL};
	struct bench *bench = *state;
	struct tile_id elsewhere = RENNES;

	draw_in_rennes(bench, units);
	assert_true(bench->tile.length > 0);
	elsewhere.x += 2;
	draw(bench, "CC48_10cm", elsewhere);
	assert_int_equal(bench->tile.length, 0);
	bench->theme.min_zoom = 20;
	draw(bench, "CC48_10cm", RENNES);
	assert_int_equal(bench->tile.length, 0);
	bench->theme.min_zoom = 0;
	fgb_close(bench->theme.levels[0].fgb);
	bench->theme.levels[0].fgb = NULL;
	bench->theme.level_count = 0;
	draw(bench, "CC48_10cm", RENNES);
	assert_int_equal(bench->tile.length, 0);
}

/* The image of a point in units of a tile, y upward, by PROJ alone. */
static struct point exact_image(const struct bench *bench, const struct grid *grid,
				struct tile_id tile, double x, double y)
{
	struct box box = grid_tile_box(grid, tile);
	struct transform *transform;
	struct point point = {x, y};
	struct error error;

	assert_int_equal(transform_new(bench->theme.crs, grid->crs, &transform, &error), 0);
	assert_int_equal(transform_forward(transform, &point, 1), 0);
	transform_free(transform);
	return (struct point){(point.x - box.minx) * 4096 / (box.maxx - box.minx),
			      (point.y - box.miny) * 4096 / (box.maxy - box.miny)};
}

static struct tile_id tile_at(const struct grid *grid, uint32_t z, struct point place)
{
	struct tile_range range;

	assert_true(grid_range(grid, z, box_of_points(&place, 1), &range));
	return (struct tile_id){z, range.min_x, range.min_y};
}

static OGRGeometryH only_geometry(const struct bench *bench, GDALDatasetH *dataset,
				  OGRFeatureH *row)
{
	*dataset = read_by_gdal(bench);
	*row = OGR_L_GetNextFeature(GDALDatasetGetLayer(*dataset, 0));
	assert_non_null(*row);
	return OGR_F_GetGeometryRef(*row);
}

static void points_are_where_proj_puts_them(void **state)
{
	static const char *const wkts[] = {"POINT(-1.6778 48.1173)", NULL};
	struct bench *bench = *state;
	static const char *const grids[] = {"WebMercatorQuad", "CC48_10cm"};

	make_theme(bench, "EPSG:4326", wkts);
	for (uint32_t i = 0; i < 40; i++) {
		const struct grid *grid = grids_find(bench->grids, grids[i % 2]);
		struct tile_id world = {0, 0, 0}, tile;
		struct point image = exact_image(bench, grid, world, -1.6778, 48.1173), ours;
		struct box box = grid_tile_box(grid, world);
		GDALDatasetH dataset;
		OGRFeatureH row;
		OGRGeometryH point;

		image = (struct point){box.minx + image.x / 4096 * (box.maxx - box.minx),
				       box.miny + image.y / 4096 * (box.maxy - box.miny)};
		tile = tile_at(grid, i / 2, image);
		image = exact_image(bench, grid, tile, -1.6778, 48.1173);
		draw(bench, grids[i % 2], tile);
		point = only_geometry(bench, &dataset, &row);
		ours = (struct point){OGR_G_GetX(point, 0), OGR_G_GetY(point, 0)};
		assert_true(fabs(ours.x - image.x) <= 0.5 + 1.0 / 16);
		assert_true(fabs(ours.y - image.y) <= 0.5 + 1.0 / 16);
		assert_true(bench->stats.proj_calls > 0);
		assert_true(tile.z < 10 || bench->stats.proj_calls < 100);
		OGR_F_Destroy(row);
		GDALClose(dataset);
	}
}

/* A parallel is straight in degrees and a curve in a conic projection. */
static void long_segments_bend_as_their_image(void **state)
{
	static const char *const wkts[] = {"LINESTRING(-4 48,4 48)", NULL};
	struct bench *bench = *state;
	const struct grid *grid = grids_find(bench->grids, "CC48_10cm");
	struct tile_id tile = tile_at(grid, 5, (struct point){1400000, 7200000});
	GDALDatasetH dataset;
	OGRFeatureH row;
	OGRGeometryH line;

	make_theme(bench, "EPSG:4326", wkts);
	draw(bench, "CC48_10cm", tile);
	line = only_geometry(bench, &dataset, &row);
	assert_true(OGR_G_GetPointCount(line) > 4);
	for (int k = 0; k <= 80; k++) {
		struct point image = exact_image(bench, grid, tile, -4 + 0.1 * k, 48);
		OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);

		OGR_G_SetPoint_2D(point, 0, image.x, image.y);
		if (image.x > -64 && image.x < 4160)
			assert_true(OGR_G_Distance(point, line) < 1);
		OGR_G_DestroyGeometry(point);
	}
	OGR_F_Destroy(row);
	GDALClose(dataset);
}

/* Appends the points of the tile's only polygon that lie where the tile and its eastern neighbour
 * overlap, moved by SHIFT units. */
static void tell_seam(const struct bench *bench, double shift, double from, double to,
		      struct buf *out)
{
	GDALDatasetH dataset;
	OGRFeatureH row;
	OGRGeometryH ring = OGR_G_GetGeometryRef(only_geometry(bench, &dataset, &row), 0);
	double most = -1, least = 1e9;

	for (int i = 0; i < OGR_G_GetPointCount(ring); i++) {
		double x = OGR_G_GetX(ring, i) + shift, y = OGR_G_GetY(ring, i);

		if (x < from || x > to)
			continue;
		most = fmax(most, y);
		least = fmin(least, y);
		buf_print(out, "%g %g\n", x, y);
	}
	OGR_F_Destroy(row);
	GDALClose(dataset);
}

static void assert_same_lines(char *one, char *other)
{
	char **lines[] = {CSLTokenizeString2(one, "\n", 0), CSLTokenizeString2(other, "\n", 0)};
	int count = CSLCount(lines[0]);

	assert_true(count > 20);
	assert_int_equal(CSLCount(lines[1]), count);
	for (int i = 0; i < 2; i++)
		qsort(lines[i], (size_t)count, sizeof(char *), by_text);
	for (int i = 0; i < count; i++)
		assert_string_equal(lines[0][i], lines[1][i]);
	CSLDestroy(lines[0]);
	CSLDestroy(lines[1]);
}

/* What two neighbouring tiles both show, they show at the same place. */
static void tiles_agree_where_they_overlap(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {8};
	struct buf wkt, west, east;
	const char *wkts[] = {NULL, NULL};
	struct tile_id right = RENNES;

	right.x++;
	buf_init(&wkt, 0);
	buf_init(&west, 0);
	buf_init(&east, 0);
	buf_add_text(&wkt, "POLYGON((4000 1000");
	for (int i = 1; i < 1000; i++)
		buf_print(&wkt, ",%g %g", 4000 + i * 0.2, chance_between(&chance, 990, 1010));
	buf_add_text(&wkt, ",4200 2000,4000 2000,4000 1000))");
	wkts[0] = in_rennes(bench, wkt.bytes);
	make_theme(bench, "EPSG:3948", wkts);
	draw(bench, "CC48_10cm", RENNES);
	tell_seam(bench, 0, 4033, 4159, &west);
	draw(bench, "CC48_10cm", right);
	tell_seam(bench, 4096, 4033, 4159, &east);
	assert_same_lines(west.bytes, east.bytes);
	free((void *)(uintptr_t)wkts[0]);
	buf_release(&wkt);
	buf_release(&west);
	buf_release(&east);
}

static void themes_become_layers(void **state)
{
	static const char *const units[] = {"POINT(10 20)", NULL};
	struct bench *bench = *state;
	struct render_layer layers[] = {{.prepared = &bench->theme, .name = "un"},
					{.prepared = &bench->theme, .name = "deux"}};
	struct error error;
	GDALDatasetH dataset;

	draw_in_rennes(bench, units);
	buf_empty(&bench->tile);
	assert_int_equal(renderer_tile(bench->renderer, layers, 2,
				       grids_find(bench->grids, "CC48_10cm"), RENNES, &bench->tile,
				       NULL, &error),
			 0);
	dataset = read_by_gdal(bench);
	assert_int_equal(GDALDatasetGetLayerCount(dataset), 2);
	assert_non_null(GDALDatasetGetLayerByName(dataset, "un"));
	assert_non_null(GDALDatasetGetLayerByName(dataset, "deux"));
	GDALClose(dataset);
}

static void a_tile_too_large_is_told(void **state)
{
	static const char *const units[] = {"LINESTRING(0 0,100 50,200 0,300 50,400 0)", NULL};
	struct bench *bench = *state;
	struct error error;

	draw_in_rennes(bench, units);
	buf_release(&bench->tile);
	buf_init(&bench->tile, 10);
	assert_int_equal(try_draw(bench, "CC48_10cm", RENNES, &error), ERROR_LIMIT);
	assert_non_null(strstr(error.text, "ville:essai"));
	buf_release(&bench->tile);
	buf_init(&bench->tile, 0);
	draw(bench, "CC48_10cm", RENNES);
	assert_tile(bench, "100 0 LINESTRING (0 0,100 50,200 0,300 50,400 0)");
}

static void a_damaged_level_is_told(void **state)
{
	static const char *const units[] = {"POINT(10 20)", "POINT(30 40)", NULL};
	struct bench *bench = *state;
	char *path = level_path(bench);
	struct error error;
	FILE *file;

	draw_in_rennes(bench, units);
	fgb_close(bench->theme.levels[0].fgb);
	/* The last bytes belong to the last feature. */
	file = fopen(path, "rb+");
	fseek(file, 0, SEEK_END);
	assert_int_equal(truncate(path, ftell(file) - 8), 0);
	fclose(file);
	assert_int_equal(fgb_open(path, &bench->theme.levels[0].fgb, &error), 0);
	assert_int_equal(try_draw(bench, "CC48_10cm", RENNES, &error), ERROR_INVALID);
	assert_non_null(strstr(error.text, "ville:essai"));
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(shapes_keep_their_place, drop_theme),
		cmocka_unit_test_teardown(what_is_beyond_the_buffer_is_cut_off, drop_theme),
		cmocka_unit_test_teardown(what_is_too_small_is_left_out, drop_theme),
		cmocka_unit_test_teardown(holes_stay_where_they_are, drop_theme),
		cmocka_unit_test_teardown(what_snapping_breaks_is_mended, drop_theme),
		cmocka_unit_test_teardown(a_collection_is_a_feature_a_kind, drop_theme),
		cmocka_unit_test_teardown(a_tile_without_features_is_empty, drop_theme),
		cmocka_unit_test_teardown(points_are_where_proj_puts_them, drop_theme),
		cmocka_unit_test_teardown(long_segments_bend_as_their_image, drop_theme),
		cmocka_unit_test_teardown(tiles_agree_where_they_overlap, drop_theme),
		cmocka_unit_test_teardown(themes_become_layers, drop_theme),
		cmocka_unit_test_teardown(a_tile_too_large_is_told, drop_theme),
		cmocka_unit_test_teardown(a_damaged_level_is_told, drop_theme),
	};

	return cmocka_run_group_tests(tests, make_bench, drop_bench);
}
