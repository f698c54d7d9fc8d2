/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/outline.h"
#include "tiler/parallel.h"
#include "tiler/selection.h"

/* How the shapes of a theme look at a level. */
struct level_look {
	const struct outline *outline;
	const struct selection *selection;
	struct selection_rule rule;
	float tolerance;    /* source units: vertices of less significance are left out */
	bool *shown;	    /* of each vertex of the outline */
	uint32_t *vertices; /* of each shape: how many of its own, or of its group, are shown */
	/* Where the vertices shown are drawn: of each its number in `places`. NULL: where they are
	 * in the data. See level_rounding.h. */
	uint32_t *place_of;
	struct point *places;
};

/* Sets what is shown and counted for the rest of LOOK, which is borrowed as long as it lives. */
void level_look_init(struct level_look *look);
/* Shows more of a coverage, until none of its borders cross for having been simplified. PARALLEL
 * may be NULL. */
void level_look_uncross(struct level_look *look, struct parallel *parallel);
/* Counts vertices again after more were shown. */
void level_look_recount(struct level_look *look);
void level_look_release(struct level_look *look);

/* The shape with the vertices, rings and parts that show: of a coverage, the border of its group. A
 * polygon too small to see is a square of the least area that is seen. False: nothing of it is
 * left. Memory from ARENA. */
bool level_shape(const struct level_look *look, uint64_t shape, struct arena *arena,
		 struct geometry *geometry);

/* The border of a coverage's group as it is, maybe nothing. */
void level_shape_rings(const struct level_look *look, uint64_t shape, struct arena *arena,
		       struct geometry *geometry);

/* How many vertices that is, about. */
uint64_t level_shape_vertices(const struct level_look *look, uint64_t shape);
