/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/untangle.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/noding.h"
#include "tiler/winding.h"

enum {
	RINGS_MOST = 4096
};
static const uint32_t NONE = UINT32_MAX;

static int compare_points(struct tile_point a, struct tile_point b)
{
	if (a.x != b.x)
		return a.x < b.x ? -1 : 1;
	return (a.y > b.y) - (a.y < b.y);
}

static bool same(struct tile_point a, struct tile_point b)
{
	return a.x == b.x && a.y == b.y;
}

static uint32_t count_edges(struct tile_rings rings)
{
	uint32_t total = 0;

	for (uint32_t r = 0; r < rings.count; r++)
		total += rings.rings[r].count;
	return total;
}

/* Appends those of RINGS, each to count TIMES; there is room. */
static void add_edges(struct tile_edges *edges, struct tile_rings rings, int32_t times)
{
	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		for (uint32_t i = 0; i < ring->count; i++)
			edges->edges[edges->count++] = (struct tile_edge){
				ring->points[i], ring->points[i + 1 == ring->count ? 0 : i + 1],
				times};
	}
}

static struct tile_point towards(struct tile_point from, struct tile_point to)
{
	return (struct tile_point){to.x - from.x, to.y - from.y};
}

static int64_t cross_of(struct tile_point u, struct tile_point v)
{
	return (int64_t)u.x * v.y - (int64_t)u.y * v.x;
}

/* An edge as seen from one of its ends. */
struct spoke {
	struct tile_point end, way; /* the way points from END to the other end */
	uint32_t edge;
	bool in; /* END is where the edge ends */
};

/* By place; there, clockwise (as x, y are on paper). No two point the same way: no edge is
 * there twice. */
static int by_end_clockwise(const void *left, const void *right)
{
	const struct spoke *u = left, *v = right;
	int order = compare_points(u->end, v->end);
	bool u_below = u->way.y < 0 || (u->way.y == 0 && u->way.x < 0);
	bool v_below = v->way.y < 0 || (v->way.y == 0 && v->way.x < 0);
	int64_t side = cross_of(u->way, v->way);

	if (order)
		return order;
	if (u_below != v_below)
		return u_below ? 1 : -1;
	return (side > 0) - (side < 0);
}

/* Of each edge the one that follows: turning clockwise from the way it came, through the inside,
 * the first one out. Around a point of a border inside and outside take turns, and so do the edges
 * that come in and go out. */
static uint32_t *find_course(const struct tile_edges *edges, struct arena *arena)
{
	uint32_t *next = arena_alloc(arena, edges->count * sizeof(*next));
	uint32_t count = 2 * edges->count;
	struct spoke *spokes = arena_alloc(arena, count * sizeof(*spokes));

	for (uint32_t i = 0; i < edges->count; i++) {
		const struct tile_edge *edge = &edges->edges[i];

		next[i] = NONE;
		spokes[2 * i] = (struct spoke){edge->a, towards(edge->a, edge->b), i, false};
		spokes[2 * i + 1] = (struct spoke){edge->b, towards(edge->b, edge->a), i, true};
	}
	qsort(spokes, count, sizeof(*spokes), by_end_clockwise);
	for (uint32_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && same(spokes[end].end, spokes[first].end);)
			end++;
		for (uint32_t i = first; i < end; i++) {
			const struct spoke *after = &spokes[i + 1 < end ? i + 1 : first];

			if (spokes[i].in && !after->in)
				next[spokes[i].edge] = after->edge;
		}
	}
	return next;
}

struct walked_ring {
	struct tile_path ring;
	struct tile_point middle; /* of one of its noded edges, in doubled coordinates: on no other
				     ring, as no vertex is */
};

/* The walk's points so far, by place, to see when it comes back to one. Slots of points that were
 * taken out stay behind; they are told by the point no longer being where they say. */
struct walk {
	struct tile_point *points;
	uint32_t count;
	uint32_t *slots; /* index of a point of the walk, or NONE */
	uint32_t slot_count;
	struct walked_ring *rings; /* taken out so far */
	uint32_t ring_count;
	struct arena *arena;
};

