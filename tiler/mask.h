/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/repair.h"
#include "tiler/snap.h"

/* The ground that a tile's shapes are cut to, such as a commune, in tile units. Most shapes lie
 * wholly inside or outside, which their boxes tell; those on the border are cut to the few edges
 * that are near them, however many the outline has. */
struct mask;

/* New, in ARENA, of which the mask takes more as it is asked: it must be another than the one given
 * then. RINGS are sound, exteriors of positive area and
 * holes of negative; outside CLIP the mask is not asked. */
struct mask *mask_new(struct tile_rings rings, struct box clip, struct arena *arena);

enum mask_answer {
	MASK_OUTSIDE,
	MASK_INSIDE,
	MASK_BORDER,
};

/* How BOX lies to the mask. Of a MASK_BORDER, *PART are the closed rings of what of the mask is in
 * BOX and a unit around it, wound as they were, in ARENA. */
enum mask_answer mask_look(struct mask *mask, struct box box, struct arena *arena,
			   struct geometry *part);

/* Cuts sound RINGS, wound likewise, to the mask: sound again, maybe none. Errors are those of
 * mend_rings. */
MUST_CHECK enum error_code mask_rings(struct mask *mask, struct tile_rings *rings,
				      struct repairer *repairer, struct arena *arena,
				      struct error *error);

/* Cuts COUNT lines to the mask: *LINES become others in ARENA. What runs along the border, within
 * half a unit, stays. Returns how many. */
uint32_t mask_lines(struct mask *mask, struct tile_path **lines, uint32_t count,
		    struct arena *arena);
