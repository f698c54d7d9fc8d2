/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geos_geometry.h"
#include "outline_data.h"
#include "tiler/borders.h"
#include "tiler/level_shape.h"
#include "tiler/selection.h"
#include "tiler/simplify.h"

/* Groups, and the borders around them, against GEOS's unions of their members. */

enum {
	SIDE = 9
};
static const double LEASTS[] = {1, 900, 12000, 50000, 200000, 1e9};
enum {
	LEAST_COUNT = sizeof(LEASTS) / sizeof(LEASTS[0])
};

struct table {
	struct arena *arena;
	struct mosaic mosaic;
	struct drawn_outline drawn;
	float *areas; /* of each shape */
	double area;  /* of all */
	GEOSContextHandle_t geos;
};

static double shape_area(const struct geometry *shape)
{
	double sum = 0;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct path *ring = &shape->paths[p];
		double ring_sum = 0;

		for (uint32_t i = 1; i < ring->count; i++)
			ring_sum += (ring->points[i - 1].x - ring->points[0].x) *
					    (ring->points[i].y - ring->points[0].y) -
				    (ring->points[i].x - ring->points[0].x) *
					    (ring->points[i - 1].y - ring->points[0].y);
		sum += fabs(ring_sum) / 2 * (ring->exterior ? 1 : -1);
	}
	return sum;
}

static struct table table_set(void **state, uint64_t seed)
{
	struct table table = {.arena = arena_new(), .geos = GEOS_init_r()};

	table.mosaic = mosaic_of(table.arena, seed, SIDE);
	table.drawn = outline_of(*state, GEOMETRY_POLYGON, table.mosaic.shapes, table.mosaic.count);
	assert_non_null(table.drawn.outline->twins);
	simplify_outline(table.drawn.outline);
	table.areas = arena_alloc(table.arena, table.mosaic.count * sizeof(*table.areas));
	for (uint32_t n = 0; n < table.mosaic.count; n++) {
		table.areas[table.drawn.shapes[n]] = (float)shape_area(&table.mosaic.shapes[n]);
		table.area += shape_area(&table.mosaic.shapes[n]);
	}
	return table;
}

static void table_clear(struct table *table)
{
	drawn_outline_release(&table->drawn);
	GEOS_finish_r(table->geos);
	arena_free(table->arena);
}

/* Every shape is in one group, round which the members lead, and each group's area is theirs. */
static void check_groups(const struct table *table, const struct merging *merging, double least)
{
	double sum = 0;

	for (uint32_t s = 0; s < table->mosaic.count; s++) {
		uint32_t group = merging_group(merging, s), member = s, steps = 0;
		double area = 0;

		assert_int_equal(merging_group(merging, group), group);
		do {
			assert_int_equal(merging_group(merging, member), group);
			area += table->areas[member];
			member = merging_next(merging, member);
			assert_true(++steps <= table->mosaic.count);
		} while (member != s);
		assert_true(fabs(area - merging_area(merging, group)) < 1e-3 * area);
		/* The largest member lends its name. */
		assert_true(table->areas[group] >= table->areas[s]);
		if (group != s)
			continue;
		sum += area;
		assert_true(area >= least || steps == table->mosaic.count);
	}
	assert_true(fabs(sum - table->area) < 1e-4 * table->area);
}

static GEOSGeometry *union_of_members(const struct table *table, const struct merging *merging,
				      uint32_t group)
{
	GEOSGeometry *parts[2 * SIDE * SIDE], *all, *united;
	uint32_t count = 0;

	for (uint32_t n = 0; n < table->mosaic.count; n++)
		if (merging_group(merging, table->drawn.shapes[n]) == group)
			parts[count++] = geos_of_polygons(table->geos, table->arena,
							  &table->mosaic.shapes[n]);
	all = GEOSGeom_createCollection_r(table->geos, GEOS_GEOMETRYCOLLECTION, parts, count);
	united = GEOSUnaryUnion_r(table->geos, all);
	GEOSGeom_destroy_r(table->geos, all);
	return united;
}

/* The border of each group, all vertices shown, is the border of GEOS's union. */
static void check_borders(const struct table *table, const struct selection *selection)
{
	struct level_look look = {.outline = table->drawn.outline, .selection = selection};

	level_look_init(&look);
	for (uint32_t s = 0; s < table->mosaic.count; s++) {
		struct geometry shape;
		GEOSGeometry *ours, *united;

		if (!selection->kept[s])
			continue;
		assert_true(level_shape(&look, s, table->arena, &shape));
		ours = geos_of_polygons(table->geos, table->arena, &shape);
		united = union_of_members(table, selection->merging, s);
		assert_int_equal(GEOSisValid_r(table->geos, ours), 1);
		assert_int_equal(GEOSEquals_r(table->geos, ours, united), 1);
		GEOSGeom_destroy_r(table->geos, ours);
		GEOSGeom_destroy_r(table->geos, united);
	}
	level_look_release(&look);
}

static void groups_and_borders_are_unions(void **state)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct table table = table_set(state, seed);
		struct selection selection;
		uint64_t kept = table.mosaic.count;

		selection_init(&selection, table.drawn.outline);
		for (int i = 0; i < LEAST_COUNT; i++) {
			struct selection_rule rule = {.area = LEASTS[i]};

			selection_thin(&selection, table.drawn.outline, &rule);
			check_groups(&table, selection.merging, LEASTS[i]);
			check_borders(&table, &selection);
			assert_true(selection.kept_count <= kept);
			kept = selection.kept_count;
		}
		assert_int_equal(kept, 1);
		selection_release(&selection);
		table_clear(&table);
	}
}

