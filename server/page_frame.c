/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/page_frame.h"

#include <assert.h>
#include <string.h>

#include "server/asset.h"

static const char *path_of(const char *base_url)
{
	const char *host = strstr(base_url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	return path ? path : "";
}

void page_asset(struct page *page, const char *name)
{
	const struct asset *asset = asset_find(name);
	assert(asset);
	html_print(page->html, "%s/assets/%s?v=%s", page->root, name, asset->version);
}

static void add_style_sheet(struct page *page, const char *name)
{
	buf_add_text(page->html, "<link rel=\"stylesheet\" href=\"");
	page_asset(page, name);
	buf_add_text(page->html, "\">\n");
}

static void add_script(struct page *page, const char *name)
{
	buf_add_text(page->html, "<script defer src=\"");
	page_asset(page, name);
	buf_add_text(page->html, "\"></script>\n");
}

static void add_head(struct page *page, const struct page_head *head)
{
	struct buf *html = page->html;
	buf_add_text(html, "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, "
			   "initial-scale=1\">\n");
	html_print(html, "<title>%s – Tuilerie</title>\n", head->title);
	if (head->description)
		html_print(html, "<meta name=\"description\" content=\"%s\">\n", head->description);
	buf_add_text(html, "<meta name=\"color-scheme\" content=\"light dark\">\n"
			   "<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
	page_asset(page, "logo.svg");
	buf_add_text(html, "\">\n");
	if (head->map)
		add_style_sheet(page, "maplibre-gl.css");
	add_style_sheet(page, "tuilerie.css");
	if (head->map) {
		add_script(page, "maplibre-gl.js");
		add_script(page, "map.js");
	}
	if (head->script)
		add_script(page, head->script);
	buf_add_text(html, "</head>\n");
}

static void add_header(struct page *page)
{
	struct buf *html = page->html;
	buf_add_text(html, "<a class=\"skip\" href=\"#contenu\">Aller au contenu</a>\n"
			   "<header class=\"banner\"><div class=\"width\">\n");
	html_print(html, "<a class=\"brand\" href=\"%s/\">", page->root);
	buf_add_text(html, "<img src=\"");
	page_asset(page, "logo.svg");
	buf_add_text(html, "\" width=\"32\" height=\"32\" alt=\"\"> Tuilerie</a>\n");
	html_print(html,
		   "<nav aria-label=\"Principale\"><a href=\"%s/\">Thèmes</a>"
		   "<a href=\"%s/#developper\">Développer</a></nav>\n",
		   page->root, page->root);
	buf_add_text(html, "</div></header>\n");
}

static void add_footer(struct page *page)
{
	struct buf *html = page->html;
	buf_add_text(html,
		     "<footer class=\"foot\"><div class=\"width\">\n"
		     "<p>Ce site ne dépose aucun cookie, ne suit personne et ne demande rien à "
		     "un autre serveur.</p>\n<p>");
	html_print(html,
		   "Tuilerie %s, logiciel libre (EUPL-1.2) · "
		   "<a href=\"%s/healthz\">État du service</a> · Cartes dessinées par "
		   "MapLibre GL JS (<a href=\"",
		   PACKAGE_VERSION, page->root);
	page_asset(page, "maplibre-gl.txt");
	buf_add_text(html, "\">licence</a>)</p>\n</div></footer>\n");
}

struct page page_begin(const struct request *request, const struct page_head *head,
		       struct reply *reply)
{
	reply->status = 200;
	reply->content_type = "text/html; charset=utf-8";
	struct page page = {
		.html = &reply->body,
		.base = request->base_url,
		.root = path_of(request->base_url),
	};
	add_head(&page, head);
	buf_add_text(page.html, head->bare ? "<body class=\"bare\">\n" : "<body>\n");
	if (!head->bare)
		add_header(&page);
	buf_add_text(page.html, "<main id=\"contenu\" tabindex=\"-1\">\n");
	return page;
}

void page_end(struct page *page, const struct page_head *head)
{
	buf_add_text(page->html, "</main>\n");
	if (!head->bare)
		add_footer(page);
	buf_add_text(page->html, "</body>\n</html>\n");
}
