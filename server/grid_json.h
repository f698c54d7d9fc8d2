/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/json.h"
#include "tiler/grid.h"

/* How documents name a grid and its CRS. */

/* The member NAME: where the grid is registered, else where its definition is. */
void grid_write_uri(struct json *json, const char *name, const struct grid *grid, const char *base);

/* The members "crs" and "orderedAxes" of OGC Two Dimensional Tile Matrix Set 2.0. */
void grid_write_crs(struct json *json, const struct grid *grid);

/* "http://www.opengis.net/def/crs/EPSG/0/3948", new; NULL for a CRS that no register names. */
char *crs_uri(const struct crs *crs);
