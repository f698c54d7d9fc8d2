/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include <stdlib.h>
#include <string.h>

#include "server/health.h"
#include "server/page_group.h"
#include "server/page_ogc.h"
#include "server/page_trouble.h"
#include "tiler/memory.h"

/* The state of the service for who publishes themes: each group's, and what is to be mended. */

struct group_health {
	const char *id;
	size_t themes, ready, waiting, failed, outdated;
	int64_t data_changed_at; /* the newest of its themes; 0: not known */
};

static void count_theme(struct group_health *health, struct engine *engine,
			const struct theme *theme)
{
	struct theme_freshness fresh = engine_freshness(engine, theme);

	health->themes++;
	switch (engine_theme(engine, theme, NULL, NULL)) {
	case THEME_READY:
		health->ready++;
		break;
	case THEME_FAILED:
		health->failed++;
		break;
	default:
		health->waiting++;
	}
	health->outdated += fresh.outdated;
	if (fresh.data_changed_at > health->data_changed_at)
		health->data_changed_at = fresh.data_changed_at;
}

/* The groups in the order of the catalogue, which is sorted by id. New. */
static struct group_health *count_groups(const struct site *site, const struct catalogue *catalogue,
					 size_t *count)
{
	size_t themes = catalogue_theme_count(catalogue);
	struct group_health *groups = memory_zeroed(themes + 1, sizeof(*groups));

	*count = 0;
	for (size_t i = 0; i < themes; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		if (*count == 0 || strcmp(groups[*count - 1].id, theme->group) != 0)
			groups[(*count)++].id = theme->group;
		count_theme(&groups[*count - 1], site->engine, theme);
	}
	return groups;
}

static void add_count(struct page *page, size_t count, const char *class)
{
	buf_add_text(page->html, "<td>");
	if (count > 0 && class)
		html_print(page->html, "<span class=\"state %s\">", class);
	html_integer(page->html, page->language, count);
	buf_add_text(page->html, count > 0 && class ? "</span></td>" : "</td>");
}

static void add_group(struct page *page, const struct group_health *health)
{
	const struct group_name *name = group_name_find(health->id);
	struct buf *html = page->html;

	html_print(html, "<tr><th scope=\"row\"><a href=\"%s/%s#", page->root, page->lang);
	html_url(html, health->id);
	html_print(html, "\">%s</a></th>", name ? name->name[page->language] : health->id);
	add_count(page, health->themes, NULL);
	add_count(page, health->ready, NULL);
	add_count(page, health->waiting, "waiting");
	add_count(page, health->failed, "failed");
	add_count(page, health->outdated, "waiting");
	buf_add_text(html, "<td>");
	if (health->data_changed_at > 0)
		html_time(html, page->language, health->data_changed_at);
	buf_add_text(html, "</td></tr>\n");
}

static void add_groups(struct page *page, const struct site *site,
		       const struct catalogue *catalogue)
{
	static const char *const columns[][LANGUAGES] = {
		{"Groupe", "Group"},	     {"Thèmes", "Themes"},
		{"Prêts", "Ready"},	     {"En attente", "Waiting"},
		{"En échec", "Failed"},	     {"Données plus récentes connues", "Newer data known"},
		{"Données du", "Data as of"}};
	struct buf *html = page->html;
	size_t count;
	struct group_health *groups = count_groups(site, catalogue, &count);

	html_print(
		html,
		"<h2 class=\"apart\">%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"%s\"><table class=\"report health\"><thead><tr>",
		page_say(page, "Groupes de thèmes", "Groups of themes"),
		page_say(page, "État de chaque groupe", "State of each group"));
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		html_print(html, "<th scope=\"col\">%s</th>", columns[i][page->language]);
	buf_add_text(html, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count; i++)
		add_group(page, &groups[i]);
	buf_add_text(html, "</tbody></table></div>\n");
	free(groups);
}

static void add_outdated(struct page *page, struct engine *engine,
			 const struct catalogue *catalogue)
{
	struct buf *html = page->html;

	html_print(html, "<h2 class=\"apart\">%s</h2>\n<ul class=\"leads\">\n",
		   page_say(page, "Thèmes dont de nouvelles données arrivent",
			    "Themes of which new data are on the way"));
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		if (!engine_freshness(engine, theme).outdated)
			continue;
		html_print(html, "<li><a href=\"%s/view/", page->root);
		html_url(html, theme->id);
		html_print(html, "%s\"%s>%s</a></li>\n", page->lang,
			   page_foreign(page, theme->title, theme->title_en),
			   theme_title(theme, page->language));
	}
	buf_add_text(html, "</ul>\n");
}

static void add_time(struct page *page, const char *name, int64_t seconds)
{
	html_print(page->html, "<div><dt>%s</dt><dd>", name);
	html_time(page->html, page->language, seconds);
	buf_add_text(page->html, "</dd></div>\n");
}

static void add_service(struct page *page, const struct site *site, const struct health *health)
{
	bool well = !health->degraded;
	struct buf *html = page->html;

	html_print(html, "<p class=\"lead\"><span class=\"state %s\">%s</span></p>\n",
		   well ? "ready" : "failed",
		   well ? page_say(page, "Tout va bien.", "All is well.")
			: page_say(page,
				   "Le service répond ; une partie est à corriger, voir plus bas.",
				   "The service answers; a part is to be mended, see below."));
	buf_add_text(html, "<dl class=\"facts\">\n");
	add_time(page, page_say(page, "Démarré", "Started"), site->started_at);
	add_time(page, page_say(page, "Données regardées", "Data looked at"),
		 health->reload.looked_at);
	html_print(html, "<div><dt>Configuration</dt><dd>%s</dd></div>\n",
		   health->reload.failed
			   ? page_say(page,
				      "erronée : la précédente reste en service, le journal dit "
				      "pourquoi",
				      "broken: the one before stays in service, the log says why")
			   : page_say(page, "lue sans erreur", "read without an error"));
	html_print(html, "<div><dt>%s</dt><dd>",
		   page_say(page, "Tuiles en attente", "Tiles waiting"));
	html_integer(html, page->language, health->stats.work.queued);
	buf_add_text(html, "</dd></div>\n</dl>\n");
}

void page_health(const struct site *site, const struct request *request, struct reply *reply)
{
	struct page page = page_document_begin(request, "État du service", "State of the service",
					       reply);
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct health health = health_of(site);

	add_service(&page, site, &health);
	buf_add_text(page.html, "</div>\n");
	page_troubles(&page, site->engine, catalogue);
	buf_add_text(page.html, "<div class=\"width\">\n");
	add_groups(&page, site, catalogue);
	if (health.stats.themes_outdated > 0)
		add_outdated(&page, site->engine, catalogue);
	page_document_end(&page, "");
	catalogue_unref(catalogue);
}
