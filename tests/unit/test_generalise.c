/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"
#include "tiler/catalogue.h"
#include "tiler/compress.h"
#include "tiler/generalise.h"
#include "tiler/prepare.h"
#include "tiler/prepared_document.h"
#include "tiler/render.h"

/* Level 0 is written by hand, the others are made of it; every tile is drawn, and GDAL opens every
 * level. */

enum {
	BUDGET = 6000, /* bytes */
	GZIP_LEVEL = 6,
	SIDE = 36,	/* of the mosaic */
	HARDLY_SEEN = 6 /* zoom where all that is drawn here is a few pixels */
};

struct theme_at_hand {
	char *folder;
	struct crs *crs;
	struct theme *theme;
	struct prepared made;
};

static void theme_make(struct theme_at_hand *at_hand, void **state, enum geometry_kind kind,
		       const struct geometry *shapes, uint32_t count)
{
	struct fgb *fgb;
	struct error error;
	char *path;

	*at_hand = (struct theme_at_hand){.theme = theme_new()};
	at_hand->folder = memory_print("%s/levels", (const char *)*state);
	folder_remove(at_hand->folder);
	assert_int_equal(folder_make(at_hand->folder, &error), ERROR_NONE);
	path = memory_print("%s/level-0.fgb", at_hand->folder);
	write_shapes(path, kind, shapes, count);
	assert_int_equal(fgb_open(path, &fgb, &error), ERROR_NONE);
	assert_int_equal(crs_new("EPSG:3948", &at_hand->crs, &error), ERROR_NONE);
	at_hand->theme->layer = memory_text("shapes");
	at_hand->theme->crs = at_hand->crs;
	at_hand->made = (struct prepared){.crs = at_hand->crs,
					  .theme_id = at_hand->theme->layer,
					  .extent = fgb_extent(fgb),
					  .centre = {-1.68, 48.1},
					  .kind = kind,
					  .feature_count = count,
					  .level_count = 1};
	fgb_close(fgb);
	free(path);
}

static void theme_drop(struct theme_at_hand *at_hand)
{
	for (uint32_t i = 0; i < at_hand->made.level_count; i++)
		fgb_close(at_hand->made.levels[i].fgb);
	at_hand->theme->crs = NULL;
	theme_free(at_hand->theme);
	crs_free(at_hand->crs);
	folder_remove(at_hand->folder);
	free(at_hand->folder);
}

static void make_levels(struct theme_at_hand *at_hand, size_t budget)
{
	struct generalise_job job = {.folder = at_hand->folder,
				     .theme = at_hand->theme,
				     .kind = at_hand->made.kind,
				     .budget = budget};
	struct error error;

	if (generalise(&job, &at_hand->made, &error))
		fail_msg("%s", error.text);
	for (uint32_t i = 0; i < at_hand->made.level_count; i++) {
		char *file = prepared_level_file(i);
		char *path = memory_print("%s/%s", at_hand->folder, file);

		assert_int_equal(fgb_open(path, &at_hand->made.levels[i].fgb, &error), ERROR_NONE);
		free(path);
		free(file);
	}
}

/* Which features a level file holds, as GDAL reads it. New, one a feature of the data. */
static bool *features_of(const struct theme_at_hand *at_hand, uint32_t level)
{
	char *file = prepared_level_file(level);
	char *path = memory_print("%s/%s", at_hand->folder, file);
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	bool *there = memory_zeroed(at_hand->made.feature_count, sizeof(*there));
	OGRLayerH layer;
	OGRFeatureH row;
	uint64_t count = 0;

	assert_non_null(data);
	layer = GDALDatasetGetLayer(data, 0);
	while ((row = OGR_L_GetNextFeature(layer))) {
		int id = OGR_F_GetFieldIndex(row, FGB_ID_COLUMN);
		OGRGeometryH geometry = OGR_F_GetGeometryRef(row);

		assert_true(id >= 0);
		assert_non_null(geometry);
		assert_false(OGR_G_IsEmpty(geometry));
		there[OGR_F_GetFieldAsInteger64(row, id)] = true;
		count++;
		OGR_F_Destroy(row);
	}
	assert_int_equal(count, fgb_feature_count(at_hand->made.levels[level].fgb));
	if (level)
		assert_int_equal(count, at_hand->made.levels[level].features);
	GDALClose(data);
	free(path);
	free(file);
	return there;
}

