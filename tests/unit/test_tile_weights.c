/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"
#include "tiler/simplify.h"
#include "tiler/tile_weights.h"
#include "tiler/value_weight.h"

/* Shapes in EPSG:3948 as WebMercatorQuad's tiles see them, against tiles reckoned one by one. */

enum {
	ZOOM = 12,
	MOST = 8,
};

struct weighing {
	struct arena *arena;
	struct drawn_outline drawn;
	struct selection selection;
	struct level_look look;
	struct grids *grids;
	const struct grid *grid;
	struct transform *transform;
	struct tile_weights *weights;
	struct heavy_tile tiles[MOST];
};

static void begin(struct weighing *weighing, void **state, enum geometry_kind kind,
		  const struct geometry *shapes, uint32_t count)
{
	struct crs *crs;
	struct error error;

	weighing->drawn = outline_of(*state, kind, shapes, count);
	simplify_outline(weighing->drawn.outline);
	selection_init(&weighing->selection, weighing->drawn.outline);
	weighing->look = (struct level_look){.outline = weighing->drawn.outline,
					     .selection = &weighing->selection};
	level_look_init(&weighing->look);
	assert_int_equal(grids_new(&weighing->grids, &error), ERROR_NONE);
	weighing->grid = grids_find(weighing->grids, "WebMercatorQuad");
	assert_int_equal(crs_new("EPSG:3948", &crs, &error), ERROR_NONE);
	assert_int_equal(transform_new(crs, weighing->grid->crs, &weighing->transform, &error),
			 ERROR_NONE);
	crs_free(crs);
	weighing->weights = tile_weights_new(weighing->drawn.outline, weighing->grid,
					     weighing->transform);
}

static void end(struct weighing *weighing)
{
	tile_weights_free(weighing->weights);
	transform_free(weighing->transform);
	grids_free(weighing->grids);
	level_look_release(&weighing->look);
	selection_release(&weighing->selection);
	drawn_outline_release(&weighing->drawn);
	arena_free(weighing->arena);
}

static struct tile_id tile_of(const struct weighing *weighing, struct point point)
{
	struct tile_range range;

	transform_forward(weighing->transform, &point, 1);
	assert_true(grid_range(weighing->grid, ZOOM, box_of_points(&point, 1), &range));
	return (struct tile_id){ZOOM, range.min_x, range.min_y};
}

static void assert_heaviest(struct weighing *weighing, struct point point)
{
	struct tile_id expected = tile_of(weighing, point);

	assert_true(tile_weights_heaviest(weighing->weights, &weighing->look, ZOOM, weighing->tiles,
					  MOST) > 0);
	assert_int_equal(weighing->tiles[0].id.z, ZOOM);
	assert_int_equal(weighing->tiles[0].id.x, expected.x);
	assert_int_equal(weighing->tiles[0].id.y, expected.y);
}

/* COUNT points around CENTRE, a feature each, added to SHAPES. */
static uint32_t scatter(struct arena *arena, struct geometry *shapes, uint32_t n,
			struct point centre, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++, n++) {
		struct path *path = arena_alloc(arena, sizeof(*path));

		*path = (struct path){arena_alloc(arena, sizeof(struct point)), 1, false};
		path->points[0] = (struct point){centre.x + i, centre.y};
		shapes[n] = (struct geometry){GEOMETRY_POINT, 1, path};
	}
	return n;
}

static const struct point DENSE = {1350000, 7220000}, SPARSE = {1370000, 7240000};

static void texts_weigh_where_they_are(void **state)
{
	struct weighing weighing = {.arena = arena_new()};
	struct geometry shapes[110];
	uint32_t count = scatter(weighing.arena, shapes, 0, DENSE, 100);

	count = scatter(weighing.arena, shapes, count, SPARSE, 10);
	begin(&weighing, state, GEOMETRY_POINT, shapes, count);
	assert_heaviest(&weighing, DENSE);
	for (uint32_t i = 100; i < count; i++) {
		uint32_t shape = weighing.drawn.shapes[i];

		weighing.drawn.outline->weights[weighing.drawn.outline->shapes[shape].feature] =
			500;
	}
	assert_heaviest(&weighing, SPARSE);
	assert_true(tile_weights_shape(&weighing.look, weighing.drawn.shapes[105]) >= 500);
	weighing.selection.kept[weighing.drawn.shapes[0]] = 0;
	assert_heaviest(&weighing, SPARSE);
	end(&weighing);
}

/* The middle of a long line is in one tile, most of its vertices are in another. */
static void vertices_weigh_where_they_are(void **state)
{
	struct weighing weighing = {.arena = arena_new()};
	struct point points[1000];
	struct path path = {points, 1000, false};
	struct geometry line = {GEOMETRY_LINE, 1, &path};

	for (uint32_t i = 0; i < 1000; i++)
		points[i] = i < 400 || i > 990
				    ? (struct point){DENSE.x + 2 * (i % 500), DENSE.y + i % 7}
				    : (struct point){SPARSE.x + 40 * i, SPARSE.y - 40 * (i % 2)};
	begin(&weighing, state, GEOMETRY_LINE, &line, 1);
	assert_heaviest(&weighing, DENSE);
	end(&weighing);
}

static void parts_weigh_where_they_are(void **state)
{
	struct weighing weighing = {.arena = arena_new()};
	struct point points[100];
	struct path path = {points, 100, false};
	struct geometry multi = {GEOMETRY_POINT, 1, &path};

	for (uint32_t i = 0; i < 100; i++)
		points[i] = i % 10 == 5 ? (struct point){SPARSE.x + 5000 * i, SPARSE.y}
					: (struct point){DENSE.x + i, DENSE.y};
	begin(&weighing, state, GEOMETRY_POINT, &multi, 1);
	assert_heaviest(&weighing, DENSE);
	end(&weighing);
}

static struct value text_of(const char *text)
{
	return (struct value){.type = VALUE_TEXT, .text = {text, (uint32_t)strlen(text)}};
}

/* What many features have in common costs once; columns of some zooms only do not count. */
static void values_in_common_weigh_little(void **state)
{
	static const uint32_t zooms[] = {0, 12};
	struct value_weights *weights = value_weights_new();
	struct value values[] = {text_of("a name of forty bytes, and some more yet"),
				 {.type = VALUE_REAL, .real = 0.1}};
	uint32_t first, second, third;

	(void)state;
	first = value_weights_of(weights, values, 2, NULL);
	second = value_weights_of(weights, values, 2, NULL);
	values[0] = text_of("another name of forty bytes, and no more");
	third = value_weights_of(weights, values, 2, NULL);
	assert_in_range(first, 20, 50);
	assert_in_range(second, 1, 4);
	assert_in_range(third, 15, first - 1);
	values[1].real = 0.2;
	assert_int_equal(value_weights_of(weights, values + 1, 1, zooms + 1), 0);
	assert_int_equal(value_weights_of(weights, values, 2, zooms), 1);
	values[0].type = VALUE_NULL;
	assert_int_equal(value_weights_of(weights, values, 1, NULL), 0);
	value_weights_free(weights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_weigh_where_they_are),
		cmocka_unit_test(vertices_weigh_where_they_are),
		cmocka_unit_test(parts_weigh_where_they_are),
		cmocka_unit_test(values_in_common_weigh_little),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
