/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_trouble.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* Does a path begin at TEXT + AT? */
static bool begins_path(const char *text, size_t at)
{
	return text[at] == '/' && (at == 0 || strchr(" \"'`(=,", text[at - 1]));
}

/* Length of the path at PATH: in quotes (GDAL closes its ` with ') up to the quote, else up to a
 * space. */
static size_t path_length(const char *path, char before)
{
	const char quote[] = {before == '`' ? '\'' : before, '\0'};
	return strcspn(path, before && strchr("\"'`", before) ? quote : " \"'),;");
}

void trouble_text(struct buf *html, const char *text)
{
	char *kept = memory_text(text);
	size_t length = 0;
	for (size_t at = 0; text[at]; at++) {
		if (begins_path(text, at)) {
			size_t end = at + path_length(text + at, at > 0 ? text[at - 1] : ' ');
			size_t name = end;
			while (name > at && (text[name - 1] != '/' || name == end))
				name--;
			at = name;
		}
		if (!text[at])
			break;
		kept[length++] = text[at];
	}
	kept[length] = '\0';
	html_text(html, kept);
	free(kept);
}

static void add_failed_themes(struct page *page, struct engine *engine,
			      const struct catalogue *catalogue)
{
	struct buf *html = page->html;
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct error error = {0};
		if (engine_theme(engine, theme, NULL, &error) != THEME_FAILED)
			continue;
		html_print(html, "<li><a href=\"%s/view/", page->root);
		html_url(html, theme->id);
		html_print(html, "%s\">%s</a>%s<span lang=\"en\">", page->lang, theme->id,
			   page_say(page, " : ", ": "));
		trouble_text(html, error.text);
		buf_add_text(html, "</span></li>\n");
	}
}

void page_troubles(struct page *page, struct engine *engine, const struct catalogue *catalogue)
{
	struct buf *html = page->html;
	size_t problems = 0;
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++)
		problems += !catalogue_problem(catalogue, i)->remark;
	size_t failed = engine_stats(engine).themes_failed;
	if (problems + failed == 0)
		return;
	buf_add_text(html, "<details class=\"width troubles\"><summary>");
	html_count(
		html, page->language, problems + failed,
		page_say(page, "point à corriger dans les données", "flaw to mend in the data"),
		page_say(page, "points à corriger dans les données", "flaws to mend in the data"));
	buf_add_text(html, "</summary>\n<ul>\n");
	if (failed > 0)
		add_failed_themes(page, engine, catalogue);
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++) {
		const struct problem *problem = catalogue_problem(catalogue, i);
		if (problem->remark)
			continue;
		buf_add_text(html, "<li><code>");
		trouble_text(html, problem->place);
		html_print(html, "</code>%s<span lang=\"en\">", page_say(page, " : ", ": "));
		trouble_text(html, problem->text);
		buf_add_text(html, "</span></li>\n");
	}
	buf_add_text(html, "</ul></details>\n");
}
