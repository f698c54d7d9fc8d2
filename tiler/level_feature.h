/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/level_shape.h"

/* Puts together what a level shows of one feature: the parts of each kind that are left, of SHAPES
 * (COUNT, all of the feature), as one geometry. Returns how many kinds there are, for which
 * GEOMETRIES has room; 0: nothing is left. Memory from ARENA. */
uint32_t level_feature(const struct level_look *look, const uint64_t *shapes, uint64_t count,
		       struct arena *arena, struct geometry geometries[GEOMETRY_KINDS - 1]);
