/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/snap.h"

/* Directed edges on the integer grid, and their noding: cutting them until no two meet but at their
 * ends. Crossings are rounded to the grid, which may make new ones, so it is done again until there
 * are none (snap rounding by iteration). */

struct tile_edge {
	struct tile_point a, b; /* a != b */
	int32_t times;		/* it is walked from a to b, not 0; see EDGE_OF_OTHER */
};

/* An edge of another set of polygons counts so often: sums tell of both sets (winding.h). */
enum {
	EDGE_OF_OTHER = 1 << 15
};

struct tile_edges {
	struct tile_edge *edges;
	uint32_t count;
};

/* Cuts EDGES, which become new ones in ARENA, in another order. Edges that coincide become
 * one, walked as often as all together, or none where they cancel. False: too many pairs to
 * compare, or no end of new crossings. */
bool node_edges(struct tile_edges *edges, struct arena *arena);
