/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

/* Who answers what: one function an address, one file a kind of document. All have the type
 * handler_f (route.h); the routes are in site.c. */

/* A tile: {themes}, {grid} if the route has one, {z}, {x}, {y}. */
void handle_tile(const struct site *site, const struct request *request, struct reply *reply);

/* Answers with the tile at the address SENT if it was asked for alike before and is in memory or at
 * hand on the disk; false: it is not (tile_recall.h). */
bool recall_tile(const struct site *site, const char *sent, struct reply *reply);

/* The same, or a tile of several themes as OGC API addresses it, where {themes} is a grid. */
void handle_tile_of_any(const struct site *site, const struct request *request,
			struct reply *reply);

/* OGC API: what it conforms to, its definition, the themes as collections, their tilesets and those
 * of several at once, tiles within their limits. */
void handle_conformance(const struct site *site, const struct request *request,
			struct reply *reply);
void handle_api(const struct site *site, const struct request *request, struct reply *reply);
void handle_collections(const struct site *site, const struct request *request,
			struct reply *reply);
void handle_collection(const struct site *site, const struct request *request, struct reply *reply);
void handle_tilesets(const struct site *site, const struct request *request, struct reply *reply);
void handle_tileset(const struct site *site, const struct request *request, struct reply *reply);
/* The same where the name may be that of themes, and where it is that of themes and a grid: what
 * their tiles are asked by. */
void handle_tileset_of_any(const struct site *site, const struct request *request,
			   struct reply *reply);
void handle_tiles_of_themes(const struct site *site, const struct request *request,
			    struct reply *reply);
void handle_collection_tile(const struct site *site, const struct request *request,
			    struct reply *reply);

/* Its features (OGC API Features): a page of them, and one. */
void handle_items(const struct site *site, const struct request *request, struct reply *reply);
void handle_item(const struct site *site, const struct request *request, struct reply *reply);

/* TileJSON 3.0, and the metadata.json GDAL looks for beside the tiles. */
void handle_tilejson(const struct site *site, const struct request *request, struct reply *reply);
void handle_metadata(const struct site *site, const struct request *request, struct reply *reply);

/* The list of grids, and one of them (OGC Two Dimensional Tile Matrix Set 2.0). */
void handle_grids(const struct site *site, const struct request *request, struct reply *reply);
void handle_grid(const struct site *site, const struct request *request, struct reply *reply);
void handle_communes(const struct site *site, const struct request *request, struct reply *reply);

/* The Esri-shaped description of tiles, and its style: the way QGIS reads any grid but Web
 * Mercator's. */
void handle_esri(const struct site *site, const struct request *request, struct reply *reply);
void handle_esri_style(const struct site *site, const struct request *request, struct reply *reply);

/* WMTS 1.0.0: by key and value, its capabilities and a tile by path. */
void handle_wmts(const struct site *site, const struct request *request, struct reply *reply);
void handle_wmts_capabilities(const struct site *site, const struct request *request,
			      struct reply *reply);
void handle_wmts_tile(const struct site *site, const struct request *request, struct reply *reply);

/* OSGeo TMS 1.0.0: the service, its tile maps, one of them, a tile with its row from the south. */
void handle_tms(const struct site *site, const struct request *request, struct reply *reply);
void handle_tms_maps(const struct site *site, const struct request *request, struct reply *reply);
void handle_tms_map(const struct site *site, const struct request *request, struct reply *reply);
void handle_tms_tile(const struct site *site, const struct request *request, struct reply *reply);

/* The connections of all themes for QGIS, and the page that says how to use them. */
void handle_qgis(const struct site *site, const struct request *request, struct reply *reply);
void handle_qgis_connections(const struct site *site, const struct request *request,
			     struct reply *reply);

/* DCAT-AP: the catalogue in pages, and one theme. */
void handle_catalogue(const struct site *site, const struct request *request, struct reply *reply);
void handle_catalogue_theme(const struct site *site, const struct request *request,
			    struct reply *reply);

/* A MapLibre style. */
void handle_style(const struct site *site, const struct request *request, struct reply *reply);

/* A file of the pages. */
void handle_asset(const struct site *site, const struct request *request, struct reply *reply);
void handle_favicon(const struct site *site, const struct request *request, struct reply *reply);

/* For search engines: which pages there are, and what is not worth their while. */
void handle_sitemap(const struct site *site, const struct request *request, struct reply *reply);
void handle_robots(const struct site *site, const struct request *request, struct reply *reply);

/* Pages: the landing page (JSON for programs), a theme's, and its map for other sites' frames. */
void handle_landing(const struct site *site, const struct request *request, struct reply *reply);
void handle_view(const struct site *site, const struct request *request, struct reply *reply);
void handle_embed(const struct site *site, const struct request *request, struct reply *reply);

/* Is the server alive, and does it serve? For those who watch over it. */
void handle_health(const struct site *site, const struct request *request, struct reply *reply);
void handle_ready(const struct site *site, const struct request *request, struct reply *reply);

/* Forgets tiles, for who has the token. */
void handle_purge(const struct site *site, const struct request *request, struct reply *reply);

/* Counters and gauges in the Prometheus text format. */
void handle_metrics(const struct site *site, const struct request *request, struct reply *reply);
