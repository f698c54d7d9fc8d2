/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geos_geometry.h"
#include "outline_data.h"
#include "tiler/level_feature.h"
#include "tiler/level_rounding.h"
#include "tiler/level_shape.h"
#include "tiler/simplify.h"

enum {
	SIDE = 9
};

/* Shapes on the table, as a level with a rule and a tolerance sees them. */
struct level {
	struct arena *arena;
	struct drawn_outline drawn;
	struct selection selection;
	struct level_look look;
	GEOSContextHandle_t geos;
};

static void level_begin(struct level *level, void **state, enum geometry_kind kind,
			const struct geometry *shapes, uint32_t count)
{
	level->drawn = outline_of(*state, kind, shapes, count);
	level->geos = GEOS_init_r();
	simplify_outline(level->drawn.outline);
	selection_init(&level->selection, level->drawn.outline);
}

static void level_see(struct level *level, struct selection_rule rule, float tolerance)
{
	level_look_release(&level->look);
	level->look = (struct level_look){.outline = level->drawn.outline,
					  .selection = &level->selection,
					  .rule = rule,
					  .tolerance = tolerance};
	selection_thin(&level->selection, level->drawn.outline, &rule);
	level_look_init(&level->look);
}

static void level_end(struct level *level)
{
	level_look_release(&level->look);
	selection_release(&level->selection);
	drawn_outline_release(&level->drawn);
	GEOS_finish_r(level->geos);
	arena_free(level->arena);
}

/* The look of the shape that was given as number N. */
static struct geometry seen(struct level *level, uint32_t n)
{
	struct geometry shape;

	assert_true(level_shape(&level->look, level->drawn.shapes[n], level->arena, &shape));
	return shape;
}

static double area_of(struct level *level, struct geometry shape)
{
	GEOSGeometry *geometry = geos_of_polygons(level->geos, level->arena, &shape);
	double area = geos_area(level->geos, geometry);

	GEOSGeom_destroy_r(level->geos, geometry);
	return area;
}

static uint64_t count_points(struct geometry shape)
{
	uint64_t count = 0;

	for (uint32_t p = 0; p < shape.path_count; p++)
		count += shape.paths[p].count - (shape.kind == GEOMETRY_POLYGON);
	return count;
}

static double hole_area(struct level *level, const GEOSGeometry *united)
{
	double sum = 0;

	for (int i = 0; i < GEOSGetNumGeometries_r(level->geos, united); i++) {
		const GEOSGeometry *part = GEOSGetGeometryN_r(level->geos, united, i);

		for (int h = 0; h < GEOSGetNumInteriorRings_r(level->geos, part); h++) {
			const GEOSGeometry *ring = GEOSGetInteriorRingN_r(level->geos, part, h);
			GEOSGeometry *hole = GEOSGeom_createPolygon_r(
				level->geos, GEOSGeom_clone_r(level->geos, ring), NULL, 0);

			sum += geos_area(level->geos, hole);
			GEOSGeom_destroy_r(level->geos, hole);
		}
	}
	return sum;
}

/* Overlaps and gaps between what is kept, as a share of the ground. */
static double faults(struct level *level, uint32_t count)
{
	GEOSGeometry *parts[2 * SIDE * SIDE], *all, *united;
	uint32_t kept = 0;
	double sum = 0, area, holes;

	for (uint32_t s = 0; s < count; s++) {
		struct geometry shape;

		if (!level_shape(&level->look, s, level->arena, &shape))
			continue;
		assert_int_equal(count_points(shape), level_shape_vertices(&level->look, s));
		parts[kept] = geos_of_polygons(level->geos, level->arena, &shape);
		sum += geos_area(level->geos, parts[kept++]);
	}
	assert_int_equal(kept, level->selection.kept_count);
	all = GEOSGeom_createCollection_r(level->geos, GEOS_GEOMETRYCOLLECTION, parts, kept);
	united = GEOSUnaryUnion_r(level->geos, all);
	area = geos_area(level->geos, united);
	holes = hole_area(level, united);
	GEOSGeom_destroy_r(level->geos, united);
	GEOSGeom_destroy_r(level->geos, all);
	return (fabs(sum - area) + holes) / area;
}

