/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include <string.h>

#include "server/page_variant.h"
#include "server/variant_query.h"

/* An address under its name; theme.js puts a button to copy it beside. */
static void begin_address(struct page *page, const char *name)
{
	html_print(page->html, "<div class=\"copy\"><h3>%s</h3><code class=\"address\">", name);
}

static void end_address(struct page *page)
{
	buf_add_text(page->html, "</code></div>\n");
}

/* PATH, escaped already, as a link that shows the whole address. */
static void add_link(struct page *page, const char *path)
{
	html_print(page->html, "<a href=\"%s", page->root);
	buf_add_text(page->html, path);
	html_print(page->html, "%s\">%s", page_lang_behind(page, path), page->base);
	buf_add_text(page->html, path);
	buf_add_text(page->html, "</a>");
}

/* The same of a document, which has a page. */
static void add_document(struct page *page, const struct theme_view *view, const char *name,
			 const char *folder, const char *end)
{
	struct buf address;

	buf_init(&address, 0);
	buf_print(&address, "/%s/", folder);
	html_url(&address, view->theme->id);
	buf_add_text(&address, end);
	page_variant_query(&address, view);
	begin_address(page, name);
	add_link(page, address.bytes);
	end_address(page);
	buf_release(&address);
}

static void add_address(struct page *page, const struct theme_view *view, const char *name,
			const char *folder, const char *end)
{
	begin_address(page, name);
	html_print(page->html, "%s/%s/", page->base, folder);
	html_url(page->html, view->theme->id);
	html_text(page->html, end);
	page_variant_query(page->html, view);
	end_address(page);
}

/* A collection is the whole theme, its features may be some. */
static void add_collection(struct page *page, const struct theme_view *view)
{
	struct buf address, query;

	buf_init(&address, 0);
	buf_init(&query, 0);
	variant_query_write(view->variant, &query);
	buf_add_text(&address, "/collections/");
	html_url(&address, view->theme->id);
	buf_add_text(&address, view->variant ? "/items" : "");
	html_text(&address, query.bytes);
	begin_address(page, "OGC API");
	add_link(page, address.bytes);
	end_address(page);
	buf_release(&query);
	buf_release(&address);
}

static void add_frame(struct page *page, const struct theme_view *view)
{
	const struct theme *theme = view->theme;
	struct buf tag;
	buf_init(&tag, 0);
	html_print(&tag, "<iframe src=\"%s/embed/", page->base);
	html_url(&tag, theme->id);
	page_variant_query(&tag, view);
	html_print(&tag,
		   "\" title=\"%s\" width=\"100%%\" height=\"450\" loading=\"lazy\"></iframe>",
		   theme_title(theme, page->language));
	begin_address(page,
		      page_say(page, "Intégrer la carte dans une page", "Put the map into a page"));
	html_text(page->html, tag.bytes);
	end_address(page);
	buf_release(&tag);
}

static void add_grid(struct page *page, const struct theme_view *view, const struct grid *grid)
{
	struct buf end;
	buf_init(&end, 0);
	buf_print(&end, "/%s/{z}/{x}/{y}", grid->id);
	add_address(page, view, grid->title, "tiles", end.bytes);
	buf_release(&end);
}

static bool is_mercator(const struct grid *grid)
{
	return strcmp(grid->id, "WebMercatorQuad") == 0;
}

/* QGIS reads tiles of other grids through a document in ArcGIS's manner, to whose address it adds
 * paths: a commune can be said in it, a filter cannot. */
static void add_qgis_grid(struct page *page, const struct theme_view *view, const struct grid *grid)
{
	struct buf address;

	buf_init(&address, 0);
	variant_query_write_service(view->variant, view->theme->id, grid->id, &address);
	begin_address(page, grid->title);
	add_link(page, address.bytes);
	end_address(page);
	buf_release(&address);
}

