/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/page_frame.h"

#include <assert.h>
#include <string.h>

#include "server/asset.h"
#include "server/target.h"

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

const char *page_say(const struct page *page, const char *french, const char *english)
{
	return page->language == LANGUAGE_ENGLISH ? english : french;
}

const char *page_lang_behind(const struct page *page, const char *address)
{
	return strchr(address, '?') ? page->and_lang : page->lang;
}

const char *page_foreign(const struct page *page, const char *french, const char *english)
{
	if (page->language == LANGUAGE_ENGLISH)
		return english && *english ? "" : " lang=fr";
	return french && *french ? "" : " lang=en";
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
	html_print(html, "<!DOCTYPE html>\n<html lang=\"%s\">\n", language_code(page->language));
	buf_add_text(html, "<head>\n<meta charset=\"utf-8\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, "
			   "initial-scale=1\">\n");
	html_print(html, "<title>%s – %s</title>\n", head->title, page->portal);
	if (head->description)
		html_print(html, "<meta name=\"description\" content=\"%s\">\n", head->description);
	buf_add_text(html, "<meta name=\"color-scheme\" content=\"light dark\">\n"
			   "<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
	page_asset(page, "logo.svg");
	buf_add_text(html, "\">\n");
	if (head->alternate)
		html_print(html,
			   "<link rel=\"alternate\" type=\"application/ld+json\" "
			   "href=\"%s%s\">\n",
			   page->root, head->alternate);
	if (head->data) {
		buf_add_text(html, "<script type=\"application/ld+json\">");
		buf_add_text(html, head->data);
		buf_add_text(html, "</script>\n");
	}
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

/* The same page in the other language, with all else that was asked for. */
static void add_language_link(struct page *page, const struct request *request)
{
	bool english = page->language == LANGUAGE_ENGLISH;
	const char *other = english ? "fr" : "en";

	html_print(page->html, "<a lang=\"%s\" hreflang=\"%s\" href=\"?", other, other);
	for (uint32_t i = 0; i < request->target->query_count; i++) {
		const struct target_query *query = &request->target->query[i];

		if (strcmp(query->name, "lang") == 0)
			continue;
		html_url(page->html, query->name);
		buf_add_char(page->html, '=');
		html_url(page->html, query->value);
		buf_add_text(page->html, "&amp;");
	}
	html_print(page->html, "lang=%s\">%s</a>", other, english ? "Français" : "English");
}

static void add_header(struct page *page, const struct request *request)
{
	struct buf *html = page->html;
	html_print(html,
		   "<a class=\"skip\" href=\"#contenu\">%s</a>\n"
		   "<header class=\"banner\"><div class=\"width\">\n",
		   page_say(page, "Aller au contenu", "Skip to the content"));
	html_print(html, "<a class=\"brand\" href=\"%s/%s\">", page->root, page->lang);
	buf_add_text(html, "<img src=\"");
	page_asset(page, "logo.svg");
	html_print(html, "\" width=\"32\" height=\"32\" alt=\"\"> %s</a>\n", page->portal);
	html_print(html,
		   "<nav aria-label=\"%s\"><a href=\"%s/%s\">%s</a>"
		   "<a href=\"%s/%s#developper\">%s</a>",
		   page_say(page, "Principale", "Main"), page->root, page->lang,
		   page_say(page, "Thèmes", "Themes"), page->root, page->lang,
		   page_say(page, "Développer", "Develop"));
	add_language_link(page, request);
	buf_add_text(html, "</nav>\n</div></header>\n");
}

static void add_footer(struct page *page)
{
	struct buf *html = page->html;
	html_print(html, "<footer class=\"foot\"><div class=\"width\">\n<p>%s</p>\n<p>",
		   page_say(page,
			    "Ce site ne dépose aucun cookie, ne suit personne et ne demande rien "
			    "à un autre serveur.",
			    "This site sets no cookie, follows nobody and asks nothing of any "
			    "other server."));
	html_print(html, "Tuilerie %s, %s · <a href=\"%s/healthz%s\">%s</a> · %s (<a href=\"",
		   PACKAGE_VERSION,
		   page_say(page, "logiciel libre (EUPL-1.2)", "free software (EUPL-1.2)"),
		   page->root, page->lang,
		   page_say(page, "État du service", "State of the service"),
		   page_say(page, "Cartes dessinées par MapLibre GL JS",
			    "Maps drawn by MapLibre GL JS"));
	page_asset(page, "maplibre-gl.txt");
	html_print(html, "\">%s</a>)</p>\n</div></footer>\n", page_say(page, "licence", "licence"));
}

struct page page_begin(const struct request *request, const struct page_head *head,
		       struct reply *reply)
{
	bool chosen = request_query(request, "lang") != NULL;

	reply->status = 200;
	reply->content_type = PAGE_TYPE;
	reply->by_language = true;
	struct page page = {
		.html = &reply->body,
		.base = request->base_url,
		.root = path_of(request->base_url),
		.portal = request->portal_title ? request->portal_title : "Tuilerie",
		.language = request_language(request),
	};
	page.lang = !chosen ? "" : page_say(&page, "?lang=fr", "?lang=en");
	page.and_lang = !chosen ? "" : page_say(&page, "&lang=fr", "&lang=en");
	add_head(&page, head);
	buf_add_text(page.html, head->bare ? "<body class=\"bare\">\n" : "<body>\n");
	if (!head->bare)
		add_header(&page, request);
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
