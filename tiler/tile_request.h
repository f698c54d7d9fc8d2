/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/grid.h"
#include "tiler/tile_key.h"
#include "tiler/variant.h"

/* Which tile is wanted, and the key it is cached under. */

enum {
	TILE_THEMES_MOST = 32
};

/* A tile of one or several themes: sorted by id, each once. */
struct tile_request {
	struct catalogue *catalogue; /* the themes' own; borrowed */
	const struct theme *themes[TILE_THEMES_MOST];
	uint32_t theme_count;
	const struct grid *grid;
	struct tile_id tile;
	struct variant *variant; /* borrowed; NULL: the plain tile */
	bool unpacked; /* may come as it is, not gzipped: whoever asks could not read that */
};

/* Looks up IDS ("a:b,c:d"; at most TILE_THEMES_MOST), sorts them and drops repeats, so that the
 * order asked in does not matter. A text that is itself the id of a theme stands for that one, even
 * with commas in it. ERROR_NOT_FOUND names the unknown theme; ERROR_LIMIT: too many;
 * ERROR_INVALID: layers of two would bear one name, even after their ids. The themes are borrowed
 * from CATALOGUE. */
MUST_CHECK enum error_code tile_request_init(struct tile_request *request,
					     struct catalogue *catalogue, const char *ids,
					     const struct grid *grid, struct tile_id tile,
					     struct error *error);

/* The name that the layer of the request's theme INDEX bears in the tile: the theme's layer name,
 * or the whole id where two themes share it. Borrowed from the theme. */
const char *tile_request_layer_name(const struct tile_request *request, uint32_t index);

/* Does it come as it is? What several themes or variants share is kept packed alone. */
bool tile_request_comes_unpacked(const struct tile_request *request);

/* The key of REQUEST, variant and all, in these VERSIONS of its themes, in order; to be released.
 */
void tile_key_init(struct tile_key *key, const struct tile_request *request,
		   const char (*versions)[33]);
