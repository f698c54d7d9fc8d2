/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/companion.h"

#include <math.h>

#include "tiler/interior.h"

bool companion_turns(enum geometry_kind kind)
{
	return kind == GEOMETRY_LINE || kind == GEOMETRY_MIXED;
}

static const struct geometry *of_kind(const struct geometry *geometries, uint32_t count,
				      enum geometry_kind kind)
{
	for (uint32_t i = 0; i < count; i++)
		if (geometries[i].kind == kind && geometries[i].path_count)
			return &geometries[i];
	return NULL;
}

const struct geometry *companion_polygons(const struct geometry *geometries, uint32_t count)
{
	return of_kind(geometries, count, GEOMETRY_POLYGON);
}

/* Points with weights, added up. */
struct balance {
	struct point origin; /* near by: sums of far coordinates would lose digits */
	double x, y, weight;
};

static void balance_add(struct balance *balance, double x, double y, double weight)
{
	balance->x += (x - balance->origin.x) * weight;
	balance->y += (y - balance->origin.y) * weight;
	balance->weight += weight;
}

static void weigh_ring(struct balance *balance, const struct path *ring)
{
	struct balance own = {.origin = ring->points[0]};
	double sign;

	for (uint32_t i = 1; i < ring->count; i++) {
		struct point a = ring->points[i - 1], b = ring->points[i], o = own.origin;
		double area = (a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y);

		balance_add(&own, (a.x + b.x + o.x) / 3, (a.y + b.y + o.y) / 3, area / 2);
	}
	if (own.weight == 0)
		return;
	/* Windings of sources are not to be relied on. */
	sign = ring->exterior == (own.weight > 0) ? 1 : -1;
	balance_add(balance, own.origin.x + own.x / own.weight, own.origin.y + own.y / own.weight,
		    sign * own.weight);
}

static void weigh_line(struct balance *balance, const struct path *line)
{
	for (uint32_t i = 1; i < line->count; i++) {
		struct point a = line->points[i - 1], b = line->points[i];

		balance_add(balance, (a.x + b.x) / 2, (a.y + b.y) / 2, hypot(b.x - a.x, b.y - a.y));
	}
}

static struct point centroid(const struct geometry *geometry)
{
	struct balance balance = {.origin = geometry->paths[0].points[0]};

	for (uint32_t p = 0; p < geometry->path_count; p++) {
		const struct path *path = &geometry->paths[p];

		if (geometry->kind == GEOMETRY_POLYGON)
			weigh_ring(&balance, path);
		else if (geometry->kind == GEOMETRY_LINE)
			weigh_line(&balance, path);
		else
			for (uint32_t i = 0; i < path->count; i++)
				balance_add(&balance, path->points[i].x, path->points[i].y, 1);
	}
	if (balance.weight <= 0)
		return balance.origin;
	return (struct point){balance.origin.x + balance.x / balance.weight,
			      balance.origin.y + balance.y / balance.weight};
}

static double length_of(const struct path *line)
{
	double sum = 0;

	for (uint32_t i = 1; i < line->count; i++)
		sum += hypot(line->points[i].x - line->points[i - 1].x,
			     line->points[i].y - line->points[i - 1].y);
	return sum;
}

static double direction(struct point from, struct point to)
{
	double angle = -atan2(to.y - from.y, to.x - from.x) * 180 / M_PI;

	return angle < 0 ? angle + 360 : fabs(angle);
}

/* At DISTANCE along LINE, whose sides of no length have no direction. */
static struct companion along(const struct path *line, double distance)
{
	struct companion found = {line->points[0], true, 0};

	for (uint32_t i = 1; i < line->count; i++) {
		struct point a = line->points[i - 1], b = line->points[i];
		double side = hypot(b.x - a.x, b.y - a.y), t;

		if (side == 0)
			continue;
		t = distance < side ? distance / side : 1;
		found.angle = direction(a, b);
		found.at = t == 1 ? b
				  : (struct point){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
		if (distance < side)
			break;
		distance -= side;
	}
	return found;
}

static struct companion on_line(enum companion_point point, const struct geometry *lines)
{
	const struct path *longest = &lines->paths[0];
	double most = length_of(longest);

	if (point == COMPANION_START)
		return along(longest, 0);
	if (point == COMPANION_END)
		return along(&lines->paths[lines->path_count - 1], HUGE_VAL);
	for (uint32_t p = 1; p < lines->path_count; p++) {
		double length = length_of(&lines->paths[p]);

		if (length > most) {
			most = length;
			longest = &lines->paths[p];
		}
	}
	return along(longest, most / 2);
}

bool companion_find(enum companion_point point, const struct geometry *geometries, uint32_t count,
		    struct arena *arena, struct companion *found)
{
	const struct geometry *polygons = companion_polygons(geometries, count);
	const struct geometry *lines = of_kind(geometries, count, GEOMETRY_LINE);
	const struct geometry *shape = polygons ? polygons
				       : lines	? lines
						: of_kind(geometries, count, GEOMETRY_POINT);

	if (point == COMPANION_NONE || !shape || !shape->paths[0].count)
		return false;
	*found = (struct companion){.at = shape->paths[0].points[0]};
	if (point == COMPANION_CENTROID)
		found->at = centroid(shape);
	else if (polygons && !interior_point(polygons, arena, &found->at))
		found->at = shape->paths[0].points[0];
	else if (shape == lines)
		*found = on_line(point, lines);
	return true;
}
