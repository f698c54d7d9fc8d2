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
#include "tiler/message.h"

#define ESRI "/arcgis/rest/services/{themes}/{grid}/VectorTileServer"
#define ESRI_COMMUNE "/arcgis/rest/services/{themes}/{grid}/{commune}/VectorTileServer"
#define TMS "/tms/1.0.0"

/* What ?f= may ask for. */
#define TILE "mvt, pbf"
#define JSON_HTML "json, html"
#define HTML_JSON "html, json"
#define HTML "html"
#define XML "xml"

/* Which query parameters addresses have (parameters.h). */
static const struct parameters whole_query = {"", false};
static const struct parameters variant_query = {PARAMETERS_OF_VARIANT " v", false};
static const struct parameters any_tile_query = {PARAMETERS_OF_VARIANT " v collections", false};
static const struct parameters commune_query = {PARAMETERS_OF_COMMUNE, false};
/* Of OGC API. */
static const struct parameters no_query = {"", true};
static const struct parameters page_query = {"limit offset", true};
static const struct parameters several_query = {PARAMETERS_OF_VARIANT " collections", true};
static const struct parameters tileset_query = {PARAMETERS_OF_VARIANT " v", true};
static const struct parameters items_query = {
	PARAMETERS_OF_VARIANT " cursor crs bbox bbox-crs datetime limit", true};
static const struct parameters item_query = {PARAMETERS_OF_COMMUNE " crs properties", true};

