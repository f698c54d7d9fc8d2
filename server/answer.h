/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "server/reply.h"
#include "server/request.h"
#include "tiler/cache_memory.h"

/* What goes on the wire: a reply with everything HTTP wants said of it. Here the body gets its
 * content coding and its ETag, a client that has it already gets 304, and every answer its CORS and
 * security headers. */

enum {
	ANSWER_HEADERS_MOST = 16,
	ANSWER_ETAG_SIZE = 40,
};

struct answer_header {
	const char *name, *value;
};

struct answer {
	unsigned status;
	struct blob *body; /* owned; NULL: no body */
	size_t spared;	   /* bytes of the body that a 304 need not send: a tile's as compressed, a
			      document's as it is before that */
	struct answer_header headers[ANSWER_HEADERS_MOST];
	uint32_t header_count;

	/* What the headers' values are written in. */
	char etag[ANSWER_ETAG_SIZE], timing[80];
	char retry_after[12];
};

/* Fills ANSWER from REPLY, whose body or blob it takes. COMPRESSED keeps documents that were
 * compressed once, by their content; NULL: they are compressed each time. */
void answer_init(struct answer *answer, const struct request *request, struct reply *reply,
		 struct cache_memory *compressed);

/* Adds Server-Timing: the TIER the answer came from and how long it took. */
void answer_add_timing(struct answer *answer, const char *tier, uint64_t duration_us);

void answer_release(struct answer *answer);
