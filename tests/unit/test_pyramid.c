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
#include <cpl_vsi.h>

#include "ogr_data.h"
#include "shapes.h"
#include "tiler/catalogue.h"
#include "tiler/compress.h"
#include "tiler/cover.h"
#include "tiler/hilbert.h"
#include "tiler/prepare.h"
#include "tiler/prepared_document.h"
#include "tiler/pyramid.h"

/* A theme of towns far from each other and of one forest over many tiles, with levels: what a
 * pyramid hands out is compared with the renderer, asked for every tile there could be. */

enum {
	TOWNS = 9,
	HOUSES = 60,
	FIRST = 3, /* levels compared */
	WIDE = 6,  /* down to here all the Earth is compared */
	LAST = 10,
};

struct ground {
	char *folder, *state;
	struct catalogue *catalogue;
	struct prepared *prepared;
	struct grids *grids;
	struct render_layer layer;
};

static void add_town(OGRLayerH layer, struct chance *chance)
{
	double x = 1000000 + chance_below(chance, 700000);
	double y = 7000000 + chance_below(chance, 400000);

	for (int i = 0; i < HOUSES; i++) {
		double west = x + chance_below(chance, 4000),
		       south = y + chance_below(chance, 4000);
		double side = 5 + chance_below(chance, 60);
		char *wkt = memory_print("POLYGON((%f %f,%f %f,%f %f,%f %f,%f %f))", west, south,
					 west + side, south, west + side, south + side, west,
					 south + side, west, south);

		row_add(layer, wkt);
		free(wkt);
	}
}

static char *make_data(const char *folder)
{
	char *path = memory_print("%s/bourgs.gpkg", folder);
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_make(data, "bourg", "EPSG:3948", wkbPolygon);
	struct chance chance = {20};

	GDALDatasetStartTransaction(data, false);
	for (int i = 0; i < TOWNS; i++)
		add_town(layer, &chance);
	row_add(layer,
		"POLYGON((1200000 7100000,1290000 7110000,1250000 7180000,1200000 7100000))");
	GDALDatasetCommitTransaction(data);
	GDALClose(data);
	return path;
}

static int make_ground(void **state)
{
	static struct ground ground;
	struct error error = {0};
	const struct theme *theme;
	char *path;
	void *folder;

	if (scratch_make(&folder))
		return -1;
	ground.folder = folder;
	ground.state = memory_print("%s/state", ground.folder);
	path = make_data(ground.folder);
	if (catalogue_new((const char *const[]){path}, 1, &ground.catalogue, &error) ||
	    grids_new(&ground.grids, &error))
		fail_msg("%s", error.text);
	free(path);
	theme = catalogue_theme(ground.catalogue, 0);
	if (prepare_theme(ground.state, theme, NULL, NULL, &error) ||
	    prepared_open(ground.state, theme, &ground.prepared, &error))
		fail_msg("%s", error.text);
	ground.layer = (struct render_layer){.prepared = ground.prepared, .name = theme->layer};
	*state = &ground;
	return 0;
}

static int drop_ground(void **state)
{
	struct ground *ground = *state;
	void *folder = ground->folder;

	prepared_unref(ground->prepared);
	catalogue_unref(ground->catalogue);
	grids_free(ground->grids);
	free(ground->state);
	return scratch_remove(&folder);
}

static struct pyramid *new_pyramid(unsigned jobs)
{
	struct pyramid *pyramid = NULL;
	struct error error;

	if (pyramid_new(jobs, 6, &pyramid, &error))
		fail_msg("%s", error.text);
	return pyramid;
}

static struct pyramid_plan plan_of(const struct ground *ground, const char *grid)
{
	return (struct pyramid_plan){.layers = &ground->layer,
				     .layer_count = 1,
				     .grid = grids_find(ground->grids, grid),
				     .min_zoom = FIRST,
				     .max_zoom = LAST,
				     .area = {-HUGE_VAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL}};
}