static void a_coverage_stays_one(void **state)
{
	static const double areas[] = {0, 50, 1500, 15000, 60000};
	static const float tolerances[] = {0, 1, 3, 6};

	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct level level = {.arena = arena_new()};
		struct mosaic mosaic = mosaic_of(level.arena, seed, SIDE);

		level_begin(&level, state, GEOMETRY_POLYGON, mosaic.shapes, mosaic.count);
		for (int a = 0; a < 5; a++) {
			for (int t = 0; t < 4; t++) {
				level_see(&level, (struct selection_rule){.area = areas[a]},
					  tolerances[t]);
				assert_true(faults(&level, mosaic.count) < 1e-9);
			}
		}
		level_end(&level);
	}
}

static void nothing_shows_before_it_must(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {
		shape_of(level.arena, GEOMETRY_POLYGON, "0 0, 9 0, 9 9, 0 9 / 3 3, 6 3, 6 6")};
	struct geometry shape;

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 1);
	level_see(&level, (struct selection_rule){0}, 0);
	shape = seen(&level, 0);
	assert_int_equal(shape.path_count, 2);
	assert_true(shape.paths[0].exterior && !shape.paths[1].exterior);
	assert_int_equal(count_points(shape), 7);
	assert_true(area_of(&level, shape) == 81 - 4.5);
	level.selection.kept[0] = 0;
	assert_false(level_shape(&level.look, 0, level.arena, &shape));
	assert_int_equal(level_shape_vertices(&level.look, 0), 0);
	level_end(&level);
}

static void holes_too_small_go(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {shape_of(level.arena, GEOMETRY_POLYGON,
					     "10 0, 20 0, 20 10, 10 10 / 11 1, 12 1, 12 2 / "
					     "13 1, 19 1, 19 9, 13 9")};
	struct geometry shape;

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 1);
	level_see(&level, (struct selection_rule){.area = 30}, 0);
	shape = seen(&level, 0);
	assert_int_equal(shape.path_count, 2);
	assert_true(area_of(&level, shape) == 100 - 48);
	level_end(&level);
}

/* Small parts add up as small features do; what is left of a feature is one geometry. */
static void parts_are_put_together_again(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {
		shape_of(level.arena, GEOMETRY_POLYGON,
			 "0 0, 3 0, 3 3, 0 3 | 10 0, 20 0, 20 10, 10 10 | 30 0, 36 0, 36 6, 30 6"),
		shape_of(
			level.arena, GEOMETRY_POLYGON,
			"50 0, 54 0, 54 4, 50 4 | 60 0, 65 0, 65 4, 60 4 | 70 0, 74 0, 74 3, 70 3"),
	};
	uint64_t small[] = {0, 1, 2}, large[] = {0, 1, 2};
	struct geometry geometries[GEOMETRY_KINDS - 1];

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 2);
	level_see(&level, (struct selection_rule){.area = 30}, 0);
	for (int i = 0; i < 3; i++) {
		large[i] += level.drawn.shapes[0];
		small[i] += level.drawn.shapes[1];
	}
	assert_int_equal(level_feature(&level.look, large, 3, level.arena, geometries), 1);
	assert_in_range(geometries[0].path_count, 2, 3);
	assert_true(area_of(&level, geometries[0]) >= 100 + 36);
	assert_int_equal(level_feature(&level.look, small, 3, level.arena, geometries), 1);
	assert_in_range(geometries[0].path_count, 1, 2);
	assert_in_range((uint64_t)(area_of(&level, geometries[0]) + 0.5), 30, 60);
	level_end(&level);
}

static void a_square_stands_in_for_what_is_too_small(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {shape_of(level.arena, GEOMETRY_POLYGON, "4 4, 6 4, 6 6")};
	struct geometry shape;

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 1);
	level_see(&level, (struct selection_rule){.area = 100}, 3);
	shape = seen(&level, 0);
	assert_int_equal(shape.path_count, 1);
	assert_int_equal(count_points(shape), 4);
	assert_int_equal(level_shape_vertices(&level.look, 0), 4);
	assert_true(fabs(area_of(&level, shape) - 100) < 1e-9);
	assert_true(shape.paths[0].points[0].x == 0 && shape.paths[0].points[0].y == 0);
	level_end(&level);
}

