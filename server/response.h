/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>

#include "server/answer.h"
#include "server/reply.h"
#include "server/request.h"

/* What is handed to the HTTP library. For exchange.c alone. */

/* New, of an answer; takes over the answer's body. LAST: the connection ends with it. NULL: no
 * memory. */
struct MHD_Response *response_new(struct answer *answer, bool last);

/* The response to a ready tile as nearly everybody asks for it: gzip is accepted, nothing is wrong.
 * *STATUS is 200, or 304 for who has the tile. Both are built once and kept with the tile's blob:
 * borrowed, and good for as long as the caller holds the blob. NULL: this one is answered the long
 * way (answer.h). */
struct MHD_Response *response_ready(const struct request *request, const struct reply *reply,
				    unsigned *status);
