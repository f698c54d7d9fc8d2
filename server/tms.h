/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/theme_choice.h"
#include "server/xml.h"
#include "tiler/grid.h"
#include "tiler/variant.h"

/* OSGeo Tile Map Service 1.0.0 (https://wiki.osgeo.org/wiki/Tile_Map_Service_Specification): a tile
 * map for each theme and grid, called THEME@GRID@pbf, rows counted from the south. Every href is
 * absolute. To that of a level clients add paths, so the commune to which tiles are limited is a
 * part of it. */

#define TMS_FORMAT "pbf"

/* Can GRID be told of? Its CRS must have a name in a register, and all its levels one lower left
 * corner and one size of tiles. */
bool tms_has_grid(const struct grid *grid);

/* What a document is about; all is borrowed. */
struct tms_scope {
	const char *title;	       /* of the service */
	const char *base;	       /* URL */
	const struct variant *variant; /* of a commune; NULL: the themes whole */
	const char *commune;	       /* what people call that */
};

/* The root: which services there are, this one. */
void tms_write_services(struct xml *xml, const struct tms_scope *scope);

/* The service: its tile maps, of the chosen themes in all grids. */
void tms_write_maps(struct xml *xml, const struct tms_scope *scope,
		    const struct catalogue *catalogue, const struct grids *grids,
		    const struct theme_choice *choice);

/* A tile map: where its grid lies, and its levels. */
void tms_write_map(struct xml *xml, const struct tms_scope *scope, const struct theme *theme,
		   const struct grid *grid);
