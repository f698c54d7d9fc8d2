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

static double clamped(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* Cuts the segment to the box; false: no part of it is inside. */
static bool clip_segment(struct point *a, struct point *b, struct box box)
{
	struct point ends[2] = {*a, *b};
	unsigned beyond[2] = {sides_beyond(*a, box), sides_beyond(*b, box)};
	unsigned cut[2] = {0, 0};

	while (beyond[0] | beyond[1]) {
		int end = beyond[0] ? 0 : 1;
		unsigned side = beyond[end] & -beyond[end]; /* the lowest bit: one at a time */

		if (beyond[0] & beyond[1])
			return false;
		ends[end] = meet(*a, *b, side, box);
		/* Rounding may leave the cut a hair beyond a side it was cut at before. */
		cut[end] |= side;
		beyond[end] = sides_beyond(ends[end], box) & ~cut[end];
	}
	a->x = clamped(ends[0].x, box.minx, box.maxx);
	a->y = clamped(ends[0].y, box.miny, box.maxy);
	b->x = clamped(ends[1].x, box.minx, box.maxx);
	b->y = clamped(ends[1].y, box.miny, box.maxy);
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
	piece = *pieces;
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
