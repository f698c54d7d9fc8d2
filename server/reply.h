/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/buf.h"
#include "tiler/error.h"

/* What Allow says: the methods that nearly all addresses take. */
#define REPLY_READ_METHODS "GET, HEAD, OPTIONS"

/* What a handler answers. The transport adds what every answer has (CORS, Date, Content-Length,
 * Vary, security headers), computes the ETag, compresses documents and answers 304. */

struct reply {
	unsigned status;	   /* 200 unless set */
	const char *content_type;  /* static text */
	const char *cache_control; /* text that outlives the reply, or NULL: "no-cache" */
	struct buf body;	   /* a document, or ... */
	struct blob *blob;	   /* ... ready bytes (a reference the reply owns); NULL if none */
	bool unkept;	/* the bytes were not in memory before, and may never be asked for again */
	char *location; /* new, of a redirection; or NULL */
	char *content_crs;	 /* new, in angle brackets: of the features in the body; or NULL */
	const char *allow;	 /* static text, of a 405 */
	const char *challenge;	 /* static text, of a 401 */
	unsigned retry_after;	 /* seconds, of a 503; 0: none */
	bool frame_anywhere;	 /* other sites may frame this page */
	const char *disposition; /* static text: browsers save the document, and under which name;
				    or NULL */
	bool preflight;		 /* a browser asks what it may ask (OPTIONS) */
	bool by_accept;		 /* another Accept header would get another answer */
	bool by_language;	 /* another Accept-Language would, too */
	const char *tier;	 /* static text: where a tile came from, for the log; or NULL */
	uint64_t ticket;	 /* of an answer put off: what who leaves is known by */

	/* Of a problem: what a page for people is made of. */
	const char *problem_title; /* static text; NULL: no problem */
	char *problem_detail;
	char *problem_french;				/* the same sentence; or NULL */
	const char *exception_code, *exception_locator; /* static texts, see ows.h; or NULL */
};

/* A 200 with nothing in it. */
void reply_init(struct reply *reply);
void reply_release(struct reply *reply);

/* Drops what was answered so far, so that the handler can answer anew. */
void reply_reset(struct reply *reply);

/* An RFC 9457 problem document, in place of what was answered so far; TITLE is static and short,
 * DETAIL one sentence that says what to do. */
void reply_problem(struct reply *reply, unsigned status, const char *title, const char *detail, ...)
	PRINTF_LIKE(4, 5);

/* The same with its sentence in French too, for pages: a pair of formats from message.h. The
 * document is in English, whatever the client reads. */
void reply_tell(struct reply *reply, unsigned status, const char *title, const char *english,
		const char *french, ...) PRINTF_LIKE(4, 6) PRINTF_LIKE(5, 6);

/* The same of an error that has a status of its own there. */
void reply_problem_of(struct reply *reply, unsigned status, const char *title,
		      const struct error *error);

/* The problem document of an engine's error: 404, 400, 503 with Retry-After, 500 ... by its code.
 */
void reply_error(struct reply *reply, const struct error *error);

/* A 405: the address takes POST alone, or GET and HEAD. */
void reply_not_allowed(struct reply *reply, bool post);

/* Sends the reply that request_defer (request.h) put off. The caller may not touch it afterwards.
 */
void reply_finish(struct reply *reply);
