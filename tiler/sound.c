/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/repair.h"

/* The quick test of repair.h. Edges are sorted by their western end, and each is compared with
 * those that begin before it ends. Where that would mean too many pairs (combs, long parallel
 * edges), the test gives up and leaves the answer to GEOS, which has an index. */

enum {
	PAIRS_AN_EDGE = 64,
	PAIRS_AT_LEAST = 4096,
	SORTED_FROM = 24,
	DIGIT_BITS = 7, /* two of them for a tile's width */
	DIGITS = 1 << DIGIT_BITS,
};

struct edge {
	int32_t minx, maxx, miny, maxy;
	struct tile_point a, b;
	uint32_t ring, index;
};

static int64_t cross(struct tile_point a, struct tile_point b, struct tile_point c)
{
	return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
	       ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

static int sign(int64_t value)
{
	return (value > 0) - (value < 0);
}

/* Do the closed segments share a point? (Their boxes do.) */
static bool edges_meet(const struct edge *e, const struct edge *f)
{
	int f_a = sign(cross(e->a, e->b, f->a)), f_b = sign(cross(e->a, e->b, f->b));
	int e_a = sign(cross(f->a, f->b, e->a)), e_b = sign(cross(f->a, f->b, e->b));

	return f_a * f_b <= 0 && e_a * e_b <= 0;
}

static bool neighbours(const struct edge *e, const struct edge *f, const struct tile_path *rings)
{
	uint32_t apart = e->index > f->index ? e->index - f->index : f->index - e->index;

	return e->ring == f->ring && (apart == 1 || apart + 1 == rings[e->ring].count);
}

/* What is sorted in place of an edge: its western end, counted from the westernmost, and its
 * number.
 */
struct west_end {
	uint32_t x, edge;
};

/* One pass of a radix sort. */
static void deal_out(const struct west_end *from, struct west_end *to, uint32_t count,
		     unsigned shift)
{
	uint32_t places[DIGITS] = {0}, place = 0;

	for (uint32_t i = 0; i < count; i++)
		places[from[i].x >> shift & (DIGITS - 1)]++;
	for (uint32_t digit = 0; digit < DIGITS; digit++) {
		uint32_t alike = places[digit];

		places[digit] = place;
		place += alike;
	}
	for (uint32_t i = 0; i < count; i++)
		to[places[from[i].x >> shift & (DIGITS - 1)]++] = from[i];
}

/* The edges in the order of their western ends. */
static struct edge *sorted_edges(const struct edge *edges, uint32_t count, struct arena *arena)
{
	struct edge *sorted = arena_alloc(arena, count * sizeof(*sorted));
	struct west_end *ends = arena_alloc(arena, count * sizeof(*ends));
	struct west_end *other = arena_alloc(arena, count * sizeof(*other)), *swap;
	int32_t west = INT32_MAX, east = INT32_MIN;

	for (uint32_t i = 0; i < count; i++) {
		west = edges[i].minx < west ? edges[i].minx : west;
		east = edges[i].minx > east ? edges[i].minx : east;
	}
	for (uint32_t i = 0; i < count; i++)
		ends[i] = (struct west_end){(uint32_t)edges[i].minx - (uint32_t)west, i};
	for (unsigned shift = 0; shift < 32 && ((uint32_t)east - (uint32_t)west) >> shift;
	     shift += DIGIT_BITS) {
		deal_out(ends, other, count, shift);
		swap = ends;
		ends = other;
		other = swap;
	}
	for (uint32_t i = 0; i < count; i++)
		sorted[i] = edges[ends[i].edge];
	return sorted;
}

static struct edge *list_edges(struct tile_rings rings, struct arena *arena, uint32_t *count)
{
	struct edge *edges, *edge;
	uint32_t total = 0;

	for (uint32_t r = 0; r < rings.count; r++)
		total += rings.rings[r].count;
	edge = edges = arena_alloc(arena, total * sizeof(*edges));
	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		for (uint32_t i = 0; i < ring->count; i++, edge++) {
			struct tile_point a = ring->points[i];
			struct tile_point b = ring->points[i + 1 == ring->count ? 0 : i + 1];

			edge->minx = a.x < b.x ? a.x : b.x;
			edge->maxx = a.x < b.x ? b.x : a.x;
			edge->miny = a.y < b.y ? a.y : b.y;
			edge->maxy = a.y < b.y ? b.y : a.y;
			edge->a = a;
			edge->b = b;
			edge->ring = r;
			edge->index = i;
		}
	}
	*count = total;
	return edges;
}

