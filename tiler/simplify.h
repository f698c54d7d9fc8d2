/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/borders.h"
#include "tiler/outline.h"

/* Line simplification after Douglas & Peucker ("Algorithms for the reduction of the number of
 * points required to represent a digitized line", Cartographica 10, 1973), for all tolerances at
 * once: the significance of a vertex is the largest tolerance at which it is still kept, as in a
 * tree where no child is above its parent. A level keeps the vertices whose significance is not
 * below its tolerance; so levels nest, and a kept line strays from the data by no more than the
 * tolerance.
 *
 * Rings and lines are first cut into arcs at the junctions, where what meets changes. An arc that
 * two polygons share is walked in the same direction for both, so it comes out the same. */

/* Fills OUTLINE's significance. Junctions and ends of lines get INFINITY. */
void simplify_outline(struct outline *outline);

/* The same of BORDERS, where polygons joined: arcs go through what was a junction of theirs. */
void simplify_borders(const struct outline *outline, struct borders *borders);

/* Which vertices a level shows: those of SIGNIFICANCE no less than TOLERANCE, and of every ring
 * that would be left with less than three its most significant ones, for all that share them. The
 * rings are those of BORDERS, or, where that is NULL, of OUTLINE's shapes that are KEPT (one a
 * shape; NULL: all). New, one a vertex. */
bool *simplify_shown(const struct outline *outline, const struct borders *borders,
		     const uint8_t *kept, float tolerance);
