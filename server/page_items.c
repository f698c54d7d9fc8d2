/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/items.h"
#include "server/page_ogc.h"
#include "server/page_value.h"
#include "server/page_variant.h"
#include "server/target.h"
#include "server/variant_query.h"
#include "tiler/memory.h"

/* A page of features as a table, and one feature as a list of its values: for people, without
 * script. Made on a worker's thread, when the request may be gone: so of one of its own. */

enum {
	CELL_LONGEST = 120, /* bytes */
};

struct writing {
	const struct items_query *query;
	const struct prepared *prepared;
	const bool *chosen; /* NULL: all columns */
	struct target target;
	struct request request;
	struct reply reply; /* its body is the document while that is written */
	struct buf *out;
	struct page page;
	struct buf commune; /* that features are limited to, as it follows in an address */
};

static const char *header(void *transport, const char *name)
{
	const struct writing *writing = transport;

	return strcmp(name, "Accept-Language") == 0 ? language_code(writing->query->language)
						    : NULL;
}

/* The request that is answered, as far as a page asks it: its language and where it was sent. */
static void make_request(struct writing *writing, const char *base_url)
{
	bool chosen = strstr(writing->query->rest, "&lang=") != NULL;
	char *address = memory_print("%s%s%s", writing->query->path, chosen ? "?lang=" : "",
				     chosen ? language_code(writing->query->language) : "");
	enum error_code code = target_init(&writing->target, address, NULL);

	/* encoded by ourselves, and shorter than what was received; if not, a page in French */
	(void)code;
	free(address);
	writing->request = (struct request){
		.path = writing->target.path,
		.base_url = base_url,
		.target = &writing->target,
		.header = header,
		.transport = writing,
	};
}

static bool shows(const struct writing *writing, uint32_t column)
{
	return !writing->chosen || writing->chosen[column];
}

/* What a column is called, else its name. */
static const char *column_title(const struct writing *writing, uint32_t index)
{
	const char *name = writing->prepared->columns[index].name;
	const struct theme *theme = writing->query->theme;

	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, name) == 0 && theme->columns[i].alias)
			return theme->columns[i].alias;
	return name;
}

static void begin_table(struct writing *writing)
{
	struct page *page = &writing->page;
	const char *title = page_say(page, "Objets du thème", "Features of the theme");

	html_print(page->html,
		   "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n"
		   "<table><caption>%s</caption>\n<thead><tr><th scope=\"col\">%s</th>",
		   title, title, page_say(page, "Numéro", "Number"));
	for (uint32_t i = 0; i < writing->prepared->column_count; i++)
		if (shows(writing, i))
			html_print(page->html, "<th scope=\"col\">%s</th>",
				   column_title(writing, i));
	buf_add_text(page->html, "</tr></thead>\n<tbody>\n");
}

static void add_theme_link(struct page *page, const struct theme *theme, const char *end,
			   const char *rest, const char *text)
{
	html_print(page->html, "<a href=\"%s/collections/", page->root);
	html_url(page->html, theme->id);
	html_print(page->html, "%s?f=html%s%s\">%s</a>", end, page->and_lang, rest, text);
}

/* Which features these are, where they are not all. */
static void add_notice(struct page *page, const struct variant *variant)
{
	if (variant_is_limited(variant))
		html_print(page->html,
			   "<p>%s <a href=\"%s/communes?f=html%s\">%s</a> <code>%s</code>.</p>\n",
			   page_say(page, "Seuls sont montrés les objets qui ont une part dans la",
				    "Only those features are shown that have a part in the"),
			   page->root, page->and_lang, page_say(page, "commune", "commune"),
			   variant->commune);
	if (variant && variant->clip)
		html_print(page->html, "<p>%s</p>\n",
			   page_say(page, "Lignes et polygones sont coupés à ses limites.",
				    "Lines and polygons are cut at its border."));
	page_variant_notice(page, variant);
}

static void *begin(const struct items_query *query, const char *base_url,
		   const struct reading_source *source, struct buf *out)
{
	struct writing *writing = memory_zeroed(1, sizeof(*writing));
	struct page *page = &writing->page;

	writing->query = query;
	writing->prepared = source->prepared;
	writing->chosen = source->showing->carries;
	writing->out = out;
	buf_init(&writing->commune, 0);
	buf_add_text(&writing->commune, "?");
	variant_query_write_commune(query->variant, &writing->commune);
	make_request(writing, base_url);
	reply_init(&writing->reply);
	writing->reply.body = *out;
	*page = page_document_begin(&writing->request, query->theme->title, query->theme->title_en,
				    &writing->reply);
	buf_add_text(page->html, "<p class=\"lead\">");
	add_theme_link(page, query->theme, "", "", page_say(page, "Le thème", "The theme"));
	buf_add_text(page->html, "</p>\n");
	add_notice(page, query->variant);
	if (!query->one)
		begin_table(writing);
	return writing;
}