static void begin(struct pyramid *pyramid, const struct pyramid_plan *plan)
{
	struct error error;

	if (pyramid_begin(pyramid, plan, &error))
		fail_msg("%s", error.text);
}

/* False: that was the last one. */
static bool next(struct pyramid *pyramid, struct tile_id *tile, struct blob **blob)
{
	struct error error;

	if (pyramid_next(pyramid, tile, blob, &error))
		fail_msg("%s", error.text);
	return *blob != NULL;
}

/* Is the blob what the renderer makes of the tile? */
static bool is_rendered(const struct ground *ground, struct renderer *renderer,
			const struct grid *grid, struct tile_id tile, const struct blob *blob)
{
	struct buf raw, inflated;
	struct error error;
	bool same;

	buf_init(&raw, 0);
	buf_init(&inflated, 0);
	if (renderer_tile(renderer, &ground->layer, 1, grid, tile, &raw, NULL, &error) ||
	    (blob && inflate_gzip(blob->bytes, blob->length, &inflated, &error)))
		fail_msg("%s", error.text);
	same = raw.length == inflated.length &&
	       (raw.length == 0 || memcmp(raw.bytes, inflated.bytes, raw.length) == 0);
	buf_release(&raw);
	buf_release(&inflated);
	return same;
}

/* Where there were tiles at the level WIDE, and around: deeper tiles are looked for only there. */
struct neighbourhood {
	struct tile_id least, most;
};

static bool is_near(const struct neighbourhood *near, struct tile_id tile)
{
	uint32_t shift = tile.z > WIDE ? tile.z - WIDE : 0;

	return tile.z <= WIDE ||
	       ((tile.x >> shift) + 1 >= near->least.x && tile.x >> shift <= near->most.x + 1 &&
		(tile.y >> shift) + 1 >= near->least.y && tile.y >> shift <= near->most.y + 1);
}

static void widen(struct neighbourhood *near, struct tile_id tile)
{
	near->least.x = tile.x < near->least.x ? tile.x : near->least.x;
	near->least.y = tile.y < near->least.y ? tile.y : near->least.y;
	near->most.x = tile.x > near->most.x ? tile.x : near->most.x;
	near->most.y = tile.y > near->most.y ? tile.y : near->most.y;
}

/* All tiles near the theme are asked of the renderer, in the order of a pyramid. */
static void expect_all_tiles(const struct ground *ground, const char *grid_id)
{
	struct pyramid_plan plan = plan_of(ground, grid_id);
	struct pyramid *pyramid = new_pyramid(3);
	struct renderer *renderer = renderer_new();
	struct blob *blob = NULL;
	struct neighbourhood near = {{0, UINT32_MAX, UINT32_MAX}, {0, 0, 0}};
	struct tile_id coming = {0};
	uint64_t tiles = 0;

	begin(pyramid, &plan);
	next(pyramid, &coming, &blob);
	for (uint32_t z = FIRST; z <= LAST; z++) {
		uint32_t order = cover_order(plan.grid, z);

		for (uint64_t index = 0; index < (uint64_t)1 << 2 * order; index++) {
			struct tile_id tile = {.z = z};
			bool comes;

			hilbert_place(order, index, &tile.x, &tile.y);
			if (!grid_has(plan.grid, tile) || !is_near(&near, tile))
				continue;
			comes = blob && memcmp(&tile, &coming, sizeof(tile)) == 0;
			if (!is_rendered(ground, renderer, plan.grid, tile, comes ? blob : NULL))
				fail_msg("%s %u/%u/%u is another", grid_id, z, tile.x, tile.y);
			if (!comes)
				continue;
			tiles++;
			if (z == WIDE)
				widen(&near, tile);
			blob_unref(blob);
			next(pyramid, &coming, &blob);
		}
	}
	assert_null(blob);
	assert_int_equal(pyramid_progress(pyramid).tiles, tiles);
	assert_true(tiles > 30);
	renderer_free(renderer);
	pyramid_free(pyramid);
}

