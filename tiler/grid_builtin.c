/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid_builtin.h"

#include <math.h>

#include "tiler/memory.h"

/* Each halves from level to level; all that such a one needs. */
struct quad_definition {
	const char *id, *title, *uri, *crs;
	struct point origin;
	double cell_size;		      /* of level 0, of tiles 256 pixels wide */
	uint32_t matrix_width, matrix_height; /* of level 0 */
	uint32_t level_count;
};

enum {
	TILE_SIZE = 256
};

static const double MERCATOR_HALF = 20037508.342789244; /* pi * 6378137 m */

static const struct quad_definition built_in[GRIDS_BUILT_IN] = {
	{"WebMercatorQuad",
	 "Web Mercator (EPSG:3857)",
	 "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
	 "EPSG:3857",
	 {-MERCATOR_HALF, MERCATOR_HALF},
	 2 * MERCATOR_HALF / TILE_SIZE,
	 1,
	 1,
	 25},
	/* At Rennes its levels show the ground resolution of Web Mercator's zooms within 0.4 %, so
	 * that styles keep their zooms. */
	{"CC48_10cm",
	 "RGF93 CC48 (EPSG:3948), 10 cm",
	 NULL,
	 "EPSG:3948",
	 {0, 12000000},
	 104857.6,
	 1,
	 1,
	 21},
	{"LAMB93_10cm",
	 "RGF93 Lambert-93 (EPSG:2154), 10 cm",
	 NULL,
	 "EPSG:2154",
	 {0, 12000000},
	 209715.2,
	 1,
	 1,
	 22},
	{"WorldCRS84Quad",
	 "WGS 84, longitude, latitude (CRS84)",
	 "http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad",
	 "OGC:CRS84",
	 {-180, 90},
	 180.0 / TILE_SIZE,
	 2,
	 1,
	 24},
};

enum error_code grid_built_in(uint32_t index, struct grid **result, struct error *error)
{
	const struct quad_definition *quad = &built_in[index];
	struct crs *crs;
	struct grid *grid;
	enum error_code code = crs_new(quad->crs, &crs, error);

	if (code)
		return error_prefix(error, "grid %s: ", quad->id);
	grid = memory_zeroed(1, sizeof(*grid));
	grid->id = memory_text(quad->id);
	grid->title = memory_text(quad->title);
	grid->uri = memory_text(quad->uri);
	grid->crs = crs;
	grid->level_count = quad->level_count;
	for (uint32_t z = 0; z < quad->level_count; z++)
		grid->levels[z] = (struct tile_matrix){
			.cell_size = ldexp(quad->cell_size, -(int)z),
			.origin = quad->origin,
			.tile_width = TILE_SIZE,
			.tile_height = TILE_SIZE,
			.matrix_width = quad->matrix_width << z,
			.matrix_height = quad->matrix_height << z,
		};
	*result = grid;
	return ERROR_NONE;
}
