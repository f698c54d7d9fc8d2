/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page.h"

#include "server/page_variant.h"
#include "server/page_map.h"

void page_embed(const struct site *site, const struct request *request, const struct theme *theme,
		struct reply *reply)
{
	enum language language = request_language(request);
	const struct page_head head = {
		.title = theme_title(theme, language),
		.description = theme_abstract(theme, language),
		.map = true,
		.bare = true,
	};
	struct theme_view view;
	struct error error = {0};
	if (theme_view_init(&view, site, request, theme, &error)) {
		reply_error(reply, &error);
		theme_view_release(&view);
		return;
	}
	struct page page = page_begin(request, &head, reply);
	html_print(page.html, "<h1 class=\"embed-title\"%s><a href=\"%s/view/",
		   page_foreign(&page, theme->title, theme->title_en), page.root);
	html_url(page.html, theme->id);
	page_variant_link(page.html, &page, &view);
	html_print(page.html, "\" target=\"_blank\" rel=\"noopener\">%s</a></h1>\n", head.title);
	page_map(&page, &view);
	buf_add_text(page.html, "<div class=\"panel\" id=\"objet\" hidden>"
				"<div id=\"attributs\" aria-live=\"polite\"></div></div>\n");
	page_end(&page, &head);
	reply->frame_anywhere = true;
	theme_view_release(&view);
}
