/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/theme_choice.h"
#include "tiler/buf.h"
#include "tiler/grid.h"
#include "tiler/variant.h"

/* The file of connections that QGIS (3.14 and later) imports: "Vector Tiles > Load Connections". */

/* Do QGIS's users reach GRID's own CRS? By Esri's description (handler_esri.c), from 3.26 on, where
 * the grid is one that QGIS can compute. Web Mercator's tiles need none. */
bool qgis_reads_grid(const struct grid *grid);

/* What the file is about; all is borrowed. */
struct qgis_scope {
	const struct catalogue *catalogue;
	const struct grids *grids;
	const struct theme_choice *choice;
	const struct grid *only;       /* NULL: all grids */
	const struct variant *variant; /* of a commune; NULL: the themes whole */
	const char *commune;	       /* what people call that */
	const char *base;
};

/* Writes it of the chosen themes: in Web Mercator with style and zooms, and in each other grid that
 * QGIS reads. Names are titles with the commune's and the grid's; QGIS keeps connections by them,
 * so that two themes with one title get their ids behind. */
void qgis_write_connections(struct buf *out, const struct qgis_scope *scope);
