/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/interior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Best first: squares that cover the polygon wait in a heap, the one that could hold the most
 * distant point on top. It is looked at in its middle and, while it could still hold a point that
 * is better by more than a tenth, cut into four. */

enum {
	SQUARES_A_SIDE = 32,	 /* at first, along the longer side */
	WORK_MOST = 1500 * 1000, /* sides looked at; GEOS's search for the same has no bound */
	LOOKS_LEAST = 64,
};
static const double NEAR_ENOUGH = 1.1;

struct square {
	struct point middle;
	double half;	 /* of a side */
	double distance; /* of the middle from the border; negative outside */
	double most;	 /* that any of its points can have */
};

struct search {
	const struct path *rings; /* an exterior and its holes */
	uint32_t ring_count;
	uint64_t sides;
	struct arena *arena;
	struct square *heap;
	size_t count, room;
	uint64_t looks;
	struct point best;
	double distance; /* of the best */
};

static double squared_distance(struct point p, struct point a, struct point b)
{
	double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
	double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	dx = a.x + t * dx - p.x;
	dy = a.y + t * dy - p.y;
	return dx * dx + dy * dy;
}

static bool crosses(struct point a, struct point b, struct point p)
{
	return (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x;
}

static double distance_from_border(const struct search *search, struct point p)
{
	double least = HUGE_VAL;
	bool inside = false;

	for (uint32_t r = 0; r < search->ring_count; r++) {
		const struct path *ring = &search->rings[r];

		for (uint32_t i = 1; i < ring->count; i++) {
			struct point a = ring->points[i - 1], b = ring->points[i];

			least = fmin(least, squared_distance(p, a, b));
			inside ^= crosses(a, b, p);
		}
	}
	return inside ? sqrt(least) : -sqrt(least);
}

bool interior_holds(const struct geometry *polygons, struct point point)
{
	bool inside = false;

	for (uint32_t r = 0; r < polygons->path_count; r++)
		for (uint32_t i = 1; i < polygons->paths[r].count; i++)
			inside ^= crosses(polygons->paths[r].points[i - 1],
					  polygons->paths[r].points[i], point);
	return inside;
}

static void consider(struct search *search, struct point point, double distance)
{
	if (distance > search->distance) {
		search->distance = distance;
		search->best = point;
	}
}

/* The heaps's order; where two could be as good, place decides. */
static bool goes_before(const struct square *a, const struct square *b)
{
	if (a->most != b->most)
		return a->most > b->most;
	return a->middle.x != b->middle.x ? a->middle.x < b->middle.x : a->middle.y < b->middle.y;
}

static void push(struct search *search, struct point middle, double half)
{
	double distance = distance_from_border(search, middle);
	struct square square = {middle, half, distance, distance + half * M_SQRT2};
	size_t at = search->count;

	search->looks++;
	consider(search, middle, distance);
	if (square.most <= search->distance * NEAR_ENOUGH)
		return;
	if (search->count == search->room) {
		struct square *grown;

		search->room = 2 * search->room + 64;
		grown = arena_alloc(search->arena, search->room * sizeof(*grown));
		if (search->count)
			memcpy(grown, search->heap, search->count * sizeof(*grown));
		search->heap = grown;
	}
	search->count++;
	for (; at && goes_before(&square, &search->heap[(at - 1) / 2]); at = (at - 1) / 2)
		search->heap[at] = search->heap[(at - 1) / 2];
	search->heap[at] = square;
}

static struct square pop(struct search *search)
{
	struct square top = search->heap[0], last = search->heap[--search->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < search->count) {
		if (child + 1 < search->count &&
		    goes_before(&search->heap[child + 1], &search->heap[child]))
			child++;
		if (!goes_before(&search->heap[child], &last))
			break;
		search->heap[at] = search->heap[child];
		at = child;
	}
	search->heap[at] = last;
	return top;
}

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* A height near the middle of BOX at which no vertex lies. */
static double free_height(const struct search *search, struct box box)
{
	double middle = (box.miny + box.maxy) / 2, above = box.maxy, below = box.miny;

	for (uint32_t r = 0; r < search->ring_count; r++) {
		for (uint32_t i = 0; i < search->rings[r].count; i++) {
			double y = search->rings[r].points[i].y;

			if (y > middle)
				above = fmin(above, y);
			else
				below = fmax(below, y);
		}
	}
	return (above + below) / 2;
}

/* The middle of the widest run inside, along one line across: that is inside for certain. */
static bool find_inside(struct search *search, struct box box)
{
	double y = free_height(search, box), widest = 0;
	double *hits = arena_alloc(search->arena, search->sides * sizeof(*hits));
	struct point found = {0, y};
	size_t count = 0;

	for (uint32_t r = 0; r < search->ring_count; r++) {
		for (uint32_t i = 1; i < search->rings[r].count; i++) {
			struct point a = search->rings[r].points[i - 1];
			struct point b = search->rings[r].points[i];

			if ((a.y > y) != (b.y > y))
				hits[count++] = (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x;
		}
	}
	qsort(hits, count, sizeof(*hits), by_number);
	for (size_t i = 1; i < count; i += 2) {
		if (hits[i] - hits[i - 1] > widest) {
			widest = hits[i] - hits[i - 1];
			found.x = hits[i - 1] + widest / 2;
		}
	}
	search->best = found;
	search->distance = widest > 0 ? fmax(distance_from_border(search, found), 0) : 0;
	return widest > 0;
}

static void search_squares(struct search *search, struct box box)
{
	double width = box.maxx - box.minx, height = box.maxy - box.miny;
	double side = fmax(fmin(width, height), fmax(width, height) / SQUARES_A_SIDE);

	for (double x = box.minx; x < box.maxx; x += side)
		for (double y = box.miny; y < box.maxy; y += side)
			push(search, (struct point){x + side / 2, y + side / 2}, side / 2);
	while (search->count &&
	       (search->looks < LOOKS_LEAST || search->looks * search->sides < WORK_MOST)) {
		struct square square = pop(search);
		double half = square.half / 2;

		if (square.most <= search->distance * NEAR_ENOUGH)
			return;
		for (int i = 0; i < 4; i++)
			push(search,
			     (struct point){square.middle.x + (i & 1 ? half : -half),
					    square.middle.y + (i & 2 ? half : -half)},
			     half);
	}
}

/* Sets the rings of the largest polygon. */
static void choose_largest(struct search *search, const struct geometry *polygons)
{
	double largest = 0, area;

	for (uint32_t first = 0, end; first < polygons->path_count; first = end) {
		area = fabs(path_area(polygons->paths[first]));
		for (end = first + 1; end < polygons->path_count && !polygons->paths[end].exterior;
		     end++)
			area -= fabs(path_area(polygons->paths[end]));
		if (area <= largest)
			continue;
		largest = area;
		search->rings = &polygons->paths[first];
		search->ring_count = end - first;
	}
}

bool interior_point(const struct geometry *polygons, struct arena *arena, struct point *found)
{
	struct search search = {.arena = arena};
	struct box box;

	choose_largest(&search, polygons);
	if (!search.ring_count)
		return false;
	for (uint32_t r = 0; r < search.ring_count; r++)
		search.sides += search.rings[r].count;
	box = box_of_points(search.rings[0].points, search.rings[0].count);
	if (!find_inside(&search, box))
		return false;
	search_squares(&search, box);
	*found = search.best;
	return true;
}
