/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

/* From an address to who answers it. */

/* Fills REPLY, or puts it off (request_defer). */
typedef void (*handler_f)(const struct site *site, const struct request *request,
			  struct reply *reply);

/* "/tiles/{themes}.json": literal parts match as they are; {name}, with or without literal text
 * after it, matches one whole part of the path, which is not empty, and becomes a parameter of the
 * request. */
struct route {
	const char *pattern;
	handler_f handler;
	enum request_class class;
};

/* The first route whose pattern matches, its parameters and class set in REQUEST; NULL if none
 * does. Cuts the literal endings off the values, in the request's memory. */
const struct route *route_find(const struct route *routes, size_t count, struct request *request);
