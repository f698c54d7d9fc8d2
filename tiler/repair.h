/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/snap.h"

/* Polygons that stay valid on the integer grid. Snapping and clipping can make rings touch, cross
 * or swap sides; most polygons come through sound, which a quick exact test shows. The others go
 * through GEOS (which only this and region.h know): made valid, then rounded to the grid in a way
 * that keeps them so (GEOS's snap-rounding overlay). */

/* GEOS for one thread. */
struct repairer;
struct repairer *repairer_new(void);
void repairer_free(struct repairer *repairer);

/* Rings of one feature, each opened by its exterior ring. */
struct tile_rings {
	struct tile_path *rings;
	uint32_t count;
};

/* True when no two edges meet but at the ends they share in one ring, every hole is in its polygon,
 * and neither holes nor polygons overlap. False says only that a closer look is needed. Exact. */
bool rings_are_sound(struct tile_rings rings, struct arena *arena);

/* Makes RINGS a valid multipolygon on the grid: untouched if GEOS finds them so, else new rings in
 * ARENA, maybe none. *REPAIRED tells which. The winding is not settled here. */
MUST_CHECK enum error_code repair_rings(struct repairer *repairer, struct tile_rings *rings,
					struct arena *arena, bool *repaired, struct error *error);

/* Makes RINGS what they have in common with OTHERS, on the grid: new ones in ARENA, maybe none.
 * What is not valid of either is made so. */
MUST_CHECK enum error_code intersect_rings(struct repairer *repairer, struct tile_rings *rings,
					   struct tile_rings others, struct arena *arena,
					   struct error *error);
