/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stdlib.h>
#include <string.h>

#include "server/page_frame.h"
#include "server/page_group.h"
#include "server/page_kind.h"
#include "server/page_search.h"
#include "server/page_trouble.h"
#include "tiler/memory.h"

enum {
	FEW_THEMES = 60 /* with fewer, the groups are shown open */
};

/* A run of themes of one group in the catalogue, which is sorted by id. */
struct group {
	const char *id;
	const struct group_name *name; /* NULL: unknown to us */
	char *order;		       /* family and name, folded */
	size_t first, count;
	size_t shown; /* of them, match the query */
};

struct listing {
	const struct catalogue *catalogue;
	const char *query;
	struct search *search;
	struct group *groups;
	size_t group_count;
	size_t shown;
	uint64_t feature_count;
};

static char *group_order(const struct group *group)
{
	struct buf order;
	buf_init(&order, 0);
	if (group->name) {
		search_fold(&order, group->name->family);
		buf_add_char(&order, '\t');
		search_fold(&order, group->name->name);
	} else {
		buf_add_text(&order, "~"); /* after all letters */
		search_fold(&order, group->id);
	}
	return buf_take(&order, NULL);
}

static int compare_groups(const void *a, const void *b)
{
	return strcmp(((const struct group *)a)->order, ((const struct group *)b)->order);
}

static void listing_init(struct listing *listing, const struct catalogue *catalogue,
			 const char *query)
{
	size_t count = catalogue_theme_count(catalogue);
	*listing = (struct listing){
		.catalogue = catalogue,
		.query = query && *query ? query : NULL,
		.search = search_new(query),
		.groups = memory_zeroed(count + 1, sizeof *listing->groups),
	};
	for (size_t i = 0; i < count; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct group *last = listing->groups + listing->group_count - 1;
		if (listing->group_count == 0 || strcmp(last->id, theme->group) != 0) {
			last = listing->groups + listing->group_count++;
			last->id = theme->group;
			last->name = group_name_find(theme->group);
			last->order = group_order(last);
			last->first = i;
		}
		bool match = search_matches(listing->search, theme);
		last->count++;
		last->shown += match;
		listing->shown += match;
		listing->feature_count += theme->feature_count;
	}
	qsort(listing->groups, listing->group_count, sizeof *listing->groups, compare_groups);
}

static void listing_release(struct listing *listing)
{
	for (size_t i = 0; i < listing->group_count; i++)
		free(listing->groups[i].order);
	free(listing->groups);
	search_free(listing->search);
}

static const char *family_of(const struct listing *listing, const struct group *group)
{
	if (group->name)
		return group->name->family;
	return listing->groups[0].name ? "Autres groupes" : "Tous les groupes";
}

static void add_theme(struct page *page, const struct theme *theme, bool shown)
{
	struct buf *html = page->html;
	html_print(html, "<li%s", shown ? "" : " hidden");
	if (theme->abstract)
		html_print(html, " data-about=\"%s\"", theme->abstract);
	html_print(html, "><a href=\"%s/view/", page->root);
	html_url(html, theme->id);
	buf_add_text(html, "\">");
	kind_icon(html, theme->kind);
	html_print(html, "<b>%s</b><code>%s</code><small>", theme->title, theme->id);
	kind_count(html, theme->kind, theme->feature_count);
	buf_add_text(html, "</small></a></li>\n");
}

static void add_group(struct page *page, const struct listing *listing, const struct group *group)
{
	struct buf *html = page->html;
	bool open = listing->query || catalogue_theme_count(listing->catalogue) <= FEW_THEMES;
	buf_add_text(html, "<details class=\"group\" id=\"");
	html_url(html, group->id);
	html_print(html, "\"%s%s><summary><h3>%s</h3>", open ? " open" : "",
		   group->shown ? "" : " hidden", group->name ? group->name->name : group->id);
	if (group->name)
		html_print(html, "<code>%s</code>", group->id);
	buf_add_text(html, "<small>");
	html_count(html, group->shown, "thème", "thèmes");
	buf_add_text(html, "</small></summary>\n<ul>\n");
	for (size_t i = group->first; i < group->first + group->count; i++) {
		const struct theme *theme = catalogue_theme(listing->catalogue, i);
		add_theme(page, theme, search_matches(listing->search, theme));
	}
	buf_add_text(html, "</ul></details>\n");
}

