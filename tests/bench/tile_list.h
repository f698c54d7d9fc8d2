/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/prepared.h"

/* Tiles to measure. */

struct listed_tile {
	struct tile_id id;
	double cost; /* what was measured; less than 0: the tile is empty */
};

struct tile_list {
	struct listed_tile *tiles;
	size_t count, capacity;
};

/* At most MOST tiles of level Z, each with the first point of one of the theme's features in it,
 * taken at random but the same each time. What is asked for most lies where much lies. */
void tile_list_of_features(struct tile_list *list, struct prepared *prepared,
			   const struct grid *grid, uint32_t z, size_t most);

/* The four tiles below each of the MOST costliest tiles of ABOVE, which is sorted by cost. */
void tile_list_below(struct tile_list *list, struct tile_list *above, size_t most);

void tile_list_release(struct tile_list *list);

/* Nanoseconds of processor time the calling thread has had. */
uint64_t tile_list_clock(void);
