/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/geometry.h"

/* Are the polygons of GEOMETRY, in any CRS, so plain that they are certainly valid: of few
 * vertices, without holes, far from each other, and no border touches itself? A quick look that
 * spares most buildings and parcels the thorough one. False says nothing: it may be that the
 * numbers are too close to tell (the bound is that of J. R. Shewchuk, Adaptive Precision
 * Floating-Point Arithmetic and Fast Robust Geometric Predicates, 1997). */
bool polygons_are_plain(const struct geometry *geometry);
