/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/language.h"

/* What a person is told who opens the address of a document made for programs: what it is, and how
 * to give this address to the software that reads it. A document has its page by one row here and
 * its guide's name in the table of routes (site.c); page_guide.h makes the page.
 *
 * In addresses, {base}, {themes} (or {theme}), {grid}, {address} and {path} (the document's own,
 * whole and below the root), {query} (what it is limited to: "?commune=35238" or nothing) and
 * {commune} (that commune in a path: "/35238" or nothing) stand for those of the request; other
 * names in braces stay, since they are for the software. Of a document that is limited, a use is
 * left out whose address cannot say to what. */

enum {
	GUIDE_USES_MOST = 5,
	GUIDE_LINKS_MOST = 6,
};

struct guide_use {
	const char *software; /* NULL: there are no more */
	const char *how[LANGUAGES], *address;
};

struct guide_link {
	const char *text[LANGUAGES], *address; /* below the server's root; NULL: no more */
	bool of_one;			       /* there is no such page of several themes at once */
};

struct guide {
	const char *title[LANGUAGES], *purpose[LANGUAGES];
	struct guide_use uses[GUIDE_USES_MOST + 1];
	struct guide_link links[GUIDE_LINKS_MOST + 1];
};

extern const struct guide guide_tilejson, guide_tilejson_of_grid, guide_metadata, guide_style,
	guide_esri, guide_esri_style, guide_catalogue, guide_catalogue_theme;
