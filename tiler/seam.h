/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/geometry.h"
#include "tiler/lattice.h"

/* Shapes that cross the antimeridian, or go round a pole, on a map that is cut open there: degrees
 * and Web Mercator, of data in a CRS that is not (UTM 60, a polar one). Their paths are walked
 * point by point, counting on beyond the seam, and drawn once for each turn of the Earth that the
 * tile shows some of. What goes round a pole is closed along the pole. */

/* Must the shapes be drawn so? */
bool seam_concerns(const struct lattice *lattice);

/* The pieces inside CLIP (tile units) of a LINE (source CRS); how many. All in ARENA. */
uint32_t seam_line(const struct lattice *lattice, struct path line, struct box clip,
		   struct arena *arena, struct path **pieces);

/* The same of a polygon, COUNT closed RINGS (source CRS): its exterior and its holes. */
uint32_t seam_polygon(const struct lattice *lattice, const struct path *rings, uint32_t count,
		      struct box clip, struct arena *arena, struct path **pieces);
