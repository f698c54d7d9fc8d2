/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_communes.h"

#include <string.h>

#include "server/page_ogc.h"
#include "server/page_variant.h"

void page_communes(const struct request *request, const struct commune_list *list,
		   struct reply *reply)
{
	struct page page = page_document_begin(request, "Communes", "Communes", reply);
	struct buf *html = page.html;

	html_print(
		html, "<p>%s <code class=\"short\">?commune=%s</code></p>\n",
		page_say(
			&page,
			"Tuiles, TileJSON, objets, pages et cartes à intégrer se limitent à une "
			"commune quand leur adresse le demande par son code INSEE\u00a0:",
			"Tiles, TileJSON, features, pages and maps to embed are limited to a commune "
			"when their address asks for it by its INSEE code:"),
		list->communes[0].code);
	html_print(
		html, "<p>%s <code class=\"short\">&amp;clip=yes</code></p>\n",
		page_say(
			&page,
			"Lignes et polygones sont coupés à ses limites quand elle dit aussi\u00a0:",
			"Lines and polygons are cut at its border when it also says:"));
	html_print(html, "<p>%s <a href=\"%s/view/",
		   page_say(&page, "Les limites des communes viennent du thème",
			    "The outlines of the communes come from the theme"),
		   page.root);
	html_url(html, list->theme_id);
	html_print(html, "%s\">%s</a>.</p>\n<dl class=\"facts\">\n", page.lang, list->theme_id);
	for (uint32_t i = 0; i < list->count; i++)
		html_print(html, "<div><dt>%s</dt><dd><code>%s</code></dd></div>\n",
			   list->communes[i].name, list->communes[i].code);
	buf_add_text(html, "</dl>\n");
	page_document_end(&page, "");
}

static void add_list_link(struct page *page)
{
	html_print(page->html, "<a href=\"%s/communes%s\">%s</a>", page->root, page->lang,
		   page_say(page, "Liste des communes", "List of communes"));
}

/* Nobody chooses among more by a list. */
enum {
	CHOICE_MOST = 2000
};

void page_commune_choice(struct page *page, const struct theme_view *view)
{
	const struct commune_list *list = view->communes;
	struct buf *html = page->html;

	if (!list)
		return;
	if (list->count > CHOICE_MOST) {
		buf_add_text(html, "<p>");
		add_list_link(page);
		buf_add_text(html, "</p>\n");
		return;
	}
	html_print(html, "<form class=\"choose\" method=\"get\" action=\"%s/view/", page->root);
	html_url(html, view->theme->id);
	html_print(
		html,
		"\"><p><label for=\"commune\">%s</label>\n<select id=\"commune\" name=\"commune\">"
		"<option value=\"\">%s</option>\n",
		page_say(page, "Limiter à une commune", "Limit to a commune"),
		page_say(page, "Toutes les communes", "All communes"));
	for (uint32_t i = 0; i < list->count; i++)
		html_print(html, "<option value=\"%s\"%s>%s (%s)</option>\n",
			   list->communes[i].code,
			   strcmp(list->communes[i].code, view->commune) == 0 ? " selected" : "",
			   list->communes[i].name, list->communes[i].code);
	buf_add_text(html, "</select></p>\n");
	if (view->kind != GEOMETRY_POINT)
		html_print(html,
			   "<p><label><input type=\"checkbox\" name=\"clip\" value=\"yes\"%s> "
			   "%s</label></p>\n",
			   view->variant && view->variant->clip ? " checked" : "",
			   page_say(page, "Couper à ses limites", "Cut at its border"));
	if (*page->lang)
		html_print(html, "<input type=\"hidden\" name=\"lang\" value=\"%s\">",
			   page_say(page, "fr", "en"));
	page_variant_fields(html, view);
	html_print(html, "<p><button>%s</button> ", page_say(page, "Afficher", "Show"));
	add_list_link(page);
	buf_add_text(html, "</p></form>\n");
}