/* Every address there is; the first that matches answers. */
static const struct route routes[] = {
	{"/tiles/{themes}/{z}/{x}/{y}", handle_tile_of_any, REQUEST_TILE, TILE, NULL,
	 &any_tile_query},
	{"/tiles/{themes}/{grid}/{z}/{x}/{y}", handle_tile, REQUEST_TILE, TILE, NULL,
	 &variant_query},
	{"/tiles/{themes}.json", handle_tilejson, REQUEST_DOCUMENT, JSON_HTML, &guide_tilejson,
	 &variant_query},
	{"/tiles/{themes}/metadata.json", handle_metadata, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_metadata, &variant_query},
	{"/tiles/{themes}/{grid}.json", handle_tilejson, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_tilejson_of_grid, &variant_query},
	{"/tiles/{themes}/{grid}/metadata.json", handle_metadata, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_metadata, &variant_query},
	{"/tiles", handle_tilesets, REQUEST_DOCUMENT, JSON_HTML, NULL, &several_query},
	{"/tiles/{grid}", handle_tileset_of_any, REQUEST_DOCUMENT, JSON_HTML, NULL, &several_query},
	{"/tiles/{themes}/{grid}", handle_tiles_of_themes, REQUEST_DOCUMENT, JSON_HTML, NULL,
	 &variant_query},
	{"/conformance", handle_conformance, REQUEST_DOCUMENT, JSON_HTML, NULL, &no_query},
	{"/api", handle_api, REQUEST_DOCUMENT, JSON_HTML, NULL, &no_query},
	{"/collections", handle_collections, REQUEST_DOCUMENT, JSON_HTML, NULL, &page_query},
	{"/collections/{theme}", handle_collection, REQUEST_DOCUMENT, JSON_HTML, NULL, &no_query},
	{"/collections/{theme}/items", handle_items, REQUEST_DOCUMENT, JSON_HTML, NULL,
	 &items_query},
	{"/collections/{theme}/items/{id}", handle_item, REQUEST_DOCUMENT, JSON_HTML, NULL,
	 &item_query},
	{"/collections/{theme}/tiles", handle_tilesets, REQUEST_DOCUMENT, JSON_HTML, NULL,
	 &tileset_query},
	{"/collections/{theme}/tiles/{grid}", handle_tileset, REQUEST_DOCUMENT, JSON_HTML, NULL,
	 &tileset_query},
	{"/collections/{theme}/tiles/{grid}/{z}/{y}/{x}", handle_collection_tile, REQUEST_TILE,
	 TILE, NULL, &tileset_query},
	{"/", handle_landing, REQUEST_PAGE, HTML_JSON, NULL, &whole_query},
	{"/view/{theme}", handle_view, REQUEST_PAGE, HTML, NULL, &variant_query},
	{"/embed/{theme}", handle_embed, REQUEST_PAGE, HTML, NULL, &variant_query},
	{"/styles/{themes}.json", handle_style, REQUEST_DOCUMENT, JSON_HTML, &guide_style,
	 &variant_query},
	{"/assets/{asset}", handle_asset, REQUEST_ASSET, NULL, NULL, &whole_query},
	{"/catalogue.jsonld", handle_catalogue, REQUEST_DOCUMENT, JSON_HTML, &guide_catalogue,
	 &whole_query},
	{"/catalogue/{theme}.jsonld", handle_catalogue_theme, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_catalogue_theme, &whole_query},
	{"/tileMatrixSets", handle_grids, REQUEST_DOCUMENT, JSON_HTML, NULL, &no_query},
	{"/tileMatrixSets/{grid}", handle_grid, REQUEST_DOCUMENT, JSON_HTML, NULL, &no_query},
	{ESRI, handle_esri, REQUEST_DOCUMENT, JSON_HTML, &guide_esri, &variant_query},
	{ESRI "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE, TILE, NULL, &variant_query},
	{ESRI "/resources/styles", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style, &variant_query},
	{ESRI "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style, &variant_query},
	{ESRI_COMMUNE, handle_esri, REQUEST_DOCUMENT, JSON_HTML, &guide_esri, &variant_query},
	{ESRI_COMMUNE "/tile/{z}/{y}/{x}.pbf", handle_tile, REQUEST_TILE, TILE, NULL,
	 &variant_query},
	{ESRI_COMMUNE "/resources/styles", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style, &variant_query},
	{ESRI_COMMUNE "/resources/styles/root.json", handle_esri_style, REQUEST_DOCUMENT, JSON_HTML,
	 &guide_esri_style, &variant_query},
	{"/wmts", handle_wmts, REQUEST_DOCUMENT, XML, NULL, &variant_query},
	{"/wmts/1.0.0/WMTSCapabilities.xml", handle_wmts_capabilities, REQUEST_DOCUMENT, XML, NULL,
	 &commune_query},
	{"/wmts/{theme}/{style}/{grid}/{z}/{y}/{x}.pbf", handle_wmts_tile, REQUEST_TILE, TILE, NULL,
	 &variant_query},
	{"/qgis", handle_qgis, REQUEST_PAGE, HTML, NULL, &whole_query},
	{"/qgis/connections.xml", handle_qgis_connections, REQUEST_DOCUMENT, XML, NULL,
	 &commune_query},
	{"/tms", handle_tms, REQUEST_DOCUMENT, XML, NULL, &commune_query},
	{TMS, handle_tms_maps, REQUEST_DOCUMENT, XML, NULL, &commune_query},
	{TMS "/{map}", handle_tms_map, REQUEST_DOCUMENT, XML, NULL, &commune_query},
	{TMS "/{map}/{z}/{x}/{y}.pbf", handle_tms_tile, REQUEST_TILE, TILE, NULL, &variant_query},
	{TMS "/{commune}/{map}", handle_tms_map, REQUEST_DOCUMENT, XML, NULL, &commune_query},
	{TMS "/{commune}/{map}/{z}/{x}/{y}.pbf", handle_tms_tile, REQUEST_TILE, TILE, NULL,
	 &variant_query},
	{"/communes", handle_communes, REQUEST_DOCUMENT, JSON_HTML, NULL, &whole_query},
	{"/healthz", handle_health, REQUEST_OPERATION, JSON_HTML, NULL, &whole_query},
	{"/readyz", handle_ready, REQUEST_OPERATION, NULL, NULL, &whole_query},
	{"/metrics", handle_metrics, REQUEST_OPERATION, NULL, NULL, &whole_query},
	{"/admin/purge", handle_purge, REQUEST_ORDER, NULL, NULL, &whole_query},
	{"/favicon.ico", handle_favicon, REQUEST_ASSET, NULL, NULL, &whole_query},
	{"/sitemap.xml", handle_sitemap, REQUEST_DOCUMENT, XML, NULL, &whole_query},
	{"/robots.txt", handle_robots, REQUEST_ASSET, NULL, NULL, &whole_query},
};

static void refuse_format(const struct route *route, const struct request *request,
			  struct reply *reply)
{
	reply_tell(reply, 400, "Bad request", MESSAGE_NO_FORMAT, request_query(request, "f"),
		   route->formats);
}

void site_answer(struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	const struct route *route = route_find(routes, sizeof(routes) / sizeof(routes[0]), request);
	struct error error;

	if (route && route->class == REQUEST_ORDER && !*site->settings->admin_token_file)
		route->handler(site, request, reply); /* which says that there is nothing */
	else if (route && (route->class == REQUEST_ORDER) != request->post)
		reply_not_allowed(reply, !request->post);
	else if (route && !route_offers(route, request))
		refuse_format(route, request, reply);
	else if (route && parameters_check(route->parameters, request, &error))
		reply_error(reply, &error);
	else if (route)
		route->handler(site, request, reply);
	else if (request->post)
		reply_not_allowed(reply, false);
	else
		reply_tell(reply, 404, "Not found", MESSAGE_NOTHING_HERE);
}

/* A document as the client wants it: as JSON, or as a page. */
static void present_document(const struct request *request, struct reply *reply)
{
	reply->by_accept = true;
	if (reply->status == 200 && request_wants_html(request) && !page_guide_made(reply))
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
	struct reply page;

	(void)context;

	if (!reply->problem_title && request->route && request->route->guide)
		present_document(request, reply);
	if (reply->problem_title && is_ows(request)) {
		ows_report(reply);
		return;
	}
	if (!reply->problem_title || !request_wants_html(request))
		return;
	reply_init(&page);
	page_problem(request, reply, &page);
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
