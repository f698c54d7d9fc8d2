/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/arena.h"
#include "tiler/repair.h"

/* Rings that snapping and clipping made touch, overlap along edges, or cross by a hair, taken apart
 * into valid ones by integer geometry alone: node the edges, cancel those walked in both
 * directions, walk the rest keeping the inside to one side, part the walks where they touch
 * themselves, and sort exteriors from holes. Much quicker than a general library for what tiles
 * need.
 *
 * RINGS must be wound as MVT asks (exteriors positive). False: what the edges enclose is not simple
 * (overlapping polygons, a large part inside out): RINGS is as it was, use repair_rings. */
bool untangle_rings(struct tile_rings *rings, struct arena *arena);
