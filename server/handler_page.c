/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/page.h"
#include "server/page_frame.h"
#include "server/page_json.h"
#include "server/theme_choice.h"
#include "server/whole.h"
#include "tiler/message.h"

void handle_landing(const struct site *site, const struct request *request, struct reply *reply)
{
	bool json = request_wants_json(request);
	struct error error = {0};
	struct whole whole;

	reply->by_accept = true;
	reply->by_language = !json;
	if (whole_begin(&whole, site, request, reply))
		reply->content_type = json ? "application/json" : PAGE_TYPE;
	else if (theme_choice_check_group(whole.catalogue, request_query(request, "group"), &error))
		reply_error(reply, &error);
	else if (json)
		page_landing_json(site, request, whole.catalogue, reply);
	else
		page_landing(site, request, reply);
	if (json && !error.code)
		reply->cache_control = site->document_cache_control;
	whole_end(&whole, site, reply);
}

/* A page about the theme named in the address. */
static void reply_theme_page(const struct site *site, const struct request *request,
			     void (*page)(const struct site *, const struct request *,
					  const struct theme *, struct reply *),
			     struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const char *id = request_parameter(request, "theme");
	const struct theme *theme = catalogue_find(catalogue, id);

	if (theme)
		page(site, request, theme, reply);
	else
		reply_tell(reply, 404, "Not found", MESSAGE_NO_THEME_LISTED, id);
	catalogue_unref(catalogue);
}

void handle_view(const struct site *site, const struct request *request, struct reply *reply)
{
	reply_theme_page(site, request, page_theme, reply);
}

void handle_embed(const struct site *site, const struct request *request, struct reply *reply)
{
	reply_theme_page(site, request, page_embed, reply);
}
