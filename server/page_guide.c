/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_guide.h"

#include <stdlib.h>
#include <string.h>

#include "server/page_ogc.h"
#include "server/page_tree.h"
#include "server/parameters.h"
#include "server/route.h"
#include "server/target.h"
#include "server/variant_query.h"
#include "tiler/compress.h"
#include "tiler/memory.h"
#include "tiler/words.h"

/* What the request says that a guide's addresses need, each new. */
struct place {
	const struct request *request;
	char *address; /* the document's own, without format and language */
	char *path;    /* that address below the root, without its query */
	char *rest;    /* its query, "?page=2" or "" */
	char *query;   /* what the document is limited to, in its path or its query */
	char *commune; /* the commune of that, as paths say it: "/35238", "/35238-clip" or "" */
	char *themes;  /* percent-encoded, or "" */
	bool several, of_commune_alone;
};

/* What was asked for of the parameters NAMES, or of all but these. */
static char *query_of(const struct target *target, const char *names, bool but)
{
	struct buf query;

	buf_init(&query, 0);
	buf_add_text(&query, "");
	for (uint32_t i = 0; i < target->query_count; i++) {
		const struct target_query *part = &target->query[i];

		if (words_have(names, " ", part->name, strncmp) == but)
			continue;
		buf_add_char(&query, query.length ? '&' : '?');
		html_url(&query, part->name);
		buf_add_char(&query, '=');
		html_url(&query, part->value);
	}
	return buf_take(&query, NULL);
}

static const char *themes_of(const struct request *request)
{
	const char *themes = request_parameter_if_any(request, "themes");

	if (!themes)
		themes = request_parameter_if_any(request, "theme");
	return themes ? themes : "";
}

static void place_init(struct place *place, const struct request *request)
{
	struct commune_asked asked;
	struct buf path, themes, query, commune;
	char *others = query_of(request->target, PARAMETERS_OF_CHOICE, false);

	*place = (struct place){.request = request,
				.rest = query_of(request->target, PARAMETERS_OF_ALL, true)};
	buf_init(&path, 0);
	buf_init(&themes, 0);
	buf_init(&query, 0);
	buf_init(&commune, 0);
	route_print(request, &path);
	buf_add_text(&themes, "");
	html_url(&themes, themes_of(request));
	buf_add_text(&query, others);
	buf_add_text(&commune, "");
	/* of a document that was answered it is sound */
	if (!commune_asked_read(&asked, request, NULL)) {
		commune_asked_write(&asked, &query);
		commune_asked_write_path(&asked, &commune);
	}
	place->commune = buf_take(&commune, NULL);
	place->of_commune_alone = *place->commune && !*others;
	place->path = buf_take(&path, NULL);
	place->address = memory_print("%s%s%s", request->base_url, place->path, place->rest);
	place->query = buf_take(&query, NULL);
	place->themes = buf_take(&themes, NULL);
	place->several = strchr(themes_of(request), ',') != NULL;
	free(others);
}

static void place_release(struct place *place)
{
	free(place->address);
	free(place->path);
	free(place->rest);
	free(place->query);
	free(place->commune);
	free(place->themes);
}

