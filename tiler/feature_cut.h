/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/arena.h"
#include "tiler/commune_outline.h"
#include "tiler/crs.h"
#include "tiler/feature.h"
#include "tiler/prepared.h"
#include "tiler/region.h"
#include "tiler/transforms.h"

/* Cutting the features of a theme, as data, to a commune: lines and polygons end at its outline as
 * that is in level 0 of the communes' theme; points stay as they are, and so does what lies wholly
 * inside. */
struct feature_cut {
	struct region *ground; /* in the theme's CRS; NULL: nothing of it is near the theme */
	double step;	       /* see below */
};

/* Of features of THEME to the commune of OUTLINE. ARENA is lent for the call; to be released
 * whatever the code. Coordinates of what was cut will be written as multiples of STEP, in whatever
 * CRS. Errors are those of region_moved (but ERROR_NOT_FOUND) and of reading the outline. */
MUST_CHECK enum error_code feature_cut_init(struct feature_cut *cut,
					    const struct commune_outline *outline,
					    const struct prepared *theme, double step,
					    struct transforms *transforms, struct arena *arena,
					    struct error *error);
void feature_cut_release(struct feature_cut *cut);

/* Cuts FEATURE, brings it by TRANSFORM (NULL: it stays where it is) to the CRS it is asked in, and
 * sees to it that polygons that were cut are valid there, as they are written. The result lies in
 * ARENA. False: nothing is left of it. */
bool feature_cut_apply(struct feature_cut *cut, struct feature *feature,
		       struct transform *transform, struct arena *arena);

/* Moves the points of FEATURE, its reader's own, to TRANSFORM's target; those that have no image
 * there to HUGE_VAL, HUGE_VAL. */
void feature_move(struct feature *feature, struct transform *transform);
