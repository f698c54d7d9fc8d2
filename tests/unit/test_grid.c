/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiler/grid.h"

static struct grids *grids;

static int make_grids(void **state)
{
	struct error error;

	(void)state;
	return grids_new(&grids, &error);
}

static int drop_grids(void **state)
{
	(void)state;
	grids_free(grids);
	return 0;
}

static void assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance))
		fail_msg("%.12g is not within %g of %.12g", value, tolerance, expected);
}

static void grids_are_known_by_name(void **state)
{
	(void)state;
	assert_int_equal(grids_count(grids), 4);
	assert_ptr_equal(grids_find(grids, "WebMercatorQuad"), grids_at(grids, 0));
	assert_ptr_equal(grids_find(grids, "CC48_10cm"), grids_at(grids, 1));
	assert_non_null(grids_find(grids, "LAMB93_10cm"));
	assert_non_null(grids_find(grids, "WorldCRS84Quad"));
	assert_null(grids_find(grids, "webmercatorquad"));
	assert_null(grids_find(grids, ""));
}

/* Figures of the registered definition: two tiles at level 0, degrees, longitude first. */
static void world_crs84_is_the_registered_one(void **state)
{
	const struct grid *grid = grids_find(grids, "WorldCRS84Quad");
	struct box east = grid_tile_box(grid, (struct tile_id){0, 1, 0});

	(void)state;
	assert_int_equal(grid->level_count, 24);
	assert_int_equal(grid->levels[0].matrix_width, 2);
	assert_int_equal(grid->levels[0].matrix_height, 1);
	assert_near(grid->levels[0].cell_size, 0.703125, 0);
	assert_near(grid->levels[17].cell_size, 5.36441802978515e-6, 1e-19);
	assert_near(grid_resolution(grid, 0) / 0.28e-3, 279541132.0143589, 1);
	assert_true(east.minx == 0 && east.maxx == 180 && east.miny == -90 && east.maxy == 90);
	assert_false(grid->crs->northing_first);
	assert_string_equal(grid->crs->axes[0], "Lon");
	assert_false(grid_is_quad(grid));
}

/* 209,715.2 m a pixel, halved to 10 cm, from 0 and 12,000,000. */
static void lambert_93_ends_at_10_cm(void **state)
{
	const struct grid *grid = grids_find(grids, "LAMB93_10cm");
	struct box world = grid_tile_box(grid, (struct tile_id){0, 0, 0});

	(void)state;
	assert_string_equal(grid->crs->code, "2154");
	assert_int_equal(grid->level_count, 22);
	assert_near(grid->levels[21].cell_size, 0.1, 0);
	assert_true(world.minx == 0 && world.maxy == 12000000);
	assert_near(world.maxx, 209715.2 * 256, 0);
	assert_true(grid_is_quad(grid));
}

/* Figures of annex D.1 of OGC 17-083r4: scale denominator x 0.28 mm is the cell size. */
static void web_mercator_is_the_registered_one(void **state)
{
	const struct grid *grid = grids_find(grids, "WebMercatorQuad");
	struct box world = grid_tile_box(grid, (struct tile_id){0, 0, 0});

	(void)state;
	assert_near(grid->levels[0].cell_size, 559082264.028717 * 0.28e-3, 1e-6);
	assert_near(grid->levels[24].cell_size, 33.3238997477 * 0.28e-3, 1e-9);
	assert_near(world.minx, -20037508.3427892, 1e-6);
	assert_near(world.maxx, 20037508.3427892, 1e-6);
	assert_near(world.miny, -20037508.3427892, 1e-6);
	assert_near(world.maxy, 20037508.3427892, 1e-6);
	assert_string_equal(grid->crs->code, "3857");
}

static void cc48_halves_to_ten_centimetres(void **state)
{
	const struct grid *grid = grids_find(grids, "CC48_10cm");
	const struct tile_matrix *last = &grid->levels[20];

	(void)state;
	assert_int_equal(grid->level_count, 21);
	assert_true(last->cell_size == 0.1);
	assert_true(last->origin.x == 0 && last->origin.y == 12000000);
	assert_int_equal(last->tile_width, 256);
	assert_int_equal(last->matrix_width, 1 << 20);
	assert_string_equal(grid->crs->code, "3948");
}

/* At Rennes a level shows what Web Mercator's zoom of the same number shows. */
static void levels_mean_the_same_at_rennes(void **state)
{
	const struct grid *cc48 = grids_find(grids, "CC48_10cm");
	const struct grid *mercator = grids_find(grids, "WebMercatorQuad");

	(void)state;
	for (uint32_t z = 0; z < cc48->level_count; z++) {
		double on_the_ground = grid_resolution(mercator, z) * cos(48.11 * M_PI / 180);

		assert_near(grid_resolution(cc48, z) / on_the_ground, 1, 0.005);
	}
}

