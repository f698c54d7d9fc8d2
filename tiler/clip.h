/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/geometry.h"

/* Clipping to a box. A cut edge gives the same point whichever way it is walked, so that what two
 * neighbours share they still share after the cut. Results lie in ARENA or are the input itself. */

/* The part of a closed ring inside BOX, closed again (Sutherland & Hodgman, "Reentrant Polygon
 * Clipping", CACM 17, 1974); count 0 when nothing is left. A ring that leaves the box more than
 * once may come back with parts joined along the box's sides: repair.h parts them. */
struct path clip_ring(struct path ring, struct box box, struct arena *arena);

/* The pieces of a line inside BOX (Liang & Barsky, "A New Concept and Method for Line Clipping",
 * ACM TOG 3, 1984), in order. Returns how many; *PIECES is set to them. */
uint32_t clip_line(struct path line, struct box box, struct arena *arena, struct path **pieces);

/* The points inside BOX (its sides included). */
struct path clip_points(struct path points, struct box box, struct arena *arena);
