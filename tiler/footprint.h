/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/crs.h"
#include "tiler/geometry.h"

/* How far the buffer of a tile reaches beyond its ground TILE (grid's CRS), in the same unit. */
double footprint_buffer(struct box tile);

/* The part of a theme's ground (its CRS, inside EXTENT) that GROUND (grid's CRS) and BUFFER around
 * it may show; empty: none. TRANSFORM leads from the theme's CRS to the grid's; NULL when they are
 * the same. */
struct box footprint(struct transform *transform, struct box ground, double buffer,
		     struct box extent);
