/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/noding.h"

/* What directed edges enclose, by winding numbers: inside is where they go round at least once with
 * the inside on their left. Overlaps count as once, parts turned inside out not at all. */

/* Replaces noded EDGES (they meet at their ends or coincide) by the border of what they enclose,
 * each edge once and with the inside on its left; COMMON: of what both sets enclose, those that
 * count once and those that count EDGE_OF_OTHER. Memory from ARENA. */
void keep_border(struct tile_edges *edges, bool common, struct arena *arena);