/* Features a level says it leaves out, for whatever reason. */
static uint64_t lost_at(const struct prepared_level *level)
{
	uint64_t sum = 0;

	for (int loss = 0; loss < LOSSES; loss++)
		sum += level->losses.features[loss];
	return sum;
}

static void check_nesting(const struct theme_at_hand *at_hand)
{
	bool *finer = features_of(at_hand, 0), *coarser;

	for (uint32_t i = 1; i < at_hand->made.level_count; i++) {
		const struct prepared_level *level = &at_hand->made.levels[i];

		coarser = features_of(at_hand, i);
		assert_int_equal(level->features + lost_at(level), at_hand->made.feature_count);
		for (uint64_t n = 0; n < at_hand->made.feature_count; n++)
			assert_true(finer[n] || !coarser[n]);
		free(finer);
		finer = coarser;
		assert_true(level->features > 0 && level->vertices > 0 && level->tolerance > 0);
		assert_true(level->resolution > level[-1].resolution);
		assert_true(level->tolerance >= level[-1].tolerance);
		assert_true(i == 1 || level->zoom < level[-1].zoom);
	}
	free(finer);
}

struct scales {
	struct renderer *renderer;
	struct compressor *compressor;
	struct grids *grids;
	const struct grid *grid;
	struct transform *transform;
	struct buf tile, zipped;
};

static void scales_open(struct scales *scales, struct crs *crs)
{
	struct error error;

	scales->renderer = renderer_new();
	scales->compressor = compressor_new(GZIP_LEVEL);
	assert_int_equal(grids_new(&scales->grids, &error), ERROR_NONE);
	scales->grid = grids_find(scales->grids, "WebMercatorQuad");
	assert_int_equal(transform_new(crs, scales->grid->crs, &scales->transform, &error),
			 ERROR_NONE);
	buf_init(&scales->tile, 0);
	buf_init(&scales->zipped, 0);
}

static void scales_close(struct scales *scales)
{
	renderer_free(scales->renderer);
	compressor_free(scales->compressor);
	grids_free(scales->grids);
	transform_free(scales->transform);
	buf_release(&scales->tile);
	buf_release(&scales->zipped);
}

/* Bytes, gzipped, of the largest of all tiles of the zoom. */
static size_t largest_tile(struct scales *scales, struct prepared *made, uint32_t z)
{
	struct render_layer layer = {.prepared = made, .name = "shapes"};
	struct tile_range range;
	size_t largest = 0;
	struct error error;

	assert_true(grid_range(scales->grid, z,
			       transform_box(scales->transform, made->extent, NULL), &range));
	for (uint32_t x = range.min_x; x <= range.max_x; x++) {
		for (uint32_t y = range.min_y; y <= range.max_y; y++) {
			struct tile_id tile = {z, x, y};

			buf_empty(&scales->tile);
			buf_empty(&scales->zipped);
			assert_int_equal(renderer_tile(scales->renderer, &layer, 1, scales->grid,
						       tile, &scales->tile, NULL, &error),
					 ERROR_NONE);
			if (!scales->tile.length)
				continue;
			assert_int_equal(compress_gzip(scales->compressor, scales->tile.bytes,
						       scales->tile.length, &scales->zipped,
						       &error),
					 ERROR_NONE);
			if (scales->zipped.length > largest)
				largest = scales->zipped.length;
		}
	}
	return largest;
}

/* Below level 0's own zooms no tile may pass the budget, and none may be empty. */
static void check_tiles(struct theme_at_hand *at_hand, size_t budget)
{
	struct prepared *made = &at_hand->made;
	struct scales scales;

	scales_open(&scales, at_hand->crs);
	for (uint32_t i = 1; i < made->level_count; i++) {
		uint32_t zoom = made->levels[i].zoom;
		size_t largest = largest_tile(&scales, made, zoom);

		assert_true(largest > 0);
		if (largest > budget)
			fail_msg("zoom %u: %zu bytes, said to be %zu", zoom, largest,
				 (size_t)made->levels[i].largest_tile);
		/* What the report says is about what is drawn: it has weighed a few only. */
		assert_in_range(made->levels[i].largest_tile, largest * 4 / 5, largest * 5 / 4);
	}
	assert_in_range(made->min_zoom, 0, HARDLY_SEEN);
	for (uint32_t z = made->min_zoom; made->level_count > 1 && z < made->levels[1].zoom; z++)
		assert_in_range(largest_tile(&scales, made, z), 1, budget);
	scales_close(&scales);
}