static void lines_keep_their_ends_and_points_all(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry line = shape_of(level.arena, GEOMETRY_LINE,
					"0 0, 5 1, 9 0 | 20 0, 25 0.1, 29 9");
	struct geometry shape[GEOMETRY_KINDS - 1];
	uint64_t parts[] = {0, 1, 2};

	level_begin(&level, state, GEOMETRY_LINE, &line, 1);
	level_see(&level, (struct selection_rule){0}, 2);
	assert_int_equal(level_feature(&level.look, parts, 2, level.arena, shape), 1);
	assert_int_equal(shape[0].path_count, 2);
	assert_int_equal(shape[0].paths[0].count, 2);
	assert_int_equal(shape[0].paths[1].count, 3);
	level_end(&level);

	level = (struct level){.arena = arena_new()};
	line = shape_of(level.arena, GEOMETRY_POINT, "1 1, 2 2, 300 3");
	level_begin(&level, state, GEOMETRY_POINT, &line, 1);
	level_see(&level, (struct selection_rule){.cell = 0.5}, 50);
	assert_int_equal(level_feature(&level.look, parts, 3, level.arena, shape), 1);
	assert_int_equal(shape[0].path_count, 1);
	assert_int_equal(shape[0].paths[0].count, 3);
	level_see(&level, (struct selection_rule){.cell = 100}, 50);
	assert_int_equal(level_feature(&level.look, parts, 3, level.arena, shape), 1);
	assert_int_equal(shape[0].paths[0].count, 2);
	level_end(&level);
}

/* Four round a place that is empty: all four become one, and the hole is kept. */
static void a_group_around_a_hole_keeps_it(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {
		shape_of(level.arena, GEOMETRY_POLYGON,
			 "0 0, 10 0, 7 3, 6 1, 4 4, 2 4, 0.5 2, 1.5 1"),
		shape_of(level.arena, GEOMETRY_POLYGON,
			 "10 0, 10 10, 7 7, 6 9, 4 6, 4 4, 6 1, 7 3"),
		shape_of(level.arena, GEOMETRY_POLYGON,
			 "10 10, 0 10, 1.5 9, 0.5 8, 2 6, 4 6, 6 9, 7 7"),
		shape_of(level.arena, GEOMETRY_POLYGON,
			 "0 10, 0 0, 1.5 1, 0.5 2, 2 4, 2 6, 0.5 8, 1.5 9"),
	};
	struct geometry shape;
	uint32_t group;

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 4);
	assert_non_null(level.selection.merging);
	level_see(&level, (struct selection_rule){.area = 90}, 0);
	group = merging_group(level.selection.merging, level.drawn.shapes[3]);
	assert_true(level_shape(&level.look, group, level.arena, &shape));
	assert_int_equal(shape.path_count, 2);
	assert_true(shape.paths[0].exterior && !shape.paths[1].exterior);
	assert_true(area_of(&level, shape) == 100 - 4);
	level_end(&level);
}

/* How many coordinates of what is kept lie on the grid of STEP; all lie on that of 1, and all
 * polygons are valid. */
static uint64_t count_on_grid(struct level *level, uint32_t count, double step, uint64_t *all)
{
	uint64_t on_grid = 0;

	*all = 0;
	for (uint32_t s = 0; s < count; s++) {
		struct geometry shape;
		GEOSGeometry *geometry;

		assert_true(level_shape(&level->look, s, level->arena, &shape));
		geometry = geos_of_polygons(level->geos, level->arena, &shape);
		assert_int_equal(GEOSisValid_r(level->geos, geometry), 1);
		GEOSGeom_destroy_r(level->geos, geometry);
		for (uint32_t p = 0; p < shape.path_count; p++) {
			for (uint32_t i = 0; i < shape.paths[p].count; i++) {
				struct point at = shape.paths[p].points[i];

				assert_true(fmod(at.x, 1) == 0 && fmod(at.y, 1) == 0);
				on_grid += fmod(at.x, step) == 0 && fmod(at.y, step) == 0;
				++*all;
			}
		}
	}
	return on_grid;
}

