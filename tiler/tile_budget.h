/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "tiler/level_rounding.h"
#include "tiler/level_shape.h"
#include "tiler/parallel.h"
#include "tiler/prepared.h"
#include "tiler/weighings.h"

/* How large the tiles of a level would be. */
struct tile_budget;

/* New; MADE describes the theme, PARALLEL helps, WEIGHINGS spares to weigh a tile twice (either may
 * be NULL); all borrowed for its life. ERROR_UNSUPPORTED: no way to Web Mercator. */
MUST_CHECK enum error_code tile_budget_new(const struct outline *outline,
					   const struct prepared *made, struct parallel *parallel,
					   struct weighings *weighings, struct tile_budget **budget,
					   struct error *error);
void tile_budget_free(struct tile_budget *budget);

/* The theme's resolution at zoom 0 of WebMercatorQuad (see prepared_resolution). */
double tile_budget_resolution(const struct tile_budget *budget);

/* The grid of STEP tile units that all tiles of zoom Z have in common. */
struct rounding_grid tile_budget_grid(const struct tile_budget *budget, uint32_t z, int32_t step);

/* Gzipped size of the largest tile of WebMercatorQuad level Z when it shows what LOOK says: the few
 * tiles that should be the heaviest are made, with the attributes of the features in DATA (level 0
 * of the theme), and weighed; no more of them once one weighs more than ENOUGH. Where others should
 * be about as heavy, one may be a little heavier, which is added. */
MUST_CHECK enum error_code tile_budget_largest(struct tile_budget *budget,
					       const struct level_look *look,
					       const struct fgb *data, uint32_t z, size_t enough,
					       size_t *largest, struct error *error);

/* What that tile weighs, about, without making it: only ratios matter. */
double tile_budget_guess(const struct tile_budget *budget, const struct level_look *look,
			 uint32_t z);
