/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/repair.h"

/* Makes RINGS sound polygons, exteriors of positive area and holes of negative, by what serves and
 * costs least: looked at (rings_are_sound), untangled (untangle.h), given to GEOS (repair_rings).
 * *REPAIRED: they were not sound. Memory from ARENA. ERROR_INTERNAL: GEOS could not repair them. */
MUST_CHECK enum error_code mend_rings(struct repairer *repairer, struct tile_rings *rings,
				      struct arena *arena, bool *repaired, struct error *error);

/* Makes sound RINGS, so wound, what they have in common with OTHERS, which are so too: sound again.
 * The same errors. */
MUST_CHECK enum error_code meet_rings(struct repairer *repairer, struct tile_rings *rings,
				      struct tile_rings others, struct arena *arena,
				      struct error *error);
