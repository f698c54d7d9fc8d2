/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_ogc.h"
#include "server/page_theme.h"

static void add_theme(struct page *page, const struct theme *theme)
{
	const char *abstract = theme_abstract(theme, page->language);

	html_print(page->html, "<div><dt><a href=\"%s/collections/", page->root);
	html_url(page->html, theme->id);
	html_print(page->html, "?f=html%s\"%s>%s</a></dt><dd><code>%s</code>", page->and_lang,
		   page_foreign(page, theme->title, theme->title_en),
		   theme_title(theme, page->language), theme->id);
	if (abstract && *abstract)
		html_print(page->html, "<br><span%s>%s</span>",
			   page_foreign(page, theme->abstract, theme->abstract_en), abstract);
	buf_add_text(page->html, "</dd></div>\n");
}

static void add_step(struct page *page, const struct collections_part *part, size_t offset,
		     const char *text)
{
	html_print(page->html,
		   "<a href=\"%s/collections?f=html&amp;limit=%u&amp;offset=%u%s\">%s</a> ",
		   page->root, (unsigned)part->limit, (unsigned)offset, page->and_lang, text);
}

void page_collections(const struct request *request, const struct collections_part *part,
		      struct reply *reply)
{
	size_t all = catalogue_theme_count(part->catalogue);
	struct page page = page_document_begin(request, "Collections", "Collections", reply);

	html_print(page.html, "<p>%s %u – %u / %u</p>\n", page_say(&page, "Thèmes", "Themes"),
		   (unsigned)(part->offset < part->end ? part->offset + 1 : part->offset),
		   (unsigned)part->end, (unsigned)all);
	buf_add_text(page.html, "<dl class=\"facts\">\n");
	for (size_t i = part->offset; i < part->end; i++)
		add_theme(&page, catalogue_theme(part->catalogue, i));
	buf_add_text(page.html, "</dl>\n<p>");
	if (part->offset > 0)
		add_step(&page, part, part->offset > part->limit ? part->offset - part->limit : 0,
			 page_say(&page, "Page précédente", "Previous page"));
	if (part->end < all)
		add_step(&page, part, part->end, page_say(&page, "Page suivante", "Next page"));
	html_print(page.html, "<a href=\"%s/tiles?f=html%s\">%s</a></p>\n", page.root,
		   page.and_lang,
		   page_say(&page, "Tuiles de plusieurs thèmes à la fois",
			    "Tiles of several themes at once"));
	page_document_end(&page, "");
}

static void add_crs(struct page *page, const struct theme *theme)
{
	if (theme->crs)
		html_print(page->html, "<div><dt>%s</dt><dd>%s</dd></div>\n",
			   page_say(page, "Projection d’origine", "Original CRS"),
			   theme->crs->name);
}

void page_collection(const struct request *request, const struct theme *theme, struct reply *reply)
{
	struct page page = page_document_begin(request, theme->title, theme->title_en, reply);
	const char *abstract = theme_abstract(theme, page.language);

	if (abstract && *abstract)
		html_print(page.html, "<p class=\"lead\"%s>%s</p>\n",
			   page_foreign(&page, theme->abstract, theme->abstract_en), abstract);
	buf_add_text(page.html, "<dl class=\"facts\">\n");
	page_theme_metadata(&page, theme);
	add_crs(&page, theme);
	html_print(page.html, "<div><dt>%s</dt><dd><a href=\"%s/collections/",
		   page_say(&page, "Objets", "Features"), page.root);
	html_url(page.html, theme->id);
	html_print(page.html, "/items?f=html%s\">%s</a></dd></div>\n", page.and_lang,
		   page_say(&page, "Les données, page par page", "The data, page by page"));
	html_print(page.html, "<div><dt>%s</dt><dd><a href=\"%s/collections/",
		   page_say(&page, "Tuiles", "Tiles"), page.root);
	html_url(page.html, theme->id);
	html_print(page.html,
		   "/tiles?f=html%s\">%s</a></dd></div>\n<div><dt>%s</dt><dd><a href=\"%s",
		   page.and_lang,
		   page_say(&page, "Jeux de tuiles, un par grille", "Tilesets, one a grid"),
		   page_say(&page, "Carte", "Map"), page.root);
	buf_add_text(page.html, "/view/");
	html_url(page.html, theme->id);
	html_print(page.html, "%s\">%s</a></dd></div>\n</dl>\n", page.lang,
		   page_say(&page, "Voir sur la carte", "See on the map"));
	page_columns(&page, theme, 2);
	page_document_end(&page, "");
}
