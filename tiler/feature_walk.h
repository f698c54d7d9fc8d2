/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/crs.h"
#include "tiler/feature.h"
#include "tiler/prepared.h"
#include "tiler/render.h"
#include "tiler/transforms.h"

/* A walk through the features of a theme, for who wants the data themselves: those of level 0, one
 * after the other in the order of their file, which stays the same as long as the version does.
 * A walk may be left at any feature and taken up there by another, at the same cost anywhere; and
 * it pauses by itself where it finds nothing for long. */

enum {
	FEATURE_BOXES_MOST = 2, /* one on each side of the antimeridian */
};

/* Which features, and in which CRS. All borrowed for the life of the walk. */
struct feature_query {
	uint64_t from;	       /* place of the first */
	bool alone;	       /* and of the last */
	const struct crs *crs; /* of the geometries that are handed out */
	uint32_t box_count;    /* 0: wherever they are; else those that have a point in common */
	struct box boxes[FEATURE_BOXES_MOST]; /* ... with one of these, of BOX_CRS */
	const struct crs *box_crs;
	const struct render_layer *showing; /* what a variant keeps of them; NULL: all. Where it
				  cuts them, those of which nothing is left are not handed out */
	double step;	      /* of what is cut: coordinates are written as multiples of it */
	uint32_t patience_ms; /* processor time it may spend on finding which are asked for; 0: any
			       */
};

struct feature_walk;

/* New; PREPARED, ARENA and TRANSFORMS are borrowed for its life, and nobody else may use ARENA.
 * ERROR_UNSUPPORTED: PROJ knows no way between the CRS. Else errors are those of feature_cut_init.
 */
MUST_CHECK enum error_code feature_walk_new(const struct prepared *prepared,
					    const struct feature_query *query, struct arena *arena,
					    struct transforms *transforms,
					    struct feature_walk **walk, struct error *error);
void feature_walk_free(struct feature_walk *walk);

/* *FEATURE: the next, borrowed until the next call; NULL at the end, or where the walk has paused.
 * Points that have no image in the query's CRS are HUGE_VAL, HUGE_VAL. ERROR_INVALID: the file is
 * damaged. */
MUST_CHECK enum error_code feature_walk_next(struct feature_walk *walk,
					     const struct feature **feature, struct error *error);

/* Was the file left alone while it was read? To be asked before anybody is given what was read.
 * ERROR_INVALID: it was not. */
MUST_CHECK enum error_code feature_walk_check(const struct feature_walk *walk, struct error *error);

/* The place of the feature handed out last: where a walk would begin with it. Of a walk that has
 * paused: where another one would go on. */
uint64_t feature_walk_place(const struct feature_walk *walk);

/* Has it lost patience? It gives no more features, though there may be some. */
bool feature_walk_is_paused(const struct feature_walk *walk);

/* How many features the query asks for, from the beginning; false: only a walk can tell. */
bool feature_walk_count(const struct feature_walk *walk, uint64_t *count);
