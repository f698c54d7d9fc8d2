/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/crs.h"
#include "tiler/level_shape.h"

/* The vertices of a coverage on a grid coarser than a tile's own: numbers of fewer digits, which
 * take less room. A vertex is moved for all the polygons that share it, and where a polygon would
 * collapse or touch itself its vertices stay on a finer grid, at last the tile's. */

struct rounding_grid {
	struct transform *transform; /* from the theme's CRS; borrowed; NULL: they are the same */
	struct point origin;	     /* a tile's corner in the grid's CRS */
	double unit;		     /* of a tile there */
	int32_t step;		     /* tile units between the lines of the grid: a power of two */
};

/* Sets the places of LOOK, a coverage's; shows more of a polygon that not even the tile's own grid
 * holds. Does nothing where a vertex has no image in the grid's CRS, or there are
 * more than a million. PARALLEL may be NULL. */
void level_look_round(struct level_look *look, const struct rounding_grid *grid,
		      struct parallel *parallel);
