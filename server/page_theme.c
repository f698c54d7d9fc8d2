/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include "server/page.h"
#include "server/page_group.h"
#include "server/page_kind.h"
#include "server/page_trouble.h"

static void add_trail(struct page *page, const struct theme *theme)
{
	struct buf *html = page->html;
	const struct group_name *group = group_name_find(theme->group);
	html_print(html,
		   "<nav class=\"trail\" aria-label=\"Fil d’Ariane\"><a href=\"%s/\">Thèmes</a> › "
		   "<a href=\"%s/#",
		   page->root, page->root);
	html_url(html, theme->group);
	if (group)
		html_print(html, "\">%s : %s</a></nav>\n", group->family, group->name);
	else
		html_print(html, "\">%s</a></nav>\n", theme->group);
}

static void add_state(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	switch (view->state) {
	case THEME_WAITING:
	case THEME_PREPARING:
		buf_add_text(html, "<p class=\"banner-note waiting\">Ce thème est en préparation : "
				   "la carte se dessinera dès qu’il sera prêt.</p>\n");
		break;
	case THEME_FAILED:
		html_print(html, "<p class=\"banner-note failed\">%s <span lang=\"en\">",
			   view->prepared ? "La dernière préparation de ce thème a échoué ; la "
					    "version précédente reste servie."
					  : "Ce thème n’a pas pu être préparé.");
		trouble_text(html, view->error.text);
		buf_add_text(html, "</span></p>\n");
		break;
	case THEME_READY:
		break;
	}
}

static void add_english(struct page *page, const struct theme *theme)
{
	if (!theme->title_en && !theme->abstract_en)
		return;
	html_print(page->html,
		   "<details class=\"howto\" lang=\"en\"><summary>%s</summary><p>%s</p>",
		   theme->title_en ? theme->title_en : "In English", theme->abstract_en);
	html_print(page->html, "<p><a href=\"%s/collections/", page->root);
	html_url(page->html, theme->id);
	buf_add_text(page->html, "?f=html&amp;lang=en\">This theme in English</a></p></details>\n");
}

static void add_intro(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	const struct theme *theme = view->theme;
	buf_add_text(html, "<div class=\"width intro\">\n");
	add_trail(page, theme);
	html_print(html, "<h1>%s</h1>\n", theme->title);
	if (theme->abstract && *theme->abstract)
		html_print(html, "<p class=\"lead\">%s</p>\n", theme->abstract);
	add_english(page, theme);
	buf_add_text(html, "<p class=\"numbers\"><span>");
	kind_icon(html, view->kind);
	kind_count(html, view->kind, theme->feature_count);
	html_print(html, "</span> <code>%s</code></p>\n", theme->id);
	add_state(page, view);
	buf_add_text(html, "</div>\n");
}

/* The map and, beside it, the attributes of the chosen feature and the list of those in view: the
 * list does for the keyboard what clicking does for the mouse. */
static void add_map(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	buf_add_text(html, "<section class=\"stage width\" aria-labelledby=\"titre-carte\">\n"
			   "<h2 id=\"titre-carte\" class=\"hidden\">Carte</h2>\n");
	page_map(page, view);
	buf_add_text(html,
		     "<div class=\"panel\" id=\"objet\" hidden>\n"
		     "<div id=\"attributs\" aria-live=\"polite\"></div>\n"
		     "<details id=\"visibles\"><summary>Objets visibles <small></small></summary>"
		     "<ul></ul></details>\n</div>\n</section>\n");
}

void page_theme(const struct site *site, const struct request *request, const struct theme *theme,
		struct reply *reply)
{
	const struct page_head head = {
		.title = theme->title,
		.description = theme->abstract,
		.script = "theme.js",
		.map = true,
	};
	struct theme_view view;
	theme_view_init(&view, site, request, theme);
	struct page page = page_begin(request, &head, reply);
	kind_icons(page.html);
	add_intro(&page, &view);
	add_map(&page, &view);
	buf_add_text(page.html, "<div class=\"width sheets\">\n");
	page_theme_addresses(&page, &view, site->grids);
	page_theme_facts(&page, &view);
	buf_add_text(page.html, "</div>\n");
	page_theme_quality(&page, &view);
	page_theme_rows(&page, &view);
	page_end(&page, &head);
	theme_view_release(&view);
}
