/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/geometry.h"

#include <math.h>

const char *geometry_kind_name(enum geometry_kind kind)
{
	static const char *const names[GEOMETRY_KINDS] = {"mixed", "point", "line", "polygon"};

	return names[kind];
}

struct box box_empty(void)
{
	return (struct box){INFINITY, INFINITY, -INFINITY, -INFINITY};
}

bool box_is_empty(struct box box)
{
	return !(box.minx <= box.maxx && box.miny <= box.maxy);
}

bool box_is_finite(struct box box)
{
	return isfinite(box.minx) && isfinite(box.miny) && isfinite(box.maxx) && isfinite(box.maxy);
}

struct box box_include(struct box box, struct point point)
{
	return (struct box){fmin(box.minx, point.x), fmin(box.miny, point.y),
			    fmax(box.maxx, point.x), fmax(box.maxy, point.y)};
}

struct box box_union(struct box a, struct box b)
{
	return (struct box){fmin(a.minx, b.minx), fmin(a.miny, b.miny), fmax(a.maxx, b.maxx),
			    fmax(a.maxy, b.maxy)};
}

struct box box_intersection(struct box a, struct box b)
{
	return (struct box){fmax(a.minx, b.minx), fmax(a.miny, b.miny), fmin(a.maxx, b.maxx),
			    fmin(a.maxy, b.maxy)};
}

bool box_intersects(struct box a, struct box b)
{
	return a.minx <= b.maxx && b.minx <= a.maxx && a.miny <= b.maxy && b.miny <= a.maxy;
}

bool box_contains(struct box outer, struct box inner)
{
	return outer.minx <= inner.minx && outer.miny <= inner.miny && outer.maxx >= inner.maxx &&
	       outer.maxy >= inner.maxy;
}

struct box box_grown(struct box box, double margin)
{
	return (struct box){box.minx - margin, box.miny - margin, box.maxx + margin,
			    box.maxy + margin};
}

struct box box_of_points(const struct point *points, uint32_t count)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < count; i++) {
		box.minx = points[i].x < box.minx ? points[i].x : box.minx;
		box.miny = points[i].y < box.miny ? points[i].y : box.miny;
		box.maxx = points[i].x > box.maxx ? points[i].x : box.maxx;
		box.maxy = points[i].y > box.maxy ? points[i].y : box.maxy;
	}
	return box;
}

struct box box_of_geometry(const struct geometry *geometry)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < geometry->path_count; i++)
		box = box_union(box,
				box_of_points(geometry->paths[i].points, geometry->paths[i].count));
	return box;
}

struct box box_of_geometries(const struct geometry *geometries, uint32_t count)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < count; i++)
		box = box_union(box, box_of_geometry(&geometries[i]));
	return box;
}

double path_area(struct path ring)
{
	double sum = 0;

	for (uint32_t i = 1; i < ring.count; i++) {
		struct point a = ring.points[i - 1], b = ring.points[i];

		sum += (a.x - ring.points[0].x) * (b.y - ring.points[0].y) -
		       (b.x - ring.points[0].x) * (a.y - ring.points[0].y);
	}
	return sum / 2;
}
