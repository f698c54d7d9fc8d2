/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A line is looked at piece by piece. A segment near the border is cut where it crosses it, and at
 * the corners of the border that it runs along; between two cuts the middle tells for all. */

enum {
	PIECE_SEGMENTS = 16,
};
static const double ALONG = 0.5; /* units: no farther from the border is on it */

/* The lines that have been cut so far, and the run of points under way. */
struct cutting {
	struct arena *arena;
	struct tile_path *lines;
	uint32_t count, capacity;
	struct path run;
	uint32_t run_capacity;
};

static void end_run(struct cutting *cutting)
{
	struct tile_path line;

	if (cutting->run.count >= 2) {
		if (cutting->count == cutting->capacity) {
			struct tile_path *grown;

			cutting->capacity *= 2;
			grown = arena_alloc(cutting->arena, cutting->capacity * sizeof(*grown));
			memcpy(grown, cutting->lines, cutting->count * sizeof(*grown));
			cutting->lines = grown;
		}
		line = snap_line(cutting->run, cutting->arena);
		if (line.count)
			cutting->lines[cutting->count++] = line;
	}
	cutting->run.count = 0;
}

static void add_point(struct cutting *cutting, struct point point)
{
	struct path *run = &cutting->run;

	if (run->count == cutting->run_capacity) {
		struct point *grown;

		cutting->run_capacity *= 2;
		grown = arena_alloc(cutting->arena, cutting->run_capacity * sizeof(*grown));
		memcpy(grown, run->points, run->count * sizeof(*grown));
		run->points = grown;
	}
	run->points[run->count++] = point;
}

static void add_segment(struct cutting *cutting, struct point a, struct point b)
{
	const struct path *run = &cutting->run;

	if (run->count && memcmp(&run->points[run->count - 1], &a, sizeof(a)) != 0)
		end_run(cutting);
	if (!cutting->run.count)
		add_point(cutting, a);
	add_point(cutting, b);
}

static double cross(struct point u, struct point v)
{
	return u.x * v.y - u.y * v.x;
}

static double dot(struct point u, struct point v)
{
	return u.x * v.x + u.y * v.y;
}

static struct point from_to(struct point a, struct point b)
{
	return (struct point){b.x - a.x, b.y - a.y};
}

/* Inside PART, or along its border? */
static bool is_in(const struct geometry *part, struct point point)
{
	bool inside = false;

	for (uint32_t r = 0; r < part->path_count; r++) {
		const struct path *ring = &part->paths[r];

		for (uint32_t i = 1; i < ring->count; i++) {
			struct point a = ring->points[i - 1], b = ring->points[i];

			if (distance_to_segment(point, a, b) <= ALONG)
				return true;
			if ((a.y > point.y) != (b.y > point.y) &&
			    (cross(from_to(a, b), from_to(a, point)) > 0) == (b.y > a.y))
				inside = !inside;
		}
	}
	return inside;
}

/* Places on a segment, as shares of its length. */
struct stops {
	double *at;
	uint32_t count;
};

static void add_stop(struct stops *stops, double at)
{
	if (at > 0 && at < 1)
		stops->at[stops->count++] = at;
}

/* Where the segment from A by WAY meets the edge P-Q: one place, or of an edge that it runs along
 * the ends. */
static void add_meeting(struct stops *stops, struct point a, struct point way, struct point p,
			struct point q)
{
	struct point edge = from_to(p, q), off = from_to(a, p);
	double side_p = cross(way, off), side_q = cross(way, from_to(a, q));
	double lean = cross(way, edge), length = dot(way, way), near = ALONG * sqrt(length);

	if ((side_p > 0) != (side_q > 0) && lean != 0)
		add_stop(stops, cross(off, edge) / lean);
	if (fabs(side_p) <= near)
		add_stop(stops, dot(off, way) / length);
	if (fabs(side_q) <= near)
		add_stop(stops, dot(from_to(a, q), way) / length);
}

static int ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static struct stops find_stops(const struct geometry *part, struct point a, struct point b,
			       struct arena *arena)
{
	struct stops stops = {NULL, 0};
	size_t most = 2;

	for (uint32_t r = 0; r < part->path_count; r++)
		most += 3 * (size_t)part->paths[r].count;
	stops.at = arena_alloc(arena, most * sizeof(*stops.at));
	for (uint32_t r = 0; r < part->path_count; r++)
		for (uint32_t i = 1; i < part->paths[r].count; i++)
			add_meeting(&stops, a, from_to(a, b), part->paths[r].points[i - 1],
				    part->paths[r].points[i]);
	stops.at[stops.count++] = 1;
	qsort(stops.at, stops.count, sizeof(*stops.at), ascending);
	return stops;
}

static void cut_segment(struct cutting *cutting, const struct geometry *part, struct point a,
			struct point b)
{
	struct stops stops = find_stops(part, a, b, cutting->arena);
	struct point from = a, way = from_to(a, b);

	for (uint32_t i = 0; i < stops.count; i++) {
		double at = stops.at[i];
		struct point to = {a.x + at * way.x, a.y + at * way.y};

		if (at == 1)
			to = b;
		if (is_in(part, (struct point){(from.x + to.x) / 2, (from.y + to.y) / 2}))
			add_segment(cutting, from, to);
		from = to;
	}
}

/* COUNT points of a line, two or more. */
static void cut_piece(struct cutting *cutting, struct mask *mask, const struct tile_point *points,
		      uint32_t count)
{
	struct box box = box_of_tile_points(points, count);
	struct geometry part;
	enum mask_answer answer = mask_look(mask, box, cutting->arena, &part);

	for (uint32_t i = 1; answer != MASK_OUTSIDE && i < count; i++) {
		struct point a = {points[i - 1].x, points[i - 1].y};
		struct point b = {points[i].x, points[i].y};

		if (answer == MASK_INSIDE)
			add_segment(cutting, a, b);
		else
			cut_segment(cutting, &part, a, b);
	}
}

uint32_t mask_lines(struct mask *mask, struct tile_path **lines, uint32_t count,
		    struct arena *arena)
{
	struct cutting cutting = {.arena = arena, .capacity = count + 8, .run_capacity = 64};

	cutting.lines = arena_alloc(arena, cutting.capacity * sizeof(*cutting.lines));
	cutting.run.points = arena_alloc(arena, cutting.run_capacity * sizeof(struct point));
	for (uint32_t l = 0; l < count; l++) {
		const struct tile_path *line = &(*lines)[l];

		for (uint32_t i = 0; i + 1 < line->count; i += PIECE_SEGMENTS) {
			uint32_t left = line->count - i;

			cut_piece(&cutting, mask, line->points + i,
				  left < PIECE_SEGMENTS + 1 ? left : PIECE_SEGMENTS + 1);
		}
		end_run(&cutting);
	}
	*lines = cutting.lines;
	return cutting.count;
}
