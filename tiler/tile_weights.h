/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/grid.h"
#include "tiler/level_shape.h"

/* Which tiles of a level should be its heaviest, without making any: shapes count, by what their
 * vertices and attributes weigh about, where they lie. */
struct tile_weights;

/* New; OUTLINE and GRID are borrowed for its life. TRANSFORM leads from the outline's CRS to the
 * grid's and is needed no longer; NULL: they are the same. */
struct tile_weights *tile_weights_new(const struct outline *outline, const struct grid *grid,
				      struct transform *transform);
void tile_weights_free(struct tile_weights *weights);

/* What a shape weighs in a tile, about: only ratios matter. */
uint64_t tile_weights_shape(const struct level_look *look, uint64_t shape);

/* A tile, and what it weighs, about. */
struct heavy_tile {
	struct tile_id id;
	double bytes;
};

/* The tiles of level Z that should be heaviest when it shows what LOOK says, the heaviest first;
 * returns how many, MOST at most. */
uint32_t tile_weights_heaviest(const struct tile_weights *weights, const struct level_look *look,
			       uint32_t z, struct heavy_tile *tiles, uint32_t most);