/* What NAME, in braces, stands for; NULL: it is the software's. */
static const char *value_of(const struct place *place, const char *name, size_t length)
{
	const char *grid = request_parameter_if_any(place->request, "grid");
	const struct {
		const char *name, *value;
	} values[] = {
		{"base", place->request->base_url},
		{"address", place->address},
		{"themes", place->themes},
		{"query", place->query},
		{"path", place->path},
		{"commune", place->commune},
		{"grid", grid ? grid : "WebMercatorQuad"},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (strlen(values[i].name) == length && memcmp(values[i].name, name, length) == 0)
			return values[i].value;
	return NULL;
}

/* TEXT with what its names stand for. New. */
static char *filled(const struct place *place, const char *text)
{
	struct buf out;

	buf_init(&out, 0);
	while (*text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		const char *value = end ? value_of(place, text + 1, (size_t)(end - text - 1))
					: NULL;

		if (value)
			buf_add_text(&out, value);
		else
			buf_add_char(&out, *text);
		text = value ? end + 1 : text + 1;
	}
	return buf_take(&out, NULL);
}

/* Can ADDRESS say what the document is limited to? One that cannot would give the whole. */
static bool carries_limits(const struct place *place, const char *address)
{
	return !*place->query || strstr(address, "{query}") || strstr(address, "{address}") ||
	       (place->of_commune_alone && strstr(address, "{commune}"));
}

static void add_uses(struct page *page, const struct place *place, const struct guide *guide)
{
	struct buf *html = page->html;
	bool begun = false;

	for (const struct guide_use *use = guide->uses; use->software; use++) {
		char *address;

		if (!carries_limits(place, use->address))
			continue;
		if (!begun)
			html_print(html, "<section class=\"sheet\"><h2>%s</h2>\n",
				   page_say(page, "Utiliser cette adresse", "Use this address"));
		begun = true;
		address = filled(place, use->address);
		html_print(html,
			   "<div class=\"copy\"><h3>%s</h3><p>%s</p>"
			   "<code class=\"address\">%s</code></div>\n",
			   use->software, use->how[page->language], address);
		free(address);
	}
	buf_add_text(html, begun ? "</section>\n" : "");
}

static void add_links(struct page *page, const struct place *place, const struct guide *guide)
{
	struct buf *html = page->html;

	html_print(html, "<section class=\"sheet\"><h2>%s</h2>\n<ul class=\"leads\">\n",
		   page_say(page, "Voir aussi", "See also"));
	for (const struct guide_link *link = guide->links; link->address; link++) {
		char *address;

		if (link->of_one && place->several)
			continue;
		address = filled(place, link->address);
		html_print(html, "<li><a href=\"%s%s%s\">%s</a></li>\n", page->root, address,
			   page_lang_behind(page, address), link->text[page->language]);
		free(address);
	}
	buf_add_text(html, "</ul></section>\n");
}

static bool write_page(const struct request *request, const struct guide *guide, const char *json,
		       size_t length, struct reply *reply)
{
	struct page page = page_document_begin_of(request, guide->title[LANGUAGE_FRENCH],
						  guide->title[LANGUAGE_ENGLISH],
						  themes_of(request), reply);
	struct place place;
	bool read;

	place_init(&place, request);
	html_print(page.html, "<p class=\"lead\">%s</p>\n<div class=\"sheets\">\n",
		   guide->purpose[page.language]);
	add_uses(&page, &place, guide);
	add_links(&page, &place, guide);
	html_print(page.html, "</div>\n<section class=\"contents\"><h2>%s</h2>\n",
		   page_say(&page, "Ce que dit le document", "What the document says"));
	read = page_tree(&page, json, length);
	buf_add_text(page.html, "</section>\n");
	page_document_end(&page, place.rest);
	place_release(&place);
	return read;
}

void page_guide(const struct request *request, const struct guide *guide, struct reply *reply)
{
	const char *json = reply->body.bytes;
	size_t length = reply->body.length;
	struct reply page;
	struct buf kept;
	bool made;

	buf_init(&kept, 0);
	if (reply->blob) {
		json = reply->blob->bytes;
		length = reply->blob->length;
	}
	if (reply->blob && reply->blob->gzipped) {
		made = inflate_gzip(json, length, &kept, NULL) == ERROR_NONE;
		json = kept.bytes;
		length = kept.length;
	} else {
		made = length > 0;
	}
	reply_init(&page);
	if (made && write_page(request, guide, json, length, &page)) {
		reply_release(reply);
		*reply = page;
	} else {
		reply_release(&page);
	}
	buf_release(&kept);
}

void page_guide_kept(struct reply *reply)
{
	reply->content_type = PAGE_TYPE;
	reply->cache_control = NULL;
	reply->by_language = true;
}

bool page_guide_made(const struct reply *reply)
{
	return strcmp(reply->content_type, PAGE_TYPE) == 0;
}
