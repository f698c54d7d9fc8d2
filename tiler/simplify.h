/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

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

/* Gives every ring that TOLERANCE would leave with less than three vertices its most significant
 * ones back: their significance is raised to TOLERANCE, for all that share them. */
void simplify_keep_rings(struct outline *outline, float tolerance);
