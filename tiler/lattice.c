/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/lattice.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "tiler/lattice_bend.h"
#include "tiler/lattice_refine.h"

/* Interpolating a smooth map over cells half as wide makes a quarter of the error. A lattice is
 * taken when the one before it, twice as coarse, was measured to be wrong by less than three times
 * the promise: a quarter of the promise is left as a margin for what the measure, at a few points
 * of each cell, does not see. */
static const double COARSE_ERROR = 3 * LATTICE_ERROR;

/* What may be added by nodes that are not PROJ's but lie on a polynomial through PROJ's. */
static const double REFINED_ERROR = LATTICE_ERROR / 8;

/* Tiles that span much of the world have no far side: there, all stays where PROJ puts it. */
static const double NEAR_TILES = 3.5;

/* Where half the cell does not lessen the error, the map jumps, and no lattice will do. */
static const double HOPELESS_SHARE = 0.7;
enum {
	HOPELESS_CELLS = 16
};

enum {
	REFINED_CELLS_MOST = 128
};

/* The first measure is taken inside the quarters of the box and not at its middle, where a map that
 * is symmetric about it, as Mercator is about the equator, shows no error. */
enum {
	FIRST_CELLS = 2
};

/* Over which share of the ground, its width and height together, a direction is carried over. */
static const double STEP = 0.005;

static void scale_to_tile(const struct lattice *lattice, struct point *points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		points[i].x = (points[i].x - lattice->tile.minx) * lattice->scale_x;
		points[i].y = (lattice->tile.maxy - points[i].y) * lattice->scale_y;
	}
}

/* Of the places where a point comes again, east and west, the one nearest to the tile: what goes on
 * beyond the antimeridian is not torn. */
static void bring_near(const struct lattice *lattice, struct point *points, size_t count)
{
	double middle = (lattice->tile.maxx - lattice->tile.minx) * lattice->scale_x / 2;

	for (size_t i = 0; i < count; i++) {
		double turns = round((points[i].x - middle) / lattice->period);

		if (isfinite(turns))
			points[i].x -= turns * lattice->period;
	}
}

static size_t project_exactly(const struct lattice *lattice, struct point *points, size_t count)
{
	size_t failed = lattice->transform ? transform_forward(lattice->transform, points, count)
					   : 0;

	scale_to_tile(lattice, points, count);
	if (lattice->period > 0)
		bring_near(lattice, points, count);
	for (size_t i = 0; failed && i < count; i++) {
		if (!isfinite(points[i].x) || !isfinite(points[i].y))
			points[i] = (struct point){HUGE_VAL, HUGE_VAL};
	}
	return failed;
}

static struct point node_position(const struct lattice *lattice, uint32_t column, uint32_t row)
{
	const struct box *box = &lattice->source;
	double u = (double)column / lattice->cells, v = (double)row / lattice->cells;

	return (struct point){box->minx + u * (box->maxx - box->minx),
			      box->miny + v * (box->maxy - box->miny)};
}

/* All nodes of a lattice of CELLS a side; those that COARSE (half as many cells; may be NULL) has
 * are taken from it. False when a node has no image. */
static bool place_nodes(struct lattice *lattice, uint32_t cells, const struct lattice *coarse,
			struct arena *arena)
{
	size_t side = cells + 1, count = 0, node = 0;
	struct point *asked = arena_alloc(arena, side * side * sizeof(*asked));

	lattice->cells = cells;
	lattice->cells_x = cells / (lattice->source.maxx - lattice->source.minx);
	lattice->cells_y = cells / (lattice->source.maxy - lattice->source.miny);
	lattice->nodes = arena_alloc(arena, side * side * sizeof(*lattice->nodes));
	for (uint32_t row = 0; row <= cells; row++) {
		for (uint32_t column = 0; column <= cells; column++)
			if (!coarse || row % 2 || column % 2)
				asked[count++] = node_position(lattice, column, row);
	}
	if (project_exactly(lattice, asked, count))
		return false;
	count = 0;
	for (uint32_t row = 0; row <= cells; row++) {
		for (uint32_t column = 0; column <= cells; column++)
			lattice->nodes[node++] =
				!coarse || row % 2 || column % 2
					? asked[count++]
					: coarse->nodes[row / 2 * (cells / 2 + 1) + column / 2];
	}
	return true;
}

