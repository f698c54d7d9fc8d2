/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "server/site.h"
#include "server/tileset.h"

/* Which tiles of a grid can show something of some themes: what OGC calls the limits of a tile
 * matrix set. They hold every tile that the features or their buffer reach. */
struct tile_limits {
	const struct grid *grid;     /* borrowed */
	struct box extent;	     /* of the features, in the grid's CRS; empty: all tiles */
	uint32_t min_zoom, max_zoom; /* levels */
};

/* Of a tileset. CACHE may be NULL: then they are computed. */
struct tile_limits tile_limits_of(struct tile_limits_cache *cache, const struct site *site,
				  const struct tileset *tileset);

/* Of the themes and grid of REQUEST, from CACHE. False: they are not known there. */
bool tile_limits_find(struct tile_limits_cache *cache, const struct site *site,
		      const struct tile_request *request, struct tile_limits *limits);

/* The tiles of level Z; false: none. */
bool tile_limits_range(const struct tile_limits *limits, uint32_t z, struct tile_range *range);

/* Are there tiles of that address within the limits? */
bool tile_limits_hold(const struct tile_limits *limits, struct tile_id tile);

/* Limits that were computed, since a transformation costs milliseconds. Safe for all threads; of
 * bounded size; keyed by the versions of the data, so that nothing in it gets old. */
struct tile_limits_cache *tile_limits_cache_new(void);
void tile_limits_cache_free(struct tile_limits_cache *cache);
