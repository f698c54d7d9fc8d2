/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"
#include "tiler/precedence.h"
#include "tiler/prepared.h"
#include "tiler/theme.h"

/* Level 0 of a theme -> its coarser levels: for each zoom at which less can be seen, the shapes
 * that show (selection.h) with the vertices that matter (simplify.h), tightened until the theme's
 * densest tile of that zoom fits the budget. A zoom that would gain nothing shares the level of the
 * next finer one. */

struct generalise_job {
	const char *folder; /* where level 0 lies and the others are written */
	const struct theme *theme;
	enum geometry_kind kind;       /* of the files */
	size_t budget;		       /* bytes of a tile, gzipped */
	struct precedence *precedence; /* of the features; NULL: larger ones stay */
	struct weighings *weighings;   /* of an older version; those of this one are added */
	bool (*go_on)(
		void *context); /* asked now and then; false: stop (ERROR_STOPPED). May be NULL */
	void *context;
};

/* Adds the levels to MADE, of which level 0 must be described (extent, centre, columns ...), and
 * sets its min_zoom. Files are written, not opened: the `fgb` of the levels stays NULL. */
MUST_CHECK enum error_code generalise(const struct generalise_job *job, struct prepared *made,
				      struct error *error);
