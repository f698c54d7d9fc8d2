/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/ogc.h"

/* The documents of OGC API as pages, in French or English, linked so that a person can walk from
 * the landing page to a tile. */

/* A part of the list of collections: from OFFSET to before END. */
struct collections_part {
	struct catalogue *catalogue;
	size_t limit, offset, end;
};

/* Begins such a page: its trail, its title, and where its JSON is. page_document_end closes it;
 * ENGLISH may be NULL: it has a French title only. QUERY ("?collections=a" or "") is what the JSON
 * is asked with. */
struct page page_document_begin(const struct request *request, const char *french,
				const char *english, struct reply *reply);

/* The same of a document about NAME, a theme's id or "". */
struct page page_document_begin_of(const struct request *request, const char *french,
				   const char *english, const char *name, struct reply *reply);
void page_document_end(struct page *page, const char *query);

/* What the API consists of, and what it conforms to. */
void page_api(const struct request *request, struct reply *reply);
void page_conformance(const struct request *request, struct reply *reply);

/* Themes, one theme, its tilesets, one of them. */
void page_collections(const struct request *request, const struct collections_part *part,
		      struct reply *reply);
void page_collection(const struct request *request, const struct theme *theme, struct reply *reply);
void page_tilesets(const struct site *site, const struct request *request,
		   const struct ogc_subject *subject, struct reply *reply);
void page_tileset(const struct request *request, const struct ogc_subject *subject,
		  const struct tileset *tileset, const struct tile_limits *limits,
		  struct reply *reply);

/* The grids, and one with its levels. */
void page_grids(const struct request *request, const struct grids *grids, struct reply *reply);
void page_grid(const struct request *request, const struct grid *grid, struct reply *reply);
