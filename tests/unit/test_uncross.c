/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outline_data.h"
#include "tiler/selection.h"
#include "tiler/simplify.h"
#include "tiler/uncross.h"

/* Borders simplified until they cross, and what is left of that, counted by looking at all pairs.
 */

enum {
	STRIPS = 20,
	LENGTH = 120, /* vertices of a border */
};

struct edge {
	uint32_t from, to;
};

struct edges {
	struct edge list[16384];
	uint32_t count;
};

static void list_edges(const struct borders *borders, const bool *shown, struct edges *edges)
{
	edges->count = 0;
	for (uint64_t r = 0; r < borders->ring_count; r++) {
		const struct border_ring *ring = &borders->rings[r];
		const uint32_t *vertices = borders->vertices + ring->first;
		uint32_t last = UINT32_MAX, first = UINT32_MAX;

		for (uint32_t i = 0; i < ring->count; i++) {
			if (!shown[vertices[i]])
				continue;
			if (last != UINT32_MAX)
				edges->list[edges->count++] = (struct edge){last, vertices[i]};
			first = first == UINT32_MAX ? vertices[i] : first;
			last = vertices[i];
		}
		if (last != first)
			edges->list[edges->count++] = (struct edge){last, first};
		assert_true(edges->count < 16000);
	}
}

static bool sides_differ(struct point a, struct point b, struct point p, struct point q)
{
	double at_p = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
	double at_q = (b.x - a.x) * (q.y - a.y) - (b.y - a.y) * (q.x - a.x);

	return (at_p < 0 && at_q > 0) || (at_p > 0 && at_q < 0);
}

static uint32_t count_crossings(const struct outline *outline, const struct borders *borders,
				const bool *shown)
{
	static struct edges edges;
	const struct point *p = outline->points;
	uint32_t crossings = 0;

	list_edges(borders, shown, &edges);
	for (uint32_t i = 0; i < edges.count; i++) {
		for (uint32_t j = i + 1; j < edges.count; j++) {
			struct edge e = edges.list[i], f = edges.list[j];

			crossings += sides_differ(p[e.from], p[e.to], p[f.from], p[f.to]) &&
				     sides_differ(p[f.from], p[f.to], p[e.from], p[e.to]);
		}
	}
	return crossings;
}

static uint32_t count_shown(const struct outline *outline, const bool *shown)
{
	uint32_t count = 0;

	for (uint32_t v = 0; v < outline->vertex_count; v++)
		count += shown[v];
	return count;
}

/* Strips one above the other, a metre or so high, whose borders wind together. */
static struct geometry *strips(struct arena *arena)
{
	struct geometry *shapes = arena_alloc(arena, STRIPS * sizeof(*shapes));
	struct point borders[STRIPS + 1][LENGTH];
	struct chance chance = {12};

	for (uint32_t k = 0; k <= STRIPS; k++) {
		for (uint32_t i = 0; i < LENGTH; i++)
			borders[k][i] = (struct point){1350000 + 2 * i,
						       7220000 + k + 4 * sin(i / 7.0) +
							       chance_between(&chance, -0.4, 0.4)};
	}
	for (uint32_t k = 0; k < STRIPS; k++) {
		struct path *ring = arena_alloc(arena, sizeof(*ring));

		*ring = (struct path){arena_alloc(arena, (2 * LENGTH + 1) * sizeof(struct point)),
				      0, true};
		for (uint32_t i = 0; i < LENGTH; i++)
			ring->points[ring->count++] = borders[k][i];
		for (uint32_t i = LENGTH; i > 0; i--)
			ring->points[ring->count++] = borders[k + 1][i - 1];
		ring->points[ring->count] = ring->points[0];
		ring->count++;
		shapes[k] = (struct geometry){GEOMETRY_POLYGON, 1, ring};
	}
	return shapes;
}

/* Simplified at each tolerance: some borders must cross before, none may after, and of what makes
 * no difference nothing comes back. */
static void strips_are_uncrossed(void **state)
{
	static const float tolerances[] = {0.01f, 0.5f, 1, 2, 5, 100};
	struct arena *arena = arena_new();
	struct drawn_outline drawn = outline_of(*state, GEOMETRY_POLYGON, strips(arena), STRIPS);
	struct parallel *parallel = parallel_new(2);
	struct selection selection;
	uint32_t all = 0;

	simplify_outline(drawn.outline);
	selection_init(&selection, drawn.outline);
	assert_non_null(selection.borders);
	for (int t = 0; t < 6; t++) {
		bool *shown = simplify_shown(drawn.outline, selection.borders, NULL, tolerances[t]);
		uint32_t crossings = count_crossings(drawn.outline, selection.borders, shown);
		uint32_t before = count_shown(drawn.outline, shown), after;
		bool *by_one = memory_new(drawn.outline->vertex_count);

		memcpy(by_one, shown, drawn.outline->vertex_count);
		uncross_borders(drawn.outline, selection.borders, NULL, by_one);
		uncross_borders(drawn.outline, selection.borders, parallel, shown);
		assert_memory_equal(by_one, shown, drawn.outline->vertex_count);
		after = count_shown(drawn.outline, shown);
		assert_int_equal(count_crossings(drawn.outline, selection.borders, shown), 0);
		assert_int_equal(after > before, crossings > 0);
		all += crossings;
		free(by_one);
		free(shown);
	}
	assert_true(all > 100);
	parallel_free(parallel);
	selection_release(&selection);
	drawn_outline_release(&drawn);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strips_are_uncrossed),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
