/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/untangle.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/noding.h"

/* A part that came out inside out is an accident of rounding if it is no larger than this (twice
 * the area, square tile units), and is left out. */
enum {
	ACCIDENT = 16,
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

static struct tile_edges list_edges(struct tile_rings rings, struct arena *arena)
{
	struct tile_edges out = {NULL, 0};
	uint32_t total = 0;

	for (uint32_t r = 0; r < rings.count; r++)
		total += rings.rings[r].count;
	out.edges = arena_alloc(arena, total * sizeof(*out.edges));
	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];

		for (uint32_t i = 0; i < ring->count; i++)
			out.edges[out.count++] = (struct tile_edge){
				ring->points[i], ring->points[i + 1 == ring->count ? 0 : i + 1]};
	}
	return out;
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

/* Takes out the edges that are walked as often in one direction as in the other; false: one is left
 * more than once, so polygons overlap. */
static bool cancel_edges(struct tile_edges *edges)
{
	uint32_t kept = 0;

	qsort(edges->edges, edges->count, sizeof(*edges->edges), by_ends);
	for (uint32_t i = 0; i < edges->count;) {
		struct tile_edge edge = edges->edges[i];
		int net = 0;

		for (; i < edges->count && by_ends(&edge, &edges->edges[i]) == 0; i++)
			net += is_forward(&edges->edges[i]) ? 1 : -1;
		if (net > 1 || net < -1)
			return false;
		if (net == 0)
			continue;
		if (is_forward(&edge) != (net > 0))
			edge = (struct tile_edge){edge.b, edge.a};
		edges->edges[kept++] = edge;
	}
	edges->count = kept;
	return true;
}

static int by_start(const void *left, const void *right)
{
	const struct tile_edge *e = left, *f = right;

	return compare_points(e->a, f->a);
}

/* The first of the edges that start at POINT; *END: one past the last. */
static uint32_t edges_from(const struct tile_edges *edges, struct tile_point point, uint32_t *end)
{
	uint32_t low = 0, high = edges->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_points(edges->edges[middle].a, point) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*end = low; *end < edges->count && same(edges->edges[*end].a, point);)
		++*end;
	return low;
}

static int64_t cross_of(struct tile_point u, struct tile_point v)
{
	return (int64_t)u.x * v.y - (int64_t)u.y * v.x;
}

static int64_t dot_of(struct tile_point u, struct tile_point v)
{
	return (int64_t)u.x * v.x + (int64_t)u.y * v.y;
}

static struct tile_point towards(struct tile_point from, struct tile_point to)
{
	return (struct tile_point){to.x - from.x, to.y - from.y};
}

/* Turning clockwise from BACK, is U met before V? (None of them points along BACK.) */
static bool met_before(struct tile_point back, struct tile_point u, struct tile_point v)
{
	/* Clockwise from BACK comes first what is on its right, then what is behind, then the left.
	 */
	int64_t side_u = cross_of(back, u), side_v = cross_of(back, v);
	bool right_u = side_u < 0 || (side_u == 0 && dot_of(back, u) < 0);
	bool right_v = side_v < 0 || (side_v == 0 && dot_of(back, v) < 0);

	if (right_u != right_v)
		return right_u;
	return cross_of(u, v) < 0;
}

/* The edge that goes on from the end of EDGE with the inside still on its left: the first one met
 * when turning clockwise, through the inside, from the way it came. */