/* Does E meet F, which is not next to it in its ring? */
static inline bool meets(const struct edge *e, const struct edge *f, const struct tile_path *rings)
{
	if (f->maxy < e->miny || f->miny > e->maxy)
		return false;
	return !neighbours(e, f, rings) && edges_meet(e, f);
}

static bool few_keep_apart(const struct edge *edges, uint32_t count, const struct tile_path *rings)
{
	const struct edge *end = edges + count;

	for (const struct edge *e = edges; e < end; e++) {
		for (const struct edge *f = e + 1; f < end; f++) {
			if (f->minx <= e->maxx && f->maxx >= e->minx && meets(e, f, rings))
				return false;
		}
	}
	return true;
}

static bool edges_keep_apart(struct tile_rings rings, struct arena *arena)
{
	uint32_t count;
	struct edge *edges = list_edges(rings, arena, &count), *end;
	uint64_t pairs = 0, most = (uint64_t)count * PAIRS_AN_EDGE + PAIRS_AT_LEAST;

	if (count < SORTED_FROM)
		return few_keep_apart(edges, count, rings.rings);
	edges = sorted_edges(edges, count, arena);
	end = edges + count;
	for (const struct edge *e = edges; e < end; e++) {
		const struct edge *f = e + 1;

		for (; f < end && f->minx <= e->maxx; f++) {
			if (meets(e, f, rings.rings))
				return false;
		}
		pairs += (uint64_t)(f - e) - 1;
		if (pairs > most)
			return false;
	}
	return true;
}

/* Is the point inside the ring? (It is not on it.) */
static bool ring_holds(const struct tile_path *ring, struct tile_point point)
{
	struct tile_point last = ring->points[ring->count - 1];
	bool inside = false;

	for (uint32_t i = 0; i < ring->count; i++) {
		struct tile_point next = ring->points[i];

		if ((last.y > point.y) != (next.y > point.y)) {
			int64_t side = cross(last, next, point);

			if ((side > 0) == (next.y > last.y))
				inside = !inside;
		}
		last = next;
	}
	return inside;
}

struct ring_box {
	int32_t minx, maxx, miny, maxy;
};

static struct ring_box box_of_ring(const struct tile_path *ring)
{
	struct ring_box box = {INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN};

	for (uint32_t i = 0; i < ring->count; i++) {
		struct tile_point point = ring->points[i];

		box.minx = point.x < box.minx ? point.x : box.minx;
		box.maxx = point.x > box.maxx ? point.x : box.maxx;
		box.miny = point.y < box.miny ? point.y : box.miny;
		box.maxy = point.y > box.maxy ? point.y : box.maxy;
	}
	return box;
}

static bool boxes_overlap(const struct ring_box *a, const struct ring_box *b)
{
	return a->minx <= b->maxx && b->minx <= a->maxx && a->miny <= b->maxy && b->miny <= a->maxy;
}

/* Rings whose edges keep apart are nested or disjoint: one point of each tells. Allowed is only a
 * hole in its own polygon; an island in a hole, which would be sound, is left to GEOS. */
static bool rings_nest(struct tile_rings rings, struct arena *arena)
{
	struct ring_box *boxes = arena_alloc(arena, rings.count * sizeof(*boxes));
	uint32_t exterior = 0;

	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		boxes[r] = box_of_ring(ring);
		if (ring->exterior)
			exterior = r;
		else if (!ring_holds(&rings.rings[exterior], ring->points[0]))
			return false;
		for (uint32_t other = 0; other < r; other++) {
			if ((other == exterior && !ring->exterior) ||
			    !boxes_overlap(&boxes[r], &boxes[other]))
				continue;
			if (ring_holds(&rings.rings[other], ring->points[0]) ||
			    ring_holds(ring, rings.rings[other].points[0]))
				return false;
		}
	}
	return true;
}

bool rings_are_sound(struct tile_rings rings, struct arena *arena)
{
	struct arena_mark mark = arena_mark(arena);
	bool sound = rings.count == 0 || (edges_keep_apart(rings, arena) &&
					  (rings.count == 1 || rings_nest(rings, arena)));

	arena_rewind(arena, mark);
	return sound;
}
