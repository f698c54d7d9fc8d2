/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/items.h"
#include "server/ogc.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* OGC API Features 1 and 2: a theme's features, a page at a time, or one of them. What an address
 * says is read here; the features are read by a worker, while the connection sleeps. */

enum {
	RETRY_FAILED_SECONDS = 15
};

/* What was asked for rightly and cannot be made is no fault of the client's. */
static void reply_failure(struct reply *reply, const struct error *error)
{
	switch (error->code) {
	case ERROR_BUSY:
	case ERROR_STOPPED:
	case ERROR_NOT_FOUND:
		reply_error(reply, error);
		break;
	case ERROR_INVALID: /* the theme could not be prepared; that is tried again, too */
	case ERROR_IO:
		reply_problem_of(reply, 503, "Theme out of order", error);
		reply->retry_after = RETRY_FAILED_SECONDS;
		break;
	case ERROR_UNSUPPORTED: /* a place of the filter or the box has none in the theme's CRS */
		reply_problem_of(reply, 400, "Bad request", error);
		break;
	case ERROR_LIMIT:
		reply_problem_of(reply, 413, "Feature too large", error);
		break;
	default:
		reply_problem_of(reply, 500, "Features not read", error);
	}
}

static void items_made(struct blob *blob, const struct error *error, void *context)
{
	struct reply *reply = context;

	if (blob)
		reply->blob = blob_ref(blob);
	else
		reply_failure(reply, error);
	reply_finish(reply);
}

/* Data that changed have other features at the cursor's place: going on would leave some out and
 * show others twice. */
static bool is_outdated(const struct site *site, const struct items_query *query)
{
	struct prepared *prepared = NULL;
	bool outdated;

	if (!*query->cursor.version)
		return false;
	engine_theme(site->engine, query->theme, &prepared, NULL);
	outdated = prepared &&
		   strncmp(prepared->version, query->cursor.version, CURSOR_VERSION) != 0;
	prepared_unref(prepared);
	return outdated;
}

/* Takes QUERY. */
static void make_items(const struct site *site, const struct request *request,
		       struct catalogue *catalogue, struct items_query *query, struct reply *reply)
{
	struct error error = {0};
	struct reply *later = request_defer(request, &error);
	struct items *items;
	struct reading reading;
	char *key;

	if (!later) {
		reply_error(reply, &error);
		items_query_release(query);
		return;
	}
	later->tier = "read";
	later->content_type = query->html ? OGC_HTML "; charset=utf-8" : OGC_GEOJSON;
	later->content_crs = query->html ? NULL : memory_print("<%s>", query->crs->uri);
	later->by_language = query->html;
	items = items_new(query, request->base_url);
	key = items_key(items);
	reading = (struct reading){catalogue,  query->theme,  query->variant, key,
				   items_read, items_release, items};
	if (engine_read(site->engine, &reading,
			&(struct work_waiter){items_made, later, later->ticket}, &error))
		items_made(NULL, &error, later);
	free(key);
}

static void reply_items(const struct site *site, const struct request *request, bool one,
			struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const char *id = request_parameter(request, "theme");
	const struct theme *theme = catalogue_find(catalogue, id);
	struct items_query query;
	struct error error = {0};

	reply->by_accept = true;
	if (!theme) {
		reply_tell(reply, 404, "Not found", MESSAGE_NO_THEME_LISTED, id);
	} else if (items_query_init(&query, site, theme, request, one, &error)) {
		reply_error(reply, &error);
		items_query_release(&query);
	} else if (is_outdated(site, &query)) {
		reply_tell(reply, 410, "Data changed", MESSAGE_DATA_CHANGED, theme->id);
		items_query_release(&query);
	} else {
		make_items(site, request, catalogue, &query, reply);
	}
	catalogue_unref(catalogue);
}

void handle_items(const struct site *site, const struct request *request, struct reply *reply)
{
	reply_items(site, request, false, reply);
}

void handle_item(const struct site *site, const struct request *request, struct reply *reply)
{
	reply_items(site, request, true, reply);
}
