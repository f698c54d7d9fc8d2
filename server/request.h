/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What a client asks, as handlers see it; nothing here knows the HTTP library. All texts are
 * borrowed for the time of the request. */

struct request {
	const char *path; /* percent-decoded, "/tiles/a:b/3/4/2"; no query */
	bool head;	  /* HEAD: answered as GET, the transport leaves the body out */
	const char
		*base_url; /* "https://host[:port][/prefix]", no slash at the end: what absolute
			      URLs in documents begin with (see http.h for where it comes from) */
	void *transport;   /* for request_header and request_query */
};

/* The value of a header (name without regard to case) or of a query parameter (percent-decoded), or
 * NULL. */
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
