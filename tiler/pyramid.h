/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/grid.h"
#include "tiler/render.h"

/* All tiles of some themes in a grid, over a range of levels, made by several threads and handed
 * out one by one in a fixed order: level by level, along the Hilbert curve. Each is byte for byte
 * what a request for it alone would be given. Empty ones are left out, and the empty parts of the
 * grid never looked at. */
struct pyramid;

enum {
	PYRAMID_JOBS_MOST = 64,
	PYRAMID_SQUARES_MOST = 1 << 22 /* of up to 16 tiles: see pyramid_begin */
};

/* New, with JOBS threads that wait for work. ERROR_IO: the system gives no more threads. */
MUST_CHECK enum error_code pyramid_new(unsigned jobs, int gzip_level, struct pyramid **pyramid,
				       struct error *error);

/* Abandons what is not made yet. */
void pyramid_free(struct pyramid *pyramid);

struct pyramid_plan {
	const struct render_layer *layers; /* borrowed until the pyramid's end or next beginning */
	uint32_t layer_count;
	const struct grid *grid; /* borrowed likewise */
	uint32_t min_zoom, max_zoom;
	struct box area; /* grid's CRS: tiles that do not touch it are left out */
	/* Asked from the threads, JOB being the number of the calling one, from 0: is there no need
	 * to make the tile? NULL: all are made. */
	bool (*skips)(struct tile_id tile, unsigned job, void *context);
	void *context;
};

/* Looks over the grid for what there is to make, and begins to. What an earlier plan left is
 * abandoned. ERROR_LIMIT: there would be more than tens of millions of tiles; ERROR_INVALID: a
 * level is damaged on disk (prepare anew). */
MUST_CHECK enum error_code pyramid_begin(struct pyramid *pyramid, const struct pyramid_plan *plan,
					 struct error *error);

/* The next tile: *BLOB is a new reference, gzipped and never empty; NULL at the end. Errors are
 * those of renderer_tile; after one there is no next. */
MUST_CHECK enum error_code pyramid_next(struct pyramid *pyramid, struct tile_id *tile,
					struct blob **blob, struct error *error);

/* Abandons what is left of the plan, which is not used any more when this returns. */
void pyramid_rest(struct pyramid *pyramid);

/* How far it is, since the beginning of the plan. */
struct pyramid_progress {
	uint64_t squares, squares_done; /* a measure of the way: blocks of up to 16 tiles */
	uint64_t tiles, bytes;		/* handed out */
	uint64_t skipped;
	uint64_t render_us, compress_us; /* processor time */
	struct render_stats render;
};
struct pyramid_progress pyramid_progress(struct pyramid *pyramid);
