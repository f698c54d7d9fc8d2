/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/grid.h"

/* The grids that need no file: WebMercatorQuad and WorldCRS84Quad as OGC registers them,
 * LAMB93_10cm as France's mapping agency publishes tiles in, and CC48_10cm, our own. */

enum {
	GRIDS_BUILT_IN = 4
};

/* New grid by its number, 0 to GRIDS_BUILT_IN - 1. Fails only where PROJ lacks its database. */
MUST_CHECK enum error_code grid_built_in(uint32_t index, struct grid **grid, struct error *error);
