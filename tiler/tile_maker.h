/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/communes.h"
#include "tiler/shelf.h"
#include "tiler/tile_cache.h"
#include "tiler/tile_request.h"

/* Levels of a grid that cost about the same, told together. */
enum {
	TILE_BANDS = 5
};
extern const uint32_t tile_band_last[TILE_BANDS]; /* level of each; of the last: UINT32_MAX */

/* Where tiles come from and go to, and what they cost; shared by all makers. */
struct tile_workshop {
	struct shelf *shelf;
	struct communes *communes;
	struct tile_cache *cache;
	int gzip_level;
	struct {
		struct {
			atomic_uint_least64_t tiles;
			atomic_uint_least64_t cpu_us; /* of rendering and compressing */
		} bands[TILE_BANDS];
		atomic_uint_least64_t features_read, features_drawn, repaired, proj_calls;
	} spent;
};

/* The versions in service of the request's themes, as the keys of its tiles name them: of a variant
 * limited to a commune, theme's and communes' in one. False: there is none of a theme, or of the
 * communes. Quick. */
bool tile_workshop_versions(struct tile_workshop *workshop, const struct tile_request *request,
			    char versions[TILE_THEMES_MOST][33]);

/* One rendering thread's tools, kept from tile to tile. */
struct tile_maker;

struct tile_maker *tile_maker_new(struct tile_workshop *workshop); /* borrowed */
void tile_maker_free(struct tile_maker *maker);

/* Finds the tile of the versions in service now on disk or makes it, and puts it into the cache
 * under the key that names them. A tile of several themes is put together from theirs. A new
 * reference. */
MUST_CHECK enum error_code tile_maker_make(struct tile_maker *maker,
					   const struct tile_request *request, struct blob **blob,
					   struct error *error);

/* Compresses the tile made last if it was given out as it is, and puts it into the cache; to be
 * called before the request's themes and grid go. */
void tile_maker_finish(struct tile_maker *maker);