static void add_row(struct writing *writing, const struct feature *feature)
{
	struct page *page = &writing->page;
	char id[32];

	buf_add_text(page->html, "<tr><th scope=\"row\">");
	if (feature->has_id) {
		snprintf(id, sizeof(id), "/items/%" PRIu64, feature->id);
		add_theme_link(page, writing->query->theme, id, writing->commune.bytes + 1, id + 7);
	}
	buf_add_text(page->html, "</th>");
	for (uint32_t i = 0; i < writing->prepared->column_count; i++) {
		if (!shows(writing, i))
			continue;
		buf_add_text(page->html, "<td>");
		page_value(page, &feature->values[i], CELL_LONGEST);
		buf_add_text(page->html, "</td>");
	}
	buf_add_text(page->html, "</tr>\n");
}

/* Where it is, in the CRS of the query and in its unit. */
static void add_place(struct writing *writing, const struct feature *feature)
{
	struct page *page = &writing->page;
	const struct crs *crs = writing->query->crs->crs;
	const char *format = crs->geographic ? "%.7f ; %.7f – %.7f ; %.7f"
					     : "%.2f ; %.2f – %.2f ; %.2f";
	struct box box = box_of_geometries(feature->geometries, feature->geometry_count);

	if (box_is_empty(box) || !box_is_finite(box))
		return;
	html_print(page->html, "<div><dt>%s <small>%s</small></dt><dd>",
		   page_say(page, "Emprise", "Extent"), crs->name);
	buf_print(page->html, format, box.minx, box.miny, box.maxx, box.maxy);
	buf_add_text(page->html, "</dd></div>\n");
}

static void add_values(struct writing *writing, const struct feature *feature)
{
	struct page *page = &writing->page;

	html_print(page->html, "<dl class=\"facts\">\n<div><dt>%s</dt><dd>",
		   page_say(page, "Numéro", "Number"));
	if (feature->has_id)
		buf_print(page->html, "%" PRIu64, feature->id);
	buf_add_text(page->html, "</dd></div>\n");
	for (uint32_t i = 0; i < writing->prepared->column_count; i++) {
		if (!shows(writing, i))
			continue;
		html_print(page->html, "<div><dt>%s</dt><dd>", column_title(writing, i));
		page_value(page, &feature->values[i], PAGE_VALUE_WHOLE);
		buf_add_text(page->html, "</dd></div>\n");
	}
	add_place(writing, feature);
	buf_add_text(page->html, "</dl>\n");
}

static void add_feature(void *context, const struct feature *feature)
{
	struct writing *writing = context;

	if (writing->query->one)
		add_values(writing, feature);
	else
		add_row(writing, feature);
}

static void add_step(struct page *page, const char *rest, const char *cursor, const char *text)
{
	html_print(page->html, "<a href=\"?f=html%s%s%s\">%s</a> ", rest, cursor ? "&cursor=" : "",
		   cursor ? cursor : "", text);
}

static void end_table(struct writing *writing, const struct items_found *found)
{
	struct page *page = &writing->page;
	const struct items_query *query = writing->query;

	buf_add_text(page->html, "</tbody></table></div>\n<p>");
	html_count(page->html, page->language, found->count,
		   page_say(page, "objet ici", "feature here"),
		   page_say(page, "objets ici", "features here"));
	if (found->all_known) {
		html_print(page->html, ", ");
		html_integer(page->html, page->language, found->all);
		html_print(page->html, " %s", page_say(page, "en tout", "in all"));
	}
	html_print(page->html, "</p>\n<nav aria-label=\"%s\"><p>",
		   page_say(page, "Pages du tableau", "Pages of the table"));
	if (*query->cursor.version)
		add_step(page, query->rest, NULL, page_say(page, "Première page", "First page"));
	if (found->next)
		add_step(page, query->rest, found->next,
			 page_say(page, "Page suivante", "Next page"));
	buf_add_text(page->html, "</p></nav>\n");
}

static void end(void *context, const struct items_found *found)
{
	struct writing *writing = context;
	struct page *page = &writing->page;
	char cursor[CURSOR_SIZE], *query;

	items_cursor_write(&writing->query->cursor, cursor);
	if (*writing->query->cursor.version)
		query = memory_print("?cursor=%s%s", cursor, writing->query->rest);
	else
		query = memory_print("%s%s", *writing->query->rest ? "?" : "",
				     *writing->query->rest ? writing->query->rest + 1 : "");
	if (!writing->query->one)
		end_table(writing, found);
	page_document_end(page, query);
	*writing->out = writing->reply.body;
	buf_init(&writing->reply.body, 0);
	reply_release(&writing->reply);
	target_release(&writing->target);
	free(query);
	buf_release(&writing->commune);
	free(writing);
}

static struct buf *document(void *context)
{
	return &((struct writing *)context)->reply.body;
}

const struct items_writer page_items_writer = {begin, add_feature, document, end};