static uint32_t next_edge(const struct tile_edges *edges, const struct tile_edge *edge,
			  const bool *walked)
{
	struct tile_point back = towards(edge->b, edge->a), best_way = {0, 0};
	uint32_t end, best = NONE;

	for (uint32_t i = edges_from(edges, edge->b, &end); i < end; i++) {
		struct tile_point way = towards(edges->edges[i].a, edges->edges[i].b);

		if (walked[i])
			continue;
		if (best == NONE || met_before(back, way, best_way)) {
			best = i;
			best_way = way;
		}
	}
	return best;
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

/* Walks from edge START until it comes back, parting a ring each time a point is met again. False:
 * the edges lead nowhere. */
static bool walk_from(struct walk *walk, const struct tile_edges *edges, uint32_t start,
		      bool *walked)
{
	uint32_t edge = start;

	walk->count = 0;
	walk->points[walk->count++] = edges->edges[start].a;
	*find_slot(walk, edges->edges[start].a) = 0;
	while (edge != NONE) {
		const struct tile_edge *walking = &edges->edges[edge];
		uint32_t *slot = find_slot(walk, walking->b);

		walked[edge] = true;
		if (*slot != NONE) {
			take_ring(walk, *slot);
			if (walk->count == 1 && same(walking->b, edges->edges[start].a))
				return true;
		} else {
			*slot = walk->count;
			walk->points[walk->count++] = walking->b;
		}
		edge = next_edge(edges, walking, walked);
	}
	return false;
}

static bool walk_all(struct walk *walk, struct tile_edges *edges)
{
	struct arena *arena = walk->arena;
	bool *walked = arena_alloc(arena, edges->count * sizeof(*walked));

	qsort(edges->edges, edges->count, sizeof(*edges->edges), by_start);
	memset(walked, 0, edges->count * sizeof(*walked));
	walk->slot_count = 16;
	while (walk->slot_count < 4 * edges->count)
		walk->slot_count *= 2;
	walk->slots = arena_alloc(arena, walk->slot_count * sizeof(*walk->slots));
	memset(walk->slots, 0xff, walk->slot_count * sizeof(*walk->slots));
	walk->points = arena_alloc(arena, ((size_t)edges->count + 1) * sizeof(*walk->points));
	walk->rings = arena_alloc(arena, ((size_t)edges->count / 3 + 1) * sizeof(*walk->rings));
	for (uint32_t i = 0; i < edges->count; i++) {
		if (!walked[i] && !walk_from(walk, edges, i, walked))
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
	bool dropped;
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

/* Finds each ring's place: an exterior must be in as many exteriors as holes, a hole in one
 * exterior more. What is not, is left out if it is an accident; else false. */
static bool place_rings(struct sorted_ring *rings, uint32_t count)
{
	for (uint32_t r = 0; r < count; r++) {
		struct sorted_ring *ring = &rings[r];
		int depth = 0;

		for (uint32_t other = 0; other < count; other++) {
			const struct sorted_ring *outer = &rings[other];

			if (other == r || outer->dropped || !could_hold(outer, ring) ||
			    !ring_holds(&outer->ring, ring->middle))
				continue;
			depth += outer->area > 0 ? 1 : -1;
			if (outer->area > 0 &&
			    (ring->parent == NONE || outer->area < rings[ring->parent].area))
				ring->parent = other;
		}
		if (depth == (ring->area < 0))
			continue;
		if (llabs(ring->area) > ACCIDENT)
			return false;
		ring->dropped = true;
	}
	return true;
}

/* Largest first, so that an accident is told from what it lies in. */
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
	if (!place_rings(rings, count))
		return false;
	out->rings = arena_alloc(walk->arena, count * sizeof(*out->rings));
	out->count = 0;
	for (uint32_t r = 0; r < count; r++) {
		if (rings[r].area < 0 || rings[r].dropped)
			continue;
		rings[r].ring.exterior = true;
		out->rings[out->count++] = rings[r].ring;
		for (uint32_t hole = 0; hole < count; hole++) {
			if (rings[hole].area < 0 && !rings[hole].dropped && rings[hole].parent == r)
				out->rings[out->count++] = rings[hole].ring;
		}
	}
	return true;
}

bool untangle_rings(struct tile_rings *rings, struct arena *arena)
{
	struct tile_edges edges = list_edges(*rings, arena);
	struct walk walk = {.arena = arena};

	return node_edges(&edges, arena) && cancel_edges(&edges) && walk_all(&walk, &edges) &&
	       sort_rings(&walk, rings);
}
