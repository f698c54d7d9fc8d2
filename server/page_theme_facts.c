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
	begin_fact(page, page_say(page, "Projection d’origine", "Original CRS"));
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
	html_time(page->html, page->language, time);
	end_fact(page);
}

static void add_prepared(struct page *page, const struct prepared *prepared,
			 const struct theme_freshness *freshness)
{
	struct buf *html = page->html;
	add_time(page, page_say(page, "Données modifiées le", "Data changed on"),
		 freshness->data_changed_at);
	add_time(page, page_say(page, "Préparé le", "Prepared on"), prepared->prepared_at);
	if (freshness->outdated)
		add_fact(page, page_say(page, "Fraîcheur", "Freshness"),
			 page_say(page, "des données plus récentes sont en cours de préparation",
				  "newer data are being prepared"));
	else if (freshness->replaced_at) {
		begin_fact(page, page_say(page, "Dernière mise à jour", "Last update"));
		html_time(html, page->language, freshness->replaced_at);
		buf_add_text(html, page_say(page, " : ", ": "));
		html_count(html, page->language, freshness->replaced.tiles_dropped,
			   page_say(page, "tuile refaite", "tile made anew"),
			   page_say(page, "tuiles refaites", "tiles made anew"));
		buf_add_text(html, ", ");
		html_count(html, page->language, freshness->replaced.tiles_kept,
			   page_say(page, "gardée", "kept"), page_say(page, "gardées", "kept"));
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
	buf_add_text(html, "<section class=\"sheet\"><h2>");
	html_print(html, "%s</h2>\n<dl class=\"facts\">\n", page_say(page, "Fiche", "Facts"));
	add_fact(page, page_say(page, "Géométrie", "Geometry"),
		 kind_title(view->kind, page->language));
	begin_fact(page, page_say(page, "Nombre d’objets", "Features"));
	html_integer(html, page->language, theme->feature_count);
	end_fact(page);
	page_theme_metadata(page, theme);
	add_crs(page, theme->crs);
	add_fact(page, page_say(page, "Format d’origine", "Original format"), theme->origin.driver);
	begin_fact(page, "Zooms");
	html_print(html, "%u %s %u", view->min_zoom, page_say(page, "à", "to"), view->max_zoom);
	end_fact(page);
	if (view->prepared)
		add_prepared(page, view->prepared, &view->freshness);
	buf_add_text(html, "</dl>\n");
	page_columns(page, theme, 3);
	buf_add_text(html, "</section>\n");
}
