/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

enum {
	PAGE_BYTES_MOST = 8 * 1024 * 1024, /* a page that has grown so long is ended */
};

struct items {
	struct items_query query;
	char *base_url;
};

struct items *items_new(struct items_query *query, const char *base_url)
{
	struct items *items = memory_new(sizeof(*items));

	*items = (struct items){*query, memory_text(base_url)};
	return items;
}

void items_release(void *content)
{
	struct items *items = content;

	items_query_release(&items->query);
	free(items->base_url);
	free(items);
}

char *items_key(const struct items *items)
{
	const struct items_query *query = &items->query;
	char cursor[CURSOR_SIZE];

	items_cursor_write(&query->cursor, cursor);
	return memory_print("%s %s %s%s %s", query->html ? language_code(query->language) : "json",
			    cursor, items->base_url, query->path, query->rest);
}

/* Where the walk begins. */
static enum error_code find_start(const struct items_query *query, const struct prepared *prepared,
				  uint64_t *place, struct error *error)
{
	if (query->one)
		return feature_find(prepared, query->id, place, error);
	*place = query->cursor.place;
	if (!*query->cursor.version ||
	    strncmp(query->cursor.version, prepared->version, CURSOR_VERSION) == 0)
		return ERROR_NONE;
	return error_set(error, ERROR_BUSY, "the data of theme %s have just changed; ask again",
			 query->theme->id);
}

/* Writes what fits a page; *AFTER: the feature the next one begins with, NULL: there is none. */
static enum error_code write_features(const struct items_query *query, struct feature_walk *walk,
				      const struct items_writer *writer, void *context,
				      const struct buf *out, struct items_found *found,
				      const struct feature **after, struct error *error)
{
	enum error_code code = feature_walk_next(walk, after, error);

	while (!code && *after && found->count < query->limit && out->length < PAGE_BYTES_MOST) {
		writer->feature(context, *after);
		found->count++;
		if (query->one) {
			*after = NULL;
			break;
		}
		code = feature_walk_next(walk, after, error);
	}
	return code ? code : feature_walk_check(walk, error);
}

static enum error_code write_document(const struct items *items,
				      const struct reading_source *source,
				      struct feature_walk *walk, struct buf *out,
				      struct error *error)
{
	const struct items_query *query = &items->query;
	const struct items_writer *writer = query->html ? &page_items_writer
							: &geojson_items_writer;
	void *context = writer->begin(query, items->base_url, source, out);
	struct items_found found = {0};
	struct items_cursor cursor;
	char next[CURSOR_SIZE];
	const struct feature *after;
	enum error_code code = write_features(query, walk, writer, context, out, &found, &after,
					      error);

	if (!code && after) {
		snprintf(cursor.version, sizeof(cursor.version), "%.*s", CURSOR_VERSION,
			 source->prepared->version);
		cursor.place = feature_walk_place(walk);
		items_cursor_write(&cursor, next);
		found.next = next;
	}
	found.all_known = feature_walk_count(walk, &found.all);
	if (!found.all_known && !found.next && query->cursor.place == 0) {
		found.all_known = true;
		found.all = found.count;
	}
	writer->end(context, &found);
	return code;
}

enum error_code items_read(const struct reading_source *source, struct reading_tools *tools,
			   void *content, struct blob **blob, struct error *error)
{
	const struct items *items = content;
	struct feature_query query = items->query.features;
	struct feature_walk *walk;
	enum error_code code = find_start(&items->query, source->prepared, &query.from, error);

	query.showing = source->showing;
	if (!code)
		code = feature_walk_new(source->prepared, &query, tools->arena, tools->transforms,
					&walk, error);
	if (code)
		return code;
	code = write_document(items, source, walk, &tools->document, error);
	feature_walk_free(walk);
	return code ? code : reading_pack(tools, blob, error);
}
