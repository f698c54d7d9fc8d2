/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/prepared.h"

/* The companion points of a theme's levels: beside each level's file one of points, a point for
 * each feature that the level shows, with its columns (and its angle, where they turn). */

struct companion_job {
	const char *folder; /* where the levels lie and the points are written */
	const struct theme *theme;
	const struct prepared *made;  /* its levels are all written */
	bool (*go_on)(void *context); /* asked now and then; false: stop. May be NULL */
	void *context;
};

/* Writes them for all levels, if the theme's options ask for them. A polygon's point stays where it
 * is in the data as long as it lies in what the level shows of the polygon. */
MUST_CHECK enum error_code companion_levels(const struct companion_job *job, struct error *error);
