/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/ogc.h"
#include "server/page_ogc.h"
#include "tiler/message.h"

/* OGC API Tiles: the tilesets of a theme, and of several at once. */

static void write_tilesets(struct json *json, const struct site *site,
			   const struct ogc_subject *subject, const char *base)
{
	const char *glue = *subject->query ? "&" : "?";

	json_array_member(json, "links");
	ogc_link(json, "self", OGC_JSON, NULL, "%s%s%s%sf=json", base, subject->path,
		 subject->query, glue);
	ogc_link(json, "alternate", OGC_HTML, NULL, "%s%s%s%sf=html", base, subject->path,
		 subject->query, glue);
	json_end(json);
	json_array_member(json, "tilesets");
	for (uint32_t i = 0; i < grids_count(site->grids); i++) {
		struct tile_limits limits;
		struct tileset tileset;

		if (!ogc_subject_open(subject, site, grids_at(site->grids, i), &tileset))
			continue;
		limits = tile_limits_of(site->limits, site, &tileset);
		json_open_object(json);
		ogc_write_tileset_brief(json, subject, &tileset, &limits, base);
		json_end(json);
		tileset_release(&tileset);
	}
	json_end(json);
}

static void reply_tilesets(const struct site *site, const struct request *request,
			   const struct ogc_subject *subject, struct reply *reply)
{
	struct json json;

	if (request_wants_html(request)) {
		page_tilesets(site, request, subject, reply);
		return;
	}
	reply->content_type = OGC_JSON;
	reply->cache_control = "no-cache";
	json_init(&json, &reply->body);
	json_open_object(&json);
	write_tilesets(&json, site, subject, request->base_url);
	json_end(&json);
}

/* Themes that were asked for by name and are not there, or in no grid together, are an error; a
 * data set without themes has no tilesets. The first tileset tells of which variant all are. */
static enum error_code check_ids(const struct site *site, const struct request *request,
				 struct ogc_subject *subject, struct error *error)
{
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < grids_count(site->grids); i++) {
		struct tileset tileset;

		code = tileset_open_named(&tileset, site, subject->ids,
					  grids_at(site->grids, i)->id, error);
		if (code)
			continue;
		code = tileset_vary(&tileset, site, request, error);
		if (code)
			return code;
		ogc_subject_vary(subject, tileset.request.variant);
		tileset_release(&tileset);
		return ERROR_NONE;
	}
	return *subject->query ? code : ERROR_NONE;
}

void handle_tilesets(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct ogc_subject subject;
	struct error error = {0};
	enum error_code code = ogc_subject_init(&subject, catalogue, request, &error);

	reply->by_accept = true;
	if (!code)
		code = check_ids(site, request, &subject, &error);
	if (code)
		reply_error(reply, &error);
	else
		reply_tilesets(site, request, &subject, reply);
	ogc_subject_release(&subject);
	catalogue_unref(catalogue);
}

static void reply_tileset(const struct site *site, const struct request *request,
			  const struct ogc_subject *subject, const struct tileset *tileset,
			  struct reply *reply)
{
	struct tile_limits limits = tile_limits_of(site->limits, site, tileset);
	struct json json;

	if (request_wants_html(request)) {
		page_tileset(request, subject, tileset, &limits, reply);
		return;
	}
	reply->content_type = OGC_JSON;
	reply->cache_control = tileset_cache_control(tileset, site);
	json_init(&json, &reply->body);
	json_open_object(&json);
	ogc_write_tileset_brief(&json, subject, tileset, &limits, request->base_url);
	ogc_write_tileset_rest(&json, tileset);
	json_end(&json);
}

/* Who says no more than whose tiles, and in which grid, is told how to ask for them. */
static void tell_addresses(const struct site *site, const struct request *request,
			   const char *themes, const char *grid, struct reply *reply)
{
	struct tileset tileset;
	struct error error = {0};
	char *path;

	reply->by_accept = true;
	if (tileset_open_named(&tileset, site, themes, grid, &error)) {
		reply_error(reply, &error);
		return;
	}
	path = tileset_path(&tileset);
	reply_tell(reply, 404, "Not found", MESSAGE_TILES_OF_THEME, request->base_url, path);
	tileset_release(&tileset);
	free(path);
}

void handle_tiles_of_themes(const struct site *site, const struct request *request,
			    struct reply *reply)
{
	tell_addresses(site, request, request_parameter(request, "themes"),
		       request_parameter(request, "grid"), reply);
}

/* Ids of themes hold a colon, those of grids cannot. */
void handle_tileset_of_any(const struct site *site, const struct request *request,
			   struct reply *reply)
{
	const char *name = request_parameter(request, "grid");

	if (strchr(name, ':'))
		tell_addresses(site, request, name, "WebMercatorQuad", reply);
	else
		handle_tileset(site, request, reply);
}

void handle_tileset(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct ogc_subject subject;
	struct tileset tileset;
	struct error error = {0};
	enum error_code code = ogc_subject_init(&subject, catalogue, request, &error);

	reply->by_accept = true;
	if (!code)
		code = tileset_open_named(&tileset, site, subject.ids,
					  request_parameter(request, "grid"), &error);
	if (!code)
		code = tileset_vary(&tileset, site, request, &error);
	if (code) {
		reply_error(reply, &error);
	} else {
		ogc_subject_vary(&subject, tileset.request.variant);
		reply_tileset(site, request, &subject, &tileset, reply);
		tileset_release(&tileset);
	}
	ogc_subject_release(&subject);
	catalogue_unref(catalogue);
}
