/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/crs.h"
#include "tiler/geometry.h"

/* The way of one tile's coordinates from the theme's CRS to tile units (x to the right, y down,
 * (0, 0) the tile's upper left corner). PROJ is asked for the nodes of a small lattice over the
 * tile only; points inside are interpolated between the four nodes around them. The lattice is
 * halved until the interpolation's error, measured against PROJ at the new nodes, says that the
 * finer one is right within LATTICE_ERROR; where no lattice is, each point is transformed exactly.
 */

#define LATTICE_ERROR (1.0 / 16) /* tile units */

enum {
	LATTICE_CELLS_MOST = 64
};

struct lattice {
	struct box source;	     /* what it covers, in the source CRS */
	struct transform *transform; /* borrowed; NULL: the CRS are the same */
	struct box tile;	     /* the tile's ground, in the target CRS */
	double scale_x, scale_y;     /* tile units a target unit */
	double period; /* tile units to where the same place comes again; 0: nowhere */
	/* Of an exact one, whose source does not come round where the target does: tile units to
	 * where the same place comes again, and y of the north and the south pole. Else 0. */
	double turn, north, south;
	bool exact;		 /* no lattice: PROJ for each point (or nothing but scaling) */
	uint32_t cells;		 /* a side */
	double cells_x, cells_y; /* cells a source unit */
	struct point *nodes;	 /* (cells + 1)^2, tile units, row by row from miny */
	/* How far, in tile units, the image of a straight line strays from straight: of one over
	 * the whole width of `source`, its height, and what is added when it goes over both. */
	double bend_x, bend_y, bend_xy;
	/* Segments that are no longer, in either direction, need not be cut (source units). */
	double straight_x, straight_y;
};

/* Prepares the way for a tile. SOURCE (finite, not empty): the source coordinates that will be
 * asked for. EXTENT: tile units a side. The nodes lie in ARENA. TRANSFORM is borrowed for the
 * lattice's life; NULL when source and target CRS are the same. */
void lattice_init(struct lattice *lattice, struct transform *transform, struct box source,
		  struct box tile, double extent, struct arena *arena);

/* Moves COUNT points from IN to OUT (which may be the same). Points outside `source` are
 * extrapolated and may be wrong. A point without image becomes (HUGE_VAL, HUGE_VAL); returns how
 * many have none. */
size_t lattice_project(const struct lattice *lattice, const struct point *in, struct point *out,
		       uint32_t count);

/* The same, but exactly where the interpolation's error could decide in which of two neighbouring
 * tiles a point comes to lie when it is rounded: no point is lost between them, or in both. */
size_t lattice_project_points(const struct lattice *lattice, const struct point *in,
			      struct point *out, uint32_t count);

/* Which way a line that leaves AT by ANGLE goes in the tile. Both are degrees clockwise from the
 * direction of x, on a map with y upward; from 0 to 360. ANGLE itself where there is no image. */
double lattice_direction(const struct lattice *lattice, struct point at, double angle);

/* Must any segment within `source` be cut at all? */
bool lattice_bends(const struct lattice *lattice);

/* lattice_pieces() for segments that are not known to be short. */
uint32_t lattice_pieces_of_long(const struct lattice *lattice, struct point a, struct point b);

/* Into how many pieces the segment A-B (source CRS) must be cut for its image to stray from the
 * curve by a fifth of a tile unit at most; 1: it need not be cut. The same in both directions. */
static inline uint32_t lattice_pieces(const struct lattice *lattice, struct point a, struct point b)
{
	if (fabs(a.x - b.x) <= lattice->straight_x && fabs(a.y - b.y) <= lattice->straight_y)
		return 1;
	return lattice_pieces_of_long(lattice, a, b);
}

/* PATH (source CRS) with its long segments cut into the pieces that lattice_pieces says, in ARENA;
 * PATH itself where none is. Neighbours who share a border get the same points: each is reckoned
 * from the same end of its segment. */
struct path lattice_densify(const struct lattice *lattice, struct path path, struct arena *arena);
