/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "server/language.h"
#include "tiler/buf.h"

/* Writes HTML. The rule that keeps names like `<script>` harmless: our own markup goes through
 * buf_add_text, whatever comes from data or from the client goes through the functions below. */

/* TEXT escaped for element content and for quoted attributes; NULL writes nothing. Control
 * characters are left out, those of direction that would turn the words of the page about as well,
 * and what is not UTF-8 becomes U+FFFD. */
void html_text(struct buf *html, const char *text);

/* MARKUP as it is, with %s (escaped as by html_text), %d, %u and %% only. */
void html_print(struct buf *html, const char *markup, ...) PRINTF_LIKE(2, 3);

/* TEXT percent-encoded as one segment of a path or one value of a query: safe in an attribute
 * without further escaping. Colons and commas stay legible. */
void html_url(struct buf *html, const char *text);

/* "1 234 567", the French way (narrow no-break spaces), or "1,234,567". */
void html_integer(struct buf *html, enum language language, uint64_t number);

/* "3 écoles": NUMBER, a no-break space and ONE or MANY (0 is singular in French only). */
void html_count(struct buf *html, enum language language, uint64_t number, const char *one,
		const char *many);

/* <time>: "3 février 2026 à 14:05" or "3 February 2026 at 14:05" (UTC), of seconds since 1970. */
void html_time(struct buf *html, enum language language, int64_t seconds);
