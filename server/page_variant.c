/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_variant.h"

#include "server/variant_query.h"

void page_variant_query(struct buf *html, const struct theme_view *view)
{
	struct buf query;

	buf_init(&query, 0);
	variant_query_write(view->variant, &query);
	html_text(html, query.bytes);
	buf_release(&query);
}

void page_variant_link(struct buf *html, const struct page *page, const struct theme_view *view)
{
	page_variant_query(html, view);
	html_text(html, view->variant ? page->and_lang : page->lang);
}

void page_variant_notice(struct page *page, const struct variant *variant)
{
	if (!variant || !variant->filter)
		return;
	html_print(page->html, "<p>%s <code>%s</code></p>\n",
		   page_say(page, "Seuls sont montrés les objets qui répondent au filtre :",
			    "Only those features are shown that meet the filter:"),
		   filter_text(variant->filter));
}

static void add_field(struct buf *html, const char *name, const char *value)
{
	if (value)
		html_print(html, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
}

void page_variant_fields(struct buf *html, const struct theme_view *view)
{
	const struct variant *variant = view->variant;

	if (!variant)
		return;
	add_field(html, "properties", variant->properties);
	add_field(html, "filter", variant->filter ? filter_text(variant->filter) : NULL);
	add_field(html, "filter-crs", variant->filter_crs_name);
}
