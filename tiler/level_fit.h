/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/level_shape.h"
#include "tiler/report.h"
#include "tiler/tile_budget.h"

/* How much less than all a level must show for its tiles to fit the budget. */

/* A level under way. */
struct level_attempt {
	uint32_t zoom;		  /* of WebMercatorQuad */
	double unit;		  /* source units a tile unit */
	double coarser;		  /* than what can be seen asks for: 1 or more */
	struct selection thinned; /* what the selection is made of: to that rule's area */
	double thinned_area;
	struct selection selection;
	struct level_look look;			     /* its selection is the one above */
	uint64_t features, vertices, least_vertices; /* the last: if no detail were shown */
	struct level_losses losses;
	size_t largest; /* tile, gzipped bytes */
};

/* What attempts start from; all borrowed. */
struct level_fit {
	struct outline *outline;
	const struct fgb *data; /* level 0 */
	struct tile_budget *scales;
	struct parallel *parallel; /* may be NULL */
	size_t budget;		   /* bytes of a tile, gzipped */
	bool (*go_on)(void *context);
	void *context;
	const struct level_attempt *before; /* the level made last; at first the data */
};

/* Chooses what ATTEMPT (zoom, unit and coarser are set) shows, out of what the level before shows.
 * Lines and rings first lose detail that nobody sees; then the smallest polygons of a coverage join
 * others, and of all else the densest places show less. */
void level_attempt_choose(const struct level_fit *fit, struct level_attempt *attempt);

/* Finds the least that ATTEMPT must be coarser than asked for its tiles to fit the budget. Where
 * nothing does: the coarsest that was tried. */
MUST_CHECK enum error_code level_attempt_fit(const struct level_fit *fit,
					     struct level_attempt *attempt, struct error *error);

/* Makes ATTEMPT's look and selection TO's, which has none yet. */
void level_attempt_move(struct level_attempt *attempt, struct level_attempt *to);
void level_attempt_release(struct level_attempt *attempt);
