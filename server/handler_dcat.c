/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/dcat.h"
#include "server/page_guide.h"
#include "server/whole.h"
#include "tiler/message.h"

enum {
	DATASETS_A_PAGE = 100 /* about half a megabyte */
};

static void set_type(const struct site *site, struct reply *reply)
{
	reply->content_type = DCAT_TYPE;
	reply->cache_control = site->document_cache_control;
}

static void write_catalogue(const struct site *site, const struct request *request,
			    const struct catalogue *catalogue, struct reply *reply)
{
	size_t all = catalogue_theme_count(catalogue);
	struct dcat_part part = {.catalogue = catalogue,
				 .page = 1,
				 .pages = all ? (all - 1) / DATASETS_A_PAGE + 1 : 1};
	struct json json;

	if (!request_whole_number(request, "page", 1, &part.page) || part.page > part.pages) {
		reply_tell(reply, 404, "Not found", MESSAGE_NO_CATALOGUE_PAGE, part.pages);
		return;
	}
	part.first = (part.page - 1) * DATASETS_A_PAGE;
	part.end = all - part.first < DATASETS_A_PAGE ? all : part.first + DATASETS_A_PAGE;
	json_init(&json, &reply->body);
	dcat_write_catalogue(&json, site, &part, request->base_url);
}

void handle_catalogue(const struct site *site, const struct request *request, struct reply *reply)
{
	bool page = request_wants_html(request);
	struct whole whole;

	set_type(site, reply);
	if (!whole_begin(&whole, site, request, reply)) {
		write_catalogue(site, request, whole.catalogue, reply);
		/* here and not when it is sent, so that the page is kept */
		if (page && !reply->problem_title)
			page_guide(request, &guide_catalogue, reply);
	} else if (page) {
		page_guide_kept(reply);
	}
	whole_end(&whole, site, reply);
}

void handle_catalogue_theme(const struct site *site, const struct request *request,
			    struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const char *id = request_parameter(request, "theme");
	const struct theme *theme = catalogue_find(catalogue, id);
	struct json json;

	set_type(site, reply);
	if (theme) {
		json_init(&json, &reply->body);
		dcat_write_theme(&json, site, theme, request->base_url);
	} else {
		reply_tell(reply, 404, "Not found", MESSAGE_NO_THEME_LISTED, id);
	}
	catalogue_unref(catalogue);
}
