/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/commune_source.h"
#include "tiler/grid.h"
#include "tiler/mask.h"
#include "tiler/region.h"
#include "tiler/transforms.h"

/* Where the outline of a commune is found: the features of its code in their theme. */
struct commune_outline {
	struct prepared *prepared; /* the theme of the communes; borrowed */
	uint32_t code_column;
	struct box box; /* around the commune, in the theme's CRS */
	char code[COMMUNE_CODE_SIZE];
};

/* The outline as the mask of a tile, in KEPT; *MASK is NULL where all of the tile and its buffer is
 * inside. It is drawn from the level at which a map of the communes shows it there, so that what is
 * cut ends where the map's line is, and what neighbours have ends at one line; from a finer one
 * where that level has joined small communes, or left some out. Takes and drops memory of SCRATCH.
 * Errors are those of renderer_tile. */
MUST_CHECK enum error_code commune_outline_mask(const struct commune_outline *outline,
						struct transforms *transforms,
						struct repairer *repairer, const struct grid *grid,
						struct tile_id tile, struct arena *kept,
						struct arena *scratch, struct mask **mask,
						struct error *error);

/* Is FEATURE, of the theme of the communes, one of its features? */
bool commune_outline_has(const struct commune_outline *outline, const struct feature *feature);

/* New: the outline as it is in the data, in the CRS of THEME and where that has features. Takes and
 * drops memory of ARENA. Errors are those of region_of_geometries and region_moved, and
 * ERROR_INVALID: the theme of the communes is damaged. */
MUST_CHECK enum error_code commune_outline_region(const struct commune_outline *outline,
						  const struct prepared *theme,
						  struct transforms *transforms,
						  struct arena *arena, struct region **region,
						  struct error *error);