static void all_tiles_of_web_mercator_and_no_other(void **state)
{
	expect_all_tiles(*state, "WebMercatorQuad");
}

static void all_tiles_of_the_themes_own_grid(void **state)
{
	expect_all_tiles(*state, "CC48_10cm");
}

static void all_tiles_of_another_projection(void **state)
{
	expect_all_tiles(*state, "LAMB93_10cm");
}

static void all_tiles_of_a_grid_that_is_not_square(void **state)
{
	expect_all_tiles(*state, "WorldCRS84Quad");
}

/* One hash of all that comes, in its order. */
static uint64_t hash_of_all(struct pyramid *pyramid, uint64_t *tiles)
{
	struct tile_id tile;
	struct blob *blob;
	uint64_t hash = 0;

	for (*tiles = 0; next(pyramid, &tile, &blob); ++*tiles) {
		for (const char *c = blob->hash; *c; c++)
			hash = hash * 31 + (unsigned char)*c;
		hash = hash * 31 + tile.z * 7 + tile.x * 11 + tile.y * 13;
		blob_unref(blob);
	}
	return hash;
}

static void threads_do_not_change_the_order(void **state)
{
	struct pyramid_plan plan = plan_of(*state, "WebMercatorQuad");
	struct pyramid *one = new_pyramid(1), *five = new_pyramid(5);
	uint64_t tiles, as_many;

	begin(one, &plan);
	begin(five, &plan);
	assert_int_equal(hash_of_all(one, &tiles), hash_of_all(five, &as_many));
	assert_int_equal(tiles, as_many);
	assert_int_equal(pyramid_progress(five).squares, pyramid_progress(five).squares_done);
	pyramid_free(one);
	pyramid_free(five);
}

static void an_area_keeps_to_the_tiles_it_touches(void **state)
{
	struct pyramid_plan plan = plan_of(*state, "CC48_10cm");
	struct pyramid *pyramid = new_pyramid(2);
	struct tile_id tile;
	struct blob *blob;
	uint64_t all, some = 0;

	begin(pyramid, &plan);
	hash_of_all(pyramid, &all);
	plan.area = (struct box){1195000, 7090000, 1240000, 7130000};
	begin(pyramid, &plan);
	for (; next(pyramid, &tile, &blob); some++) {
		assert_true(box_intersects(grid_tile_box(plan.grid, tile), plan.area));
		blob_unref(blob);
	}
	assert_in_range(some, LAST - FIRST + 1, all - 1);
	pyramid_free(pyramid);
}

static bool skips_odd_columns(struct tile_id tile, unsigned job, void *context)
{
	assert_ptr_equal(context, skips_odd_columns);
	assert_in_range(job, 0, 1);
	return tile.x % 2 == 1;
}

static void what_is_there_already_is_not_made(void **state)
{
	struct pyramid_plan plan = plan_of(*state, "WebMercatorQuad");
	struct pyramid *pyramid = new_pyramid(2);
	struct tile_id tile;
	struct blob *blob;

	plan.skips = skips_odd_columns;
	plan.context = (void *)(uintptr_t)skips_odd_columns;
	begin(pyramid, &plan);
	while (next(pyramid, &tile, &blob)) {
		assert_int_equal(tile.x % 2, 0);
		blob_unref(blob);
	}
	assert_true(pyramid_progress(pyramid).skipped > 20);
	pyramid_free(pyramid);
}

static void a_plan_may_be_abandoned(void **state)
{
	struct pyramid_plan plan = plan_of(*state, "WebMercatorQuad");
	struct pyramid *pyramid = new_pyramid(4);
	uint64_t tiles, again, expected;
	struct tile_id tile;
	struct blob *blob;

	begin(pyramid, &plan);
	expected = hash_of_all(pyramid, &tiles);
	for (int i = 0; i < 20; i++) {
		begin(pyramid, &plan);
		for (int k = 0; k < i && next(pyramid, &tile, &blob); k++)
			blob_unref(blob);
	}
	begin(pyramid, &plan);
	assert_int_equal(hash_of_all(pyramid, &again), expected);
	assert_int_equal(again, tiles);
	begin(pyramid, &plan);
	pyramid_free(pyramid);
}

