/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

/* What a tile's address names beside {z}, {x} and {y}. */
struct tile_names {
	const char *themes; /* an id, or several with commas between */
	const char *grid;
	bool limited; /* beyond the limits of its tileset it is 404 */
};

/* Answers with the tile, from memory or later. */
void reply_named_tile(const struct site *site, const struct request *request,
		      const struct tile_names *address, struct reply *reply);
