/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include <stdio.h>

#include "server/quality.h"

/* The words around the report's own. */
struct quality_page {
	enum quality_language language;
	const char *title, *findings, *on_map, *nothing_found;
	const char *levels, *zooms, *shown, *left_out, *largest;
	const char *nothing, *not_weighed;
};

static const struct quality_page pages[LANGUAGES] = {
	[LANGUAGE_ENGLISH] = {QUALITY_ENGLISH, "Quality", "What was found in the data",
			      "see on the map", "nothing to remark",
			      "What is shown at each zoom of the web map", "Zooms",
			      "Features shown", "Left out", "Largest tile", "nothing",
			      "not weighed"},
	[LANGUAGE_FRENCH] = {QUALITY_FRENCH, "Qualité", "Ce qui a été constaté dans les données",
			     "voir sur la carte", "rien à signaler",
			     "Ce qui est montré à chaque zoom de la carte web", "Zooms",
			     "Objets montrés", "Laissés de côté", "Plus grande tuile", "rien",
			     "non pesée"},
};

struct quality_view {
	struct page *page;
	struct buf *html;
	struct buf text;
	enum quality_language language;
	const struct quality_page *words;
	const struct prepared *prepared;
};

/* Moves what was written in plain text into the page. */
static void flush_text(struct quality_view *view)
{
	html_text(view->html, view->text.length ? view->text.bytes : "");
	buf_empty(&view->text);
}

static void add_example(struct quality_view *view, enum flaw flaw)
{
	const struct flaw_example *example = &view->prepared->report.flaws[flaw].example;
	const char *intro = quality_detail_intro(view->language, flaw);
	char hash[64];

	quality_example(&view->text, view->language, example, view->prepared->crs->geographic);
	flush_text(view);
	if (example->has_degrees) {
		snprintf(hash, sizeof(hash), "#carte=17/%.5f/%.5f", example->degrees.y,
			 example->degrees.x);
		html_print(view->html, " <a href=\"%s\">%s</a>", hash, view->words->on_map);
	}
	if (example->detail && intro)
		html_print(view->html,
			   flaw == FLAW_LONG_TEXT
				   ? "<br><small>%s%s</small>"
				   : "<br><small>%s<span lang=\"en\">%s</span></small>",
			   intro, example->detail);
}

static void add_findings(struct quality_view *view)
{
	html_print(view->html, "<h3>%s</h3>\n<ul class=\"findings\">\n", view->words->findings);
	for (int flaw = 0; flaw < FLAWS; flaw++) {
		uint64_t features = view->prepared->report.flaws[flaw].features;

		if (!features)
			continue;
		buf_add_text(view->html, "<li><p><strong>");
		quality_finding(&view->text, view->language, (enum flaw)flaw, features);
		flush_text(view);
		html_print(view->html, "</strong><br>%s</p>\n<p>",
			   quality_advice(view->language, (enum flaw)flaw));
		add_example(view, (enum flaw)flaw);
		buf_add_text(view->html, "</p></li>\n");
	}
	buf_add_text(view->html, "</ul>\n");
}

static void add_level(struct quality_view *view, uint32_t i)
{
	const struct prepared_level *level = &view->prepared->levels[i];

	buf_add_text(view->html, "<tr><th scope=\"row\">");
	quality_zooms(&view->text, view->language, view->prepared, i);
	flush_text(view);
	buf_add_text(view->html, "</th><td>");
	html_integer(view->html, view->page->language, level->features);
	buf_add_text(view->html, "</td><td>");
	quality_losses(&view->text, view->language, &level->losses);
	if (!view->text.length)
		buf_add_text(&view->text, view->words->nothing);
	flush_text(view);
	buf_add_text(view->html, "</td><td>");
	if (level->largest_tile)
		quality_bytes(&view->text, view->language, level->largest_tile);
	else
		buf_add_text(&view->text, view->words->not_weighed);
	flush_text(view);
	buf_add_text(view->html, "</td></tr>\n");
}

static void add_levels(struct quality_view *view)
{
	const struct quality_page *words = view->words;

	html_print(
		view->html,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"niveaux\">\n"
		"<table class=\"report\"><caption id=\"niveaux\">%s</caption>\n<thead><tr><th "
		"scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th "
		"scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
		words->levels, words->zooms, words->shown, words->left_out, words->largest);
	for (uint32_t i = view->prepared->level_count; i-- > 0;)
		add_level(view, i);
	buf_add_text(view->html, "</tbody></table></div>\n");
}

static bool has_flaw(const struct prepare_report *report)
{
	for (int flaw = 0; flaw < FLAWS; flaw++)
		if (report->flaws[flaw].features)
			return true;
	return false;
}

static void add_report(struct quality_view *view)
{
	bool flaws = has_flaw(&view->prepared->report);

	buf_add_text(view->html, "<p>");
	quality_rows(&view->text, view->language, view->prepared->report.rows);
	flush_text(view);
	if (!flaws)
		html_print(view->html, ", %s", view->words->nothing_found);
	buf_add_text(view->html, ".</p>\n");
	if (flaws)
		add_findings(view);
	if (view->prepared->level_count)
		add_levels(view);
}

void page_theme_quality(struct page *page, const struct theme_view *theme)
{
	const struct quality_page *words = &pages[page->language];
	struct quality_view view = {.page = page,
				    .html = page->html,
				    .language = words->language,
				    .words = words,
				    .prepared = theme->prepared};

	if (!theme->prepared)
		return;
	buf_init(&view.text, 0);
	html_print(view.html, "<section class=\"width sheet\"><h2 id=\"qualite\">%s</h2>\n",
		   words->title);
	add_report(&view);
	buf_add_text(view.html, "</section>\n");
	buf_release(&view.text);
}
