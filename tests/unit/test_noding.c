/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/noding.h"

/* Judged by brute force: every pair of edges is compared, exactly. */

enum {
	TRIALS = 3000,
	EDGES_MOST = 40
};

static int64_t cross(struct tile_point a, struct tile_point b, struct tile_point c)
{
	return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
	       ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

static bool same(struct tile_point a, struct tile_point b)
{
	return a.x == b.x && a.y == b.y;
}

static int sign(int64_t number)
{
	return (number > 0) - (number < 0);
}

static bool strictly_on(const struct tile_edge *edge, struct tile_point p)
{
	int64_t along = ((int64_t)p.x - edge->a.x) * ((int64_t)edge->b.x - edge->a.x) +
			((int64_t)p.y - edge->a.y) * ((int64_t)edge->b.y - edge->a.y);
	int64_t whole = ((int64_t)edge->b.x - edge->a.x) * ((int64_t)edge->b.x - edge->a.x) +
			((int64_t)edge->b.y - edge->a.y) * ((int64_t)edge->b.y - edge->a.y);

	return cross(edge->a, edge->b, p) == 0 && along > 0 && along < whole;
}

/* Do the edges meet anywhere but at ends of both? */
static bool badly_meet(const struct tile_edge *e, const struct tile_edge *f)
{
	if (strictly_on(e, f->a) || strictly_on(e, f->b) || strictly_on(f, e->a) ||
	    strictly_on(f, e->b))
		return true;
	return sign(cross(e->a, e->b, f->a)) * sign(cross(e->a, e->b, f->b)) < 0 &&
	       sign(cross(f->a, f->b, e->a)) * sign(cross(f->a, f->b, e->b)) < 0;
}

static bool is_noded(struct tile_edges edges)
{
	for (uint32_t i = 0; i < edges.count; i++) {
		if (same(edges.edges[i].a, edges.edges[i].b))
			return false;
		for (uint32_t j = i + 1; j < edges.count; j++)
			if (badly_meet(&edges.edges[i], &edges.edges[j]))
				return false;
	}
	return true;
}

static struct tile_edges edges_of(struct arena *arena, const int32_t (*numbers)[4], uint32_t count)
{
	struct tile_edges out = {arena_alloc(arena, count * sizeof(*out.edges)), count};

	for (uint32_t i = 0; i < count; i++)
		out.edges[i] = (struct tile_edge){
			{numbers[i][0], numbers[i][1]}, {numbers[i][2], numbers[i][3]}, 1};
	return out;
}

static struct tile_edges random_edges(struct arena *arena, struct chance *chance)
{
	uint32_t side = 3 + chance_below(chance, 60), count = 2 + chance_below(chance, EDGES_MOST);
	struct tile_edges out = {arena_alloc(arena, count * sizeof(*out.edges)), 0};

	while (out.count < count) {
		struct tile_edge edge = {
			{(int32_t)chance_below(chance, side), (int32_t)chance_below(chance, side)},
			{(int32_t)chance_below(chance, side), (int32_t)chance_below(chance, side)},
			1};

		if (!same(edge.a, edge.b))
			out.edges[out.count++] = edge;
	}
	return out;
}

/* How often edges start at a point, less how often they end there: cutting must not change it. */
static void balance_of(struct tile_edges edges, int balance[64][64])
{
	memset(balance, 0, sizeof(int[64][64]));
	for (uint32_t i = 0; i < edges.count; i++) {
		balance[edges.edges[i].a.x][edges.edges[i].a.y] += edges.edges[i].times;
		balance[edges.edges[i].b.x][edges.edges[i].b.y] -= edges.edges[i].times;
	}
}

/* Twice the area that all edges sweep as seen from the origin. */
static double swept(struct tile_edges edges, double *length)
{
	double sum = 0;

	*length = 0;
	for (uint32_t i = 0; i < edges.count; i++) {
		struct tile_point a = edges.edges[i].a, b = edges.edges[i].b;

		sum += edges.edges[i].times * ((double)a.x * b.y - (double)b.x * a.y);
		*length += abs(edges.edges[i].times) * hypot(b.x - a.x, b.y - a.y);
	}
	return sum;
}

static void random_edges_are_noded(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {7};
	int done = 0;

	(void)state;
	for (int i = 0; i < TRIALS; i++) {
		struct tile_edges given = random_edges(arena, &chance), edges = given;
		int before[64][64], after[64][64];
		double length, longer, area = swept(given, &length), noded_area;

		balance_of(given, before);
		if (node_edges(&edges, arena)) {
			balance_of(edges, after);
			noded_area = swept(edges, &longer);
			assert_true(is_noded(edges));
			assert_memory_equal(before, after, sizeof(before));
			/* A cut is put no farther from its edge than half the diagonal of a square
			 * of the grid, so each round sweeps less than that times the length. */
			assert_true(fabs(noded_area - area) <= 2 * 0.7072 * 8 * longer);
			done++;
		}
		arena_reset(arena);
	}
	/* Giving up is for hopeless cases. */
	assert_true(done > TRIALS * 99 / 100);
	arena_free(arena);
}

static void a_crossing_on_the_grid_is_exact(void **state)
{
	static const int32_t numbers[][4] = {{0, 0, 4, 4}, {0, 4, 4, 0}};
	struct arena *arena = arena_new();
	struct tile_edges edges = edges_of(arena, numbers, 2);
	double length;

	(void)state;
	assert_true(node_edges(&edges, arena));
	assert_int_equal(edges.count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_true(same(edges.edges[i].a, (struct tile_point){2, 2}) ||
			    same(edges.edges[i].b, (struct tile_point){2, 2}));
	swept(edges, &length);
	assert_true(fabs(length - 4 * sqrt(8)) < 1e-9);
	arena_free(arena);
}

static void what_lies_on_another_is_cut_there(void **state)
{
	/* A T, and two that overlap in part, in opposite directions. */
	static const int32_t numbers[][4] = {
		{0, 0, 9, 0}, {4, 0, 4, 5}, {0, 20, 6, 20}, {9, 20, 3, 20}};
	struct arena *arena = arena_new();
	struct tile_edges edges = edges_of(arena, numbers, 4);

	(void)state;
	assert_true(node_edges(&edges, arena));
	assert_true(is_noded(edges));
	/* What is walked both ways cancels. */
	assert_int_equal(edges.count, 2 + 1 + 1 + 1);
	arena_free(arena);
}

static void edges_that_meet_at_ends_stay_once(void **state)
{
	static const int32_t numbers[][4] = {
		{0, 0, 5, 1}, {5, 1, 3, 7}, {3, 7, 0, 0}, {0, 0, 5, 1}};
	struct arena *arena = arena_new();
	struct tile_edges edges = edges_of(arena, numbers, 4), none = {NULL, 0};

	(void)state;
	assert_true(node_edges(&edges, arena));
	assert_int_equal(edges.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(abs(edges.edges[i].times),
				 1 + (edges.edges[i].a.y + edges.edges[i].b.y == 1));
	assert_true(node_edges(&none, arena));
	assert_int_equal(none.count, 0);
	arena_free(arena);
}

/* A comb of long parallels, each crossing each: too many pairs to be worth it. */
static void too_many_pairs_are_refused(void **state)
{
	struct arena *arena = arena_new();
	struct tile_edges edges = {arena_alloc(arena, 2000 * sizeof(*edges.edges)), 2000};

	(void)state;
	for (int32_t i = 0; i < 2000; i++)
		edges.edges[i] = (struct tile_edge){{i % 7, i}, {4000 + i % 5, 2000 - i}, 1};
	assert_false(node_edges(&edges, arena));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_edges_are_noded),
		cmocka_unit_test(a_crossing_on_the_grid_is_exact),
		cmocka_unit_test(what_lies_on_another_is_cut_there),
		cmocka_unit_test(edges_that_meet_at_ends_stay_once),
		cmocka_unit_test(too_many_pairs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
