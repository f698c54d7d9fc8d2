/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/request.h"
#include "server/site.h"
#include "server/theme_choice.h"
#include "server/xml.h"
#include "tiler/variant.h"

/* Web Map Tile Service 1.0.0 (OGC 07-057r7), KVP and RESTful, of vector tiles: themes are its
 * layers, grids its tile matrix sets, groups its themes. */

#define WMTS_VERSION "1.0.0"
#define WMTS_STYLE "default"
#define WMTS_FORMAT "application/vnd.mapbox-vector-tile"

enum {
	/* Documents on more layers leave the limits of tiles out: they would be nine tenths of it,
	 * and each costs a transformation. */
	WMTS_LIMITED_LAYERS_MOST = 16,
};

/* What a capabilities document is about. All is borrowed. */
struct wmts_scope {
	const struct site *site;
	const struct catalogue *catalogue;
	const struct theme_choice *choice;
	const char *base;	 /* URL */
	struct variant *variant; /* of a commune; NULL: the themes whole */
	const char *commune;	 /* what people call that */
};

/* Is GRID one that WMTS can tell of? Its CRS must have a name in a register. */
bool wmts_has_grid(const struct grid *grid);

/* The whole document. */
void wmts_write_capabilities(struct xml *xml, const struct wmts_scope *scope);

/* Its elements Contents and Themes. */
void wmts_write_contents(struct xml *xml, const struct wmts_scope *scope);

/* Its elements TileMatrixSet. */
void wmts_write_grids(struct xml *xml, const struct grids *grids);