/* Only reasons that shapes of the kind can have; a feature once left out keeps its reason. */
static void check_reasons(const struct theme_at_hand *at_hand)
{
	static const bool may[GEOMETRY_KINDS][LOSSES] = {
		[GEOMETRY_POINT] = {[LOSS_CROWDED] = true, [LOSS_OVER_BUDGET] = true},
		[GEOMETRY_LINE] = {[LOSS_SHORT] = true, [LOSS_OVER_BUDGET] = true},
		[GEOMETRY_POLYGON] =
			{[LOSS_SMALL] = true, [LOSS_MERGED] = true, [LOSS_OVER_BUDGET] = true},
	};
	uint64_t seen[LOSSES] = {0};

	for (uint32_t i = 1; i < at_hand->made.level_count; i++) {
		for (int loss = 0; loss < LOSSES; loss++) {
			uint64_t lost = at_hand->made.levels[i].losses.features[loss];

			assert_true(may[at_hand->made.kind][loss] || lost == 0);
			assert_true(lost >= seen[loss]);
			seen[loss] = lost;
		}
	}
}

static void check_all(void **state, enum geometry_kind kind, const struct geometry *shapes,
		      uint32_t count)
{
	struct theme_at_hand at_hand;

	theme_make(&at_hand, state, kind, shapes, count);
	make_levels(&at_hand, BUDGET);
	assert_true(at_hand.made.level_count > 2);
	check_reasons(&at_hand);
	check_nesting(&at_hand);
	check_tiles(&at_hand, BUDGET);
	theme_drop(&at_hand);
}

/* COUNT shapes around a few places, the more the nearer: a town and its villages. */
static struct geometry *town(struct arena *arena, struct chance *chance, enum geometry_kind kind,
			     uint32_t count)
{
	struct geometry *shapes = arena_alloc(arena, count * sizeof(*shapes));

	for (uint32_t n = 0; n < count; n++) {
		uint32_t village = chance_below(chance, 12) / 4;
		double reach = 4000 * pow(chance_between(chance, 0, 1), 3);
		double angle = chance_between(chance, 0, 6.2831853);
		double x = 1350000 + 7000 * village + reach * cos(angle);
		double y = 7220000 + 3000 * village + reach * sin(angle);
		double side = chance_between(chance, 4, 25);
		struct point *points = arena_alloc(arena, 5 * sizeof(*points));
		static const uint32_t counts[] = {0, 1, 4, 5};

		points[0] = points[4] = (struct point){x, y};
		points[1] = (struct point){x + side, y};
		points[2] = (struct point){x + side, y + side * 0.8};
		points[3] = (struct point){x, y + side * 0.8};
		shapes[n] = (struct geometry){kind, 1, arena_alloc(arena, sizeof(struct path))};
		shapes[n].paths[0] = (struct path){points, counts[kind], true};
	}
	return shapes;
}

static void towns_of_every_kind_fit(void **state)
{
	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++) {
		struct arena *arena = arena_new();
		struct chance chance = {(uint64_t)kind};
		struct geometry *shapes = town(arena, &chance, (enum geometry_kind)kind, 6000);

		check_all(state, (enum geometry_kind)kind, shapes, 6000);
		arena_free(arena);
	}
}

/* SHAPES, COUNT of one kind, as the parts of FEATURES features, dealt out one after the other. */
static struct geometry *gathered(struct arena *arena, const struct geometry *shapes, uint32_t count,
				 uint32_t features)
{
	struct geometry *whole = arena_alloc(arena, features * sizeof(*whole));

	for (uint32_t f = 0; f < features; f++) {
		struct path *paths = arena_alloc(arena, (count / features + 1) * sizeof(*paths));

		whole[f] = (struct geometry){shapes[0].kind, 0, paths};
		for (uint32_t n = f; n < count; n += features)
			paths[whole[f].path_count++] = shapes[n].paths[0];
	}
	return whole;
}

