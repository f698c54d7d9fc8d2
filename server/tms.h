/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/theme_choice.h"
#include "server/xml.h"
#include "tiler/grid.h"

/* OSGeo Tile Map Service 1.0.0 (https://wiki.osgeo.org/wiki/Tile_Map_Service_Specification): a tile
 * map for each theme and grid, called THEME@GRID@pbf, rows counted from the south. Every href is
 * absolute. */

#define TMS_FORMAT "pbf"

/* Can GRID be told of? Its CRS must have a name in a register, and all its levels one lower left
 * corner and one size of tiles. */
bool tms_has_grid(const struct grid *grid);

/* The root: which services there are, this one, called TITLE. */
void tms_write_services(struct xml *xml, const char *title, const char *base);

/* The service: its tile maps, of the chosen themes in all grids. */
void tms_write_maps(struct xml *xml, const struct catalogue *catalogue, const struct grids *grids,
		    const struct theme_choice *choice, const char *title, const char *base);

/* A tile map: where its grid lies, and its levels. */
void tms_write_map(struct xml *xml, const struct theme *theme, const struct grid *grid,
		   const char *base);
