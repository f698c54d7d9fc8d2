/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/geometry.h"

/* Where in a polygon a label has most room. */

/* A point of the largest of POLYGONS whose distance from its border is within a tenth of the
 * greatest there is, or, of very intricate polygons, the best that a bounded search finds; inside
 * in any case. Hangs on nothing but the geometry. False: none has an area. ARENA: for the search.
 */
bool interior_point(const struct geometry *polygons, struct arena *arena, struct point *found);

/* Does POINT lie in one of POLYGONS? */
bool interior_holds(const struct geometry *polygons, struct point point);