/* How many parts a level file holds, as GDAL reads it, and what they cover. */
static uint64_t parts_of(const struct theme_at_hand *at_hand, uint32_t level, double *area)
{
	char *file = prepared_level_file(level);
	char *path = memory_print("%s/%s", at_hand->folder, file);
	GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
	OGRLayerH layer = GDALDatasetGetLayer(data, 0);
	OGRFeatureH row;
	uint64_t count = 0;

	*area = 0;
	while ((row = OGR_L_GetNextFeature(layer))) {
		OGRGeometryH geometry = OGR_F_GetGeometryRef(row);

		count += (uint64_t)OGR_G_GetGeometryCount(geometry);
		*area += OGR_G_Area(geometry);
		OGR_F_Destroy(row);
	}
	GDALClose(data);
	free(path);
	free(file);
	return count;
}

/* What is one feature in all the town is thinned as if each part were one: no feature goes to keep
 * tiles light, and as much ground is covered while there is room for it. */
static void features_of_many_parts_fit(void **state)
{
	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++) {
		struct arena *arena = arena_new();
		struct chance chance = {(uint64_t)kind};
		struct geometry *shapes = town(arena, &chance, (enum geometry_kind)kind, 6000);
		struct theme_at_hand at_hand;
		double all, area;
		uint64_t finer = 6000, parts;

		theme_make(&at_hand, state, (enum geometry_kind)kind,
			   gathered(arena, shapes, 6000, 4), 4);
		make_levels(&at_hand, BUDGET);
		assert_true(at_hand.made.level_count > 2);
		assert_int_equal(parts_of(&at_hand, 0, &all), finer);
		for (uint32_t i = 1; i < at_hand.made.level_count; i++) {
			const struct prepared_level *level = &at_hand.made.levels[i];

			parts = parts_of(&at_hand, i, &area);
			assert_true(parts < finer || kind != GEOMETRY_POINT);
			assert_true(parts <= finer);
			finer = parts;
			assert_int_equal(level->losses.features[LOSS_OVER_BUDGET], 0);
			if (kind == GEOMETRY_POLYGON && level->zoom > HARDLY_SEEN)
				assert_in_range((uint64_t)(area / all * 100), 60, 140);
		}
		assert_true(finer < 100);
		check_nesting(&at_hand);
		check_tiles(&at_hand, BUDGET);
		theme_drop(&at_hand);
		arena_free(arena);
	}
}

static void a_mosaic_fits(void **state)
{
	struct arena *arena = arena_new();
	struct mosaic mosaic = mosaic_of(arena, 2, SIDE);

	check_all(state, GEOMETRY_POLYGON, mosaic.shapes, mosaic.count);
	arena_free(arena);
}

/* One winding line across all: nothing to thin, only to simplify. */
static void a_single_long_line_fits(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {5};
	struct geometry line = {GEOMETRY_LINE, 1, arena_alloc(arena, sizeof(struct path))};
	struct point at = {1350000, 7220000};

	line.paths[0] = (struct path){arena_alloc(arena, 30000 * sizeof(at)), 30000, true};
	for (uint32_t i = 0; i < 30000; i++) {
		at.x += chance_between(&chance, -2, 3);
		at.y += chance_between(&chance, -3, 3);
		line.paths[0].points[i] = at;
	}
	check_all(state, GEOMETRY_LINE, &line, 1);
	arena_free(arena);
}

static bool never(void *context)
{
	++*(int *)context;
	return false;
}

static void it_stops_when_asked(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {6};
	struct geometry *shapes = town(arena, &chance, GEOMETRY_POLYGON, 3000);
	struct theme_at_hand at_hand;
	struct generalise_job job;
	struct error error;
	int asked = 0;

	theme_make(&at_hand, state, GEOMETRY_POLYGON, shapes, 3000);
	job = (struct generalise_job){.folder = at_hand.folder,
				      .theme = at_hand.theme,
				      .kind = GEOMETRY_POLYGON,
				      .budget = BUDGET,
				      .go_on = never,
				      .context = &asked};
	assert_int_equal(generalise(&job, &at_hand.made, &error), ERROR_STOPPED);
	assert_int_equal(asked, 1);
	theme_drop(&at_hand);
	arena_free(arena);
}

