/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/snap.h"

#include <math.h>

static struct tile_point rounded(struct point point)
{
	return (struct tile_point){(int32_t)lrint(point.x), (int32_t)lrint(point.y)};
}

static bool same(struct tile_point a, struct tile_point b)
{
	return a.x == b.x && a.y == b.y;
}

/* Twice the area of the triangle: 0 when the points are on one line. */
static int64_t cross(struct tile_point a, struct tile_point b, struct tile_point c)
{
	return ((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
	       ((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
}

/* Does a-b-c go on in the direction it came? (The points are on one line.) */
static bool goes_on(struct tile_point a, struct tile_point b, struct tile_point c)
{
	return ((int64_t)b.x - a.x) * ((int64_t)c.x - b.x) +
		       ((int64_t)b.y - a.y) * ((int64_t)c.y - b.y) >=
	       0;
}

/* Appends POINT to a ring under way; points that end up on a line or on a spike are taken back. */
static void ring_push(struct tile_path *ring, struct tile_point point)
{
	while (ring->count) {
		if (same(ring->points[ring->count - 1], point))
			return;
		if (ring->count < 2 ||
		    cross(ring->points[ring->count - 2], ring->points[ring->count - 1], point) != 0)
			break;
		ring->count--;
	}
	ring->points[ring->count++] = point;
}

/* The same where the ring's end meets its beginning. */
static void ring_close(struct tile_path *ring)
{
	struct tile_point *points = ring->points;
	bool changed = true;

	while (changed && ring->count >= 3) {
		uint32_t last = ring->count - 1;

		changed = true;
		if (same(points[last], points[0]) ||
		    cross(points[last - 1], points[last], points[0]) == 0) {
			ring->count--;
		} else if (cross(points[last], points[0], points[1]) == 0) {
			points++;
			ring->count--;
		} else {
			changed = false;
		}
	}
	ring->points = points;
	if (ring->count < 3)
		ring->count = 0;
}

struct tile_path snap_ring(struct path ring, struct arena *arena)
{
	struct tile_path out = {arena_alloc(arena, ring.count * sizeof(*out.points)), 0,
				ring.exterior};

	for (uint32_t i = 0; i < ring.count; i++)
		ring_push(&out, rounded(ring.points[i]));
	ring_close(&out);
	if (out.count && tile_path_double_area(out) == 0)
		out.count = 0;
	return out;
}

struct tile_path snap_line(struct path line, struct arena *arena)
{
	struct tile_path out = {arena_alloc(arena, line.count * sizeof(*out.points)), 0, false};

	for (uint32_t i = 0; i < line.count; i++) {
		struct tile_point point = rounded(line.points[i]);
		struct tile_point *end = out.points + out.count;

		if (out.count && same(end[-1], point))
			continue;
		if (out.count >= 2 && cross(end[-2], end[-1], point) == 0 &&
		    goes_on(end[-2], end[-1], point))
			out.count--;
		out.points[out.count++] = point;
	}
	if (out.count < 2)
		out.count = 0;
	return out;
}

struct tile_path snap_points(struct path points, struct arena *arena)
{
	struct tile_path out = {arena_alloc(arena, points.count * sizeof(*out.points)),
				points.count, false};

	for (uint32_t i = 0; i < points.count; i++)
		out.points[i] = rounded(points.points[i]);
	return out;
}

int64_t tile_path_double_area(struct tile_path ring)
{
	struct tile_point last = ring.points[ring.count - 1];
	int64_t sum = 0;

	for (uint32_t i = 0; i < ring.count; i++) {
		struct tile_point point = ring.points[i];

		sum += (int64_t)last.x * point.y - (int64_t)point.x * last.y;
		last = point;
	}
	return sum;
}

void tile_path_orient(struct tile_path ring, bool positive)
{
	if ((tile_path_double_area(ring) > 0) == positive)
		return;
	for (uint32_t i = 0, j = ring.count - 1; i < j; i++, j--) {
		struct tile_point swap = ring.points[i];

		ring.points[i] = ring.points[j];
		ring.points[j] = swap;
	}
}

struct box box_of_tile_points(const struct tile_point *points, uint32_t count)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < count; i++)
		box = box_include(box, (struct point){points[i].x, points[i].y});
	return box;
}
