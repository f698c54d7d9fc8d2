/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/clip.h"

#include <stdbool.h>
#include <string.h>

enum side {
	SIDE_WEST = 1,
	SIDE_EAST = 2,
	SIDE_SOUTH = 4,
	SIDE_NORTH = 8
};

static unsigned sides_beyond(struct point point, struct box box)
{
	return (point.x < box.minx ? SIDE_WEST : 0) | (point.x > box.maxx ? SIDE_EAST : 0) |
	       (point.y < box.miny ? SIDE_SOUTH : 0) | (point.y > box.maxy ? SIDE_NORTH : 0);
}

/* Where the segment A-B meets the line of a side, reckoned from the same end whichever way the
 * segment is walked. */
static struct point meet(struct point a, struct point b, enum side side, struct box box)
{
	struct point cut;

	if (b.x < a.x || (b.x == a.x && b.y < a.y)) {
		struct point swap = a;

		a = b;
		b = swap;
	}
	if (side & (SIDE_WEST | SIDE_EAST)) {
		cut.x = side == SIDE_WEST ? box.minx : box.maxx;
		cut.y = a.y + (b.y - a.y) * ((cut.x - a.x) / (b.x - a.x));
	} else {
		cut.y = side == SIDE_SOUTH ? box.miny : box.maxy;
		cut.x = a.x + (b.x - a.x) * ((cut.y - a.y) / (b.y - a.y));
	}
	return cut;
}

static struct path clip_ring_side(struct path ring, enum side side, struct box box,
				  struct arena *arena)
{
	struct path out = {NULL, 0, ring.exterior};
	struct point *points = arena_alloc(arena, (2 * (size_t)ring.count + 1) * sizeof(*points));
	struct point last = ring.points[ring.count - 1];
	bool last_inside = !(sides_beyond(last, box) & side);

	for (uint32_t i = 0; i < ring.count; i++) {
		struct point point = ring.points[i];
		bool inside = !(sides_beyond(point, box) & side);

		if (inside != last_inside)
			points[out.count++] = meet(last, point, side, box);
		if (inside)
			points[out.count++] = point;
		last = point;
		last_inside = inside;
	}
	if (out.count && memcmp(&points[0], &points[out.count - 1], sizeof(*points)) != 0) {
		points[out.count] = points[0];
		out.count++;
	}
	out.points = points;
	return out;
}

struct path clip_ring(struct path ring, struct box box, struct arena *arena)
{
	unsigned any = 0, all = ~0u;

	for (uint32_t i = 0; i < ring.count; i++) {
		unsigned beyond = sides_beyond(ring.points[i], box);

		any |= beyond;
		all &= beyond;
	}
	if (!any)
		return ring;
	if (all)
		return (struct path){NULL, 0, ring.exterior};
	for (unsigned side = SIDE_WEST; side <= SIDE_NORTH && ring.count; side <<= 1) {
		if (any & side)
			ring = clip_ring_side(ring, side, box, arena);
	}
	return ring;
}

/* Cuts the segment to the box; false: no part of it is inside. */
static bool clip_segment(struct point *a, struct point *b, struct box box)
{
	struct point start = *a, end = *b;
	unsigned beyond_a = sides_beyond(start, box), beyond_b = sides_beyond(end, box);

	while (beyond_a | beyond_b) {
		unsigned beyond = beyond_a ? beyond_a : beyond_b;
		struct point cut;

		if (beyond_a & beyond_b)
			return false;
		/* The lowest bit alone: one side at a time. */
		cut = meet(*a, *b, beyond & -beyond, box);
		if (beyond_a)
			beyond_a = sides_beyond(start = cut, box) & ~(beyond & -beyond);
		else
			beyond_b = sides_beyond(end = cut, box) & ~(beyond & -beyond);
	}
	*a = start;
	*b = end;
	return true;
}

static bool same(struct point a, struct point b)
{
	return a.x == b.x && a.y == b.y;
}

uint32_t clip_line(struct path line, struct box box, struct arena *arena, struct path **pieces)
{
	struct point *points;
	struct path *piece;
	uint32_t count = 0, used = 0;

	*pieces = arena_alloc(arena, sizeof(**pieces));
	if (line.count && box_contains(box, box_of_points(line.points, line.count))) {
		(*pieces)[0] = line;
		return 1;
	}
	if (line.count < 2)
		return 0;
	points = arena_alloc(arena, 2 * (size_t)line.count * sizeof(*points));
	*pieces = arena_alloc(arena, line.count * sizeof(**pieces));
	piece = *pieces - 1;
	for (uint32_t i = 1; i < line.count; i++) {
		struct point a = line.points[i - 1], b = line.points[i];

		if (!clip_segment(&a, &b, box))
			continue;
		if (!count || !same(points[used - 1], a)) {
			piece = *pieces + count++;
			*piece = (struct path){points + used, 1, false};
			points[used++] = a;
		}
		points[used++] = b;
		piece->count++;
	}
	return count;
}

struct path clip_points(struct path points, struct box box, struct arena *arena)
{
	struct path out = {NULL, 0, points.exterior};

	if (box_contains(box, box_of_points(points.points, points.count)))
		return points;
	out.points = arena_alloc(arena, points.count * sizeof(*out.points));
	for (uint32_t i = 0; i < points.count; i++) {
		if (!sides_beyond(points.points[i], box))
			out.points[out.count++] = points.points[i];
	}
	return out;
}
