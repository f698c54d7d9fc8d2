/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/site.h"

#include <string.h>

#include "server/handler.h"
#include "server/ows.h"
#include "server/page.h"
#include "server/route.h"
#include "server/target.h"
#include "tiler/memory.h"

#define ESRI "/arcgis/rest/services/{themes}/{grid}/VectorTileServer"
#define ESRI_COMMUNE "/arcgis/rest/services/{themes}/{grid}/{commune}/VectorTileServer"

/* Every address there is; the first that matches answers. */
static const struct route routes[] = {
	{"/tiles/{themes}/{z}/{x}/{y}", handle_tile_of_any, REQUEST_TILE},
	{"/tiles/{themes}/{grid}/{z}/{x}/{y}", handle_tile, REQUEST_TILE},
	{"/tiles/{themes}.json", handle_tilejson, REQUEST_DOCUMENT},
	{"/tiles/{themes}/metadata.json", handle_metadata, REQUEST_DOCUMENT},
	{"/tiles/{themes}/{grid}.json", handle_tilejson, REQUEST_DOCUMENT},
	{"/tiles/{themes}/{grid}/metadata.json", handle_metadata, REQUEST_DOCUMENT},
	{"/tiles", handle_tilesets, REQUEST_DOCUMENT},
	{"/tiles/{grid}", handle_tileset, REQUEST_DOCUMENT},
	{"/conformance", handle_conformance, REQUEST_DOCUMENT},
	{"/api", handle_api, REQUEST_DOCUMENT},
	{"/collections", handle_collections, REQUEST_DOCUMENT},
	{"/collections/{theme}", handle_collection, REQUEST_DOCUMENT},
	{"/collections/{theme}/items", handle_items, REQUEST_DOCUMENT},
	{"/collections/{theme}/items/{id}", handle_item, REQUEST_DOCUMENT},
	{"/collections/{theme}/tiles", handle_tilesets, REQUEST_DOCUMENT},
	{"/collections/{theme}/tiles/{grid}", handle_tileset, REQUEST_DOCUMENT},
	{"/collections/{theme}/tiles/{grid}/{z}/{y}/{x}", handle_collection_tile, REQUEST_TILE},
	{"/", handle_landing, REQUEST_PAGE},
	{"/view/{theme}", handle_view, REQUEST_PAGE},
	{"/embed/{theme}", handle_embed, REQUEST_PAGE},
	{"/styles/{theme}.json", handle_style, REQUEST_DOCUMENT},
	{"/assets/{asset}", handle_asset, REQUEST_ASSET},
	{"/catalogue.jsonld", handle_catalogue, REQUEST_DOCUMENT},
	{"/catalogue/{theme}.jsonld", handle_catalogue_theme, REQUEST_DOCUMENT},
	{"/tileMatrixSets", handle_grids, REQUEST_DOCUMENT},
	{"/tileMatrixSets/{grid}", handle_grid, REQUEST_DOCUMENT},
	{ESRI, handle_esri, REQUEST_DOCUMENT},
	{ESRI "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE},
	{ESRI "/resources/styles", handle_esri_style, REQUEST_DOCUMENT},
	{ESRI "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT},
	{ESRI_COMMUNE, handle_esri, REQUEST_DOCUMENT},
	{ESRI_COMMUNE "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE},
	{ESRI_COMMUNE "/resources/styles", handle_esri_style, REQUEST_DOCUMENT},
	{ESRI_COMMUNE "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT},
	{"/wmts", handle_wmts, REQUEST_DOCUMENT},
	{"/wmts/1.0.0/WMTSCapabilities.xml", handle_wmts_capabilities, REQUEST_DOCUMENT},
	{"/wmts/{theme}/{style}/{grid}/{z}/{y}/{x}.pbf", handle_wmts_tile, REQUEST_TILE},
	{"/qgis", handle_qgis, REQUEST_PAGE},
	{"/qgis/connections.xml", handle_qgis_connections, REQUEST_DOCUMENT},
	{"/tms", handle_tms, REQUEST_DOCUMENT},
	{"/tms/1.0.0", handle_tms_maps, REQUEST_DOCUMENT},
	{"/tms/1.0.0/{map}", handle_tms_map, REQUEST_DOCUMENT},
	{"/tms/1.0.0/{map}/{z}/{x}/{y}.pbf", handle_tms_tile, REQUEST_TILE},
	{"/communes", handle_communes, REQUEST_DOCUMENT},
	{"/healthz", handle_health, REQUEST_OPERATION},
	{"/readyz", handle_ready, REQUEST_OPERATION},
	{"/metrics", handle_metrics, REQUEST_OPERATION},
	{"/admin/purge", handle_purge, REQUEST_ORDER},
	{"/favicon.ico", handle_favicon, REQUEST_ASSET},
	{"/sitemap.xml", handle_sitemap, REQUEST_DOCUMENT},
	{"/robots.txt", handle_robots, REQUEST_ASSET},
};

void site_answer(struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	const struct route *route = route_find(routes, sizeof(routes) / sizeof(routes[0]), request);

	if (route && (route->class == REQUEST_ORDER) != request->post)
		reply_not_allowed(reply, !request->post);
	else if (route)
		route->handler(site, request, reply);
	else if (request->post)
		reply_not_allowed(reply, false);
	else
		reply_problem(reply, 404, "Not found",
			      "there is nothing at this address; / lists the themes");
}

/* Problems of WMTS are told as its clients read them. */
static bool is_ows(const struct request *request)
{
	const struct target *target = request->target;

	return target->segment_count > 0 && strcmp(target->segments[0], "wmts") == 0;
}

void site_present(const struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	struct reply page;

	if (reply->problem_title && is_ows(request)) {
		ows_report(reply);
		return;
	}
	if (!reply->problem_title || !request_wants_html(request))
		return;
	reply_init(&page);
	page_problem(site, request, reply->status, reply->problem_title, reply->problem_detail,
		     &page);
	page.cache_control = reply->cache_control;
	page.allow = reply->allow;
	page.retry_after = reply->retry_after;
	page.tier = reply->tier;
	page.by_accept = true;
	page.problem_title = reply->problem_title;
	page.problem_detail = memory_text(reply->problem_detail);
	reply_release(reply);
	*reply = page;
}
