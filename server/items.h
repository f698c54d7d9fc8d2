/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/items_query.h"
#include "tiler/reading.h"

/* A page of a theme's features, or one of them, as a document: made on a worker's thread, since a
 * page is read, transformed and written in milliseconds or in many. What keeps few of many features
 * is read in turns, until there is one at least: clients take an empty page for the last. */
struct items;

/* New, of QUERY, which is taken; with what it needs of the request, which may be gone by then. */
struct items *items_new(struct items_query *query, const char *base_url);

/* What two that ask for the same of one theme and variant have in common: new. */
char *items_key(const struct items *items);

/* For struct reading (reading.h), whose content is the struct items. ERROR_NOT_FOUND: there is no
 * feature of that id; ERROR_BUSY: the cursor belongs to other data than those in service now;
 * ERROR_LIMIT: a feature is larger than a document may be. */
enum error_code items_read(const struct reading_source *source, struct reading_tools *tools,
			   void *items, struct blob **blob, struct error *error);
void items_release(void *items);

/* What was found so far, and where the next page begins. */
struct items_found {
	size_t count;	  /* on this page */
	bool all_known;	  /* how many there are on all pages ... */
	uint64_t all;	  /* ... is this */
	const char *next; /* the cursor; NULL: this page is the last */
};

/* How a document is written, in parts: as GeoJSON (items_json.c) or as a page for people
 * (page_items.c). All share the context that `begin` gives, and `end`, which leaves the whole in
 * the buffer given to `begin`, releases it. */
struct items_writer {
	void *(*begin)(const struct items_query *query, const char *base_url,
		       const struct reading_source *source, struct buf *out);
	void (*feature)(void *context, const struct feature *feature);
	struct buf *(*document)(void *context); /* as far as it is written */
	void (*end)(void *context, const struct items_found *found);
};
extern const struct items_writer geojson_items_writer, page_items_writer;
