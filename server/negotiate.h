/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

/* Content negotiation (RFC 9110, sections 12 and 13): what a client says it can read, and what it
 * already has. Header values as received; NULL where there is none. */

enum content_coding {
	CODING_IDENTITY,
	CODING_GZIP,
	CODING_NONE, /* the client refuses both */
};

/* The better of the two codings we have. Without the header: identity, which everybody reads. */
enum content_coding negotiate_coding(const char *accept_encoding);

/* Does the client rate text/html above JSON, or JSON above text/html? Neither when it names
 * neither, but takes anything. */
bool prefers_html(const char *accept);
bool prefers_json(const char *accept);

/* Does the client rate English above French? */
bool prefers_english(const char *accept_language);

/* Is ETAG (quoted) in an If-None-Match header? "*" matches any; weak tags match by their text. */
bool etag_listed(const char *if_none_match, const char *etag);