static void columns_go_east_and_rows_south(void **state)
{
	const struct grid *grid = grids_find(grids, "CC48_10cm");
	/* Level 4: tiles of 1677721.6 m. */
	struct box box = grid_tile_box(grid, (struct tile_id){4, 2, 3});

	(void)state;
	assert_near(box.minx, 3355443.2, 1e-6);
	assert_near(box.maxx, 5033164.8, 1e-6);
	assert_near(box.maxy, 12000000 - 3 * 1677721.6, 1e-6);
	assert_near(box.miny, 12000000 - 4 * 1677721.6, 1e-6);
}

static void neighbours_share_their_side_exactly(void **state)
{
	(void)state;
	for (uint32_t g = 0; g < grids_count(grids); g++) {
		const struct grid *grid = grids_at(grids, g);

		for (uint32_t z = 1; z < grid->level_count; z++) {
			struct tile_id tile = {z, (1u << z) / 3, (1u << z) / 5};
			struct box box = grid_tile_box(grid, tile), east, south;

			tile.x++;
			east = grid_tile_box(grid, tile);
			tile.x--, tile.y++;
			south = grid_tile_box(grid, tile);
			assert_true(box.maxx == east.minx && box.miny == south.maxy);
		}
	}
}

static void tiles_outside_the_matrix_are_not_had(void **state)
{
	const struct grid *grid = grids_find(grids, "CC48_10cm");

	(void)state;
	assert_true(grid_has(grid, (struct tile_id){0, 0, 0}));
	assert_true(grid_has(grid, (struct tile_id){3, 7, 7}));
	assert_false(grid_has(grid, (struct tile_id){3, 8, 0}));
	assert_false(grid_has(grid, (struct tile_id){3, 0, 8}));
	assert_false(grid_has(grid, (struct tile_id){21, 0, 0}));
	assert_false(grid_has(grid, (struct tile_id){99, 0, 0}));
	assert_false(grid_has(grid, (struct tile_id){20, UINT32_MAX, 0}));
}

static void a_box_touches_the_tiles_it_reaches(void **state)
{
	const struct grid *grid = grids_find(grids, "CC48_10cm");
	struct tile_range range;
	struct box box = grid_tile_box(grid, (struct tile_id){10, 300, 200});

	(void)state;
	assert_true(grid_range(grid, 10, box_grown(box, -1), &range));
	assert_int_equal(range.min_x, 300);
	assert_int_equal(range.max_x, 300);
	assert_int_equal(range.min_y, 200);
	assert_int_equal(range.max_y, 200);
	assert_true(grid_range(grid, 10, box_grown(box, 1), &range));
	assert_int_equal(range.min_x, 299);
	assert_int_equal(range.max_x, 301);
	assert_int_equal(range.min_y, 199);
	assert_int_equal(range.max_y, 201);
}

static void a_box_beyond_the_matrix_is_clamped_or_refused(void **state)
{
	const struct grid *grid = grids_find(grids, "WebMercatorQuad");
	struct tile_range range;

	(void)state;
	assert_true(grid_range(grid, 3, (struct box){-1e9, -1e9, 1e9, 1e9}, &range));
	assert_int_equal(range.min_x, 0);
	assert_int_equal(range.max_x, 7);
	assert_int_equal(range.min_y, 0);
	assert_int_equal(range.max_y, 7);
	assert_false(grid_range(grid, 3, (struct box){3e7, 0, 4e7, 1}, &range));
	assert_false(grid_range(grid, 3, (struct box){0, -4e7, 1, -3e7}, &range));
	assert_false(grid_range(grid, 3, box_empty(), &range));
	assert_false(grid_range(grid, 3, (struct box){NAN, 0, NAN, 1}, &range));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grids_are_known_by_name),
		cmocka_unit_test(web_mercator_is_the_registered_one),
		cmocka_unit_test(world_crs84_is_the_registered_one),
		cmocka_unit_test(lambert_93_ends_at_10_cm),
		cmocka_unit_test(cc48_halves_to_ten_centimetres),
		cmocka_unit_test(levels_mean_the_same_at_rennes),
		cmocka_unit_test(columns_go_east_and_rows_south),
		cmocka_unit_test(neighbours_share_their_side_exactly),
		cmocka_unit_test(tiles_outside_the_matrix_are_not_had),
		cmocka_unit_test(a_box_touches_the_tiles_it_reaches),
		cmocka_unit_test(a_box_beyond_the_matrix_is_clamped_or_refused),
	};

	return cmocka_run_group_tests(tests, make_grids, drop_grids);
}