static void a_rounded_coverage_stays_one(void **state)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct level level = {.arena = arena_new()};
		struct mosaic mosaic = mosaic_of(level.arena, seed, SIDE);
		struct rounding_grid grid = {.unit = 1, .step = 8};
		uint64_t all;

		level_begin(&level, state, GEOMETRY_POLYGON, mosaic.shapes, mosaic.count);
		level_see(&level, (struct selection_rule){0}, 6);
		level_look_uncross(&level.look, NULL);
		level_look_round(&level.look, &grid, NULL);
		assert_true(faults(&level, mosaic.count) == 0);
		assert_true(count_on_grid(&level, mosaic.count, 8, &all) > all / 2);
		level_end(&level);
	}
}

/* The same vertices in the same places, whoever looks for what is broken. */
static void helpers_round_no_differently(void **state)
{
	struct level level = {.arena = arena_new()};
	struct mosaic mosaic = mosaic_of(level.arena, 4, SIDE);
	struct rounding_grid grid = {.unit = 1, .step = 64};
	struct parallel *parallel = parallel_new(2);
	struct level_look alone;

	level_begin(&level, state, GEOMETRY_POLYGON, mosaic.shapes, mosaic.count);
	level_see(&level, (struct selection_rule){0}, 30);
	alone = level.look;
	level_look_init(&alone);
	level_look_uncross(&alone, NULL);
	level_look_round(&alone, &grid, NULL);
	level_look_uncross(&level.look, parallel);
	level_look_round(&level.look, &grid, parallel);
	for (uint32_t v = 0; v < level.drawn.outline->vertex_count; v++) {
		assert_int_equal(alone.shown[v], level.look.shown[v]);
		if (alone.shown[v])
			assert_memory_equal(&alone.places[alone.place_of[v]],
					    &level.look.places[level.look.place_of[v]],
					    sizeof(struct point));
	}
	level_look_release(&alone);
	parallel_free(parallel);
	level_end(&level);
}

static void a_polygon_smaller_than_the_grid_keeps_its_place(void **state)
{
	struct level level = {.arena = arena_new()};
	struct geometry shapes[] = {
		shape_of(level.arena, GEOMETRY_POLYGON, "16 16, 18 16, 18 18, 16 18"),
		shape_of(level.arena, GEOMETRY_POLYGON, "0 0, 16 0, 16 16, 0 16"),
		shape_of(level.arena, GEOMETRY_POLYGON, "16 0, 18 0, 18 16, 16 16"),
		shape_of(level.arena, GEOMETRY_POLYGON, "18 0, 40 0, 40 16, 18 16"),
		shape_of(level.arena, GEOMETRY_POLYGON, "0 16, 16 16, 16 18, 0 18"),
		shape_of(level.arena, GEOMETRY_POLYGON, "18 16, 40 16, 40 18, 18 18"),
		shape_of(level.arena, GEOMETRY_POLYGON, "0 18, 16 18, 16 40, 0 40"),
		shape_of(level.arena, GEOMETRY_POLYGON, "16 18, 18 18, 18 40, 16 40"),
		shape_of(level.arena, GEOMETRY_POLYGON, "18 18, 40 18, 40 40, 18 40"),
	};
	struct rounding_grid grid = {.unit = 1, .step = 8};

	level_begin(&level, state, GEOMETRY_POLYGON, shapes, 9);
	assert_non_null(level.selection.borders);
	level_see(&level, (struct selection_rule){0}, 0);
	level_look_round(&level.look, &grid, NULL);
	assert_true(area_of(&level, seen(&level, 0)) == 16);
	assert_true(area_of(&level, seen(&level, 1)) == 256);
	assert_true(faults(&level, 9) == 0);
	level_end(&level);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_coverage_stays_one),
		cmocka_unit_test(nothing_shows_before_it_must),
		cmocka_unit_test(holes_too_small_go),
		cmocka_unit_test(parts_are_put_together_again),
		cmocka_unit_test(a_square_stands_in_for_what_is_too_small),
		cmocka_unit_test(lines_keep_their_ends_and_points_all),
		cmocka_unit_test(a_group_around_a_hole_keeps_it),
		cmocka_unit_test(a_rounded_coverage_stays_one),
		cmocka_unit_test(helpers_round_no_differently),
		cmocka_unit_test(a_polygon_smaller_than_the_grid_keeps_its_place),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
