/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_develop.h"

static void begin_way(struct page *page, const char *title, const char *text)
{
	html_print(page->html, "<div><h3>%s</h3><p>%s</p>\n", title, text);
}

/* The address of something of any theme: FOLDER, the theme, END. */
static void add_address(struct page *page, const char *folder, const char *end)
{
	html_print(page->html, "<p><code class=\"address\">%s/%s/<i>{%s}</i>%s</code></p>\n",
		   page->base, folder, page_say(page, "thème", "theme"), end);
}

static void add_web(struct page *page)
{
	begin_way(page, page_say(page, "Dans une page web", "In a web page"),
		  page_say(page,
			   "Chaque thème a son TileJSON et son style, pour MapLibre, OpenLayers ou "
			   "Leaflet.",
			   "Each theme has its TileJSON and its style, for MapLibre, OpenLayers or "
			   "Leaflet."));
	add_address(page, "tiles", ".json");
	add_address(page, "styles", ".json");
	buf_add_text(page->html, "</div>\n");
}

static void add_qgis(struct page *page)
{
	begin_way(
		page, page_say(page, "Dans QGIS", "In QGIS"),
		page_say(page,
			 "Un fichier donne à QGIS tous les thèmes à la fois, en Web Mercator, en "
			 "CC48 et en Lambert-93.",
			 "One file gives QGIS all themes at once, in Web Mercator, in CC48 and in "
			 "Lambert-93."));
	html_print(page->html, "<p><a href=\"%s/qgis%s\">%s</a></p></div>\n", page->root,
		   page->lang,
		   page_say(page, "Tous les thèmes dans QGIS, en une minute",
			    "All themes in QGIS, in a minute"));
}

static void add_program(struct page *page)
{
	begin_way(page, page_say(page, "Dans un programme", "In a program"),
		  page_say(page,
			   "La liste des thèmes existe aussi en JSON, et plusieurs thèmes séparés "
			   "par des virgules font une seule tuile.",
			   "The list of themes exists as JSON too, and several themes with commas "
			   "between them make one tile."));
	html_print(page->html,
		   "<p><a href=\"%s/?f=json\">%s</a> · <a href=\"%s/collections?f=html%s\">OGC "
		   "API</a> · <a href=\"%s/api?f=html%s\">%s</a></p></div>\n",
		   page->root, page_say(page, "Liste des thèmes (JSON)", "List of themes (JSON)"),
		   page->root, page->and_lang, page->root, page->and_lang,
		   page_say(page, "Mode d’emploi", "How to use it"));
}

void page_developers(struct page *page)
{
	html_print(page->html,
		   "<section id=\"developper\" class=\"develop\"><div class=\"width\">"
		   "<h2>%s</h2>\n<div class=\"columns\">\n",
		   page_say(page, "Utiliser ces données", "Use these data"));
	add_web(page);
	add_qgis(page);
	add_program(page);
	buf_add_text(page->html, "</div></div></section>\n");
}
