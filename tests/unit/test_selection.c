/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"
#include "tiler/selection.h"
#include "tiler/simplify.h"

enum {
	POINTS = 4000,
	LINES = 2000,
	SQUARES = 3000
};
static const double GROUND = 5000; /* metres a side, over which things are strewn */

static struct geometry *strewn_points(struct arena *arena, struct chance *chance, uint32_t count)
{
	struct geometry *shapes = arena_alloc(arena, count * sizeof(*shapes));

	for (uint32_t i = 0; i < count; i++) {
		struct point *point = arena_alloc(arena, sizeof(*point));

		*point = (struct point){chance_between(chance, 0, GROUND),
					chance_between(chance, 0, GROUND)};
		shapes[i] = (struct geometry){GEOMETRY_POINT, 1,
					      arena_alloc(arena, sizeof(struct path))};
		shapes[i].paths[0] = (struct path){point, 1, true};
	}
	return shapes;
}

/* Short straight lines of 1 to MOST metres. */
static struct geometry *strewn_lines(struct arena *arena, struct chance *chance, uint32_t count,
				     double most)
{
	struct geometry *shapes = strewn_points(arena, chance, count);

	for (uint32_t i = 0; i < count; i++) {
		struct point *ends = arena_alloc(arena, 2 * sizeof(*ends));

		ends[0] = ends[1] = shapes[i].paths[0].points[0];
		ends[1].x += chance_between(chance, 1, most);
		shapes[i].kind = GEOMETRY_LINE;
		shapes[i].paths[0] = (struct path){ends, 2, true};
	}
	return shapes;
}

/* Squares of 1 to MOST metres a side. */
static struct geometry *strewn_squares(struct arena *arena, struct chance *chance, uint32_t count,
				       double most)
{
	struct geometry *shapes = strewn_points(arena, chance, count);

	for (uint32_t i = 0; i < count; i++) {
		struct point at = shapes[i].paths[0].points[0];
		double side = chance_between(chance, 1, most);
		struct point *ring = arena_alloc(arena, 5 * sizeof(*ring));

		ring[0] = ring[4] = at;
		ring[1] = (struct point){at.x + side, at.y};
		ring[2] = (struct point){at.x + side, at.y + side};
		ring[3] = (struct point){at.x, at.y + side};
		shapes[i].kind = GEOMETRY_POLYGON;
		shapes[i].paths[0] = (struct path){ring, 5, true};
	}
	return shapes;
}

static double sum_of(const float *sizes, const uint8_t *kept, uint64_t count)
{
	double sum = 0;

	for (uint64_t s = 0; s < count; s++)
		sum += !kept || kept[s] ? sizes[s] : 0;
	return sum;
}

static uint64_t count_of(const struct selection *selection)
{
	uint64_t count = 0;

	for (uint64_t s = 0; s < selection->shape_count; s++)
		count += selection->kept[s];
	return count;
}

static bool is_within(const struct selection *coarser, const struct selection *finer)
{
	for (uint64_t s = 0; s < coarser->shape_count; s++)
		if (coarser->kept[s] && !finer->kept[s])
			return false;
	return true;
}

static void all_is_kept_at_first(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {1};
	struct geometry *shapes = strewn_squares(arena, &chance, 100, 20);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, 100);
	struct selection selection;
	struct selection_rule nothing = {0};

	selection_init(&selection, drawn.outline);
	selection_thin(&selection, drawn.outline, &nothing);
	assert_int_equal(selection.kept_count, 100);
	assert_int_equal(count_of(&selection), 100);
	assert_null(selection.merging);
	selection_release(&selection);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static void one_point_is_kept_in_each_cell(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {2};
	struct geometry *shapes = strewn_points(arena, &chance, POINTS);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POINT, shapes, POINTS);
	struct selection selection, finer;

	selection_init(&selection, drawn.outline);
	for (double cell = 25; cell < 2 * GROUND; cell *= 2) {
		struct selection_rule rule = {.cell = cell};
		uint32_t side = (uint32_t)ceil(GROUND / cell), cells = 0;
		uint8_t *filled = memory_zeroed((size_t)side * side, 1);

		selection_copy(&finer, &selection);
		selection_thin(&selection, drawn.outline, &rule);
		assert_true(is_within(&selection, &finer));
		for (uint32_t n = 0; n < POINTS; n++) {
			struct point at = shapes[n].paths[0].points[0];
			uint8_t *cell_of =
				&filled[(uint32_t)(at.y / cell) * side + (uint32_t)(at.x / cell)];

			cells += !(*cell_of & 1);
			*cell_of |= 1;
			if (!selection.kept[drawn.shapes[n]])
				continue;
			assert_false(*cell_of & 2);
			*cell_of |= 2;
		}
		assert_int_equal(selection.kept_count, cells);
		assert_int_equal(count_of(&selection), cells);
		free(filled);
		selection_release(&finer);
	}
	assert_int_equal(selection.kept_count, 1);
	selection_release(&selection);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* Which points stay hangs on what is near, not on what else there is. */
