/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/parameters.h"
#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

struct guide;

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
	const char *formats; /* what ?f= may ask for, "json, html", the first being what who says
				nothing gets; NULL: f says nothing here */
	const struct guide *guide; /* the JSON as a page (guide.h); NULL: the handler makes its
				      pages itself, if there are any */
	const struct parameters *parameters; /* that its query may have */
};

/* May the request ask for the format it asks for? ("pjson", Esri's word, is JSON.) */
bool route_offers(const struct route *route, const struct request *request);

/* The path a request came by, percent-encoded and with the names in it as they are spelt: "/tiles/"
 * "a:b.json". Its route was found. */
void route_print(const struct request *request, struct buf *path);

/* The first route whose pattern matches, its parameters, class and itself set in REQUEST; NULL if
 * none does. Cuts the literal endings off the values, in the request's memory. */
const struct route *route_find(const struct route *routes, size_t count, struct request *request);
