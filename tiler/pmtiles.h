/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/grid.h"

/* Writes one PMTiles 3 archive (https://github.com/protomaps/PMTiles) of gzipped vector tiles of
 * WebMercatorQuad, the only grid the format knows: clustered, equal tiles kept once, gzipped
 * directories, leaf directories where one does not hold all. */
struct pmtiles;

/* What readers are told beside the tiles. */
struct pmtiles_header {
	uint32_t min_zoom, max_zoom;
	struct box bounds;   /* degrees */
	struct point centre; /* degrees */
	uint32_t centre_zoom;
	const char *metadata; /* a JSON object; borrowed */
};

/* New, into PATH, which is made anew. ERROR_IO: the system refuses. */
MUST_CHECK enum error_code pmtiles_new(const char *path, struct pmtiles **pmtiles,
				       struct error *error);

/* Closes; what was not finished is no archive. */
void pmtiles_free(struct pmtiles *pmtiles);

/* Adds a gzipped tile. They come level by level, along the Hilbert curve (hilbert.h), as a pyramid
 * hands them out. */
MUST_CHECK enum error_code pmtiles_add(struct pmtiles *pmtiles, struct tile_id tile,
				       const void *bytes, size_t length, struct error *error);

/* Writes what makes an archive of the tiles: it is on the disk when this returns. */
MUST_CHECK enum error_code pmtiles_finish(struct pmtiles *pmtiles,
					  const struct pmtiles_header *header, struct error *error);