static void a_theme_without_features_has_no_tiles(void **state)
{
	struct prepared empty = *((const struct ground *)*state)->prepared;
	struct render_layer layer = {.prepared = &empty, .name = "vide"};
	struct pyramid_plan plan = plan_of(*state, "WebMercatorQuad");
	struct pyramid *pyramid = new_pyramid(2);
	struct tile_id tile;
	struct blob *blob;

	empty.level_count = 0;
	empty.extent = box_empty();
	plan.layers = &layer;
	begin(pyramid, &plan);
	assert_false(next(pyramid, &tile, &blob));
	assert_false(next(pyramid, &tile, &blob));
	pyramid_free(pyramid);
}

/* Level 0 without its last bytes, a feature of which is asked for by every pyramid. */
static struct fgb *open_damaged(const struct ground *ground)
{
	char *theme = theme_folder_name(ground->prepared->theme_id);
	char *file = prepared_level_file(0);
	char *sound = memory_print("%s/themes/%s/%s/%s", ground->state, theme,
				   ground->prepared->version, file);
	char *damaged = memory_print("%s/damaged.fgb", ground->folder);
	struct fgb *fgb = NULL;
	struct error error;
	VSIStatBufL status;

	assert_int_equal(CPLCopyFile(damaged, sound), 0);
	assert_int_equal(VSIStatL(damaged, &status), 0);
	assert_int_equal(truncate(damaged, (off_t)status.st_size - 8), 0);
	if (fgb_open(damaged, &fgb, &error))
		fail_msg("%s", error.text);
	free(theme);
	free(file);
	free(sound);
	free(damaged);
	return fgb;
}

static void a_damaged_level_is_told(void **state)
{
	const struct ground *ground = *state;
	struct prepared damaged = *ground->prepared;
	struct render_layer layer = {.prepared = &damaged, .name = "bourg"};
	struct pyramid_plan plan = plan_of(ground, "CC48_10cm"), sound = plan;
	struct pyramid *pyramid = new_pyramid(2);
	struct error error = {0};
	enum error_code code;
	struct tile_id tile;
	struct blob *blob;
	uint64_t tiles;

	damaged.levels[0].fgb = open_damaged(ground);
	damaged.level_count = 1;
	plan.layers = &layer;
	code = pyramid_begin(pyramid, &plan, &error);
	while (!code && !(code = pyramid_next(pyramid, &tile, &blob, &error)) && blob)
		blob_unref(blob);
	assert_int_equal(code, ERROR_INVALID);
	assert_non_null(strstr(error.text, ground->prepared->theme_id));
	begin(pyramid, &sound);
	hash_of_all(pyramid, &tiles);
	assert_true(tiles > 0);
	pyramid_free(pyramid);
	fgb_close(damaged.levels[0].fgb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_tiles_of_web_mercator_and_no_other),
		cmocka_unit_test(all_tiles_of_the_themes_own_grid),
		cmocka_unit_test(all_tiles_of_another_projection),
		cmocka_unit_test(all_tiles_of_a_grid_that_is_not_square),
		cmocka_unit_test(threads_do_not_change_the_order),
		cmocka_unit_test(an_area_keeps_to_the_tiles_it_touches),
		cmocka_unit_test(what_is_there_already_is_not_made),
		cmocka_unit_test(a_plan_may_be_abandoned),
		cmocka_unit_test(a_theme_without_features_has_no_tiles),
		cmocka_unit_test(a_damaged_level_is_told),
	};

	return cmocka_run_group_tests(tests, make_ground, drop_ground);
}
