/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/json.h"
#include "server/page_communes.h"

/* The communes that themes can be limited to. */

static void write_commune(struct json *json, const struct commune *commune)
{
	const struct box *bounds = &commune->bounds;

	json_open_object(json);
	json_text_member(json, "code", commune->code);
	json_text_member(json, "name", commune->name);
	if (!box_is_empty(*bounds)) {
		json_array_member(json, "bbox");
		json_number(json, bounds->minx);
		json_number(json, bounds->miny);
		json_number(json, bounds->maxx);
		json_number(json, bounds->maxy);
		json_end(json);
	}
	json_end(json);
}

static void write_list(const struct commune_list *list, struct reply *reply)
{
	struct json json;

	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "theme", list->theme_id);
	json_text_member(&json, "version", list->version);
	json_array_member(&json, "communes");
	for (uint32_t i = 0; i < list->count; i++)
		write_commune(&json, &list->communes[i]);
	json_end(&json);
	json_end(&json);
	reply->content_type = "application/json";
}

void handle_communes(const struct site *site, const struct request *request, struct reply *reply)
{
	struct commune_list *list = NULL;
	struct error error = {0};
	enum error_code code = engine_communes(site->engine, &list, &error);

	reply->by_accept = true;
	if (code == ERROR_BUSY) {
		reply_error(reply, &error);
		return;
	}
	if (code) {
		reply_problem_of(reply, 404, "No communes", &error);
		return;
	}
	if (request_wants_html(request))
		page_communes(request, list, reply);
	else
		write_list(list, reply);
	reply->cache_control = site->document_cache_control;
	commune_list_unref(list);
}