static void points_far_away_change_nothing(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {9};
	struct geometry *shapes = strewn_points(arena, &chance, POINTS);
	uint8_t kept[POINTS];
	struct selection_rule rule = {.cell = 200};

	for (int n = POINTS / 2; n < POINTS; n++)
		shapes[n].paths[0].points[0].x += 2 * GROUND;
	for (int with = 1; with >= 0; with--) {
		uint32_t count = with ? POINTS : POINTS / 2;
		struct drawn_outline drawn = outline_of(*state, GEOMETRY_POINT, shapes, count);
		struct selection selection;

		selection_init(&selection, drawn.outline);
		selection_thin(&selection, drawn.outline, &rule);
		for (int n = 0; n < POINTS / 2; n++) {
			if (with)
				kept[n] = selection.kept[drawn.shapes[n]];
			assert_int_equal(kept[n], selection.kept[drawn.shapes[n]]);
		}
		selection_release(&selection);
		drawn_outline_release(&drawn);
	}
	arena_free(arena);
}

/* Small things add up: what is kept stands for all there was, at every level, the same each time.
 */
static void check_mass(const struct outline *outline, struct selection_rule rule)
{
	struct selection selection, finer, again;
	double least = outline->shapes[0].kind == GEOMETRY_LINE ? rule.length : rule.area, all;

	selection_init(&selection, outline);
	selection_init(&again, outline);
	all = sum_of(selection.size, NULL, selection.shape_count);
	for (int level = 0; level < 6; level++) {
		selection_copy(&finer, &selection);
		selection_thin(&selection, outline, &rule);
		selection_thin(&again, outline, &rule);
		assert_memory_equal(selection.kept, again.kept, selection.shape_count);
		assert_true(is_within(&selection, &finer));
		assert_int_equal(count_of(&selection), selection.kept_count);
		assert_true(selection.kept_count > 0);
		assert_true(fabs(sum_of(selection.standing, selection.kept, selection.shape_count) -
				 all) < 1e-3 * all);
		/* Each but the last stands for what can be seen. */
		assert_true((double)selection.kept_count <= all / least + 1);
		least *= 4;
		rule.length *= 4;
		rule.area *= 4;
		selection_release(&finer);
	}
	selection_release(&selection);
	selection_release(&again);
}

static void small_polygons_add_up(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {3};
	struct geometry *shapes = strewn_squares(arena, &chance, SQUARES, 10);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, SQUARES);

	check_mass(drawn.outline, (struct selection_rule){.area = 200});
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static void short_lines_add_up(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {4};
	struct geometry *shapes = strewn_lines(arena, &chance, LINES, 30);
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_LINE, shapes, LINES);

	check_mass(drawn.outline, (struct selection_rule){.length = 60});
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static void one_small_thing_stays(void **state)
{
	static const char *const texts[] = {"5 5", "5 5, 6 5", "5 5, 6 5, 6 6"};

	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++) {
		struct arena *arena = arena_new();
		struct geometry shape = shape_of(arena, (enum geometry_kind)kind,
						 texts[kind - GEOMETRY_POINT]);
		struct drawn_outline drawn = outline_of(*state, (enum geometry_kind)kind, &shape,
							1);
		struct selection selection;
		struct selection_rule rule = {1e6, 1e6, 1e12, 1e12};
		float weight = 1000;

		selection_init(&selection, drawn.outline);
		for (int i = 0; i < 3; i++)
			selection_thin(&selection, drawn.outline, &rule);
		selection_cap(&selection, drawn.outline, &weight, 1e6, 1e-9);
		assert_int_equal(selection.kept_count, 1);
		assert_true(selection.kept[0]);
		if (kind == GEOMETRY_POLYGON)
			assert_true(selection_stand_in(&selection, 0, &rule) == 5e5);
		selection_release(&selection);
		drawn_outline_release(&drawn);
		arena_free(arena);
	}
}

static void large_things_stay_as_they_are(void **state)
{
	struct arena *arena = arena_new();
	struct geometry shapes[] = {
		shape_of(arena, GEOMETRY_POLYGON, "0 0, 10 0, 10 10, 0 10"),
		shape_of(arena, GEOMETRY_POLYGON, "20 0, 21 0, 21 1, 20 1"),
		shape_of(arena, GEOMETRY_POLYGON, "30 0, 32 0, 32 2, 30 2"),
	};
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, 3);
	struct selection selection;
	struct selection_rule rule = {.area = 50};

	selection_init(&selection, drawn.outline);
	selection_thin(&selection, drawn.outline, &rule);
	assert_true(selection.kept[drawn.shapes[0]]);
	assert_false(selection.kept[drawn.shapes[1]]);
	assert_true(selection.kept[drawn.shapes[2]]);
	assert_true(selection.standing[drawn.shapes[2]] == 5);
	assert_true(selection_stand_in(&selection, drawn.shapes[0], &rule) == 0);
	assert_true(fabs(selection_stand_in(&selection, drawn.shapes[2], &rule) - sqrt(50) / 2) <
		    1e-9);
	selection_release(&selection);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

