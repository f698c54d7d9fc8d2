/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_ogc.h"

void page_grids(const struct request *request, const struct grids *grids, struct reply *reply)
{
	struct page page = page_document_begin(request, "Grilles", "Grids", reply);

	buf_add_text(page.html, "<dl class=\"facts\">\n");
	for (uint32_t i = 0; i < grids_count(grids); i++) {
		const struct grid *grid = grids_at(grids, i);

		html_print(page.html,
			   "<div><dt><a href=\"%s/tileMatrixSets/%s?f=html%s\">%s</a></dt>"
			   "<dd>%s <code>%s</code></dd></div>\n",
			   page.root, grid->id, page.and_lang, grid->title, grid->crs->name,
			   grid->id);
	}
	buf_add_text(page.html, "</dl>\n");
	page_document_end(&page, "");
}

static void add_number(struct buf *html, double number)
{
	buf_print(html, "<td>%.10g</td>", number);
}

void page_grid(const struct request *request, const struct grid *grid, struct reply *reply)
{
	struct page page = page_document_begin(request, grid->title, grid->title, reply);
	struct buf *html = page.html;

	html_print(html, "<p>%s <code>%s</code></p>\n", grid->crs->name, grid->id);
	html_print(html,
		   "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>"
		   "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th>",
		   page_say(&page, "Niveaux", "Levels"), page_say(&page, "Niveau", "Level"),
		   page_say(&page, "Unités par pixel", "Units a pixel"));
	html_print(html,
		   "<th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
		   page_say(&page, "Colonnes", "Columns"), page_say(&page, "Lignes", "Rows"));
	for (uint32_t z = 0; z < grid->level_count; z++) {
		const struct tile_matrix *matrix = &grid->levels[z];

		html_print(html, "<tr><td>%u</td>", z);
		add_number(html, matrix->cell_size);
		html_print(html, "<td>%u</td><td>%u</td></tr>\n", matrix->matrix_width,
			   matrix->matrix_height);
	}
	buf_add_text(html, "</tbody></table></div>\n");
	page_document_end(&page, "");
}
