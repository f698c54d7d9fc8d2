/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"
#include "tiler/grid.h"

/* What a tile's address names beside {z}, {x} and {y}. All is borrowed. */
struct tile_names {
	const char *themes; /* an id, or several with commas between */
	const char *grid;
	bool limited;		    /* beyond the limits of its tileset it is 404 */
	const struct tile_id *tile; /* where the address says it otherwise; NULL: {z}, {x}, {y} */
};

/* Reads a number as tile addresses have it: digits, no sign, no leading zero, so that a tile has
 * one address. False: it is none, or beyond 32 bits. */
bool tile_number_read(const char *text, uint32_t *number);

/* The same of the last in an address, which may end in ".mvt" or ".pbf". */
bool tile_last_number_read(const char *text, uint32_t *number);

/* The same of the number TEXT begins with: what follows it; NULL: it begins with none. */
const char *tile_number_scan(const char *text, uint32_t *number);

/* Answers with the tile, from memory or later. */
void reply_named_tile(const struct site *site, const struct request *request,
		      const struct tile_names *address, struct reply *reply);
