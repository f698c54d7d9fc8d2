/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include "server/page_kind.h"

static void begin_fact(struct page *page, const char *name)
{
	html_print(page->html, "<div><dt>%s</dt><dd>", name);
}

static void end_fact(struct page *page)
{
	buf_add_text(page->html, "</dd></div>\n");
}

static void add_fact(struct page *page, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	begin_fact(page, name);
	html_text(page->html, value);
	end_fact(page);
}

static void add_crs(struct page *page, const struct crs *crs)
{
	if (!crs)
		return;
	begin_fact(page, "Projection d’origine");
	html_text(page->html, crs->name);
	if (crs->authority && crs->code)
		html_print(page->html, " <code>%s:%s</code>", crs->authority, crs->code);
	end_fact(page);
}

static void add_time(struct page *page, const char *name, int64_t time)
{
	if (time == 0)
		return;
	begin_fact(page, name);
	html_time(page->html, time);
	end_fact(page);
}

static void add_prepared(struct page *page, const struct prepared *prepared,
			 const struct theme_freshness *freshness)
{
	struct buf *html = page->html;
	add_time(page, "Données modifiées le", freshness->data_changed_at);
	add_time(page, "Préparé le", prepared->prepared_at);
	if (freshness->outdated)
		add_fact(page, "Fraîcheur",
			 "des données plus récentes sont en cours de préparation");
	else if (freshness->replaced_at) {
		begin_fact(page, "Dernière mise à jour");
		html_time(html, freshness->replaced_at);
		html_print(html, " : ");
		html_count(html, freshness->replaced.tiles_dropped, "tuile refaite",
			   "tuiles refaites");
		html_print(html, ", ");
		html_count(html, freshness->replaced.tiles_kept, "gardée", "gardées");
		end_fact(page);
	}
	begin_fact(page, "Version");
	html_print(html, "<code>%s</code>", prepared->version);
	end_fact(page);
}

void page_theme_facts(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	const struct theme *theme = view->theme;
	buf_add_text(html, "<section class=\"sheet\"><h2>Fiche</h2>\n<dl class=\"facts\">\n");
	add_fact(page, "Géométrie", kind_title(view->kind));
	begin_fact(page, "Nombre d’objets");
	html_integer(html, theme->feature_count);
	end_fact(page);
	page_theme_metadata(page, theme);
	add_crs(page, theme->crs);
	add_fact(page, "Format d’origine", theme->origin.driver);
	begin_fact(page, "Zooms");
	html_print(html, "%u à %u", view->min_zoom, view->max_zoom);
	end_fact(page);
	if (view->prepared)
		add_prepared(page, view->prepared, &view->freshness);
	buf_add_text(html, "</dl>\n");
	page_columns(page, theme);
	buf_add_text(html, "</section>\n");
}
