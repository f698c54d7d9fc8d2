/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/html.h"
#include "server/reply.h"
#include "server/request.h"

/* What all pages share: head, skip link, header and footer. */

#define PAGE_TYPE "text/html; charset=utf-8"

struct page {
	struct buf *html;
	const char *base;   /* "https://host/prefix": of the addresses people copy */
	const char *root;   /* "/prefix" or "": of the links between pages */
	const char *portal; /* the portal's title */
	enum language language;
	/* What links between pages end with, so that who chose a language keeps it: "?lang=en" or
	 * "", and the same behind other parameters, "&lang=en" or "". */
	const char *lang, *and_lang;
};

struct page_head {
	const char *title;	 /* of the window; the site's name is put after it */
	const char *description; /* or NULL */
	const char *script;	 /* an asset of the page's own, or NULL */
	const char *alternate;	 /* the same as DCAT-AP, an address below the root; or NULL */
	const char *data;	 /* the same as JSON-LD without markup in it; or NULL */
	bool map;		 /* the page holds a map */
	bool bare;		 /* no header and no footer: an embedded page */
};

/* Begins a 200 HTML reply in the language of the request and the page up to the start of <main>;
 * page_end closes it. */
struct page page_begin(const struct request *request, const struct page_head *head,
		       struct reply *reply);
void page_end(struct page *page, const struct page_head *head);

/* The one of the two that is in the page's language. Borrowed. */
const char *page_say(const struct page *page, const char *french, const char *english);

/* What keeps the language behind ADDRESS, of a page that may have a query: page->lang or
 * page->and_lang. */
const char *page_lang_behind(const struct page *page, const char *address);

/* What an element needs that shows one text of the two as theme_title does: " lang=fr" where the
 * text is not in the page's language, else "". FRENCH and ENGLISH may be NULL. */
const char *page_foreign(const struct page *page, const char *french, const char *english);

/* "/prefix/assets/NAME?v=VERSION". */
void page_asset(struct page *page, const char *name);
