/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The shapes that travel through the engine. All are plain values; coordinates and paths lie in
 * the arena of the unit of work that made them. The CRS is known from where they come. */

struct point {
	double x, y;
};

/* minx > maxx: empty. */
struct box {
	double minx, miny, maxx, maxy;
};

enum geometry_kind {
	GEOMETRY_MIXED = 0, /* of a theme whose features differ; of a feature: nothing to draw */
	GEOMETRY_POINT = 1, /* the numbers are those of MVT's GeomType */
	GEOMETRY_LINE = 2,
	GEOMETRY_POLYGON = 3,
};
enum {
	GEOMETRY_KINDS = 4
};

/* "point", "line", "polygon" or "mixed". */
const char *geometry_kind_name(enum geometry_kind kind);

/* A run of points: one line, one ring, or all the points of a multipoint. Rings repeat their first
 * point at the end, as in every source format. */
struct path {
	struct point *points;
	uint32_t count;
	bool exterior; /* of a ring: it opens a new polygon; its holes follow it */
};

struct geometry {
	enum geometry_kind kind;
	uint32_t path_count;
	struct path *paths;
};

struct box box_empty(void);
bool box_is_empty(struct box box);
bool box_is_finite(struct box box);
struct box box_include(struct box box, struct point point);
struct box box_union(struct box a, struct box b);
struct box box_intersection(struct box a, struct box b);
bool box_intersects(struct box a, struct box b); /* touching counts */
bool box_contains(struct box outer, struct box inner);
struct box box_grown(struct box box, double margin);
struct box box_of_points(const struct point *points, uint32_t count);
struct box box_of_geometry(const struct geometry *geometry);
struct box box_of_geometries(const struct geometry *geometries, uint32_t count);

static inline struct box box_of_segment(struct point a, struct point b)
{
	return (struct box){a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x > b.x ? a.x : b.x,
			    a.y > b.y ? a.y : b.y};
}

/* Of a closed ring; positive where it runs from x towards y. Reckoned from its first point, so that
 * what is far away loses no digits. */
double path_area(struct path ring);

static inline double distance_to_segment_squared(struct point p, struct point a, struct point b)
{
	double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
	double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0, x, y;

	t = t < 0 ? 0 : t > 1 ? 1 : t;
	x = p.x - (a.x + t * dx);
	y = p.y - (a.y + t * dy);
	return x * x + y * y;
}

static inline double distance_to_segment(struct point p, struct point a, struct point b)
{
	return sqrt(distance_to_segment_squared(p, a, b));
}
