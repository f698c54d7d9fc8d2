/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/winding.h"

#include <stdlib.h>
#include <string.h>

/* Edges are looked for by the rows (of the grid, in equal bands) that they reach. */
enum {
	BANDS_MOST = 1024
};

/* An edge from its lesser end to its greater, and how many more times it was walked that way than
 * back. */
struct net_edge {
	struct tile_point a, b;
	int net;
};

struct bands {
	int32_t low;
	uint32_t height, count;
	uint32_t *first; /* of each band in `edges`; one more at the end */
	uint32_t *edges;
};

static int compare_points(struct tile_point a, struct tile_point b)
{
	if (a.x != b.x)
		return a.x < b.x ? -1 : 1;
	return (a.y > b.y) - (a.y < b.y);
}

static int by_ends(const void *left, const void *right)
{
	const struct net_edge *e = left, *f = right;
	int order = compare_points(e->a, f->a);

	return order ? order : compare_points(e->b, f->b);
}

/* Adds up the edges that coincide; those that cancel are gone. */
static uint32_t add_up(struct tile_edges edges, struct net_edge *nets)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < edges.count; i++) {
		const struct tile_edge *edge = &edges.edges[i];
		bool forward = compare_points(edge->a, edge->b) < 0;

		nets[i] = forward ? (struct net_edge){edge->a, edge->b, edge->times}
				  : (struct net_edge){edge->b, edge->a, -edge->times};
	}
	qsort(nets, edges.count, sizeof(*nets), by_ends);
	for (uint32_t i = 0; i < edges.count;) {
		struct net_edge sum = nets[i];

		for (i++; i < edges.count && by_ends(&sum, &nets[i]) == 0; i++)
			sum.net += nets[i].net;
		if (sum.net)
			nets[kept++] = sum;
	}
	return kept;
}

static int32_t low_of(const struct net_edge *edge)
{
	return edge->a.y < edge->b.y ? edge->a.y : edge->b.y;
}

static int32_t high_of(const struct net_edge *edge)
{
	return edge->a.y > edge->b.y ? edge->a.y : edge->b.y;
}

static struct bands sort_into_bands(const struct net_edge *nets, uint32_t count,
				    struct arena *arena)
{
	struct bands bands = {.low = INT32_MAX, .count = count < BANDS_MOST ? count : BANDS_MOST};
	int32_t high = INT32_MIN;
	uint32_t *filled;

	for (uint32_t i = 0; i < count; i++) {
		bands.low = low_of(&nets[i]) < bands.low ? low_of(&nets[i]) : bands.low;
		high = high_of(&nets[i]) > high ? high_of(&nets[i]) : high;
	}
	bands.height = (uint32_t)(((int64_t)high - bands.low) / bands.count + 1);
	bands.first = arena_alloc(arena, (bands.count + 1) * sizeof(*bands.first));
	memset(bands.first, 0, (bands.count + 1) * sizeof(*bands.first));
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t b = (uint32_t)(low_of(&nets[i]) - bands.low) / bands.height;
		     b <= (uint32_t)(high_of(&nets[i]) - bands.low) / bands.height; b++)
			bands.first[b + 1]++;
	}
	for (uint32_t b = 0; b < bands.count; b++)
		bands.first[b + 1] += bands.first[b];
	bands.edges = arena_alloc(arena, bands.first[bands.count] * sizeof(*bands.edges));
	filled = arena_alloc(arena, bands.count * sizeof(*filled));
	memcpy(filled, bands.first, bands.count * sizeof(*filled));
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t b = (uint32_t)(low_of(&nets[i]) - bands.low) / bands.height;
		     b <= (uint32_t)(high_of(&nets[i]) - bands.low) / bands.height; b++)
			bands.edges[filled[b]++] = i;
	}
	return bands;
}

/* How often the edges but OWN go round the point a hair above (greater y) and beside (greater x)
 * the middle of OWN: what a ray from there towards greater x crosses upwards, less what it crosses
 * downwards. In doubled coordinates, where the middle is on the grid. */
static int winding_beside(const struct net_edge *nets, const struct bands *bands, uint32_t own)
{
	int64_t x = (int64_t)nets[own].a.x + nets[own].b.x;
	int64_t y = (int64_t)nets[own].a.y + nets[own].b.y;
	uint32_t band = (uint32_t)((y >> 1) - bands->low) / bands->height;
	int winding = 0;

	for (uint32_t i = bands->first[band]; i < bands->first[band + 1]; i++) {
		const struct net_edge *edge = &nets[bands->edges[i]];
		bool a_above = 2 * (int64_t)edge->a.y > y, b_above = 2 * (int64_t)edge->b.y > y;
		int64_t side;

		if (bands->edges[i] == own || a_above == b_above)
			continue;
		side = ((int64_t)edge->b.x - edge->a.x) * (y - 2 * (int64_t)edge->a.y) -
		       ((int64_t)edge->b.y - edge->a.y) * (x - 2 * (int64_t)edge->a.x);
		/* The point is west of an edge when it lies to the left of its upward direction. */
		if ((side > 0) == b_above)
			winding += b_above ? edge->net : -edge->net;
	}
	return winding;
}

static bool is_inside(int winding, bool common)
{
	/* rounded to the nearest: what the one set adds is little beside it */
	int other = (winding + (winding < 0 ? -EDGE_OF_OTHER / 2 : EDGE_OF_OTHER / 2)) /
		    EDGE_OF_OTHER;

	return common ? other > 0 && winding - other * EDGE_OF_OTHER > 0 : winding > 0;
}

void keep_border(struct tile_edges *edges, bool common, struct arena *arena)
{
	struct net_edge *nets = arena_alloc(arena, edges->count * sizeof(*nets));
	uint32_t count = add_up(*edges, nets);
	struct bands bands;

	edges->count = 0;
	if (!count)
		return;
	bands = sort_into_bands(nets, count, arena);
	for (uint32_t i = 0; i < count; i++) {
		const struct net_edge *edge = &nets[i];
		/* From its lesser end to its greater an edge goes east, or straight up: the point
		 * above is on its left, the one beside a vertical edge on its right. A slanting
		 * edge has the point beside it on its right if it rises, else on its left. */
		bool beside_is_left = edge->b.y < edge->a.y || edge->b.y == edge->a.y;
		int beside = winding_beside(nets, &bands, i);
		bool left = is_inside(beside_is_left ? beside : beside + edge->net, common);
		bool right = is_inside(beside_is_left ? beside - edge->net : beside, common);

		if (left == right)
			continue;
		edges->edges[edges->count++] = left ? (struct tile_edge){edge->a, edge->b, 1}
						    : (struct tile_edge){edge->b, edge->a, 1};
	}
}
