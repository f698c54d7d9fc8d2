/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_ogc.h"

#include <stdlib.h>

#include "tiler/memory.h"

/* The address of one tile in the middle of RANGE. */
static void add_tile_link(struct page *page, const struct ogc_subject *subject,
			  const struct grid *grid, uint32_t z, const struct tile_range *range)
{
	unsigned row = (range->min_y + range->max_y) / 2,
		 column = (range->min_x + range->max_x) / 2;

	html_print(page->html, "<a href=\"%s%s/%s/%u/%u/%u%s\"><code>%u/%u/%u</code></a>",
		   page->root, subject->path, grid->id, z, row, column, subject->query, z, row,
		   column);
}

static const char *crs_name(const struct grid *grid)
{
	return grid->crs->name ? grid->crs->name : grid->crs->definition;
}

static void add_subject(struct page *page, const struct ogc_subject *subject)
{
	struct buf *html = page->html;

	if (subject->theme) {
		html_print(html, "<p class=\"lead\"><a href=\"%s/collections/", page->root);
		html_url(html, subject->theme->id);
		html_print(html, "?f=html%s\"%s>%s</a></p>\n", page->and_lang,
			   page_foreign(page, subject->theme->title, subject->theme->title_en),
			   theme_title(subject->theme, page->language));
		return;
	}
	html_print(html, "<p>%s : %u / %u. %s <code>collections=a,b</code>.</p>\n",
		   page_say(page, "Thèmes dans chaque tuile", "Themes in each tile"),
		   (unsigned)subject->theme_count, (unsigned)subject->all_count,
		   page_say(page, "On en choisit d’autres, 32 au plus, par",
			    "Choose others, 32 at most, by"));
}

void page_tilesets(const struct site *site, const struct request *request,
		   const struct ogc_subject *subject, struct reply *reply)
{
	struct page page = page_document_begin(request, "Jeux de tuiles", "Tilesets", reply);

	add_subject(&page, subject);
	buf_add_text(page.html, "<dl class=\"facts\">\n");
	for (uint32_t i = 0; i < grids_count(site->grids); i++) {
		const struct grid *grid = grids_at(site->grids, i);
		struct tileset tileset;
		char *url;

		if (!ogc_subject_open(subject, site, grid, &tileset))
			continue;
		tileset_release(&tileset);
		url = ogc_tileset_url(subject, page.root, grid);
		html_print(page.html,
			   "<div><dt><a href=\"%s%sf=html%s\">%s</a></dt>"
			   "<dd>%s <code>%s</code></dd></div>\n",
			   url, *subject->query ? "&" : "?", page.and_lang, grid->title,
			   crs_name(grid), grid->id);
		free(url);
	}
	buf_add_text(page.html, "</dl>\n");
	page_document_end(&page, subject->query);
}

static void add_levels(struct page *page, const struct ogc_subject *subject,
		       const struct tile_limits *limits)
{
	struct buf *html = page->html;

	html_print(
		html,
		"<h2 id=\"limits\">%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-labelledby=\"limits\"><table><thead><tr>",
		page_say(page, "Limites par niveau", "Limits by level"));
	html_print(html,
		   "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
		   "<th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
		   page_say(page, "Niveau", "Level"), page_say(page, "Lignes", "Rows"),
		   page_say(page, "Colonnes", "Columns"), page_say(page, "Une tuile", "A tile"));
	for (uint32_t z = limits->min_zoom; z <= limits->max_zoom; z++) {
		struct tile_range range;

		if (!tile_limits_range(limits, z, &range))
			continue;
		html_print(html, "<tr><td>%u</td><td>%u – %u</td><td>%u – %u</td><td>", z,
			   range.min_y, range.max_y, range.min_x, range.max_x);
		add_tile_link(page, subject, limits->grid, z, &range);
		buf_add_text(html, "</td></tr>\n");
	}
	buf_add_text(html, "</tbody></table></div>\n");
}

static void add_layers(struct page *page, const struct tileset *tileset)
{
	html_print(page->html, "<div><dt>%s</dt><dd>", page_say(page, "Couches", "Layers"));
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		html_print(page->html, "%s<code>%s</code>", i ? ", " : "",
			   tile_request_layer_name(&tileset->request, i));
	buf_add_text(page->html, "</dd></div>\n");
}

void page_tileset(const struct request *request, const struct ogc_subject *subject,
		  const struct tileset *tileset, const struct tile_limits *limits,
		  struct reply *reply)
{
	const struct grid *grid = tileset->request.grid;
	struct page page = page_document_begin(request, "Jeu de tuiles", "Tileset", reply);
	char *template = ogc_tile_template(subject, page.base, grid);

	add_subject(&page, subject);
	html_print(page.html, "<dl class=\"facts\">\n<div><dt>%s</dt><dd>",
		   page_say(&page, "Grille", "Grid"));
	html_print(page.html, "<a href=\"%s/tileMatrixSets/%s?f=html%s\">%s</a></dd></div>\n",
		   page.root, grid->id, page.and_lang, grid->title);
	html_print(page.html, "<div><dt>%s</dt><dd>%s</dd></div>\n",
		   page_say(&page, "Projection", "CRS"), crs_name(grid));
	add_layers(&page, tileset);
	html_print(page.html,
		   "<div><dt>%s</dt><dd><code class=\"address\">%s</code></dd></div>\n</dl>\n",
		   page_say(&page, "Adresse des tuiles", "Address of the tiles"), template);
	free(template);
	add_levels(&page, subject, limits);
	page_document_end(&page, subject->query);
}
