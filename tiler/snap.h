/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/geometry.h"

/* Geometry on the tile's integer grid. */

struct tile_point {
	int32_t x, y; /* tile units, y down */
};

/* A line, an open ring (the first point is not repeated), or points. */
struct tile_path {
	struct tile_point *points;
	uint32_t count;
	bool exterior;
};

/* Rounds a closed ring to the grid, opens it and takes out what rounding left over: repeated
 * points, points on the straight line between their neighbours, spikes. Count 0 when no area is
 * left. */
struct tile_path snap_ring(struct path ring, struct arena *arena);

/* Rounds a line; repeated points and points in the middle of a straight stretch are taken out.
 * Count 0 when no length is left. */
struct tile_path snap_line(struct path line, struct arena *arena);

/* Rounds points; none is taken out. */
struct tile_path snap_points(struct path points, struct arena *arena);

/* Twice the signed area by the surveyor's formula: positive for what MVT 2.1 (4.3.3.3) calls an
 * exterior ring. */
int64_t tile_path_double_area(struct tile_path ring);

/* The smallest box around them, in tile units; empty of none. */
struct box box_of_tile_points(const struct tile_point *points, uint32_t count);

/* Reverses the ring unless its area has the sign asked for. */
void tile_path_orient(struct tile_path ring, bool positive);
