/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <cpl_error.h>

#include "ogr_data.h"
#include "tiler/catalogue.h"
#include "tiler/changes.h"
#include "tiler/prepare.h"
#include "tiler/render.h"

/* Two versions of a theme are prepared, and every tile of both grids is drawn of both: one that is
 * said to be untouched must be the same bytes, and few may be said to be touched in vain. */

enum {
	ROWS = 2000,
	DEEPEST = 16,
};

static const struct box TOWN = {1345000, 7218000, 1355000, 7228000};

struct bench {
	char *folder;
	struct grids *grids;
	struct renderer *renderer;
	struct buf older, newer;
};

static struct bench bench;

static int bench_up(void **state)
{
	struct error error;

	if (scratch_make(state))
		return -1;
	bench.folder = *state;
	bench.renderer = renderer_new();
	buf_init(&bench.older, 0);
	buf_init(&bench.newer, 0);
	return grids_new(&bench.grids, &error);
}

static int bench_down(void **state)
{
	renderer_free(bench.renderer);
	buf_release(&bench.older);
	buf_release(&bench.newer);
	grids_free(bench.grids);
	return scratch_remove(state);
}

/* The same numbers on every machine. */
static double draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) / (double)(1 << 24);
}

enum shape {
	POINTS,
	LINES,
	POLYGONS,
	SHAPES,
};

/* Rows all over the town; the outermost ones keep to its corners. */
static char *shape_wkt(enum shape shape, uint32_t *seed)
{
	double x = TOWN.minx + 100 + draw(seed) * 9800, y = TOWN.miny + 100 + draw(seed) * 9800;
	double size = 5 + 60 * draw(seed);

	switch (shape) {
	case POINTS:
		return memory_print("POINT (%.2f %.2f)", x, y);
	case LINES:
		return memory_print("LINESTRING (%.2f %.2f,%.2f %.2f,%.2f %.2f)", x, y, x + size,
				    y + size / 3, x + size, y - size);
	default:
		return memory_print("POLYGON ((%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f))", x, y,
				    x + size, y, x + size, y + size, x, y);
	}
}

static char *corner_wkt(enum shape shape, bool first)
{
	struct point at = first ? (struct point){TOWN.minx, TOWN.miny}
				: (struct point){TOWN.maxx - 10, TOWN.maxy - 10};

	switch (shape) {
	case POINTS:
		return memory_print("POINT (%.2f %.2f)", at.x, at.y);
	case LINES:
		return memory_print("LINESTRING (%.2f %.2f,%.2f %.2f)", at.x, at.y, at.x + 10,
				    at.y + 10);
	default:
		return memory_print("POLYGON ((%.2f %.2f,%.2f %.2f,%.2f %.2f,%.2f %.2f))", at.x,
				    at.y, at.x + 10, at.y, at.x + 10, at.y + 10, at.x, at.y);
	}
}

static const OGRwkbGeometryType TYPES[] = {wkbPoint, wkbLineString, wkbPolygon};

static char *source_make(enum shape shape, const char *name)
{
	char *path = memory_print("%s/%s.gpkg", bench.folder, name), *wkts[ROWS + 1];
	uint32_t seed = 1;

	for (int i = 0; i < ROWS; i++)
		wkts[i] = i < 2 ? corner_wkt(shape, i == 0) : shape_wkt(shape, &seed);
	wkts[ROWS] = NULL;
	gpkg_make(path, "a", TYPES[shape], (const char *const *)wkts);
	for (int i = 0; i < ROWS; i++)
		free(wkts[i]);
	return path;
}

/* CHANGE: SQL, or the WKT of a row to add. */
static void source_change(const char *path, const char *change)
{
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_UPDATE, NULL, NULL, NULL);

	assert_non_null(data);
	CPLErrorReset();
	if (strncmp(change, "POINT", 5) == 0)
		row_add(GDALDatasetGetLayer(data, 0), change);
	else
		GDALDatasetExecuteSQL(data, change, NULL, NULL);
	assert_string_equal(CPLGetLastErrorMsg(), "");
	GDALClose(data);
}

static struct prepared *version_of(const char *path)
{
	char *state = memory_print("%s/state", bench.folder);
	struct catalogue *catalogue;
	struct prepared *prepared = NULL;
	struct error error;

	assert_int_equal(catalogue_new(&path, 1, &catalogue, &error), ERROR_NONE);
	if (prepare_theme(state, catalogue_theme(catalogue, 0), NULL, NULL, &error) ||
	    prepared_open(state, catalogue_theme(catalogue, 0), &prepared, &error))
		fail_msg("%s", error.text);
	catalogue_unref(catalogue);
	free(state);
	return prepared;
}

static void draw_tile(struct prepared *prepared, const struct grid *grid, struct tile_id tile,
		      struct buf *out)
{
	struct render_layer layer = {.prepared = prepared, .name = "a"};
	struct error error;

	buf_empty(out);
	if (renderer_tile(bench.renderer, &layer, 1, grid, tile, out, NULL, &error))
		fail_msg("%s", error.text);
}

struct verdict {
	unsigned tiles, touched, differing;
};

