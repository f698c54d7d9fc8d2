/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/lattice.h"
#include "tiler/mask.h"
#include "tiler/repair.h"
#include "tiler/snap.h"

/* One geometry on the tile's integer grid: cut (in the source CRS, to what the lattice covers) ->
 * project -> clip (in the target plane) -> snap -> repair -> cut to a mask. */

struct drawing {
	struct lattice lattice;
	struct box clip;	   /* tile units: the tile and its buffer */
	struct arena *arena;	   /* borrowed */
	struct repairer *repairer; /* borrowed */
	struct mask *mask;	   /* lines and polygons are cut to; NULL: to none. Borrowed */
	uint64_t repaired;	   /* polygons that snapping to the grid had broken, so far */
};

/* Sets *PATHS, in the arena, to what GEOMETRY (source CRS) shows in the tile, and *COUNT: maybe
 * nothing. ERROR_INTERNAL: GEOS could not repair a polygon. */
MUST_CHECK enum error_code drawing_geometry(struct drawing *drawing,
					    const struct geometry *geometry,
					    struct tile_path **paths, uint32_t *count,
					    struct error *error);
