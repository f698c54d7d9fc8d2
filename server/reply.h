/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/blob.h"
#include "tiler/buf.h"
#include "tiler/error.h"

/* What a handler answers. The transport adds what every answer has (CORS, Date, Content-Length,
 * Vary, security headers), computes the ETag, compresses documents and answers 304. */

struct reply {
	unsigned status;	   /* 200 unless set */
	const char *content_type;  /* static text */
	const char *cache_control; /* static text, or NULL: "no-cache" */
	struct buf body;	   /* a document, or ... */
	struct blob *blob;	   /* ... ready bytes (a reference the reply owns); NULL if none */
	char *location;		   /* new, of a redirection; or NULL */
	const char *allow;	   /* static text, of a 405 */
	unsigned retry_after;	   /* seconds, of a 503; 0: none */
	bool frame_anywhere;	   /* other sites may frame this page */
};

void reply_init(struct reply *reply);
void reply_release(struct reply *reply);

/* An RFC 9457 problem document; TITLE is static and short, DETAIL one sentence that says what to
 * do. */
void reply_problem(struct reply *reply, unsigned status, const char *title, const char *detail, ...)
	PRINTF_LIKE(4, 5);

/* The problem document of an engine's error: 404, 400, 503 with Retry-After, 500 ... by its code.
 */
void reply_error(struct reply *reply, const struct error *error);
