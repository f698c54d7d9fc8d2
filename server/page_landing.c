/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stdlib.h>
#include <string.h>

#include "server/page_develop.h"
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
	enum language language;
	const char *query;
	const char *only; /* a group's id; NULL: all groups */
	struct search *search;
	struct group *groups;
	size_t group_count;
	size_t shown;
	uint64_t feature_count;
};

static char *group_order(const struct group *group, enum language language)
{
	struct buf order;
	buf_init(&order, 0);
	if (group->name) {
		search_fold(&order, group_family(group->name, language));
		buf_add_char(&order, '\t');
		search_fold(&order, group->name->name[language]);
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

static bool is_shown(const struct listing *listing, const struct theme *theme)
{
	return search_matches(listing->search, theme) &&
	       (!listing->only || strcmp(listing->only, theme->group) == 0);
}

static void listing_init(struct listing *listing, const struct catalogue *catalogue,
			 enum language language, const struct request *request)
{
	const char *query = request_query(request, "q"), *only = request_query(request, "group");
	size_t count = catalogue_theme_count(catalogue);
	*listing = (struct listing){
		.catalogue = catalogue,
		.language = language,
		.query = query && *query ? query : NULL,
		.only = only && *only ? only : NULL,
		.search = search_new(query, language),
		.groups = memory_zeroed(count + 1, sizeof *listing->groups),
	};
	for (size_t i = 0; i < count; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct group *last = listing->groups + listing->group_count - 1;
		if (listing->group_count == 0 || strcmp(last->id, theme->group) != 0) {
			last = listing->groups + listing->group_count++;
			last->id = theme->group;
			last->name = group_name_find(theme->group);
			last->order = group_order(last, language);
			last->first = i;
		}
		bool match = is_shown(listing, theme);
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
	static const char *const others[] = {"Autres groupes", "Other groups"};
	static const char *const all[] = {"Tous les groupes", "All groups"};

	if (group->name)
		return group_family(group->name, listing->language);
	return (listing->groups[0].name ? others : all)[listing->language];
}

static void add_theme(struct page *page, const struct theme *theme, bool shown)
{
	struct buf *html = page->html;
	const char *abstract = theme_abstract(theme, page->language);
	html_print(html, "<li%s", shown ? "" : " hidden");
	if (abstract)
		html_print(html, " data-about=\"%s\"", abstract);
	html_print(html, "><a href=\"%s/view/", page->root);
	html_url(html, theme->id);
	html_print(html, "%s\">", page->lang);
	kind_icon(html, theme->kind);
	html_print(html, "<b%s>%s</b><code>%s</code><small>",
		   page_foreign(page, theme->title, theme->title_en),
		   theme_title(theme, page->language), theme->id);
	kind_count(html, page->language, theme->kind, theme->feature_count);
	buf_add_text(html, "</small></a></li>\n");
}

static void add_group(struct page *page, const struct listing *listing, const struct group *group)
{
	struct buf *html = page->html;
	bool open = listing->query || listing->only ||
		    catalogue_theme_count(listing->catalogue) <= FEW_THEMES;
	buf_add_text(html, "<details class=\"group\" id=\"");
	html_url(html, group->id);
	html_print(html, "\"%s%s><summary><h3>%s</h3>", open ? " open" : "",
		   group->shown ? "" : " hidden",
		   group->name ? group->name->name[page->language] : group->id);
	if (group->name)
		html_print(html, "<code>%s</code>", group->id);
	buf_add_text(html, "<small>");
	html_count(html, page->language, group->shown, page_say(page, "thème", "theme"),
		   page_say(page, "thèmes", "themes"));
	buf_add_text(html, "</small></summary>\n<ul>\n");
	for (size_t i = group->first; i < group->first + group->count; i++) {
		const struct theme *theme = catalogue_theme(listing->catalogue, i);
		add_theme(page, theme, is_shown(listing, theme));
	}
	html_print(html, "</ul>\n<p><a href=\"%s/qgis?group=", page->root);
	html_url(html, group->id);
	html_print(html, "%s\">%s</a></p></details>\n", page->and_lang,
		   page_say(page, "Ce groupe dans QGIS", "This group in QGIS"));
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
	html_print(
		html,
		"<nav class=\"index\" aria-labelledby=\"index\"><h2 id=\"index\">%s</h2>\n<ul>\n",
		page_say(page, "Familles", "Families"));
	for (size_t i = 0; i < listing->group_count;) {
		size_t shown;
		size_t span = family_span(listing, i, &shown);
		html_print(html, "<li%s><a href=\"#f%u\">%s <small>", shown ? "" : " hidden",
			   (unsigned)i, family_of(listing, &listing->groups[i]));
		html_integer(html, page->language, shown);
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
		   "<label for=\"q\">%s</label><div>"
		   "<input type=\"search\" id=\"q\" name=\"q\" value=\"%s\" maxlength=\"100\" "
		   "placeholder=\"%s\" autocomplete=\"off\" spellcheck=\"false\">",
		   page->root, page_say(page, "Rechercher un thème", "Search a theme"),
		   listing->query ? listing->query : "", "école, piste cyclable, arbre…");
	if (*page->lang)
		html_print(html, "<input type=\"hidden\" name=\"lang\" value=\"%s\">",
			   language_code(page->language));
	html_print(html, "<button>%s</button></div></form>\n",
		   page_say(page, "Rechercher", "Search"));
}

static void add_said(struct page *page, const char *word, const char *said)
{
	html_print(page->html, " %s %s%s%s", word, page_say(page, "«\u00a0", "“"), said,
		   page_say(page, "\u00a0»", "”"));
}

/* What was found, as landing.js says it while one types. */
static void add_found(struct page *page, const struct listing *listing)
{
	struct buf *html = page->html;
	buf_add_text(html, "<p id=\"found\" role=\"status\">");
	if (listing->query || listing->only) {
		if (listing->shown == 0)
			buf_add_text(html, page_say(page, "Aucun\u00a0thème", "No\u00a0theme"));
		else
			html_count(html, page->language, listing->shown,
				   page_say(page, "thème", "theme"),
				   page_say(page, "thèmes", "themes"));
		if (listing->only)
			add_said(page, page_say(page, "du groupe", "of the group"), listing->only);
		if (listing->query)
			add_said(page, page_say(page, "pour", "for"), listing->query);
		html_print(html, " <a href=\"%s/%s\">%s</a>", page->root, page->lang,
			   page_say(page, "Tout afficher", "Show all"));
	}
	buf_add_text(html, "</p>\n");
}

static void add_number(struct page *page, const char *state, uint64_t number, const char *what)
{
	buf_add_text(page->html, "<span");
	if (state)
		html_print(page->html, " class=\"state %s\"", state);
	buf_add_text(page->html, "><b>");
	html_integer(page->html, page->language, number);
	html_print(page->html, "</b> %s</span> ", what);
}

static void add_numbers(struct page *page, const struct engine_stats *stats,
			const struct listing *listing)
{
	struct buf *html = page->html;
	buf_add_text(html, "<p class=\"numbers\">");
	add_number(page, NULL, catalogue_theme_count(listing->catalogue),
		   page_say(page, "thèmes", "themes"));
	add_number(page, NULL, listing->feature_count, page_say(page, "objets", "features"));
	add_number(page, "ready", stats->themes_ready, page_say(page, "prêts", "ready"));
	if (stats->themes_waiting > 0)
		add_number(page, "waiting", stats->themes_waiting,
			   page_say(page, "en préparation", "being prepared"));
	if (stats->themes_failed > 0)
		add_number(page, "failed", stats->themes_failed,
			   page_say(page, "en échec", "failed"));
	buf_add_text(html, "</p>\n");
}

static void add_hero(struct page *page, const struct listing *listing,
		     const struct engine_stats *stats)
{
	struct buf *html = page->html;
	html_print(html,
		   "<section class=\"hero\"><div class=\"width\"><div>\n<h1>%s</h1>\n"
		   "<p class=\"lead\">%s</p>\n",
		   page_say(page, "Les données du territoire, sur la carte",
			    "The data of the territory, on the map"),
		   page_say(page,
			    "Tuilerie publie les thèmes géographiques de ce portail en tuiles "
			    "vectorielles : légères, à jour, ouvertes. Choisissez un thème pour le "
			    "voir sur une carte et copier ses adresses.",
			    "Tuilerie publishes the geographic themes of this portal as vector "
			    "tiles: light, up to date, open. Choose a theme to see it on a map and "
			    "to copy its addresses."));
	add_search(page, listing);
	add_found(page, listing);
	add_numbers(page, stats, listing);
	buf_add_text(html, "</div><img class=\"picture\" alt=\"\" width=\"614\" height=\"374\" "
			   "loading=\"lazy\" src=\"");
	page_asset(page, "hero.svg");
	buf_add_text(html, "\"></div></section>\n");
}

void page_landing(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	enum language language = request_language(request);
	bool english = language == LANGUAGE_ENGLISH;
	struct listing listing;
	listing_init(&listing, catalogue, language, request);
	const struct page_head head = {
		.title = listing.query ? (english ? "Search" : "Recherche")
				       : (english ? "Geographic themes" : "Thèmes géographiques"),
		.description =
			english ? "The geographic themes of this portal as vector tiles."
				: "Les thèmes géographiques de ce portail en tuiles vectorielles.",
		.script = "landing.js",
		.alternate = "/catalogue.jsonld",
	};
	struct engine_stats stats = engine_stats(site->engine);
	struct page page = page_begin(request, &head, reply);
	kind_icons(page.html);
	add_hero(&page, &listing, &stats);
	page_troubles(&page, site->engine, catalogue);
	buf_add_text(page.html, "<div class=\"width catalogue\">\n");
	add_index(&page, &listing);
	add_groups(&page, &listing);
	buf_add_text(page.html, "</div>\n");
	page_developers(&page);
	page_end(&page, &head);
	listing_release(&listing);
	catalogue_unref(catalogue);
}
