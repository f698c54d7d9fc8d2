/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/site.h"

#include "server/handler.h"
#include "server/page.h"
#include "server/route.h"
#include "tiler/memory.h"

#define ESRI "/arcgis/rest/services/{themes}/{grid}/VectorTileServer"

/* Every address there is; the first that matches answers. */
static const struct route routes[] = {
	{"/tiles/{themes}/{z}/{x}/{y}", handle_tile},
	{"/tiles/{themes}/{grid}/{z}/{x}/{y}", handle_tile},
	{"/tiles/{themes}.json", handle_tilejson},
	{"/tiles/{themes}/metadata.json", handle_metadata},
	{"/tiles/{themes}/{grid}.json", handle_tilejson},
	{"/tiles/{themes}/{grid}/metadata.json", handle_metadata},
	{"/", handle_landing},
	{"/view/{theme}", handle_view},
	{"/embed/{theme}", handle_embed},
	{"/styles/{theme}.json", handle_style},
	{"/assets/{asset}", handle_asset},
	{"/tileMatrixSets", handle_grids},
	{"/tileMatrixSets/{grid}", handle_grid},
	{ESRI, handle_esri},
	{ESRI "/tile/{z}/{y}/{x}.pbf", handle_tile},
	{ESRI "/resources/styles", handle_esri_style},
	{ESRI "/resources/styles/root.json", handle_esri_style},
	{"/healthz", handle_health},
	{"/readyz", handle_ready},
	{"/favicon.ico", handle_favicon},
	{"/robots.txt", handle_robots},
};

void site_answer(struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	const struct route *route = route_find(routes, sizeof(routes) / sizeof(routes[0]), request);

	if (route)
		route->handler(site, request, reply);
	else
		reply_problem(reply, 404, "Not found",
			      "there is nothing at this address; / lists the themes");
}

void site_present(const struct request *request, struct reply *reply, void *context)
{
	const struct site *site = context;
	struct reply page;

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
