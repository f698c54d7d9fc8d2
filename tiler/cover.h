/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/grid.h"
#include "tiler/render.h"
#include "tiler/transforms.h"

/* Which tiles of a level may show something of some themes. The matrix, whatever its shape, is laid
 * into a square that halves down to the tiles; what no feature's box touches is left out with all
 * that is in it, so that the empty part of a grid costs nothing. */

/* One of the squares: the INDEX-th along the Hilbert curve through 2^ORDER a side. */
struct cover_square {
	uint32_t order;
	uint64_t index;
};

struct cover {
	const struct render_layer *layers; /* borrowed, drawn from their levels */
	uint32_t layer_count;
	const struct grid *grid;
	struct box area;	       /* grid's CRS: tiles that do not touch it are left out */
	struct transforms *transforms; /* borrowed; the calling thread's */
	struct arena *arena;	       /* borrowed likewise */
};

/* The order whose squares are the tiles of level Z: tiles beyond the matrix are never visited. */
uint32_t cover_order(const struct grid *grid, uint32_t z);

/* Calls VISIT for the squares of ORDER inside FROM, along the curve, that may show something; tiles
 * are not looked at themselves, so that up to three in four may be empty. An error of VISIT ends
 * the walk. ERROR_INVALID: a level is damaged on disk. */
typedef enum error_code (*cover_visit_f)(struct cover_square square, void *context,
					 struct error *error);
MUST_CHECK enum error_code cover_walk(const struct cover *cover, uint32_t z,
				      struct cover_square from, uint32_t order, cover_visit_f visit,
				      void *context, struct error *error);

/* The tile of level Z that a square of cover_order(Z) is. */
struct tile_id cover_tile(struct cover_square square, uint32_t z);
