/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/language.h"
#include "server/ogc_crs.h"
#include "server/request.h"
#include "tiler/feature_walk.h"
#include "tiler/variant.h"

/* What is asked of a theme's features (OGC API Features parts 1 and 2), read from an address. */

enum {
	ITEMS_DEFAULT = 1000, /* a page; QGIS and others take what the definition says */
	ITEMS_DEFAULT_HTML = 100,
	ITEMS_MOST = 10000,
	CURSOR_VERSION = 16, /* characters of the data's version, in a cursor */
	CURSOR_SIZE = 40,
};

/* Where a page of features begins. Opaque to clients: the version of the data and a place in them,
 * which means nothing in another version. */
struct items_cursor {
	char version[CURSOR_VERSION + 1]; /* "": there is none, the page is the first */
	uint64_t place;
};

struct items_query {
	const struct theme *theme; /* borrowed */
	struct ogc_crs_list crs_list;
	const struct ogc_crs *crs;     /* of the answer */
	struct feature_query features; /* without the place to begin at */
	struct items_cursor cursor;
	bool one; /* the feature of that id, not a page of several */
	uint64_t id;
	size_t limit;
	struct variant
		*variant; /* the columns that are given, the filter, the commune; NULL: all */
	bool html;
	enum language language;
	char *path; /* "/collections/a:b/items", encoded */
	char *rest; /* of the query, to be put behind "?f=...": "&crs=...&limit=5", without cursor
		     */
};

/* Reads the features' page or the one feature (ONE: {id} of the route). What is wrong is named:
 * ERROR_INVALID, or ERROR_NOT_FOUND where the id can be none. Whatever the code, to be released.
 * THEME and the grids of SITE are borrowed. */
MUST_CHECK enum error_code items_query_init(struct items_query *query, const struct site *site,
					    const struct theme *theme,
					    const struct request *request, bool one,
					    struct error *error);
void items_query_release(struct items_query *query);

/* A cursor as text and back. False: it is none of ours. */
void items_cursor_write(const struct items_cursor *cursor, char text[CURSOR_SIZE]);
bool items_cursor_read(const char *text, struct items_cursor *cursor);
