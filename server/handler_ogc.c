/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/asset.h"
#include "server/ogc.h"
#include "server/page_ogc.h"
#include "server/settings.h"
#include "server/whole.h"
#include "tiler/compress.h"
#include "tiler/message.h"

/* OGC API Common 1 and 2: what the server is, and its themes as collections. */

enum {
	COLLECTIONS_DEFAULT = 1000, /* clients that do not page find all of a usual portal */
	COLLECTIONS_MOST = 10000,
};

#define API_VERSION "1.0.0"

static void begin_document(const struct site *site, struct json *json, struct reply *reply)
{
	reply->content_type = OGC_JSON;
	reply->cache_control = site->document_cache_control;
	json_init(json, &reply->body);
	json_open_object(json);
}

void handle_conformance(const struct site *site, const struct request *request, struct reply *reply)
{
	struct json json;

	reply->by_accept = true;
	if (request_wants_html(request)) {
		page_conformance(request, reply);
		return;
	}
	begin_document(site, &json, reply);
	json_array_member(&json, "conformsTo");
	for (const char *const *class = ogc_conformance; *class; class ++)
		json_text(&json, *class);
	json_end(&json);
	json_end(&json);
}

/* What is this server's own: the definition's first members. */
static void write_own(struct json *json, const struct site *site, const char *base)
{
	json_object_member(json, "info");
	json_text_member(json, "title", site->settings->portal_title);
	json_text_member(json, "version", API_VERSION);
	json_text_member(json, "description",
			 "Geographic themes as vector tiles, in Web Mercator and in local grids, "
			 "and as features.");
	json_end(json);
	json_array_member(json, "servers");
	json_open_object(json);
	json_text_member(json, "url", base);
	json_end(json);
	json_end(json);
}

/* The rest of the definition is a file of the pages. */
void handle_api(const struct site *site, const struct request *request, struct reply *reply)
{
	const struct asset *asset = asset_find("openapi.json");
	struct error error = {0};
	struct json json;
	struct buf text;

	reply->by_accept = true;
	if (request_wants_html(request)) {
		page_api(request, reply);
		return;
	}
	buf_init(&text, 0);
	if (inflate_gzip(asset->blob->bytes, asset->blob->length, &text, &error)) {
		buf_release(&text);
		reply_error(reply, &error);
		return;
	}
	begin_document(site, &json, reply);
	reply->content_type = OGC_OPENAPI;
	write_own(&json, site, request->base_url);
	buf_add_char(&reply->body, ',');
	buf_add(&reply->body, text.bytes + 1, text.length - 1);
	buf_release(&text);
}

static void write_page_link(struct json *json, const char *rel, const char *base,
			    const struct collections_part *part, size_t offset)
{
	ogc_link(json, rel, OGC_JSON, NULL, "%s/collections?f=json&limit=%zu&offset=%zu", base,
		 part->limit, offset);
}

static void write_collections(struct json *json, const struct site *site,
			      const struct collections_part *part, const char *base)
{
	size_t all = catalogue_theme_count(part->catalogue);

	json_array_member(json, "links");
	ogc_link(json, "self", OGC_JSON, NULL, "%s/collections?f=json&limit=%zu&offset=%zu", base,
		 part->limit, part->offset);
	ogc_link(json, "alternate", OGC_HTML, NULL, "%s/collections?f=html", base);
	if (part->end < all)
		write_page_link(json, "next", base, part, part->end);
	if (part->offset > 0)
		write_page_link(json, "prev", base, part,
				part->offset > part->limit ? part->offset - part->limit : 0);
	json_end(json);
	json_integer_member(json, "numberMatched", (int64_t)all);
	json_integer_member(json, "numberReturned", (int64_t)(part->end - part->offset));
	json_array_member(json, "collections");
	for (size_t i = part->offset; i < part->end; i++) {
		json_open_object(json);
		ogc_write_collection(json, site, catalogue_theme(part->catalogue, i), base, true);
		json_end(json);
	}
	json_end(json);
}

/* Of what was kept, page or document. */
static void set_type(const struct site *site, const struct request *request, struct reply *reply)
{
	bool page = request_wants_html(request);

	reply->content_type = page ? PAGE_TYPE : OGC_JSON;
	reply->cache_control = page ? NULL : site->document_cache_control;
	reply->by_language = page;
}

void handle_collections(const struct site *site, const struct request *request, struct reply *reply)
{
	struct collections_part part = {.limit = COLLECTIONS_DEFAULT};
	struct whole whole;
	struct json json;
	size_t all;

	reply->by_accept = true;
	if (!request_whole_number(request, "limit", 1, &part.limit) ||
	    !request_whole_number(request, "offset", 0, &part.offset)) {
		reply_tell(reply, 400, "Bad request", MESSAGE_NO_PAGE_OF_COLLECTIONS,
			   COLLECTIONS_MOST);
		return;
	}
	if (whole_begin(&whole, site, request, reply)) {
		set_type(site, request, reply);
		whole_end(&whole, site, reply);
		return;
	}
	part.catalogue = whole.catalogue;
	all = catalogue_theme_count(part.catalogue);
	part.limit = part.limit < COLLECTIONS_MOST ? part.limit : COLLECTIONS_MOST;
	part.offset = part.offset < all ? part.offset : all;
	part.end = part.limit < all - part.offset ? part.offset + part.limit : all;
	if (request_wants_html(request)) {
		page_collections(request, &part, reply);
	} else {
		begin_document(site, &json, reply);
		write_collections(&json, site, &part, request->base_url);
		json_end(&json);
	}
	whole_end(&whole, site, reply);
}

void handle_collection(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const char *id = request_parameter(request, "theme");
	const struct theme *theme = catalogue_find(catalogue, id);
	struct json json;

	reply->by_accept = true;
	if (!theme) {
		reply_tell(reply, 404, "Not found", MESSAGE_NO_THEME_LISTED, id);
	} else if (request_wants_html(request)) {
		page_collection(request, theme, reply);
	} else {
		begin_document(site, &json, reply);
		ogc_write_collection(&json, site, theme, request->base_url, false);
		json_end(&json);
	}
	catalogue_unref(catalogue);
}
