/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/outline.h"
#include "tiler/selection.h"

/* How a shape looks at a level. */
struct level_look {
	const struct outline *outline;
	const struct selection *selection;
	struct selection_rule rule;
	float tolerance; /* source units: vertices of less significance are left out */
	double quantum;	 /* source units, or 0: what the vertices of a coverage are rounded to, so
			    that  merged  and single polygons still share them */
	struct point origin; /* of that rounding */
};

/* The shape with the vertices, rings and parts that show; a polygon too small to see is a square of
 * the least area that is seen. False: nothing of it is left. Memory from ARENA. */
bool level_shape(const struct level_look *look, uint64_t shape, struct arena *arena,
		 struct geometry *geometry);

/* How many vertices that would be, about. */
uint64_t level_shape_vertices(const struct level_look *look, uint64_t shape);