static inline struct point interpolate(const struct lattice *lattice, struct point point)
{
	double x = (point.x - lattice->source.minx) * lattice->cells_x;
	double y = (point.y - lattice->source.miny) * lattice->cells_y;
	double last = (double)lattice->cells - 1;
	/* A conditional takes what is not a number for the second choice, and costs no call. */
	int32_t column = (int32_t)(x > 0 ? x < last ? x : last : 0);
	int32_t row = (int32_t)(y > 0 ? y < last ? y : last : 0);
	double u = x - column, v = y - row;
	const struct point *low = lattice->nodes + (size_t)row * (lattice->cells + 1) + column;
	const struct point *high = low + lattice->cells + 1;
	double low_x = low[0].x + u * (low[1].x - low[0].x);
	double low_y = low[0].y + u * (low[1].y - low[0].y);
	double high_x = high[0].x + u * (high[1].x - high[0].x);
	double high_y = high[0].y + u * (high[1].y - high[0].y);

	return (struct point){low_x + v * (high_x - low_x), low_y + v * (high_y - low_y)};
}

/* The largest error of COARSE at the nodes of FINE that it does not share. */
static double error_of(const struct lattice *coarse, const struct lattice *fine)
{
	double worst = 0;

	for (uint32_t row = 0; row <= fine->cells; row++) {
		for (uint32_t column = 0; column <= fine->cells; column++) {
			struct point truth = fine->nodes[row * (fine->cells + 1) + column];
			struct point guess;

			if (row % 2 == 0 && column % 2 == 0)
				continue;
			guess = interpolate(coarse, node_position(fine, column, row));
			worst = fmax(worst, hypot(guess.x - truth.x, guess.y - truth.y));
		}
	}
	return worst;
}

/* How far the nodes of two lattices of as many cells are apart. */
static double difference(const struct lattice *a, const struct lattice *b)
{
	size_t count = (size_t)(a->cells + 1) * (a->cells + 1);
	double worst = 0;

	for (size_t i = 0; i < count; i++)
		worst = fmax(worst,
			     hypot(a->nodes[i].x - b->nodes[i].x, a->nodes[i].y - b->nodes[i].y));
	return worst;
}

/* Refines FINE, all of whose nodes are PROJ's, until straight lines between its nodes will do;
 * STRAIGHT: how wrong they were on COARSE, half as fine. False when the map is not smooth enough
 * for a polynomial: one through N nodes makes a 2^N-th of its error on cells half as wide. */
static bool refine(struct lattice *fine, const struct lattice *coarse, double straight,
		   struct arena *arena)
{
	struct lattice guess = lattice_refined(coarse, arena);

	if (!(difference(&guess, fine) < ldexp(REFINED_ERROR, (int)lattice_window(coarse))))
		return false;
	for (; !(straight < COARSE_ERROR) && fine->cells < REFINED_CELLS_MOST; straight /= 4)
		*fine = lattice_refined(fine, arena);
	return straight < COARSE_ERROR;
}

/* A box without width or height could not be divided into cells. */
static struct box with_sides(struct box box)
{
	double least = 1e-9 *
		       fmax(1, fmax(fabs(box.minx),
				    fmax(fabs(box.maxx), fmax(fabs(box.miny), fabs(box.maxy)))));

	if (box.maxx - box.minx < least)
		box.minx -= least, box.maxx += least;
	if (box.maxy - box.miny < least)
		box.miny -= least, box.maxy += least;
	return box;
}

/* Takes the coarsest lattice that is good enough; none, and all stays exact, where there is none.
 */
