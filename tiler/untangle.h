/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/arena.h"
#include "tiler/repair.h"

/* Rings that snapping and clipping made touch, overlap along edges, or cross by a hair, taken apart
 * into valid ones by integer geometry alone: node the edges, keep the border of
 * what they go round (winding.h), walk it with the inside to one side, part the walks where they
 * touch themselves, and sort exteriors from holes. Much quicker than a general library for what
 * tiles need.
 *
 * What comes out inside out or covered twice is left out: in rings made of valid polygons it can
 * only be a sliver that rounding or simplifying turned over, and lies in what is left or in a
 * neighbour.
 *
 * RINGS must be wound as MVT asks (exteriors positive). False: there is too much to
 * compare; RINGS is as it was, use repair_rings. */
bool untangle_rings(struct tile_rings *rings, struct arena *arena);

/* The same of two: RINGS become those around what they have in common with OTHERS. Both are sound
 * but for parts of OTHERS that RINGS do not reach. */
bool common_rings(struct tile_rings *rings, struct tile_rings others, struct arena *arena);
