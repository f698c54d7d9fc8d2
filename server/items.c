/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/items.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/feature_ids.h"
#include "tiler/memory.h"
#include "tiler/message.h"

enum {
	PAGE_BYTES_MOST = 8 * 1024 * 1024, /* a page that has grown so long is ended ... */
	TURN_MS = 50, /* ... and one that has looked for so long for more, if it has any */
};

struct items {
	struct items_query query;
	char *base_url;
	struct items_cursor reached; /* by turns that found nothing */
};

struct items *items_new(struct items_query *query, const char *base_url)
{
	struct items *items = memory_new(sizeof(*items));

	*items = (struct items){.query = *query, .base_url = memory_text(base_url)};
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

static bool is_of(const struct items_cursor *cursor, const struct prepared *prepared)
{
	return strncmp(cursor->version, prepared->version, CURSOR_VERSION) == 0;
}

static struct items_cursor cursor_at(const struct feature_walk *walk,
				     const struct prepared *prepared)
{
	struct items_cursor cursor = {.place = feature_walk_place(walk)};

	snprintf(cursor.version, sizeof(cursor.version), "%.*s", CURSOR_VERSION, prepared->version);
	return cursor;
}

/* Where the walk begins. */
static enum error_code find_start(const struct items *items, const struct prepared *prepared,
				  uint64_t *place, struct error *error)
{
	const struct items_query *query = &items->query;

	if (query->one)
		return feature_find(prepared, query->id, place, error);
	*place = is_of(&items->reached, prepared) ? items->reached.place : query->cursor.place;
	if (!*query->cursor.version || is_of(&query->cursor, prepared))
		return ERROR_NONE;
	return error_set(error, ERROR_BUSY, "the data of theme %s have just changed; ask again",
			 query->theme->id);
}

/* A page being written. */
struct writing {
	const struct items_query *query;
	const struct items_writer *writer;
	void *context;
	struct feature_walk *walk;
	const struct prepared *prepared;
	struct items_found found;
	bool more; /* the walk stands where the next page begins */
};

static enum error_code too_large(const struct writing *writing, const struct feature *feature,
				 struct error *error)
{
	const struct items_query *query = writing->query;
	struct items_cursor cursor = cursor_at(writing->walk, writing->prepared);
	char next[CURSOR_SIZE];

	cursor.place++;
	items_cursor_write(&cursor, next);
	return error_set(error, ERROR_LIMIT,
			 "feature %" PRIu64 " of theme %.120s is larger than a document of this "
			 "server may be; tiles show it, and cursor=%s goes on behind it",
			 feature->id, query->theme->id, next);
}

/* Does its id lead to FEATURE? Of several with one id it leads to the first, and the others go
 * without: clients take features of one id for one. */
static bool is_known_by_id(const struct writing *writing, const struct feature *feature)
{
	const struct prepared *prepared = writing->prepared;
	uint64_t place;

	return feature->has_id && (prepared->report.flaws[FLAW_DUPLICATE_ID].features == 0 ||
				   !prepared->ids || /* that would cost too much */
				   (!feature_find(prepared, feature->id, &place, NULL) &&
				    place == feature_walk_place(writing->walk)));
}

static void write_feature(const struct writing *writing, const struct feature *feature)
{
	struct feature given = *feature;

	given.has_id = is_known_by_id(writing, feature);
	writing->writer->feature(writing->context, &given);
}

/* Writes what fits a page, from FEATURE on. */
static enum error_code write_features(struct writing *writing, const struct feature *feature,
				      struct error *error)
{
	const struct items_query *query = writing->query;
	struct buf *document = writing->writer->document(writing->context);
	enum error_code code = ERROR_NONE;

	while (!code && feature && writing->found.count < query->limit &&
	       document->length < PAGE_BYTES_MOST) {
		size_t before = document->length;

		write_feature(writing, feature);
		if (document->full && writing->found.count == 0)
			return too_large(writing, feature, error);
		if (document->full) { /* it is the next page's first */
			buf_cut(document, before);
			break;
		}
		writing->found.count++;
		if (query->one)
			feature = NULL;
		else
			code = feature_walk_next(writing->walk, &feature, error);
	}
	writing->more = feature || feature_walk_is_paused(writing->walk);
	return code ? code : feature_walk_check(writing->walk, error);
}

static enum error_code write_document(const struct items *items,
				      const struct reading_source *source,
				      struct feature_walk *walk, const struct feature *first,
				      struct buf *out, struct error *error)
{
	const struct items_query *query = &items->query;
	struct writing writing = {
		.query = query,
		.writer = query->html ? &page_items_writer : &geojson_items_writer,
		.walk = walk,
		.prepared = source->prepared,
	};
	struct items_found *found = &writing.found;
	struct items_cursor cursor;
	char next[CURSOR_SIZE];
	enum error_code code;

	writing.context = writing.writer->begin(query, items->base_url, source, out);
	code = write_features(&writing, first, error);
	if (!code && writing.more) {
		cursor = cursor_at(walk, source->prepared);
		items_cursor_write(&cursor, next);
		found->next = next;
	}
	found->all_known = feature_walk_count(walk, &found->all);
	if (!found->all_known && !found->next && query->cursor.place == 0) {
		found->all_known = true;
		found->all = found->count;
	}
	writing.writer->end(writing.context, found);
	return code;
}

/* The one feature that is asked for is not kept: nothing else can leave it out. */
static enum error_code not_of_commune(const struct items_query *query, struct error *error)
{
	return error_tell(error, ERROR_NOT_FOUND, MESSAGE_FEATURE_ELSEWHERE, query->id,
			  query->theme->id,
			  variant_is_limited(query->variant) ? query->variant->commune : "");
}

enum error_code items_read(const struct reading_source *source, struct reading_tools *tools,
			   void *content, struct blob **blob, struct error *error)
{
	struct items *items = content;
	struct feature_query query = items->query.features;
	const struct feature *first = NULL;
	struct feature_walk *walk = NULL;
	bool ends = true;
	enum error_code code = find_start(items, source->prepared, &query.from, error);

	query.showing = source->showing;
	query.patience_ms = items->query.one ? 0 : TURN_MS;
	if (!code)
		code = feature_walk_new(source->prepared, &query, tools->arena, tools->transforms,
					&walk, error);
	if (!code)
		code = feature_walk_next(walk, &first, error);
	if (!code && items->query.one && !first)
		code = not_of_commune(&items->query, error);
	if (!code && feature_walk_is_paused(walk)) {
		ends = false;
		items->reached = cursor_at(walk, source->prepared);
		code = feature_walk_check(walk, error);
	} else if (!code) {
		code = write_document(items, source, walk, first, &tools->document, error);
	}
	feature_walk_free(walk);
	return code || !ends ? code : reading_pack(tools, blob, error);
}
