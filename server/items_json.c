/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <time.h>

#include "server/geojson.h"
#include "server/html.h"
#include "server/items.h"
#include "server/json.h"
#include "server/ogc.h"
#include "tiler/memory.h"

/* A page of features as a FeatureCollection, and one as a Feature. The features come first: what
 * else is said of a page is known only when they are written. */

struct writing {
	const struct items_query *query;
	const char *base_url;
	struct buf *out;
	struct geojson geojson;
	bool filled;
};

static void *begin(const struct items_query *query, const char *base_url,
		   const struct reading_source *source, struct buf *out)
{
	struct writing *writing = memory_zeroed(1, sizeof(*writing));

	writing->query = query;
	writing->base_url = base_url;
	writing->out = out;
	geojson_init(&writing->geojson, source->prepared, query->crs->crs,
		     query->crs->northing_first, source->showing->carries, out);
	if (!query->one)
		buf_add_text(out, "{\"type\":\"FeatureCollection\",\"features\":[\n");
	return writing;
}

static void add_feature(void *context, const struct feature *feature)
{
	struct writing *writing = context;

	if (writing->filled)
		buf_add_text(writing->out, ",\n");
	writing->filled = true;
	buf_add_char(writing->out, '{');
	geojson_feature(&writing->geojson, feature);
	if (!writing->query->one)
		buf_add_char(writing->out, '}');
}

static void add_link(struct json *json, const struct writing *writing, const char *rel,
		     const char *type, const char *format, const char *cursor)
{
	const struct items_query *query = writing->query;

	ogc_link(json, rel, type, NULL, "%s%s?f=%s%s%s%s", writing->base_url, query->path, format,
		 query->rest, cursor ? "&cursor=" : "", cursor ? cursor : "");
}

static void add_links(struct json *json, const struct writing *writing, const char *next)
{
	const struct items_query *query = writing->query;
	char cursor[CURSOR_SIZE];
	const char *here = *query->cursor.version ? cursor : NULL;
	struct buf id;

	items_cursor_write(&query->cursor, cursor);
	buf_init(&id, 0);
	html_url(&id, query->theme->id);
	json_array_member(json, "links");
	add_link(json, writing, "self", OGC_GEOJSON, "json", here);
	add_link(json, writing, "alternate", OGC_HTML, "html", here);
	if (next)
		add_link(json, writing, "next", OGC_GEOJSON, "json", next);
	ogc_link(json, "collection", OGC_JSON, NULL, "%s/collections/%s?f=json", writing->base_url,
		 id.bytes);
	json_end(json);
	buf_release(&id);
}

static void add_time_stamp(struct json *json)
{
	time_t now = time(NULL);
	char text[32];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_text_member(json, "timeStamp", text);
}

static void end(void *context, const struct items_found *found)
{
	struct writing *writing = context;
	struct json json;

	json_init(&json, writing->out);
	if (!writing->query->one)
		buf_add_text(writing->out, "\n]");
	json_continue_object(&json);
	if (!writing->query->one) {
		if (found->all_known)
			json_integer_member(&json, "numberMatched", (int64_t)found->all);
		json_integer_member(&json, "numberReturned", (int64_t)found->count);
		add_time_stamp(&json);
	}
	add_links(&json, writing, found->next);
	json_end(&json);
	geojson_release(&writing->geojson);
	free(writing);
}

static struct buf *document(void *context)
{
	return ((struct writing *)context)->out;
}

const struct items_writer geojson_items_writer = {begin, add_feature, document, end};