/* Once together, always together. */
static void groups_only_grow(void **state)
{
	struct table table = table_set(state, 4);
	struct merging *merging = merging_new(table.drawn.outline, table.areas), *before;

	for (int i = 0; i < LEAST_COUNT; i++) {
		before = merging_copy(merging);
		merging_join(merging, LEASTS[i]);
		for (uint32_t s = 0; s < table.mosaic.count; s++)
			assert_int_equal(merging_group(merging, s),
					 merging_group(merging, merging_group(before, s)));
		merging_free(before);
	}
	merging_free(merging);
	table_clear(&table);
}

static void a_copy_goes_its_own_way(void **state)
{
	struct table table = table_set(state, 5);
	struct merging *merging = merging_new(table.drawn.outline, table.areas);
	struct merging *copy = merging_copy(merging);

	assert_true(merging_join(copy, 1e9));
	assert_false(merging_join(copy, 1e9));
	for (uint32_t s = 0; s < table.mosaic.count; s++)
		assert_int_equal(merging_group(merging, s), s);
	merging_free(merging);
	assert_true(merging_area(copy, merging_group(copy, 0)) > 0.99 * table.area);
	merging_free(copy);
	table_clear(&table);
}

/* 1 shares two metres with 0, one each with 2 and 3, half a metre twice with the frame 4; 5 lies
 * apart. */
static void the_longest_border_decides(void **state)
{
	struct arena *arena = arena_new();
	struct geometry shapes[] = {
		shape_of(arena, GEOMETRY_POLYGON, "0 0, 2 0, 2 2, 0 2"),
		shape_of(arena, GEOMETRY_POLYGON, "2 0, 2.5 0, 2.5 1, 2.5 2, 2 2"),
		shape_of(arena, GEOMETRY_POLYGON, "2.5 0, 8 0, 8 1, 2.5 1"),
		shape_of(arena, GEOMETRY_POLYGON, "2.5 1, 8 1, 8 2, 2.5 2"),
		shape_of(
			arena, GEOMETRY_POLYGON,
			"-1 -1, 9 -1, 9 3, -1 3 / 0 0, 2 0, 2.5 0, 8 0, 8 1, 8 2, 2.5 2, 2 2, 0 2"),
		shape_of(arena, GEOMETRY_POLYGON, "20 0, 20.1 0, 20.1 0.1"),
	};
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, 6);
	float areas[6];
	struct merging *merging;

	assert_non_null(drawn.outline->twins);
	for (uint32_t n = 0; n < 6; n++)
		areas[drawn.shapes[n]] = (float)shape_area(&shapes[n]);
	merging = merging_new(drawn.outline, areas);
	assert_true(merging_join(merging, 2));
	assert_int_equal(merging_group(merging, drawn.shapes[1]), drawn.shapes[0]);
	assert_int_equal(merging_next(merging, drawn.shapes[1]), drawn.shapes[0]);
	assert_int_equal(merging_group(merging, drawn.shapes[2]), drawn.shapes[2]);
	/* Who has no neighbour stays, however small. */
	assert_int_equal(merging_group(merging, drawn.shapes[5]), drawn.shapes[5]);
	merging_free(merging);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* An enclave joins what surrounds it, whose hole is gone with it. */
static void holes_close_over_what_filled_them(void **state)
{
	struct table table = table_set(state, 6);
	struct selection selection;
	struct selection_rule rule = {.area = 2000};
	const struct outline *outline = table.drawn.outline;

	selection_init(&selection, outline);
	assert_int_equal(selection.borders->ring_count, outline->path_count);
	selection_thin(&selection, outline, &rule);
	assert_int_equal(selection.kept_count, SIDE * SIDE);
	assert_int_equal(selection.borders->ring_count, SIDE * SIDE);
	for (uint64_t r = 0; r < selection.borders->ring_count; r++)
		assert_true(selection.borders->rings[r].exterior);
	selection_release(&selection);
	table_clear(&table);
}

/* Where two groups are left of four around a corner, nothing meets there any more. */
static void junctions_are_of_groups(void **state)
{
	struct table table = table_set(state, 7);
	const struct outline *outline = table.drawn.outline;
	struct selection selection;
	struct selection_rule rule = {.area = 60000};
	uint32_t before = 0, after = 0, unweighed = 0;

	selection_init(&selection, outline);
	selection_thin(&selection, outline, &rule);
	for (uint32_t v = 0; v < outline->vertex_count; v++) {
		before += outline->junction[v];
		after += selection.borders->junction[v];
		assert_true(outline->junction[v] || !selection.borders->junction[v]);
	}
	assert_true(after < before / 2);
	for (uint64_t r = 0; r < selection.borders->ring_count; r++) {
		const struct border_ring *ring = &selection.borders->rings[r];

		for (uint32_t i = 0; i < ring->count; i++)
			unweighed += selection.borders->significance
					     [selection.borders->vertices[ring->first + i]] < 0;
	}
	assert_int_equal(unweighed, 0);
	selection_release(&selection);
	table_clear(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_and_borders_are_unions),
		cmocka_unit_test(groups_only_grow),
		cmocka_unit_test(a_copy_goes_its_own_way),
		cmocka_unit_test(the_longest_border_decides),
		cmocka_unit_test(holes_close_over_what_filled_them),
		cmocka_unit_test(junctions_are_of_groups),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