static uint32_t *find_slot(const struct walk *walk, struct tile_point point)
{
	uint32_t hash = (uint32_t)point.x * 2654435761u ^ (uint32_t)point.y * 2246822519u;
	uint32_t at = (hash ^ hash >> 15) & (walk->slot_count - 1);

	while (walk->slots[at] != NONE &&
	       !(walk->slots[at] < walk->count && same(walk->points[walk->slots[at]], point)))
		at = (at + 1) & (walk->slot_count - 1);
	return &walk->slots[at];
}

/* Takes the ring that closed at point FIRST of the walk out of it. */
static void take_ring(struct walk *walk, uint32_t first)
{
	const struct tile_point *points = walk->points + first;
	struct path ring = {NULL, walk->count - first, false};
	struct walked_ring *taken = &walk->rings[walk->ring_count];

	ring.points = arena_alloc(walk->arena, ring.count * sizeof(*ring.points));
	for (uint32_t i = 0; i < ring.count; i++)
		ring.points[i] = (struct point){points[i].x, points[i].y};
	taken->ring = snap_ring(ring, walk->arena);
	taken->middle = (struct tile_point){points[0].x + points[1].x, points[0].y + points[1].y};
	walk->ring_count += taken->ring.count > 0;
	walk->count = first + 1;
}

/* Walks from edge START until the course comes back to it, parting a ring each time a point is met
 * again. False: the edges lead nowhere. */
static bool walk_from(struct walk *walk, const struct tile_edges *edges, const uint32_t *next,
		      uint32_t start, bool *walked)
{
	uint32_t edge = start;

	walk->count = 0;
	walk->points[walk->count++] = edges->edges[start].a;
	*find_slot(walk, edges->edges[start].a) = 0;
	do {
		struct tile_point to = edges->edges[edge].b;
		uint32_t *slot = find_slot(walk, to);

		walked[edge] = true;
		if (*slot == NONE) {
			*slot = walk->count;
			walk->points[walk->count++] = to;
		} else {
			take_ring(walk, *slot);
		}
		edge = next[edge];
	} while (edge != start && edge != NONE);
	return edge == start && walk->count == 1;
}

static bool walk_all(struct walk *walk, const struct tile_edges *edges)
{
	struct arena *arena = walk->arena;
	bool *walked = arena_alloc(arena, edges->count * sizeof(*walked));
	uint32_t *next = find_course(edges, arena);

	memset(walked, 0, edges->count * sizeof(*walked));
	walk->slot_count = 16;
	while (walk->slot_count < 4 * edges->count)
		walk->slot_count *= 2;
	walk->slots = arena_alloc(arena, walk->slot_count * sizeof(*walk->slots));
	memset(walk->slots, 0xff, walk->slot_count * sizeof(*walk->slots));
	walk->points = arena_alloc(arena, ((size_t)edges->count + 1) * sizeof(*walk->points));
	walk->rings = arena_alloc(arena, ((size_t)edges->count / 3 + 1) * sizeof(*walk->rings));
	for (uint32_t i = 0; i < edges->count; i++) {
		if (!walked[i] && !walk_from(walk, edges, next, i, walked))
			return false;
	}
	return true;
}

/* Which side of the ring's outline is the point on? In doubled coordinates, so that the middle of
 * an edge can be asked for; it is never on the outline, since noded edges share ends only. */
static bool ring_holds(const struct tile_path *ring, struct tile_point doubled)
{
	struct tile_point last = ring->points[ring->count - 1];
	bool inside = false;

	for (uint32_t i = 0; i < ring->count; i++) {
		struct tile_point next = ring->points[i];

		if ((2 * last.y > doubled.y) != (2 * next.y > doubled.y)) {
			struct tile_point way = towards(last, next);
			struct tile_point off = {doubled.x - 2 * last.x, doubled.y - 2 * last.y};

			if ((cross_of(way, off) > 0) == (next.y > last.y))
				inside = !inside;
		}
		last = next;
	}
	return inside;
}

