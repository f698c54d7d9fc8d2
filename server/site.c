/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/site.h"

#include <string.h>

#include "server/guide.h"
#include "server/handler.h"
#include "server/ows.h"
#include "server/page.h"
#include "server/page_guide.h"
#include "server/route.h"
#include "server/settings.h"
#include "server/target.h"
#include "tiler/memory.h"

#define ESRI "/arcgis/rest/services/{themes}/{grid}/VectorTileServer"
#define ESRI_COMMUNE "/arcgis/rest/services/{themes}/{grid}/{commune}/VectorTileServer"

/* What ?f= may ask for. */
#define TILE "mvt, pbf"
#define JSON_HTML "json, html"
#define HTML_JSON "html, json"
#define HTML "html"
#define XML "xml"

/* Every address there is; the first that matches answers. */
static const struct route routes[] = {
	{"/tiles/{themes}/{z}/{x}/{y}", handle_tile_of_any, REQUEST_TILE, TILE, NULL},
	{"/tiles/{themes}/{grid}/{z}/{x}/{y}", handle_tile, REQUEST_TILE, TILE, NULL},
	{"/tiles/{themes}.json", handle_tilejson, REQUEST_DOCUMENT, JSON_HTML, &guide_tilejson},
	{"/tiles/{themes}/metadata.json", handle_metadata, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_metadata},
	{"/tiles/{themes}/{grid}.json", handle_tilejson, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_tilejson_of_grid},
	{"/tiles/{themes}/{grid}/metadata.json", handle_metadata, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_metadata},
	{"/tiles", handle_tilesets, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/tiles/{grid}", handle_tileset, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/conformance", handle_conformance, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/api", handle_api, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections", handle_collections, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}", handle_collection, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}/items", handle_items, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}/items/{id}", handle_item, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}/tiles", handle_tilesets, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}/tiles/{grid}", handle_tileset, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/collections/{theme}/tiles/{grid}/{z}/{y}/{x}", handle_collection_tile, REQUEST_TILE,
	 TILE, NULL},
	{"/", handle_landing, REQUEST_PAGE, HTML_JSON, NULL},
	{"/view/{theme}", handle_view, REQUEST_PAGE, HTML, NULL},
	{"/embed/{theme}", handle_embed, REQUEST_PAGE, HTML, NULL},
	{"/styles/{theme}.json", handle_style, REQUEST_DOCUMENT, JSON_HTML, &guide_style},
	{"/assets/{asset}", handle_asset, REQUEST_ASSET, NULL, NULL},
	{"/catalogue.jsonld", handle_catalogue, REQUEST_DOCUMENT, JSON_HTML, &guide_catalogue},
	{"/catalogue/{theme}.jsonld", handle_catalogue_theme, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_catalogue_theme},
	{"/tileMatrixSets", handle_grids, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/tileMatrixSets/{grid}", handle_grid, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{ESRI, handle_esri, REQUEST_DOCUMENT, JSON_HTML, &guide_esri},
	{ESRI "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE, TILE, NULL},
	{ESRI "/resources/styles", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style},
	{ESRI "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style},
	{ESRI_COMMUNE, handle_esri, REQUEST_DOCUMENT, JSON_HTML, &guide_esri},
	{ESRI_COMMUNE "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE, TILE, NULL},
	{ESRI_COMMUNE "/resources/styles", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style},
	{ESRI_COMMUNE "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style},
	{"/wmts", handle_wmts, REQUEST_DOCUMENT, XML, NULL},
	{"/wmts/1.0.0/WMTSCapabilities.xml", handle_wmts_capabilities, REQUEST_DOCUMENT, XML, NULL},
	{"/wmts/{theme}/{style}/{grid}/{z}/{y}/{x}.pbf", handle_wmts_tile, REQUEST_TILE, TILE,
	 NULL},
	{"/qgis", handle_qgis, REQUEST_PAGE, HTML, NULL},
	{"/qgis/connections.xml", handle_qgis_connections, REQUEST_DOCUMENT, XML, NULL},
	{"/tms", handle_tms, REQUEST_DOCUMENT, XML, NULL},
	{"/tms/1.0.0", handle_tms_maps, REQUEST_DOCUMENT, XML, NULL},
	{"/tms/1.0.0/{map}", handle_tms_map, REQUEST_DOCUMENT, XML, NULL},
	{"/tms/1.0.0/{map}/{z}/{x}/{y}.pbf", handle_tms_tile, REQUEST_TILE, TILE, NULL},
	{"/communes", handle_communes, REQUEST_DOCUMENT, JSON_HTML, NULL},
	{"/healthz", handle_health, REQUEST_OPERATION, JSON_HTML, NULL},
	{"/readyz", handle_ready, REQUEST_OPERATION, NULL, NULL},
	{"/metrics", handle_metrics, REQUEST_OPERATION, NULL, NULL},
	{"/admin/purge", handle_purge, REQUEST_ORDER, NULL, NULL},
	{"/favicon.ico", handle_favicon, REQUEST_ASSET, NULL, NULL},
	{"/sitemap.xml", handle_sitemap, REQUEST_DOCUMENT, XML, NULL},
	{"/robots.txt", handle_robots, REQUEST_ASSET, NULL, NULL},
};

static void refuse_format(const struct route *route, const struct request *request,
			  struct reply *reply)
{
	reply_problem(reply, 400, "Bad request", "f=%.40s: this address knows f = %s only",
		      request_query(request, "f"), route->formats);
}

void site_answer(struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	const struct route *route = route_find(routes, sizeof(routes) / sizeof(routes[0]), request);

	if (route && route->class == REQUEST_ORDER && !*site->settings->admin_token_file)
		route->handler(site, request, reply); /* which says that there is nothing */
	else if (route && (route->class == REQUEST_ORDER) != request->post)
		reply_not_allowed(reply, !request->post);
	else if (route && !route_offers(route, request))
		refuse_format(route, request, reply);
	else if (route)
		route->handler(site, request, reply);
	else if (request->post)
		reply_not_allowed(reply, false);
	else
		reply_problem(reply, 404, "Not found",
			      "there is nothing at this address; / lists the themes");
}

/* A document as the client wants it: as JSON, or as a page. */
static void present_document(const struct request *request, struct reply *reply)
{
	reply->by_accept = true;
	if (reply->status == 200 && request_wants_html(request))
		page_guide(request, request->route->guide, reply);
}

bool site_recall(const char *sent, struct request *request, struct reply *reply, void *context)
{
	bool recalled = recall_tile(context, sent, reply);

	if (recalled)
		request->class = REQUEST_TILE;
	return recalled;
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

	if (!reply->problem_title && request->route && request->route->guide)
		present_document(request, reply);
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
