/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"
#include "tiler/grid.h"
#include "tiler/prepared.h"
#include "tiler/pyramid.h"

/* Which tiles the commands on pyramids are asked for. */

/* The values of the options; NULL: not given. */
struct pyramid_scope_options {
	const char *grid, *zoom, *bbox;
};

struct pyramid_scope {
	const struct grid *grid;
	bool has_zooms; /* given, not to be chosen */
	uint32_t min_zoom, max_zoom;
	struct box bounds; /* degrees; the whole world where none was asked for */
	struct box area;   /* the same in the grid's CRS; without end for the whole world */
};

/* Reads the options. ERROR_NOT_FOUND: no such grid; ERROR_INVALID: not what the option takes. */
MUST_CHECK enum error_code pyramid_scope_read(struct pyramid_scope *scope,
					      const struct pyramid_scope_options *options,
					      const struct grids *grids, struct error *error);

/* Widens the levels MIN to MAX to those wanted of PREPARED: those asked for, or all from the one
 * it is first drawn at to the ground resolution of zoom 14, beyond which clients enlarge. To begin
 * with an empty range, MIN > MAX. */
void pyramid_scope_zooms(const struct pyramid_scope *scope, const struct prepared *prepared,
			 uint32_t *min, uint32_t *max);