struct sorted_ring {
	struct tile_path ring;
	int64_t area;			     /* twice; negative for a hole */
	struct tile_point low, high, middle; /* its box; see walked_ring */
	uint32_t parent;		     /* of a hole: its exterior */
};

static struct sorted_ring sorted(const struct walked_ring *walked)
{
	struct tile_path ring = walked->ring;
	struct sorted_ring out = {
		.ring = ring, .area = tile_path_double_area(ring), .parent = NONE};

	out.low = out.high = ring.points[0];
	for (uint32_t i = 1; i < ring.count; i++) {
		struct tile_point p = ring.points[i];

		out.low.x = p.x < out.low.x ? p.x : out.low.x;
		out.low.y = p.y < out.low.y ? p.y : out.low.y;
		out.high.x = p.x > out.high.x ? p.x : out.high.x;
		out.high.y = p.y > out.high.y ? p.y : out.high.y;
	}
	out.middle = walked->middle;
	return out;
}

static bool could_hold(const struct sorted_ring *outer, const struct sorted_ring *inner)
{
	return outer->low.x <= inner->low.x && outer->low.y <= inner->low.y &&
	       outer->high.x >= inner->high.x && outer->high.y >= inner->high.y;
}

/* Finds the exterior of each hole: the smallest that holds it. */
static void place_holes(struct sorted_ring *rings, uint32_t count)
{
	for (uint32_t r = 0; r < count; r++) {
		struct sorted_ring *hole = &rings[r];

		for (uint32_t outer = 0; outer < r && hole->area < 0; outer++) {
			if (rings[outer].area > 0 && could_hold(&rings[outer], hole) &&
			    ring_holds(&rings[outer].ring, hole->middle))
				hole->parent = outer;
		}
	}
}

/* Largest first: what holds a ring comes before it. */
static int by_area(const void *left, const void *right)
{
	int64_t a = llabs(((const struct sorted_ring *)left)->area);
	int64_t b = llabs(((const struct sorted_ring *)right)->area);

	return (a < b) - (a > b);
}

static bool sort_rings(const struct walk *walk, struct tile_rings *out)
{
	uint32_t count = walk->ring_count;
	struct sorted_ring *rings = arena_alloc(walk->arena, count * sizeof(*rings));

	if (count > RINGS_MOST)
		return false;
	for (uint32_t r = 0; r < count; r++)
		rings[r] = sorted(&walk->rings[r]);
	qsort(rings, count, sizeof(*rings), by_area);
	place_holes(rings, count);
	out->rings = arena_alloc(walk->arena, count * sizeof(*out->rings));
	out->count = 0;
	for (uint32_t r = 0; r < count; r++) {
		if (rings[r].area < 0)
			continue;
		rings[r].ring.exterior = true;
		out->rings[out->count++] = rings[r].ring;
		for (uint32_t hole = 0; hole < count; hole++) {
			if (rings[hole].area < 0 && rings[hole].parent == r)
				out->rings[out->count++] = rings[hole].ring;
		}
	}
	return true;
}

/* The rings around what RINGS enclose, or where there are OTHERS what both do. */
static bool rings_around(struct tile_rings *rings, const struct tile_rings *others,
			 struct arena *arena)
{
	uint32_t most = count_edges(*rings) + (others ? count_edges(*others) : 0);
	struct tile_edges edges = {arena_alloc(arena, most * sizeof(*edges.edges)), 0};
	struct walk walk = {.arena = arena};

	add_edges(&edges, *rings, 1);
	if (others)
		add_edges(&edges, *others, EDGE_OF_OTHER);
	if (!node_edges(&edges, arena))
		return false;
	keep_border(&edges, others != NULL, arena);
	return walk_all(&walk, &edges) && sort_rings(&walk, rings);
}

bool untangle_rings(struct tile_rings *rings, struct arena *arena)
{
	return rings_around(rings, NULL, arena);
}

bool common_rings(struct tile_rings *rings, struct tile_rings others, struct arena *arena)
{
	return rings_around(rings, &others, arena);
}
