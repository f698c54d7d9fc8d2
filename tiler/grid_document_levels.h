/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <jansson.h>

#include "tiler/grid.h"

/* The member "tileMatrices" of a tile matrix set, ROOT (borrowed), into the levels of GRID, whose
 * CRS is known: coarsest first. NORTHING_FIRST: the order of pointOfOrigin. Errors as those of
 * grid_document_read. */
MUST_CHECK enum error_code grid_document_levels(json_t *root, bool northing_first,
						struct grid *grid, struct error *error);
