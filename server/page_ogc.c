/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_ogc.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

static void add_trail(struct page *page)
{
	html_print(page->html,
		   "<div class=\"width intro\">\n<nav class=\"trail\" aria-label=\"%s\">",
		   page_say(page, "Fil d’Ariane", "Where you are"));
	html_print(
		page->html,
		"<a href=\"%s/%s\">%s</a> › <a href=\"%s/collections?f=html%s\">%s</a> · "
		"<a href=\"%s/tileMatrixSets?f=html%s\">%s</a> · <a href=\"%s/api?f=html%s\">API</a>",
		page->root, page->lang, page_say(page, "Accueil", "Home"), page->root,
		page->and_lang, "Collections", page->root, page->and_lang,
		page_say(page, "Grilles", "Grids"), page->root, page->and_lang);
	buf_add_text(page->html, "</nav>\n");
}

struct page page_document_begin_of(const struct request *request, const char *french,
				   const char *english, const char *name, struct reply *reply)
{
	enum language language = request_language(request);
	const char *title = language == LANGUAGE_ENGLISH && english ? english : french;
	char *whole = memory_print("%s%s%.200s", title, *name ? " · " : "", name);
	const struct page_head head = {.title = whole};
	struct page page = page_begin(request, &head, reply);

	add_trail(&page);
	html_print(page.html, "<h1%s>%s</h1>\n", page_foreign(&page, french, english), title);
	if (*name)
		html_print(page.html, "<p class=\"numbers\"><code>%s</code></p>\n", name);
	buf_add_text(page.html, "</div>\n<div class=\"width\">\n");
	free(whole);
	return page;
}

struct page page_document_begin(const struct request *request, const char *french,
				const char *english, struct reply *reply)
{
	return page_document_begin_of(request, french, english, "", reply);
}

void page_document_end(struct page *page, const char *query)
{
	const struct page_head head = {0};

	html_print(page->html, "<p><a href=\"%s%sf=json\">%s</a></p>\n</div>\n", query,
		   *query ? "&" : "?",
		   page_say(page, "Ce document en JSON", "This document as JSON"));
	page_end(page, &head);
}

void page_conformance(const struct request *request, struct reply *reply)
{
	struct page page = page_document_begin(request, "Conformité", "Conformance", reply);

	html_print(page.html, "<p>%s</p>\n<ul>\n",
		   page_say(&page, "Ce serveur suit ces classes de conformité de l’OGC :",
			    "This server follows these conformance classes of OGC:"));
	for (const char *const *class = ogc_conformance; *class; class ++)
		html_print(page.html, "<li><code>%s</code></li>\n", *class);
	buf_add_text(page.html, "</ul>\n");
	page_document_end(&page, "");
}

static const struct operation {
	const char *path, *french, *english;
	const char *link; /* where it can be tried, or NULL */
} operations[] = {
	{"/", "la page d’accueil", "the landing page", "/"},
	{"/conformance", "les classes de conformité", "the conformance classes",
	 "/conformance?f=html"},
	{"/api", "la définition OpenAPI 3.0 de cette interface",
	 "the OpenAPI 3.0 definition of this interface", "/api?f=json"},
	{"/collections?limit=&offset=", "les thèmes, page par page", "the themes, page by page",
	 "/collections?f=html"},
	{"/collections/{theme}", "un thème : emprise, projection, licence, producteur",
	 "a theme: extent, CRS, licence, producer", NULL},
	{"/collections/{theme}/items", "ses objets, page par page : GeoJSON ou tableau",
	 "its features, page by page: GeoJSON or a table", NULL},
	{"/collections/{theme}/items/{id}", "un objet", "one feature", NULL},
	{"/collections/{theme}/tiles", "ses jeux de tuiles, un par grille",
	 "its tilesets, one a grid", NULL},
	{"/collections/{theme}/tiles/{grid}", "un jeu de tuiles : niveaux, limites, couches",
	 "a tileset: levels, limits, layers", NULL},
	{"/collections/{theme}/tiles/{grid}/{tileMatrix}/{tileRow}/{tileCol}",
	 "une tuile (ligne avant colonne) ; 204 : vide ; 404 : hors limites",
	 "a tile (row before column); 204: empty; 404: outside the limits", NULL},
	{"/tiles?collections=a,b", "les jeux de tuiles de plusieurs thèmes à la fois",
	 "the tilesets of several themes at once", "/tiles?f=html"},
	{"/tiles/{grid}?collections=a,b", "un tel jeu de tuiles", "such a tileset", NULL},
	{"/tiles/{grid}/{tileMatrix}/{tileRow}/{tileCol}?collections=a,b", "une telle tuile",
	 "such a tile", NULL},
	{"/tileMatrixSets", "les grilles", "the grids", "/tileMatrixSets?f=html"},
	{"/tileMatrixSets/{grid}", "une grille et ses niveaux", "a grid and its levels", NULL},
	{"/tiles/{themes}.json", "TileJSON d’un ou de plusieurs thèmes",
	 "TileJSON of one theme or of several", NULL},
	{"/tiles/{themes}/{grid}.json", "le même dans une autre grille", "the same in another grid",
	 NULL},
	{"/styles/{themes}.json", "un style MapLibre d’un ou de plusieurs thèmes",
	 "a MapLibre style of one theme or of several", NULL},
	{"/arcgis/rest/services/{themes}/{grid}/VectorTileServer",
	 "les tuiles à la manière d’ArcGIS, pour QGIS", "the tiles in ArcGIS’s manner, for QGIS",
	 NULL},
	{"/catalogue.jsonld", "le catalogue DCAT-AP", "the DCAT-AP catalogue", "/catalogue.jsonld"},
	{"/catalogue/{theme}.jsonld", "un thème en DCAT-AP", "a theme as DCAT-AP", NULL},
	{"/healthz", "l’état du service", "the state of the service", "/healthz"},
	{"/wmts", "WMTS 1.0.0, tuiles vectorielles", "WMTS 1.0.0, vector tiles",
	 "/wmts?SERVICE=WMTS&REQUEST=GetCapabilities"},
	{"/tms/1.0.0/", "TMS 1.0.0, tuiles vectorielles", "TMS 1.0.0, vector tiles", "/tms/1.0.0/"},
	{"/qgis", "tous les thèmes dans QGIS", "all themes in QGIS", "/qgis"},
};

void page_api(const struct request *request, struct reply *reply)
{
	struct page page = page_document_begin(request, "Interface de programmation",
					       "Programming interface", reply);

	html_print(page.html, "<p>%s</p>\n",
		   page_say(&page,
			    "Toutes les adresses se lisent par GET, sans clé, depuis n’importe "
			    "quelle page web. Chaque document existe en JSON et en page : "
			    "f=json, f=html, ou l’en-tête Accept.",
			    "All addresses are read by GET, without a key, from any web page. "
			    "Each document exists as JSON and as a page: f=json, f=html, or the "
			    "Accept header."));
	buf_add_text(page.html, "<dl class=\"facts\">\n");
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		const struct operation *operation = &operations[i];

		html_print(page.html, "<div><dt>%s</dt><dd>",
			   page_say(&page, operation->french, operation->english));
		if (operation->link)
			html_print(page.html, "<a href=\"%s%s%s\"><code>%s</code></a>", page.root,
				   operation->link, page_lang_behind(&page, operation->link),
				   operation->path);
		else
			html_print(page.html, "<code>%s</code>", operation->path);
		buf_add_text(page.html, "</dd></div>\n");
	}
	buf_add_text(page.html, "</dl>\n");
	page_document_end(&page, "");
}
