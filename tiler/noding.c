/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/noding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Edges are sorted by their western end; each is compared with those that begin before it ends.
 * Long parallel edges would make that too many pairs. */
enum {
	PAIRS_AN_EDGE = 256,
	PAIRS_AT_LEAST = 4096,
	ROUNDS_MOST = 8
};

struct cut {
	uint32_t edge;
	struct tile_point at;
};

struct cuts {
	struct cut *cuts;
	uint32_t count, room;
	struct arena *arena;
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

static int32_t least(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int by_west_end(const void *left, const void *right)
{
	const struct tile_edge *e = left, *f = right;
	int32_t west_e = least(e->a.x, e->b.x), west_f = least(f->a.x, f->b.x);

	return (west_e > west_f) - (west_e < west_f);
}

static void add_cut(struct cuts *cuts, uint32_t edge, struct tile_point at)
{
	if (cuts->count == cuts->room) {
		struct cut *grown;

		cuts->room = cuts->room ? 2 * cuts->room : 32;
		grown = arena_alloc(cuts->arena, cuts->room * sizeof(*grown));
		if (cuts->count)
			memcpy(grown, cuts->cuts, cuts->count * sizeof(*grown));
		cuts->cuts = grown;
	}
	cuts->cuts[cuts->count++] = (struct cut){edge, at};
}

/* Is P, on the line of E, strictly between its ends? */
static bool within(const struct tile_edge *e, struct tile_point p)
{
	if (same(p, e->a) || same(p, e->b))
		return false;
	return p.x >= least(e->a.x, e->b.x) && p.x <= most(e->a.x, e->b.x) &&
	       p.y >= least(e->a.y, e->b.y) && p.y <= most(e->a.y, e->b.y);
}

/* Where F crosses the line that its ends lie F_A and F_B (twice the areas) from. */
static struct tile_point crossing(const struct tile_edge *f, int64_t f_a, int64_t f_b)
{
	double t = (double)f_a / ((double)f_a - (double)f_b);

	return (struct tile_point){(int32_t)lrint(f->a.x + t * ((double)f->b.x - f->a.x)),
				   (int32_t)lrint(f->a.y + t * ((double)f->b.y - f->a.y))};
}

/* Compares edges I and J; adds the cuts that their meeting asks for. */
static void compare_edges(const struct tile_edge *edges, uint32_t i, uint32_t j, struct cuts *cuts)
{
	const struct tile_edge *e = &edges[i], *f = &edges[j];
	int64_t f_a = cross(e->a, e->b, f->a), f_b = cross(e->a, e->b, f->b), e_a, e_b;
	struct tile_point at;

	if ((f_a > 0 && f_b > 0) || (f_a < 0 && f_b < 0))
		return;
	e_a = cross(f->a, f->b, e->a);
	e_b = cross(f->a, f->b, e->b);
	if ((e_a > 0 && e_b > 0) || (e_a < 0 && e_b < 0))
		return;
	if (f_a == 0 && within(e, f->a))
		add_cut(cuts, i, f->a);
	if (f_b == 0 && within(e, f->b))
		add_cut(cuts, i, f->b);
	if (e_a == 0 && within(f, e->a))
		add_cut(cuts, j, e->a);
	if (e_b == 0 && within(f, e->b))
		add_cut(cuts, j, e->b);
	if (!f_a || !f_b || !e_a || !e_b)
		return;
	at = crossing(f, f_a, f_b);
	if (!same(at, e->a) && !same(at, e->b))
		add_cut(cuts, i, at);
	if (!same(at, f->a) && !same(at, f->b))
		add_cut(cuts, j, at);
}

/* Compares all pairs whose boxes touch. False: too many. */
static bool sweep(struct tile_edges edges, struct cuts *cuts)
{
	uint64_t pairs = 0, pairs_most = (uint64_t)edges.count * PAIRS_AN_EDGE + PAIRS_AT_LEAST;

	qsort(edges.edges, edges.count, sizeof(*edges.edges), by_west_end);
	for (uint32_t i = 0; i < edges.count; i++) {
		const struct tile_edge *e = &edges.edges[i];
		int32_t east = most(e->a.x, e->b.x);
		int32_t low = least(e->a.y, e->b.y), high = most(e->a.y, e->b.y);

		for (uint32_t j = i + 1; j < edges.count; j++) {
			const struct tile_edge *f = &edges.edges[j];

			if (least(f->a.x, f->b.x) > east)
				break;
			if (++pairs > pairs_most)
				return false;
			if (most(f->a.y, f->b.y) >= low && least(f->a.y, f->b.y) <= high)
				compare_edges(edges.edges, i, j, cuts);
		}
	}
	return true;
}

static int by_edge(const void *left, const void *right)
{
	const struct cut *a = left, *b = right;

	return (a->edge > b->edge) - (a->edge < b->edge);
}

static int64_t distance(struct tile_point a, struct tile_point b)
{
	return ((int64_t)b.x - a.x) * ((int64_t)b.x - a.x) +
	       ((int64_t)b.y - a.y) * ((int64_t)b.y - a.y);
}

/* Orders the cuts of one edge from its start; there are few. */
static void order_cuts(struct cut *cuts, uint32_t count, struct tile_point start)
{
	for (uint32_t i = 1; i < count; i++) {
		struct cut cut = cuts[i];
		uint32_t k = i;

		for (; k && distance(start, cuts[k - 1].at) > distance(start, cut.at); k--)
			cuts[k] = cuts[k - 1];
		cuts[k] = cut;
	}
}

static struct tile_edges cut_edges(struct tile_edges edges, struct cuts *cuts)
{
	struct tile_edges out = {
		arena_alloc(cuts->arena, ((size_t)edges.count + cuts->count) * sizeof(*out.edges)),
		0};
	uint32_t next = 0;

	qsort(cuts->cuts, cuts->count, sizeof(*cuts->cuts), by_edge);
	for (uint32_t i = 0; i < edges.count; i++) {
		struct tile_point from = edges.edges[i].a;
		int32_t times = edges.edges[i].times;
		uint32_t first = next;

		while (next < cuts->count && cuts->cuts[next].edge == i)
			next++;
		order_cuts(cuts->cuts + first, next - first, from);
		for (uint32_t k = first; k < next; k++) {
			if (same(from, cuts->cuts[k].at))
				continue;
			out.edges[out.count++] = (struct tile_edge){from, cuts->cuts[k].at, times};
			from = cuts->cuts[k].at;
		}
		if (!same(from, edges.edges[i].b))
			out.edges[out.count++] = (struct tile_edge){from, edges.edges[i].b, times};
	}
	return out;
}

static int compare_points(struct tile_point a, struct tile_point b)
{
	if (a.x != b.x)
		return a.x < b.x ? -1 : 1;
	return (a.y > b.y) - (a.y < b.y);
}

static bool is_forward(const struct tile_edge *edge)
{
	return compare_points(edge->a, edge->b) < 0;
}

/* By the ends, without regard to direction. */
static int by_ends(const void *left, const void *right)
{
	const struct tile_edge *e = left, *f = right;
	bool e_forward = is_forward(e), f_forward = is_forward(f);
	int order = compare_points(e_forward ? e->a : e->b, f_forward ? f->a : f->b);

	return order ? order : compare_points(e_forward ? e->b : e->a, f_forward ? f->b : f->a);
}

/* Makes one of those that coincide. Of many small polygons side by side little else would be
 * compared than edges that cancel. */
static void add_up(struct tile_edges *edges)
{
	uint32_t kept = 0;

	qsort(edges->edges, edges->count, sizeof(*edges->edges), by_ends);
	for (uint32_t i = 0; i < edges->count;) {
		struct tile_edge edge = edges->edges[i];
		int32_t times = 0;

		for (; i < edges->count && by_ends(&edge, &edges->edges[i]) == 0; i++)
			times += is_forward(&edges->edges[i]) == is_forward(&edge)
					 ? edges->edges[i].times
					 : -edges->edges[i].times;
		edge.times = times;
		if (times)
			edges->edges[kept++] = edge;
	}
	edges->count = kept;
}

bool node_edges(struct tile_edges *edges, struct arena *arena)
{
	if (!edges->count)
		return true;
	for (int round = 0; round < ROUNDS_MOST; round++) {
		struct cuts cuts = {.arena = arena};

		add_up(edges);
		if (!sweep(*edges, &cuts))
			return false;
		if (!cuts.count)
			return true;
		*edges = cut_edges(*edges, &cuts);
	}
	return false;
}
