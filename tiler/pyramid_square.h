/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/cover.h"
#include "tiler/pyramid.h"

/* The unit in which threads make a pyramid: the tiles of a square of one level. */

struct pyramid_square {
	uint32_t z;
	struct cover_square square;
};

struct pyramid_tile {
	struct tile_id tile;
	struct blob *blob;
};

/* What became of a square. */
struct pyramid_harvest {
	struct pyramid_tile *tiles;
	uint32_t count, capacity;
	uint32_t taken; /* handed out, the first ones */
	uint64_t bytes;
	struct pyramid_progress spent;
	enum error_code code;
	struct error error;
};

/* Drops the tiles not taken; the memory is kept for the next square. */
void pyramid_harvest_empty(struct pyramid_harvest *harvest);
void pyramid_harvest_release(struct pyramid_harvest *harvest);

/* One thread's tools, kept from square to square. */
struct pyramid_maker;
struct pyramid_maker *pyramid_maker_new(int gzip_level, unsigned job);
void pyramid_maker_free(struct pyramid_maker *maker);

/* Makes the tiles of SQUARE into HARVEST (empty before), which tells how it went. */
void pyramid_maker_make(struct pyramid_maker *maker, const struct pyramid_plan *plan,
			struct pyramid_square square, struct pyramid_harvest *harvest);