static void add_qgis_grids(struct page *page, const struct theme_view *view,
			   const struct grids *grids)
{
	const struct theme *theme = view->theme;
	bool first = true;

	if (view->variant && (view->variant->properties || view->variant->filter))
		return;
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		const struct grid *grid = grids_at(grids, i);
		if (is_mercator(grid) || !grid_is_quad(grid) || !theme_served_in(theme, grid->id))
			continue;
		if (first)
			html_print(page->html, "<p>%s</p>\n",
				   page_say(page,
					    "Depuis QGIS 3.26, les mêmes tuiles s’ouvrent aussi "
					    "sans reprojection : Nouveau › Nouvelle connexion à "
					    "un service de tuiles vectorielles ArcGIS…",
					    "From QGIS 3.26 on, the same tiles can be opened "
					    "without reprojection too: New › New ArcGIS Vector "
					    "Tile Service Connection…"));
		first = false;
		add_qgis_grid(page, view, grid);
	}
}

/* Nothing has to be typed by who takes the file: the whole theme, or of a commune. */
static void add_qgis_file(struct page *page, const struct theme_view *view)
{
	struct buf address;

	buf_add_text(page->html, "<p>");
	if (!view->variant || (!view->variant->properties && !view->variant->filter)) {
		buf_init(&address, 0);
		buf_add_text(&address, "/qgis/connections.xml?theme=");
		html_url(&address, view->theme->id);
		variant_query_write(view->variant, &address);
		html_print(page->html, "<a href=\"%s%s\">%s</a> · ", page->root, address.bytes,
			   page_say(page, "Toutes ces connexions en un fichier",
				    "All these connections in a file"));
		buf_release(&address);
	}
	html_print(page->html, "<a href=\"%s/qgis?group=", page->root);
	html_url(page->html, view->theme->group);
	html_print(page->html, "%s\">%s</a></p>\n", page->and_lang,
		   page_say(page, "Tous les thèmes dans QGIS, en une minute",
			    "All themes in QGIS, in a minute"));
}

static void add_qgis(struct page *page, const struct theme_view *view, const struct grids *grids)
{
	struct buf *html = page->html;
	html_print(
		html,
		"<details class=\"howto\"><summary>%s</summary>\n<ol>\n<li>%s</li>\n<li>%s</li>\n"
		"<li>%s <b%s>%s</b> ; %s %u – %u.</li>\n<li>%s</li>\n</ol>\n",
		page_say(page, "Ouvrir dans QGIS", "Open in QGIS"),
		page_say(page,
			 "Couche › Ajouter une couche › Ajouter une couche de tuiles "
			 "vectorielles…",
			 "Layer › Add Layer › Add Vector Tile Layer…"),
		page_say(page, "Nouveau › Nouvelle connexion générique…",
			 "New › New Generic Connection…"),
		page_say(page, "Nom :", "Name:"),
		page_foreign(page, view->theme->title, view->theme->title_en),
		theme_title(view->theme, page->language),
		page_say(page,
			 "URL : l’adresse « Tuiles » ci-dessus ; URL du style : l’adresse "
			 "« Style » ; niveaux de zoom",
			 "URL: the address “Tiles” above; style URL: the address “Style”; zoom "
			 "levels"),
		view->min_zoom, view->max_zoom,
		page_say(page, "OK, puis Ajouter.", "OK, then Add."));
	add_qgis_grids(page, view, grids);
	add_qgis_file(page, view);
	buf_add_text(html, "</details>\n");
}

void page_theme_addresses(struct page *page, const struct theme_view *view,
			  const struct grids *grids)
{
	const struct theme *theme = view->theme;
	html_print(page->html, "<section class=\"sheet\"><h2>%s</h2>\n",
		   page_say(page, "Adresses", "Addresses"));
	if (theme_served_in(theme, "WebMercatorQuad")) {
		add_address(page, view, page_say(page, "Tuiles (XYZ)", "Tiles (XYZ)"), "tiles",
			    "/{z}/{x}/{y}");
		add_document(page, view, "TileJSON", "tiles", ".json");
		add_document(page, view, "Style (MapLibre, QGIS)", "styles", ".json");
	}
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		if (!is_mercator(grids_at(grids, i)) &&
		    theme_served_in(theme, grids_at(grids, i)->id))
			add_grid(page, view, grids_at(grids, i));
	}
	add_collection(page, view);
	if (!view->variant)
		add_document(page, view, "DCAT-AP", "catalogue", ".jsonld");
	add_frame(page, view);
	add_qgis(page, view, grids);
	buf_add_text(page->html, "</section>\n");
}
