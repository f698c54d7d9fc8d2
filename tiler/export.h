/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/blob.h"
#include "tiler/error.h"
#include "tiler/geometry.h"
#include "tiler/grid.h"

/* A file of tiles for others: MBTiles 1.3 (path ending in .mbtiles) or PMTiles 3 (.pmtiles).
 * Written aside and renamed, so that PATH is the old file or the new one, never a part.
 *
 * PMTiles knows WebMercatorQuad only, and so does MBTiles in its letter; a MBTiles file of another
 * grid names it in the metadata rows that GDAL writes (crs, tile_origin_upper_left_x and _y,
 * tile_dimension_zoom_0). */
struct export;

/* New. ERROR_UNSUPPORTED: PATH ends otherwise, or the format cannot hold tiles of GRID; ERROR_IO:
 * the system refuses. */
MUST_CHECK enum error_code export_new(const char *path, const struct grid *grid,
				      struct export **result, struct error *error);

/* Closes; what was not finished leaves nothing behind. */
void export_free(struct export *export);

/* Adds a gzipped tile; in the order of a pyramid. */
MUST_CHECK enum error_code export_add(struct export *export, struct tile_id tile,
				      const struct blob *blob, struct error *error);

/* What is said of the tiles; texts are borrowed, NULL leaves one out. */
struct export_description {
	const char *name, *description, *version;
	const char *attribution;   /* HTML */
	const char *vector_layers; /* JSON: an object with the member vector_layers */
	const char *metadata;	   /* JSON: an object with all of the above */
	struct box bounds;	   /* degrees */
	struct point centre;	   /* degrees */
	uint32_t centre_zoom, min_zoom, max_zoom;
};

/* Writes what remains and puts the file in place: it is on the disk when this returns. */
MUST_CHECK enum error_code export_finish(struct export *export,
					 const struct export_description *description,
					 struct error *error);
