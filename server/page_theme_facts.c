/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include <string.h>
#include <strings.h>

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

/* Licences of French open data, by SPDX identifier or as sources write them. */
static const struct licence {
	const char *id, *name, *url;
} licences[] = {
	{"etalab-2.0", "Licence Ouverte 2.0",
	 "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"},
	{"ODbL-1.0", "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"},
	{"CC-BY-4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.fr"},
	{"CC-BY-SA-4.0", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/deed.fr"},
	{"CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.fr"},
	{"PDDL-1.0", "PDDL 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"},
};

static void add_licence(struct page *page, const char *licence)
{
	if (!licence || !*licence)
		return;
	const char *name = licence;
	const char *url = NULL;
	if (strncmp(licence, "https://", 8) == 0 || strncmp(licence, "http://", 7) == 0)
		url = licence;
	for (size_t i = 0; i < sizeof licences / sizeof *licences; i++) {
		if (strcasecmp(licences[i].id, licence) == 0) {
			name = licences[i].name;
			url = licences[i].url;
		}
	}
	begin_fact(page, "Licence");
	if (url)
		html_print(page->html, "<a rel=\"license\" href=\"%s\">%s</a>", url, name);
	else
		html_text(page->html, name);
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

static const char *type_title(const struct column *column)
{
	if (column->source_type && strcmp(column->source_type, "Date") == 0)
		return "date";
	if (column->source_type && strcmp(column->source_type, "DateTime") == 0)
		return "date et heure";
	switch (column->type) {
	case VALUE_BOOLEAN:
		return "oui ou non";
	case VALUE_INTEGER:
		return "entier";
	case VALUE_REAL:
		return "décimal";
	default:
		return "texte";
	}
}

static void add_columns(struct page *page, const struct column *columns, uint32_t count)
{
	struct buf *html = page->html;
	if (count == 0)
		return;
	begin_fact(page, "Colonnes");
	html_print(html, "<ul class=\"columns-list\">");
	for (uint32_t i = 0; i < count; i++)
		html_print(html, "<li><code>%s</code> <small>%s</small></li>", columns[i].name,
			   type_title(&columns[i]));
	buf_add_text(html, "</ul>");
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
	add_licence(page, theme->licence);
	add_fact(page, "Attribution", theme->attribution);
	add_fact(page, "Mise à jour", theme->frequency);
	add_crs(page, theme->crs);
	add_fact(page, "Format d’origine", theme->origin.driver);
	begin_fact(page, "Zooms");
	html_print(html, "%u à %u", view->min_zoom, view->max_zoom);
	end_fact(page);
	if (view->prepared)
		add_prepared(page, view->prepared, &view->freshness);
	add_columns(page, theme->columns, theme->column_count);
	buf_add_text(html, "</dl></section>\n");
}