/* A budget nothing fits in: the least there is, and no failure. */
static void an_impossible_budget_is_no_failure(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {7};
	struct geometry *shapes = town(arena, &chance, GEOMETRY_POLYGON, 2000);
	struct theme_at_hand at_hand;

	theme_make(&at_hand, state, GEOMETRY_POLYGON, shapes, 2000);
	make_levels(&at_hand, 1);
	check_nesting(&at_hand);
	theme_drop(&at_hand);
	arena_free(arena);
}

/* Through preparation, by WKT: what is strange must prepare, and every level must open. */
static void prepares(void **state, const char *crs, const char *const *wkts, uint32_t features)
{
	char *source = memory_print("%s/strange.gpkg", (const char *)*state);
	char *version = memory_print("%s/state", (const char *)*state);
	GDALDatasetH data = data_make("GPKG", source);
	OGRLayerH layer = layer_make(data, "a", crs, wkbUnknown);
	struct catalogue *catalogue;
	struct prepared *prepared;
	const char *path = source;
	struct error error;

	for (; *wkts; wkts++)
		row_add(layer, *wkts);
	GDALClose(data);
	assert_int_equal(catalogue_new(&path, 1, &catalogue, &error), ERROR_NONE);
	if (prepare_theme(version, catalogue_theme(catalogue, 0), NULL, NULL, &error))
		fail_msg("%s", error.text);
	assert_int_equal(prepared_open(version, catalogue_theme(catalogue, 0), &prepared, &error),
			 ERROR_NONE);
	assert_int_equal(prepared->feature_count, features);
	assert_int_equal(prepared->level_count > 0, features > 0);
	for (uint32_t i = 1; i < prepared->level_count; i++)
		assert_true(fgb_feature_count(prepared->levels[i].fgb) > 0);
	prepared_unref(prepared);
	catalogue_unref(catalogue);
	folder_remove(version);
	unlink(source);
	free(version);
	free(source);
}

static void strange_themes_prepare(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const one_point[] = {"POINT(1350000 7220000)", NULL};
	static const char *const mixed[] = {
		"POINT(1350000 7220000)", "LINESTRING(1350000 7220000, 1360000 7230000)",
		"POLYGON((1350000 7220000, 1350009 7220000, 1350009 7220009, 1350000 7220000))",
		"GEOMETRYCOLLECTION(POINT(1351000 7220000), POINT(1351001 7220000), "
		"LINESTRING(1350000 7221000, 1350001 7221000))",
		NULL};
	static const char *const world[] = {
		"POLYGON((-180 -90, 180 -90, 180 -65, 0 -72, -180 -65, -180 -90))",
		"POLYGON((-180 90, -180 60, -90 75, 0 60, 180 60, 180 90, -180 90))",
		"POLYGON((170 -20, 180 -20, 180 -10, 170 -10, 170 -20))",
		"POLYGON((-180 -20, -170 -20, -170 -10, -180 -10, -180 -20))",
		"POINT(0 90)",
		"POINT(180 0)",
		"LINESTRING(-180 0, 180 0)",
		"LINESTRING(0 -90, 0 90)",
		NULL};
	static const char *const same_place[] = {"MULTIPOINT(5 5, 5 5)", "POINT(5 5)", "POINT(5 5)",
						 NULL};

	prepares(state, "EPSG:3948", none, 0);
	prepares(state, "EPSG:3948", one_point, 1);
	prepares(state, "EPSG:3948", mixed, 4);
	prepares(state, "EPSG:4326", world, 8);
	prepares(state, "EPSG:4326", same_place, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(towns_of_every_kind_fit),
		cmocka_unit_test(features_of_many_parts_fit),
		cmocka_unit_test(a_mosaic_fits),
		cmocka_unit_test(a_single_long_line_fits),
		cmocka_unit_test(it_stops_when_asked),
		cmocka_unit_test(an_impossible_budget_is_no_failure),
		cmocka_unit_test(strange_themes_prepare),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