static void judge_tile(struct changes *changes, struct prepared *older, struct prepared *newer,
		       const struct grid *grid, struct tile_id tile, struct verdict *verdict)
{
	bool touched = changes_touch(changes, grid, tile), differs;

	draw_tile(older, grid, tile, &bench.older);
	draw_tile(newer, grid, tile, &bench.newer);
	differs = bench.older.length != bench.newer.length ||
		  (bench.older.length &&
		   memcmp(bench.older.bytes, bench.newer.bytes, bench.older.length) != 0);
	if (differs && !touched)
		fail_msg("%s %u/%u/%u differs and is said to be untouched", grid->id, tile.z,
			 tile.x, tile.y);
	verdict->tiles++;
	verdict->touched += touched;
	verdict->differing += differs;
}

/* All tiles of the town and around it, down to DEEPEST. */
static struct verdict judge(struct prepared *older, struct prepared *newer)
{
	struct changes *changes = changes_new(older, newer);
	struct verdict verdict = {0};

	for (uint32_t g = 0; g < grids_count(bench.grids); g++) {
		const struct grid *grid = grids_at(bench.grids, g);
		struct transform *transform;
		struct tile_range range;
		struct box ground = box_grown(TOWN, 500);
		struct error error;

		assert_int_equal(transform_new(newer->crs, grid->crs, &transform, &error), 0);
		ground = transform_box(transform, ground, NULL);
		transform_free(transform);
		for (uint32_t z = 0; z <= DEEPEST && grid_range(grid, z, ground, &range); z++)
			for (uint32_t x = range.min_x; x <= range.max_x; x++)
				for (uint32_t y = range.min_y; y <= range.max_y; y++)
					judge_tile(changes, older, newer, grid,
						   (struct tile_id){z, x, y}, &verdict);
	}
	changes_free(changes);
	return verdict;
}

/* Prepares the source before and after a change (see source_change). */
static struct verdict change(enum shape shape, const char *name, const char *how,
			     uint64_t *features)
{
	char *path = source_make(shape, name);
	struct prepared *older = version_of(path), *newer;
	struct changes *changes;
	struct verdict verdict;

	source_change(path, how);
	newer = version_of(path);
	changes = changes_new(older, newer);
	*features = changes_features(changes);
	changes_free(changes);
	verdict = judge(older, newer);
	prepared_unref(older);
	prepared_unref(newer);
	free(path);
	return verdict;
}

/* Few tiles are touched, and about as many as differ: a moved feature is seen in two places. */
static void expect_few(struct verdict verdict)
{
	assert_true(verdict.differing > 0);
	if (verdict.touched > 2 * verdict.differing + 40)
		fail_msg("%u tiles are said to be touched, %u differ, of %u", verdict.touched,
			 verdict.differing, verdict.tiles);
	assert_true(verdict.touched < verdict.tiles / 10);
}

static void test_one_feature_moved(void **state)
{
	static const char *const names[] = {"points", "lines", "polygons"};
	uint64_t features;

	(void)state;
	for (int shape = POINTS; shape < SHAPES; shape++) {
		struct verdict verdict = change(
			(enum shape)shape, names[shape],
			"UPDATE a SET geom = (SELECT geom FROM a WHERE fid = 900) WHERE fid = 500",
			&features);

		assert_int_equal(features, 1);
		expect_few(verdict);
	}
}

static void test_features_come_and_go(void **state)
{
	uint64_t features;

	(void)state;
	expect_few(change(POINTS, "gone", "DELETE FROM a WHERE fid IN (700, 701)", &features));
	assert_int_equal(features, 2);
	expect_few(change(POLYGONS, "come",
			  "INSERT INTO a (fid, geom) SELECT 9000, geom FROM a WHERE fid = 1234",
			  &features));
	assert_int_equal(features, 1);
}

static void test_nothing_changed(void **state)
{
	struct verdict verdict;
	uint64_t features;

	(void)state;
	verdict = change(LINES, "same", "VACUUM", &features);
	assert_int_equal(features, 0);
	assert_int_equal(verdict.touched, 0);
	assert_int_equal(verdict.differing, 0);
}

/* The lattice of a tile ends where the theme does, so a theme that grows may draw tiles at its
 * border otherwise; the inside stays. */
static void test_extent_grows(void **state)
{
	struct verdict verdict;
	uint64_t features;

	(void)state;
	verdict = change(POINTS, "grown", "POINT (1355400 7228300)", &features);
	assert_true(verdict.touched > 0);
	assert_true(verdict.touched < verdict.tiles / 2);
}

static void test_all_ids_changed(void **state)
{
	struct verdict verdict;
	uint64_t features;

	(void)state;
	verdict = change(POINTS, "renumbered", "UPDATE a SET fid = fid + 100000", &features);
	assert_int_equal(features, ROWS);
	assert_true(verdict.touched >= verdict.differing);
}

static void test_emptied(void **state)
{
	struct verdict verdict;
	uint64_t features;

	(void)state;
	verdict = change(POLYGONS, "emptied", "DELETE FROM a", &features);
	assert_true(verdict.touched >= verdict.differing);
	assert_true(verdict.differing > 0);
}

static void test_other_columns(void **state)
{
	struct verdict verdict;
	uint64_t features;

	(void)state;
	verdict = change(POINTS, "columns", "ALTER TABLE a ADD COLUMN b INTEGER DEFAULT 3",
			 &features);
	assert_int_equal(features, ROWS);
	assert_true(verdict.touched >= verdict.differing);
	assert_true(verdict.differing > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_feature_moved),
		cmocka_unit_test(test_features_come_and_go),
		cmocka_unit_test(test_nothing_changed),
		cmocka_unit_test(test_extent_grows),
		cmocka_unit_test(test_all_ids_changed),
		cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_other_columns),
	};

	return cmocka_run_group_tests(tests, bench_up, bench_down);
}
