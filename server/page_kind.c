/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_kind.h"

static const struct {
	const char *title[LANGUAGES], *one[LANGUAGES], *many[LANGUAGES], *symbol;
} kinds[GEOMETRY_KINDS] = {
	[GEOMETRY_MIXED] = {{"Géométries mixtes", "Mixed geometries"},
			    {"objet", "feature"},
			    {"objets", "features"},
			    "mixed"},
	[GEOMETRY_POINT] = {{"Points", "Points"},
			    {"point", "point"},
			    {"points", "points"},
			    "point"},
	[GEOMETRY_LINE] = {{"Lignes", "Lines"}, {"ligne", "line"}, {"lignes", "lines"}, "line"},
	[GEOMETRY_POLYGON] = {{"Polygones", "Polygons"},
			      {"polygone", "polygon"},
			      {"polygones", "polygons"},
			      "polygon"},
};

const char *kind_title(enum geometry_kind kind, enum language language)
{
	return kinds[kind].title[language];
}

void kind_count(struct buf *html, enum language language, enum geometry_kind kind, uint64_t count)
{
	if (count == 0)
		buf_add_text(html, language == LANGUAGE_ENGLISH ? "no feature" : "aucun objet");
	else
		html_count(html, language, count, kinds[kind].one[language],
			   kinds[kind].many[language]);
}

void kind_icons(struct buf *html)
{
	static const char symbols[] =
		"<svg class=\"symbols\" aria-hidden=\"true\" width=\"0\" height=\"0\">\n"
		"<symbol id=\"kind-point\" viewBox=\"0 0 16 16\"><circle cx=\"4\" cy=\"11\" "
		"r=\"2.4\"/><circle cx=\"11.5\" cy=\"9\" r=\"2.4\"/><circle cx=\"7\" cy=\"4\" "
		"r=\"2.4\"/></symbol>\n"
		"<symbol id=\"kind-line\" viewBox=\"0 0 16 16\"><path class=\"stroke\" d=\"M2 "
		"13.5 6 6.5l4.5 3L14 2.5\"/></symbol>\n"
		"<symbol id=\"kind-polygon\" viewBox=\"0 0 16 16\"><path class=\"area\" d=\"M3 "
		"4.5 10 2l4 5.5L11 14H3.5L2 9.5z\"/></symbol>\n"
		"<symbol id=\"kind-mixed\" viewBox=\"0 0 16 16\"><path class=\"area\" d=\"M2 "
		"8.5h6V14H2z\"/><path class=\"stroke\" d=\"M8.5 2 14 8\"/><circle cx=\"4.5\" "
		"cy=\"4\" r=\"2\"/></symbol>\n"
		"</svg>\n";
	buf_add_text(html, symbols);
}

void kind_icon(struct buf *html, enum geometry_kind kind)
{
	html_print(html,
		   "<svg class=\"kind %s\" aria-hidden=\"true\"><use href=\"#kind-%s\"/></svg>",
		   kinds[kind].symbol, kinds[kind].symbol);
}