/* The groups of one family follow each other. Returns how many from INDEX on, and in SHOWN how many
 * of their themes match. */
static size_t family_span(const struct listing *listing, size_t index, size_t *shown)
{
	const char *family = family_of(listing, &listing->groups[index]);
	size_t end = index;
	*shown = 0;
	do
		*shown += listing->groups[end++].shown;
	while (end < listing->group_count &&
	       strcmp(family_of(listing, &listing->groups[end]), family) == 0);
	return end - index;
}

static void add_groups(struct page *page, const struct listing *listing)
{
	struct buf *html = page->html;
	buf_add_text(html, "<div class=\"groups\">\n");
	for (size_t i = 0; i < listing->group_count;) {
		size_t shown;
		size_t end = i + family_span(listing, i, &shown);
		html_print(html,
			   "<section class=\"family\" aria-labelledby=\"f%u\"%s>"
			   "<h2 id=\"f%u\">%s</h2>\n<div class=\"set\">\n",
			   (unsigned)i, shown ? "" : " hidden", (unsigned)i,
			   family_of(listing, &listing->groups[i]));
		for (; i < end; i++)
			add_group(page, listing, &listing->groups[i]);
		buf_add_text(html, "</div></section>\n");
	}
	buf_add_text(html, "</div>\n");
}

static void add_index(struct page *page, const struct listing *listing)
{
	struct buf *html = page->html;
	buf_add_text(html, "<nav class=\"index\" aria-labelledby=\"index\">"
			   "<h2 id=\"index\">Familles</h2>\n<ul>\n");
	for (size_t i = 0; i < listing->group_count;) {
		size_t shown;
		size_t span = family_span(listing, i, &shown);
		html_print(html, "<li%s><a href=\"#f%u\">%s <small>", shown ? "" : " hidden",
			   (unsigned)i, family_of(listing, &listing->groups[i]));
		html_integer(html, shown);
		buf_add_text(html, "</small></a></li>\n");
		i += span;
	}
	buf_add_text(html, "</ul></nav>\n");
}

static void add_search(struct page *page, const struct listing *listing)
{
	struct buf *html = page->html;
	html_print(html,
		   "<form class=\"search\" role=\"search\" action=\"%s/\" method=\"get\">"
		   "<label for=\"q\">Rechercher un thème</label><div>"
		   "<input type=\"search\" id=\"q\" name=\"q\" value=\"%s\" maxlength=\"100\" "
		   "placeholder=\"école, piste cyclable, arbre…\" autocomplete=\"off\" "
		   "spellcheck=\"false\"><button>Rechercher</button></div></form>\n",
		   page->root, listing->query ? listing->query : "");
	buf_add_text(html, "<p id=\"found\" role=\"status\">");
	if (listing->query) {
		if (listing->shown == 0)
			buf_add_text(html, "Aucun thème");
		else
			html_count(html, listing->shown, "thème", "thèmes");
		html_print(html, " pour «\u00a0%s\u00a0». <a href=\"%s/\">Tout afficher</a>",
			   listing->query, page->root);
	}
	buf_add_text(html, "</p>\n");
}

