/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/prepared.h"

/* How a theme is shown at a level of a grid: from which of its own levels, and with which columns.
 */
struct showing {
	const struct prepared_level *level;
	/* Of the columns, NULL where they are not carried; those of the companions have one more,
	 * of the angle. */
	const char **names, **companion_names;
};

/* The level alone. NULL for a theme without features. Borrowed. */
const struct prepared_level *showing_level(const struct prepared *prepared,
					   struct transform *transform, const struct grid *grid,
					   uint32_t z);

/* For a theme with features. TRANSFORM leads from its CRS to the grid's; NULL: they are the same.
 * CARRIES: which of its columns are carried at most; NULL: all. Memory from ARENA. */
struct showing showing_of(const struct prepared *prepared, struct transform *transform,
			  const struct grid *grid, uint32_t z, const bool *carries,
			  struct arena *arena);
