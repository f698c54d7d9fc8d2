/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/language.h"
#include "tiler/error.h"

struct reply;
struct route;
struct target;

/* What a client asks, as handlers see it; nothing here knows the HTTP library. All texts are
 * borrowed for the time of the request. */

enum {
	REQUEST_PARAMETERS_MOST = 6,
};

/* A part of the path that the route gave a name to: {themes} in "/tiles/{themes}/{z}/{x}/{y}". */
struct request_parameter {
	const char *name;
	char *value; /* percent-decoded; in the request's own memory */
};

/* What kind of answer an address has, for those who count them (metrics.h). */
enum request_class {
	REQUEST_OTHER, /* no such address, or refused before it was looked at */
	REQUEST_TILE,
	REQUEST_DOCUMENT, /* for programs: TileJSON, styles, lists */
	REQUEST_PAGE,
	REQUEST_ASSET,	   /* a file of the pages */
	REQUEST_OPERATION, /* health, metrics */
	REQUEST_ORDER,	   /* asks for something to be done: by POST, and nothing else is */
	REQUEST_CLASSES,
};

struct request {
	const char *path; /* percent-decoded, "/tiles/a:b/3/4/2"; no query. For people only: a name
			     that holds a slash cannot be told from two names here */
	bool head;	  /* HEAD: answered as GET, the transport leaves the body out */
	bool post;	  /* POST: asks for something to be done */
	const char *base_url; /* "https://host[:port][/prefix]", no slash at the end: what absolute
				 URLs in documents begin with (see base_url.h for where it comes
				 from) */
	const struct target *target;				      /* the address in its parts */
	struct request_parameter parameters[REQUEST_PARAMETERS_MOST]; /* set by the route */
	uint32_t parameter_count;
	enum request_class class;  /* likewise */
	const struct route *route; /* that route; NULL where none was found */
	const char *portal_title;  /* what the pages are headed with */

	/* The transport's side of request_header and request_defer. */
	const char *(*header)(void *transport, const char *name);
	struct reply *(*defer)(void *transport, struct error *error);
	void *transport;
};

/* The value of a header (name without regard to case) or of a query parameter (percent-decoded), or
 * NULL. */
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);

/* The value of a query parameter whose name OGC's older services write in any case. */
const char *request_keyword(const struct request *request, const char *name);

/* A whole number in the query, into NUMBER, which stays where there is no such parameter. False: it
 * is no whole number, or below LEAST. */
bool request_whole_number(const struct request *request, const char *name, size_t least,
			  size_t *number);

/* The part of the path the route calls NAME; which must be in its pattern. Never NULL. */
const char *request_parameter(const struct request *request, const char *name);

/* The same where only some patterns of a handler have it; NULL in the others. */
const char *request_parameter_if_any(const struct request *request, const char *name);

/* Does the client want HTML, or JSON, and say so: by ?f=html, ?f=json, ?f=pjson, else by Accept? */
bool request_wants_html(const struct request *request);
bool request_wants_json(const struct request *request);

/* The language of a page: by ?lang=en or ?lang=fr, else by Accept-Language; French where neither
 * says. */
enum language request_language(const struct request *request);

/* Puts the answer off: nothing is sent until reply_finish (reply.h), which may be called from any
 * thread, even before the handler has returned. Gives the reply to finish; from the moment another
 * thread may finish it, the handler must touch neither it nor the request. NULL: ERROR_STOPPED, the
 * server is stopping and takes no more work, or ERROR_BUSY, the client waits for as many answers as
 * it may. */
struct reply *request_defer(const struct request *request, struct error *error);
