/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include "server/page_value.h"
#include "tiler/arena.h"
#include "tiler/fgb.h"

enum {
	ROWS_SHOWN = 10,
	CELL_LONGEST = 120, /* bytes */
};

struct rows {
	struct page *page;
	uint32_t columns;
	unsigned count;
};

static enum error_code add_row(const struct feature *feature, void *context, struct error *error)
{
	struct rows *rows = context;
	if (rows->count == ROWS_SHOWN)
		return error_set(error, ERROR_STOPPED, "enough rows");
	struct buf *html = rows->page->html;
	rows->count++;
	buf_add_text(html, "<tr>");
	for (uint32_t i = 0; i < rows->columns; i++) {
		buf_add_text(html, "<td>");
		page_value(rows->page, &feature->values[i], CELL_LONGEST);
		buf_add_text(html, "</td>");
	}
	buf_add_text(html, "</tr>\n");
	return ERROR_NONE;
}

static void add_table(struct page *page, const struct theme_view *view, struct arena *arena)
{
	const struct fgb *fgb = view->prepared->levels[0].fgb;
	struct rows rows = {.page = page, .columns = fgb_column_count(fgb)};
	const struct fgb_column *columns = fgb_columns(fgb);
	buf_add_text(page->html, "<thead><tr>");
	for (uint32_t i = 0; i < rows.columns; i++)
		html_print(page->html, "<th scope=\"col\">%s</th>", columns[i].name);
	buf_add_text(page->html, "</tr></thead>\n<tbody>\n");
	/* ERROR_STOPPED is how the visit ends; a damaged file shows fewer rows here and is reported
	 * by the tiles. */
	enum error_code code = fgb_query(fgb, fgb_extent(fgb), arena, add_row, &rows,
					 &(struct error){0});
	(void)code;
	buf_add_text(page->html, "</tbody>");
}

void page_theme_rows(struct page *page, const struct theme_view *view)
{
	if (!view->prepared || view->prepared->level_count == 0 ||
	    fgb_column_count(view->prepared->levels[0].fgb) == 0)
		return;
	struct arena *arena = arena_new();
	html_print(page->html,
		   "<section class=\"width sheet\"><h2 id=\"apercu\">%s</h2>\n"
		   "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		   "aria-labelledby=\"apercu\">\n"
		   "<table><caption>%s</caption>",
		   page_say(page, "Aperçu des données", "A look at the data"),
		   page_say(page, "Les premières lignes du thème", "The first rows of the theme"));
	add_table(page, view, arena);
	buf_add_text(page->html, "</table></div></section>\n");
	arena_free(arena);
}
