/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <sys/socket.h>

#include "server/address.h"
#include "tiler/error.h"

/* What absolute URLs in documents begin with. In order: the configured public address; what a
 * trusted proxy forwards (X-Forwarded-Proto, -Host, -Prefix); the Host header; the address we
 * listen on. Nobody else's word is taken for the scheme or the prefix, and a Host that is not the
 * name of a host is refused, since it would be written into every document. */

struct base_url_policy {
	const char *public_url; /* without slash at the end, or NULL */
	const struct network *trusted;
	size_t trusted_count;
	const char *fallback; /* "127.0.0.1:8080", for a request without Host */
};

/* The request's part; NULL where it says nothing. */
struct base_url_claim {
	const char *authority; /* of an address in absolute form: goes before Host */
	const char *host;
	const char *forwarded_proto, *forwarded_host, *forwarded_prefix;
	const struct sockaddr *peer;
};

enum {
	BASE_URL_LONGEST = 600, /* bytes of a base URL, its NUL included */
};

/* Writes the base URL, unless BASE_URL is NULL; else of BASE_URL_LONGEST bytes. ERROR_INVALID: the
 * Host is not the name of a host. */
MUST_CHECK enum error_code base_url_make(const struct base_url_policy *policy,
					 const struct base_url_claim *claim, char *base_url,
					 struct error *error);
