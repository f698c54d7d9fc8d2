/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/lattice.h"

#include <math.h>
#include <string.h>

/* Interpolating a smooth map over cells half as wide makes a quarter of the error. A lattice is
 * taken when the one before it, twice as coarse, was measured to be wrong by less than twice the
 * promise: half the promise is left as a margin for what the measure, at a few points of each
 * cell, does not see. */
static const double COARSE_ERROR = 2 * LATTICE_ERROR;

static const double BEND_MOST = 0.5; /* tile units */
enum {
	PIECES_MOST = 256
};

static void scale_to_tile(const struct lattice *lattice, struct point *points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		points[i].x = (points[i].x - lattice->tile.minx) * lattice->scale_x;
		points[i].y = (lattice->tile.maxy - points[i].y) * lattice->scale_y;
	}
}

static size_t project_exactly(const struct lattice *lattice, struct point *points, size_t count)
{
	size_t failed = lattice->transform ? transform_forward(lattice->transform, points, count)
					   : 0;

	scale_to_tile(lattice, points, count);
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

/* All nodes of a lattice of CELLS a side; false when one of them has no image. */
static bool place_nodes(struct lattice *lattice, uint32_t cells, struct arena *arena)
{
	size_t side = cells + 1;

	lattice->cells = cells;
	lattice->cells_x = cells / (lattice->source.maxx - lattice->source.minx);
	lattice->cells_y = cells / (lattice->source.maxy - lattice->source.miny);
	lattice->nodes = arena_alloc(arena, side * side * sizeof(*lattice->nodes));
	for (uint32_t row = 0; row <= cells; row++) {
		for (uint32_t column = 0; column <= cells; column++)
			lattice->nodes[row * side + column] = node_position(lattice, column, row);
	}
	return project_exactly(lattice, lattice->nodes, side * side) == 0;
}

static inline struct point interpolate(const struct lattice *lattice, struct point point)
{
	double x = (point.x - lattice->source.minx) * lattice->cells_x;
	double y = (point.y - lattice->source.miny) * lattice->cells_y;
	double last = (double)lattice->cells - 1;
	double column = floor(fmin(fmax(x, 0), last)), row = floor(fmin(fmax(y, 0), last));
	double u = x - column, v = y - row;
	const struct point *low = lattice->nodes + (size_t)row * (lattice->cells + 1) +
				  (size_t)column;
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

void lattice_init(struct lattice *lattice, struct transform *transform, struct box source,
		  struct box tile, double extent, struct arena *arena)
{
	struct lattice coarse;
	double error;

	*lattice = (struct lattice){
		.source = with_sides(source),
		.transform = transform,
		.tile = tile,
		.scale_x = extent / (tile.maxx - tile.minx),
		.scale_y = extent / (tile.maxy - tile.miny),
		.exact = true,
	};
	if (!transform)
		return;
	lattice->bend = HUGE_VAL;
	coarse = *lattice;
	if (!place_nodes(&coarse, 1, arena))
		return;
	for (uint32_t cells = 2; cells <= LATTICE_CELLS_MOST; cells *= 2) {
		struct lattice fine = coarse;

		if (!place_nodes(&fine, cells, arena))
			return;
		error = error_of(&coarse, &fine);
		if (cells == 2)
			lattice->bend = error;
		fine.bend = lattice->bend;
		coarse = fine;
		if (error < COARSE_ERROR) {
			*lattice = fine;
			lattice->exact = false;
			return;
		}
	}
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

/* The image of a line strays from straight as the square of its length: a piece one k-th as long
 * strays by one k-th squared. */
uint32_t lattice_pieces(const struct lattice *lattice, struct point a, struct point b)
{
	const struct box *box = &lattice->source;
	double length, pieces;

	if (lattice->bend <= BEND_MOST)
		return 1;
	length = fmax(fabs(a.x - b.x) / (box->maxx - box->minx),
		      fabs(a.y - b.y) / (box->maxy - box->miny));
	pieces = ceil(length * sqrt(fmin(lattice->bend, 1e6) / BEND_MOST));
	return pieces < 1 ? 1 : pieces > PIECES_MOST ? PIECES_MOST : (uint32_t)pieces;
}
