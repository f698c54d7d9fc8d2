/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include "server/page.h"
#include "server/page_communes.h"
#include "server/page_variant.h"
#include "server/page_group.h"
#include "server/page_kind.h"
#include "server/page_trouble.h"
#include "server/schema_org.h"

static void add_trail(struct page *page, const struct theme *theme)
{
	struct buf *html = page->html;
	const struct group_name *group = group_name_find(theme->group);
	html_print(html,
		   "<nav class=\"trail\" aria-label=\"%s\"><a href=\"%s/%s\">%s</a> › "
		   "<a href=\"%s/%s#",
		   page_say(page, "Fil d’Ariane", "Where you are"), page->root, page->lang,
		   page_say(page, "Thèmes", "Themes"), page->root, page->lang);
	html_url(html, theme->group);
	if (group)
		html_print(html, "\">%s%s%s</a></nav>\n", group_family(group, page->language),
			   page_say(page, " : ", ": "), group->name[page->language]);
	else
		html_print(html, "\">%s</a></nav>\n", theme->group);
}

static void add_state(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	switch (view->state) {
	case THEME_WAITING:
	case THEME_PREPARING:
		html_print(html, "<p class=\"banner-note waiting\">%s</p>\n",
			   page_say(page,
				    "Ce thème est en préparation : la carte se dessinera dès qu’il "
				    "sera prêt.",
				    "This theme is being prepared: the map will be drawn as soon "
				    "as it is ready."));
		break;
	case THEME_FAILED:
		html_print(html, "<p class=\"banner-note failed\">%s <span lang=\"en\">",
			   view->prepared
				   ? page_say(page,
					      "La dernière préparation de ce thème a échoué ; la "
					      "version précédente reste servie.",
					      "The last preparation of this theme failed; the "
					      "version before it is still served.")
				   : page_say(page, "Ce thème n’a pas pu être préparé.",
					      "This theme could not be prepared."));
		trouble_text(html, view->error.text);
		buf_add_text(html, "</span></p>\n");
		break;
	case THEME_READY:
		break;
	}
}

static void add_intro(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	const struct theme *theme = view->theme;
	const char *abstract = theme_abstract(theme, page->language);
	buf_add_text(html, "<div class=\"width intro\">\n");
	add_trail(page, theme);
	html_print(html, "<h1%s>%s</h1>\n", page_foreign(page, theme->title, theme->title_en),
		   theme_title(theme, page->language));
	if (abstract && *abstract)
		html_print(html, "<p class=\"lead\"%s>%s</p>\n",
			   page_foreign(page, theme->abstract, theme->abstract_en), abstract);
	buf_add_text(html, "<p class=\"numbers\">");
	if (view->counted) {
		buf_add_text(html, "<span>");
		kind_icon(html, view->kind);
		kind_count(html, page->language, view->kind, view->count);
		buf_add_text(html, "</span> ");
	}
	html_print(html, "<code>%s</code></p>\n", theme->id);
	add_state(page, view);
	page_commune_choice(page, view);
	page_variant_notice(page, view->variant);
	buf_add_text(html, "</div>\n");
}

/* The map and, beside it, the attributes of the chosen feature and the list of those in view: the
 * list does for the keyboard what clicking does for the mouse. */
static void add_map(struct page *page, const struct theme_view *view)
{
	struct buf *html = page->html;
	html_print(html,
		   "<section class=\"stage width\" aria-labelledby=\"titre-carte\">\n"
		   "<h2 id=\"titre-carte\" class=\"hidden\">%s</h2>\n",
		   page_say(page, "Carte", "Map"));
	page_map(page, view);
	html_print(html,
		   "<div class=\"panel\" id=\"objet\" hidden>\n"
		   "<div id=\"attributs\" aria-live=\"polite\"></div>\n"
		   "<details id=\"visibles\"><summary>%s <small></small></summary>"
		   "<ul></ul></details>\n</div>\n</section>\n",
		   page_say(page, "Objets visibles", "Features in view"));
}

void page_theme(const struct site *site, const struct request *request, const struct theme *theme,
		struct reply *reply)
{
	enum language language = request_language(request);
	struct buf data, alternate;
	struct page_head head = {
		.title = theme_title(theme, language),
		.description = theme_abstract(theme, language),
		.script = "theme.js",
		.map = true,
	};
	struct theme_view view;
	struct error error = {0};
	if (theme_view_init(&view, site, request, theme, &error)) {
		reply_error(reply, &error);
		theme_view_release(&view);
		return;
	}

	buf_init(&data, 0);
	schema_org_write(&data, site, theme, request->base_url);
	buf_init(&alternate, 0);
	buf_add_text(&alternate, "/catalogue/");
	html_url(&alternate, theme->id);
	buf_add_text(&alternate, ".jsonld");
	head.data = data.bytes;
	head.alternate = alternate.bytes;
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
	buf_release(&alternate);
	buf_release(&data);
}
