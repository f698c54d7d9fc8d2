/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/html.h"
#include "server/ogc.h"
#include "server/settings.h"
#include "server/whole.h"
#include "server/xml.h"

/* Sitemaps (sitemaps.org, 0.9): the pages for people. */

#define SITEMAP "http://www.sitemaps.org/schemas/sitemap/0.9"

enum {
	/* With the longest ids a part stays below the 50 MB, and always below the 50,000 pages,
	 * that the format allows. */
	PAGES_A_PART = 10000
};

static void write_page(struct xml *xml, const struct site *site, const struct theme *theme,
		       const char *base)
{
	char time[OGC_TIME_SIZE];
	struct buf id;

	buf_init(&id, 0);
	html_url(&id, theme->id);
	xml_open(xml, "url");
	xml_print_element(xml, "loc", "%s/view/%s", base, id.bytes);
	if (ogc_time(engine_freshness(site->engine, theme).data_changed_at, time))
		xml_element(xml, "lastmod", time);
	xml_end(xml);
	buf_release(&id);
}

/* Part NUMBER, from 1; the landing page is in the first. */
static void write_part(struct xml *xml, const struct site *site, const struct catalogue *catalogue,
		       size_t number, const char *base)
{
	size_t all = catalogue_theme_count(catalogue), first = (number - 1) * PAGES_A_PART;

	xml_open(xml, "urlset");
	xml_attribute(xml, "xmlns", SITEMAP);
	if (number == 1) {
		xml_open(xml, "url");
		xml_print_element(xml, "loc", "%s/", base);
		xml_end(xml);
	}
	for (size_t i = first; i < all && i < first + PAGES_A_PART; i++)
		write_page(xml, site, catalogue_theme(catalogue, i), base);
	xml_end(xml);
}

static void write_index(struct xml *xml, size_t parts, const char *base)
{
	xml_open(xml, "sitemapindex");
	xml_attribute(xml, "xmlns", SITEMAP);
	for (size_t i = 1; i <= parts; i++) {
		xml_open(xml, "sitemap");
		xml_print_element(xml, "loc", "%s/sitemap.xml?page=%zu", base, i);
		xml_end(xml);
	}
	xml_end(xml);
}

static void write_sitemap(const struct site *site, const struct catalogue *catalogue,
			  const struct request *request, struct reply *reply)
{
	const char *page = request_query(request, "page");
	size_t all = catalogue_theme_count(catalogue);
	size_t parts = all ? (all - 1) / PAGES_A_PART + 1 : 1, number = 1;
	struct xml xml;

	if (page && !request_whole_number(request, "page", 1, &number))
		number = 0;
	if (number < 1 || number > parts) {
		reply_problem(reply, 404, "Not found", "the sitemap has the pages 1 to %zu", parts);
		return;
	}
	xml_init(&xml, &reply->body);
	if (parts > 1 && !page)
		write_index(&xml, parts, request->base_url);
	else
		write_part(&xml, site, catalogue, number, request->base_url);
}

void handle_sitemap(const struct site *site, const struct request *request, struct reply *reply)
{
	struct whole whole;

	reply->content_type = "application/xml; charset=utf-8";
	reply->cache_control = site->document_cache_control;
	if (!whole_begin(&whole, site, request, reply))
		write_sitemap(site, whole.catalogue, request, reply);
	whole_end(&whole, site, reply);
}

/* Search engines are welcome on the pages; tiles would only cost them and us. */
void handle_robots(const struct site *site, const struct request *request, struct reply *reply)
{
	const char *public_url = site->settings->public_url;

	(void)request;
	buf_add_text(&reply->body, "User-agent: *\n"
				   "Disallow: /tiles/\n"
				   "Disallow: /arcgis/\n"
				   "Disallow: /collections/*/tiles/*/\n"
				   "Disallow: /wmts/*.pbf\n"
				   "Disallow: /tms/*.pbf\n");
	/* whoever asks may have made up the Host: only a name of our own is told on */
	if (*public_url)
		buf_print(&reply->body, "Sitemap: %s/sitemap.xml\n", public_url);
	reply->content_type = "text/plain; charset=utf-8";
	reply->cache_control = site->document_cache_control;
}
