/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_map.h"

#include <string.h>

#include "server/page_variant.h"
#include "server/tileset.h"

/* The zooms its TileJSON names, and the bounds of a commune. */
static enum error_code set_tiles(struct theme_view *view, const struct site *site,
				 const struct request *request, struct error *error)
{
	struct tileset tileset;
	enum error_code code = tileset_open(&tileset, site, request, error);
	const struct variant *variant;

	if (code)
		return code == ERROR_NOT_FOUND && !request_query(request, "commune") ? ERROR_NONE
										     : code;
	variant = view->variant = variant_ref(tileset.request.variant);
	view->min_zoom = tileset.min_zoom;
	view->max_zoom = tileset.max_zoom;
	if (variant_is_limited(variant)) {
		strcpy(view->commune, variant->commune);
		if (!box_is_empty(variant->commune_bounds))
			view->bounds = variant->commune_bounds;
	}
	tileset_release(&tileset);
	return ERROR_NONE;
}

/* Those of the commune may still have to be found out. */
static void count_features(struct theme_view *view, const struct site *site)
{
	struct error unwanted;

	view->count = view->theme->feature_count;
	view->counted = !*view->commune ||
			(view->prepared &&
			 !engine_commune_count(site->engine, view->prepared, view->commune,
					       &view->count, &unwanted));
}

enum error_code theme_view_init(struct theme_view *view, const struct site *site,
				const struct request *request, const struct theme *theme,
				struct error *error)
{
	struct error unwanted;
	enum error_code code;

	*view = (struct theme_view){
		.theme = theme,
		.catalogue = engine_catalogue(site->engine),
	};
	view->state = engine_theme(site->engine, theme, &view->prepared, &view->error);
	view->freshness = engine_freshness(site->engine, theme);
	view->kind = theme->kind;
	view->bounds = theme->bounds;
	if (view->prepared) {
		view->kind = view->prepared->kind;
		view->bounds = view->prepared->bounds;
	}
	if (engine_communes(site->engine, &view->communes, &unwanted))
		view->communes = NULL;
	code = set_tiles(view, site, request, error);
	if (!code)
		count_features(view, site);
	return code;
}

void theme_view_release(struct theme_view *view)
{
	prepared_unref(view->prepared);
	commune_list_unref(view->communes);
	variant_unref(view->variant);
	catalogue_unref(view->catalogue);
}

/* Themes of the communes' limits, by the names they usually have: drawn faintly under the others,
 * so that a theme without a base map still shows where it is. */
static const struct theme *context_theme(const struct theme_view *view)
{
	static const char *const names[] = {"commune_emprise", "commune_emprise_plg",
					    "commune_emprise_rm_plg", "commune", "communes"};
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		for (size_t i = 0; i < catalogue_theme_count(view->catalogue); i++) {
			const struct theme *theme = catalogue_theme(view->catalogue, i);
			if (strcmp(theme->layer, names[n]) == 0 && theme->feature_count > 0 &&
			    (theme->kind == GEOMETRY_POLYGON || theme->kind == GEOMETRY_MIXED) &&
			    box_intersects(theme->bounds, view->bounds))
				return strcmp(theme->id, view->theme->id) == 0 ? NULL : theme;
		}
	}
	return NULL;
}

static void add_url(struct page *page, const char *attribute, const char *folder, const char *id,
		    const struct theme_view *view)
{
	html_print(page->html, " data-%s=\"%s/%s/", attribute, page->root, folder);
	html_url(page->html, id);
	buf_add_text(page->html, ".json");
	if (view)
		page_variant_query(page->html, view);
	buf_add_char(page->html, '"');
}

static void add_start(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	if (!box_is_empty(view->bounds))
		buf_print(html, " data-bounds=\"%.6f,%.6f,%.6f,%.6f\"", view->bounds.minx,
			  view->bounds.miny, view->bounds.maxx, view->bounds.maxy);
	const struct prepared *prepared = view->prepared;
	if (prepared && prepared->level_count > 0 && !*view->commune)
		buf_print(html, " data-centre=\"%.6f,%.6f,%u\" data-min-zoom=\"%u\"",
			  prepared->centre.x, prepared->centre.y, prepared->centre_zoom,
			  prepared->min_zoom);
}

/* Written here, as text: map libraries would take it for HTML. */
static void add_credit(struct buf *html, const struct theme *theme, const struct theme *context)
{
	const char *credit = theme->attribution;
	const char *below = context ? context->attribution : NULL;
	if (credit && below && strcmp(credit, below) == 0)
		below = NULL;
	if (!credit && !below)
		return;
	html_print(html, "<p class=\"credit\">%s%s%s</p>\n", credit ? credit : "",
		   credit && below ? " · " : "", below ? below : "");
}

void page_map(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	const struct theme *theme = view->theme;
	const struct theme *context = context_theme(view);
	html_print(html,
		   "<div class=\"map\" id=\"carte\" data-theme=\"%s\" data-layer=\"%s\" "
		   "data-title=\"%s\" data-base=\"%s\"",
		   theme->id, theme->layer, theme_title(theme, page->language), page->base);
	add_url(page, "style", "styles", theme->id, view);
	add_start(page, view);
	if (context) {
		add_url(page, "context", "tiles", context->id, NULL);
		html_print(html, " data-context-layer=\"%s\"", context->layer);
	}
	buf_add_text(html, ">\n<p class=\"notice\" id=\"avis\" role=\"status\">");
	if (view->bounds.minx > view->bounds.maxx)
		buf_add_text(html, page_say(page, "Ce thème ne contient aucun objet à dessiner.",
					    "This theme holds no feature to draw."));
	html_print(html, "</p>\n<noscript><p class=\"notice\">%s</p></noscript>\n",
		   page_say(page,
			    "La carte a besoin de JavaScript. Les données sont aussi décrites "
			    "ci-dessous, et lisibles dans QGIS.",
			    "The map needs JavaScript. The data are described below as well, and "
			    "can be read in QGIS."));
	add_credit(html, theme, context);
	buf_add_text(html, "</div>\n");
}
