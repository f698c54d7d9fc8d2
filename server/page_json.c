/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_json.h"

#include <string.h>

#include "server/html.h"
#include "server/json.h"
#include "server/ogc.h"
#include "server/page_search.h"
#include "server/settings.h"

static void add_url(struct json *json, const char *name, const char *base, const char *folder,
		    const char *id, const char *end)
{
	struct buf url;
	buf_init(&url, 0);
	buf_print(&url, "%s/%s/", base, folder);
	html_url(&url, id);
	buf_add_text(&url, end);
	json_text_member(json, name, url.bytes);
	buf_release(&url);
}

static void add_theme(struct json *json, const struct theme *theme, const char *base)
{
	json_open_object(json);
	json_text_member(json, "id", theme->id);
	json_text_member(json, "title", theme->title);
	json_text_member(json, "description", theme->abstract);
	json_text_member(json, "group", theme->group);
	json_text_member(json, "kind", geometry_kind_name(theme->kind));
	json_integer_member(json, "count", (int64_t)theme->feature_count);
	add_url(json, "tilejson", base, "tiles", theme->id, ".json");
	add_url(json, "page", base, "view", theme->id, "");
	json_end(json);
}

void page_landing_json(const struct site *site, const struct request *request,
		       const struct catalogue *catalogue, struct reply *reply)
{
	struct search *search = search_new(request_query(request, "q"), LANGUAGE_FRENCH);
	const char *group = request_query(request, "group");
	struct json json;
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "title", site->settings->portal_title);
	json_text_member(&json, "description", site->settings->portal_description);
	ogc_write_landing_links(&json, request->base_url);
	json_array_member(&json, "themes");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		if (search_matches(search, theme) &&
		    (!group || !*group || strcmp(group, theme->group) == 0))
			add_theme(&json, theme, request->base_url);
	}
	json_end(&json);
	json_end(&json);
	search_free(search);
	reply->status = 200;
	reply->content_type = "application/json";
}
