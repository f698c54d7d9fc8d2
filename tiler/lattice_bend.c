/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/lattice_bend.h"

#include <math.h>
#include <stddef.h>

/* Tile units: with what rounding to the grid adds (half a diagonal) and the lattice itself, less
 * than one. */
static const double BEND_MOST = 0.2;
static const double BEND_UNKNOWN = 1e6;
enum {
	PIECES_MOST = 256
};

/* Which share of its sides beyond the tile is looked at for a guess, and how many times more than
 * the nodes tell the map may bend between them. */
static const double NEAR = 1.0 / 32;
static const double GUESS_MARGIN = 3;

/* A segment that goes over no more than this share of the width and of the height is not cut; less
 * a hair for rounding. */
static void set_straight(struct lattice *lattice)
{
	double bend = lattice->bend_x + lattice->bend_y + lattice->bend_xy;
	double share = bend > BEND_MOST ? sqrt(BEND_MOST / bend) * (1 - 1e-9) : HUGE_VAL;

	lattice->straight_x = share * (lattice->source.maxx - lattice->source.minx);
	lattice->straight_y = share * (lattice->source.maxy - lattice->source.miny);
}

void lattice_bend_unknown(struct lattice *lattice)
{
	lattice->bend_x = lattice->bend_y = BEND_UNKNOWN;
	set_straight(lattice);
}

static double second_difference(struct point before, struct point here, struct point after)
{
	return hypot(before.x - 2 * here.x + after.x, before.y - 2 * here.y + after.y);
}

/* The largest second differences between nodes tell how strongly the image bends: over a length of
 * k cells it strays by an eighth of k squared of them. */
/* What counts for a measure: nodes whose image is in the box, differences less than MOST. */
struct measure {
	struct box near;
	double most;
};

static double greater(double so_far, double difference, const struct measure *measure)
{
	return difference < measure->most ? fmax(so_far, difference) : so_far;
}

/* Sets the bend of LATTICE as the differences between NODES tell. */
static void measure(struct lattice *lattice, const struct lattice *nodes, const struct measure *of,
		    double margin)
{
	uint32_t side = nodes->cells + 1;
	double scale = margin * nodes->cells * nodes->cells / 8;
	double along_x = 0, along_y = 0, twist = 0;

	for (uint32_t row = 0; row < side; row++) {
		for (uint32_t column = 0; column < side; column++) {
			const struct point *at = nodes->nodes + (size_t)row * side + column;

			if (!box_contains(of->near, (struct box){at->x, at->y, at->x, at->y}))
				continue;
			if (column > 0 && column + 1 < side)
				along_x = greater(along_x, second_difference(at[-1], at[0], at[1]),
						  of);
			if (row > 0 && row + 1 < side)
				along_y = greater(
					along_y,
					second_difference(at[-(ptrdiff_t)side], at[0], at[side]),
					of);
			if (column + 1 < side && row + 1 < side)
				twist = greater(
					twist,
					hypot(at[0].x - at[1].x - at[side].x + at[side + 1].x,
					      at[0].y - at[1].y - at[side].y + at[side + 1].y),
					of);
		}
	}
	lattice->bend_x = along_x * scale;
	lattice->bend_y = along_y * scale;
	lattice->bend_xy = 2 * twist * scale;
	set_straight(lattice);
}

void lattice_measure_bend(struct lattice *lattice)
{
	struct measure all = {{-HUGE_VAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL}, HUGE_VAL};

	measure(lattice, lattice, &all, 1);
}

/* What lies far from the tile may bend as it will, as Mercator does near the poles. */
void lattice_guess_bend(struct lattice *lattice, const struct lattice *nodes, bool jumps)
{
	double turn = transform_period(lattice->transform) * lattice->scale_x;
	double width = (lattice->tile.maxx - lattice->tile.minx) * lattice->scale_x;
	double height = (lattice->tile.maxy - lattice->tile.miny) * lattice->scale_y;
	struct measure some = {
		{-NEAR * width, -NEAR * height, (1 + NEAR) * width, (1 + NEAR) * height},
		turn > 0 ? turn / 2 : HUGE_VAL};

	if (!jumps || turn > 0)
		measure(lattice, nodes, &some, GUESS_MARGIN);
}

bool lattice_bends(const struct lattice *lattice)
{
	return lattice->straight_x < HUGE_VAL;
}

/* The image of a line strays from straight as the square of its length: a piece one k-th as long
 * strays by one k-th squared. */
uint32_t lattice_pieces_of_long(const struct lattice *lattice, struct point a, struct point b)
{
	const struct box *box = &lattice->source;
	double width, height, stray, pieces;

	width = fabs(a.x - b.x) / (box->maxx - box->minx);
	height = fabs(a.y - b.y) / (box->maxy - box->miny);
	stray = lattice->bend_x * width * width + lattice->bend_y * height * height +
		lattice->bend_xy * width * height;
	pieces = ceil(sqrt(stray / BEND_MOST));
	if (!(pieces > 1)) /* not a number, too: of coordinates in a damaged file */
		return 1;
	return pieces > PIECES_MOST ? PIECES_MOST : (uint32_t)pieces;
}

struct path lattice_densify(const struct lattice *lattice, struct path path, struct arena *arena)
{
	uint64_t total = 1;
	struct path out = {NULL, 0, path.exterior};

	if (!lattice_bends(lattice))
		return path;
	for (uint32_t i = 1; i < path.count; i++)
		total += lattice_pieces(lattice, path.points[i - 1], path.points[i]);
	if (total == path.count || path.count < 2)
		return path;
	out.points = arena_alloc(arena, total * sizeof(*out.points));
	out.points[out.count++] = path.points[0];
	for (uint32_t i = 1; i < path.count; i++) {
		struct point a = path.points[i - 1], b = path.points[i];
		uint32_t pieces = lattice_pieces(lattice, a, b);
		bool back = b.x < a.x || (b.x == a.x && b.y < a.y);
		struct point from = back ? b : a, to = back ? a : b;

		for (uint32_t k = 1; k < pieces; k++) {
			double t = (double)(back ? pieces - k : k) / pieces;

			out.points[out.count++] = (struct point){from.x + t * (to.x - from.x),
								 from.y + t * (to.y - from.y)};
		}
		out.points[out.count++] = b;
	}
	return out;
}