static void find_lattice(struct lattice *lattice, struct arena *arena)
{
	struct lattice coarse;
	double before = HUGE_VAL;
	bool jumps = false;

	lattice_bend_unknown(lattice);
	coarse = *lattice;
	if (!place_nodes(&coarse, FIRST_CELLS, NULL, arena))
		return;
	for (uint32_t cells = 2 * FIRST_CELLS; cells <= LATTICE_CELLS_MOST && !jumps; cells *= 2) {
		struct lattice fine = coarse, taken;
		double straight;

		if (!place_nodes(&fine, cells, &coarse, arena))
			return;
		straight = error_of(&coarse, &fine);
		taken = fine;
		if (straight < COARSE_ERROR || refine(&taken, &coarse, straight, arena)) {
			lattice_measure_bend(&taken);
			taken.exact = false;
			*lattice = taken;
			return;
		}
		coarse = fine;
		jumps = cells >= HOPELESS_CELLS && straight > HOPELESS_SHARE * before;
		before = straight;
	}
	lattice_guess_bend(lattice, &coarse, jumps);
}

static void find_seam(struct lattice *lattice)
{
	double pole = transform_pole(lattice->transform);

	if (!(transform_period(lattice->transform) > 0) || transform_in_step(lattice->transform))
		return;
	lattice->turn = transform_period(lattice->transform) * lattice->scale_x;
	lattice->north = (lattice->tile.maxy - pole) * lattice->scale_y;
	lattice->south = (lattice->tile.maxy + pole) * lattice->scale_y;
}

void lattice_init(struct lattice *lattice, struct transform *transform, struct box source,
		  struct box tile, double extent, struct arena *arena)
{
	*lattice = (struct lattice){
		.source = with_sides(source),
		.transform = transform,
		.tile = tile,
		.scale_x = extent / (tile.maxx - tile.minx),
		.scale_y = extent / (tile.maxy - tile.miny),
		.exact = true,
		.straight_x = HUGE_VAL,
		.straight_y = HUGE_VAL,
	};
	if (!transform)
		return;
	lattice->period = transform_period(transform) * lattice->scale_x;
	if (lattice->period < NEAR_TILES * extent)
		lattice->period = 0;
	find_lattice(lattice, arena);
	if (lattice->exact)
		find_seam(lattice);
}

size_t lattice_project(const struct lattice *lattice, const struct point *in, struct point *out,
		       uint32_t count)
{
	if (lattice->exact) {
		if (in != out)
			memcpy(out, in, count * sizeof(*out));
		return project_exactly(lattice, out, count);
	}
	for (uint32_t i = 0; i < count; i++)
		out[i] = interpolate(lattice, in[i]);
	return 0;
}

/* Is POSITION so near to where rounding parts neighbouring tiles that the error decides? */
static bool is_undecided(double position, double extent)
{
	return fabs(position + 0.5) < 2 * LATTICE_ERROR ||
	       fabs(position - extent + 0.5) < 2 * LATTICE_ERROR;
}

size_t lattice_project_points(const struct lattice *lattice, const struct point *in,
			      struct point *out, uint32_t count)
{
	double width = (lattice->tile.maxx - lattice->tile.minx) * lattice->scale_x;
	double height = (lattice->tile.maxy - lattice->tile.miny) * lattice->scale_y;
	size_t failed = 0;

	if (lattice->exact)
		return lattice_project(lattice, in, out, count);
	for (uint32_t i = 0; i < count; i++) {
		struct point exact = in[i];

		out[i] = interpolate(lattice, in[i]);
		if (!is_undecided(out[i].x, width) && !is_undecided(out[i].y, height))
			continue;
		failed += project_exactly(lattice, &exact, 1);
		out[i] = exact;
	}
	return failed;
}

double lattice_direction(const struct lattice *lattice, struct point at, double angle)
{
	const struct box *source = &lattice->source;
	double step = STEP * (source->maxx - source->minx + source->maxy - source->miny);
	double radians = angle * M_PI / 180;
	struct point ends[2] = {at, {at.x + step * cos(radians), at.y - step * sin(radians)}};

	if (lattice_project(lattice, ends, ends, 2))
		return angle;
	angle = atan2(ends[1].y - ends[0].y, ends[1].x - ends[0].x) * 180 / M_PI;
	return angle < 0 ? angle + 360 : angle;
}