static void add_numbers(struct page *page, const struct engine_stats *stats,
			const struct listing *listing)
{
	struct buf *html = page->html;
	buf_add_text(html, "<p class=\"numbers\"><span><b>");
	html_integer(html, catalogue_theme_count(listing->catalogue));
	buf_add_text(html, "</b> thèmes</span> <span><b>");
	html_integer(html, listing->feature_count);
	buf_add_text(html, "</b> objets</span> <span class=\"state ready\"><b>");
	html_integer(html, stats->themes_ready);
	buf_add_text(html, "</b> prêts</span>");
	if (stats->themes_waiting > 0) {
		buf_add_text(html, " <span class=\"state waiting\"><b>");
		html_integer(html, stats->themes_waiting);
		buf_add_text(html, "</b> en préparation</span>");
	}
	if (stats->themes_failed > 0) {
		buf_add_text(html, " <span class=\"state failed\"><b>");
		html_integer(html, stats->themes_failed);
		buf_add_text(html, "</b> en échec</span>");
	}
	buf_add_text(html, "</p>\n");
}

static void add_developers(struct page *page)
{
	struct buf *html = page->html;
	buf_add_text(html,
		     "<section id=\"developper\" class=\"develop\"><div class=\"width\">"
		     "<h2>Utiliser ces données</h2>\n<div class=\"columns\">\n"
		     "<div><h3>Dans une page web</h3><p>Chaque thème a son TileJSON et son style, "
		     "pour MapLibre, OpenLayers ou Leaflet.</p>\n");
	html_print(html,
		   "<p><code class=\"address\">%s/tiles/<i>{thème}</i>.json</code></p>\n"
		   "<p><code class=\"address\">%s/styles/<i>{thème}</i>.json</code></p></div>\n",
		   page->base, page->base);
	html_print(html,
		   "<div><h3>Dans QGIS</h3><p>Couche › Ajouter une couche › Tuiles vectorielles, "
		   "nouvelle connexion générique, puis l’adresse donnée sur la page du thème :</p>"
		   "\n<p><code class=\"address\">%s/tiles/<i>{thème}</i>/{z}/{x}/{y}</code></p>"
		   "</div>\n",
		   page->base);
	html_print(html,
		   "<div><h3>Dans un programme</h3><p>La liste des thèmes existe aussi en JSON, et "
		   "plusieurs thèmes séparés par des virgules font une seule tuile.</p>\n"
		   "<p><a href=\"%s/?f=json\">Liste des thèmes (JSON)</a> · "
		   "<a href=\"%s/collections?f=html\">OGC API</a> · "
		   "<a href=\"%s/api?f=html\">Mode d’emploi</a></p>"
		   "</div>\n</div></div></section>\n",
		   page->root, page->root, page->root);
}

void page_landing(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct listing listing;
	listing_init(&listing, catalogue, request_query(request, "q"));
	const struct page_head head = {
		.title = listing.query ? "Recherche" : "Thèmes géographiques",
		.description = "Les thèmes géographiques de ce portail en tuiles vectorielles.",
		.script = "landing.js",
	};
	struct engine_stats stats = engine_stats(site->engine);
	struct page page = page_begin(request, &head, reply);
	struct buf *html = page.html;
	kind_icons(html);
	buf_add_text(html, "<section class=\"hero\"><div class=\"width\"><div>\n"
			   "<h1>Les données du territoire, sur la carte</h1>\n"
			   "<p class=\"lead\">Tuilerie publie les thèmes géographiques de ce "
			   "portail en tuiles vectorielles : légères, à jour, ouvertes. Choisissez "
			   "un thème pour le voir sur une carte et copier ses adresses.</p>\n");
	add_search(&page, &listing);
	add_numbers(&page, &stats, &listing);
	buf_add_text(html, "</div><img class=\"picture\" alt=\"\" width=\"614\" height=\"374\" "
			   "loading=\"lazy\" src=\"");
	page_asset(&page, "hero.svg");
	buf_add_text(html, "\"></div></section>\n");
	page_troubles(&page, site->engine, catalogue);
	buf_add_text(html, "<div class=\"width catalogue\">\n");
	add_index(&page, &listing);
	add_groups(&page, &listing);
	buf_add_text(html, "</div>\n");
	add_developers(&page);
	page_end(&page, &head);
	listing_release(&listing);
	catalogue_unref(catalogue);
}