static double square_area(const struct selection *selection, uint32_t shape,
			  const struct selection_rule *rule)
{
	double side = 2 * selection_stand_in(selection, shape, rule);

	return side * side;
}

/* A square that stands for several is as large as all of them, up to a symbol's size. */
static void symbols_are_as_large_as_what_they_stand_for(void **state)
{
	struct arena *arena = arena_new();
	struct geometry shape = shape_of(arena, GEOMETRY_POLYGON, "0 0, 10 0, 10 10, 0 10");
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, &shape, 1);
	struct selection_rule rule = {.area = 50, .symbol = 400};
	struct selection selection;

	selection_init(&selection, drawn.outline);
	assert_true(selection_stand_in(&selection, 0, &rule) == 0);
	selection.standing[0] = 130;
	assert_true(selection_stand_in(&selection, 0, &rule) == 0);
	selection.standing[0] = 300;
	assert_true(fabs(square_area(&selection, 0, &rule) - 300) < 1e-6);
	selection.standing[0] = 5000;
	assert_true(fabs(square_area(&selection, 0, &rule) - 400) < 1e-6);
	rule.symbol = 80; /* smaller than the polygon itself */
	assert_true(selection_stand_in(&selection, 0, &rule) == 0);
	rule = (struct selection_rule){.area = 200, .symbol = 400};
	assert_true(fabs(square_area(&selection, 0, &rule) - 400) < 1e-6);
	selection.standing[0] = 110;
	assert_true(fabs(square_area(&selection, 0, &rule) - 200) < 1e-6);
	selection_release(&selection);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

/* A crowded corner, and a few far from it: the crowd thins, its largest stay and stand for all; the
 * few do not lose as much. */
static void caps_thin_where_it_is_dense(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {6};
	struct geometry *shapes = strewn_squares(arena, &chance, 1000, 20);
	struct drawn_outline drawn;
	struct selection selection, again;
	float weights[1000];
	double all, smallest_kept = 1e9, largest_gone = 0;
	uint64_t crowd = 0, few = 0;

	for (uint32_t n = 0; n < 990; n++)
		for (uint32_t i = 0; i < 5; i++) {
			shapes[n].paths[0].points[i].x = fmod(shapes[n].paths[0].points[i].x, 90);
			shapes[n].paths[0].points[i].y = fmod(shapes[n].paths[0].points[i].y, 90);
		}
	drawn = outline_of(*state, GEOMETRY_POLYGON, shapes, 1000);
	for (int s = 0; s < 1000; s++)
		weights[s] = 1;
	selection_init(&selection, drawn.outline);
	selection_init(&again, drawn.outline);
	all = sum_of(selection.standing, NULL, 1000);
	selection_cap(&selection, drawn.outline, weights, 1000, 0.1);
	selection_cap(&again, drawn.outline, weights, 1000, 0.1);
	assert_memory_equal(selection.kept, again.kept, 1000);
	for (uint32_t n = 0; n < 1000; n++) {
		uint32_t s = drawn.shapes[n];
		bool kept = selection.kept[s];

		crowd += kept && n < 990;
		few += kept && n >= 990;
		if (n < 990 && kept && selection.size[s] < smallest_kept)
			smallest_kept = selection.size[s];
		if (n < 990 && !kept && selection.size[s] > largest_gone)
			largest_gone = selection.size[s];
	}
	assert_in_range(crowd, 80, 100);
	assert_true(few >= 5);
	assert_true(smallest_kept >= largest_gone);
	assert_int_equal(count_of(&selection), selection.kept_count);
	assert_true(fabs(sum_of(selection.standing, selection.kept, 1000) - all) < 1e-3 * all);
	selection_release(&selection);
	selection_release(&again);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_kept_at_first),
		cmocka_unit_test(one_point_is_kept_in_each_cell),
		cmocka_unit_test(points_far_away_change_nothing),
		cmocka_unit_test(small_polygons_add_up),
		cmocka_unit_test(short_lines_add_up),
		cmocka_unit_test(one_small_thing_stays),
		cmocka_unit_test(large_things_stay_as_they_are),
		cmocka_unit_test(symbols_are_as_large_as_what_they_stand_for),
		cmocka_unit_test(caps_thin_where_it_is_dense),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
