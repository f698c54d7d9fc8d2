/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/plain_polygons.h"

#include <float.h>
#include <math.h>

enum {
	VERTICES_MOST = 64, /* of a ring; each border is held against each other */
	POLYGONS_MOST = 8   /* likewise */
};

/* Of the products whose difference tells the side, the part that rounding may come to. */
static const double UNSURE = 3 * DBL_EPSILON;

enum side {
	LEFT = 1,
	RIGHT = -1,
	UNKNOWN = 0
};

/* On which side of the way from A to B does P certainly lie? */
static enum side side_of(struct point a, struct point b, struct point p)
{
	double left = (b.x - a.x) * (p.y - a.y), right = (b.y - a.y) * (p.x - a.x);
	double area = left - right;

	if (fabs(area) <= UNSURE * (fabs(left) + fabs(right)))
		return UNKNOWN;
	return area > 0 ? LEFT : RIGHT;
}

/* Do both lie on one side of the line? */
static bool beside(struct point a, struct point b, struct point p, struct point q)
{
	enum side side = side_of(a, b, p);

	return side != UNKNOWN && side_of(a, b, q) == side;
}

static bool apart(struct point a, struct point b, struct point c, struct point d)
{
	return !box_intersects(box_of_segment(a, b), box_of_segment(c, d)) || beside(a, b, c, d) ||
	       beside(c, d, a, b);
}

/* Does the border that turns at B not go back over itself? */
static bool goes_on(struct point a, struct point b, struct point c)
{
	double along = (b.x - a.x) * (c.x - b.x), across = (b.y - a.y) * (c.y - b.y);

	return side_of(a, b, c) != UNKNOWN ||
	       along + across > UNSURE * (fabs(along) + fabs(across));
}

static bool is_plain(const struct path *ring)
{
	const struct point *p = ring->points;
	uint32_t count = ring->count ? ring->count - 1 : 0;

	if (count < 3 || count > VERTICES_MOST)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		/* the one after the next touches it too, at its end, when the ring is closed */
		uint32_t end = i == 0 ? count - 1 : count;

		if (!goes_on(p[i], p[i + 1], p[(i + 2) % count]))
			return false;
		for (uint32_t k = i + 2; k < end; k++) {
			if (!apart(p[i], p[i + 1], p[k], p[k + 1]))
				return false;
		}
	}
	return true;
}

bool polygons_are_plain(const struct geometry *geometry)
{
	struct box boxes[POLYGONS_MOST];

	if (geometry->path_count > POLYGONS_MOST)
		return false;
	for (uint32_t i = 0; i < geometry->path_count; i++) {
		const struct path *ring = &geometry->paths[i];

		if (!ring->exterior || !is_plain(ring))
			return false;
		boxes[i] = box_of_points(ring->points, ring->count);
		for (uint32_t k = 0; k < i; k++) {
			if (box_intersects(boxes[k], boxes[i]))
				return false;
		}
	}
	return true;
}
