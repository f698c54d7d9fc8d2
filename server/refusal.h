/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/base_url.h"
#include "server/reply.h"
#include "tiler/error.h"

/* What no handler should see of a request. */

struct request_head {
	enum error_code target_code; /* of target_init, and why */
	const struct error *target_error;
	unsigned hosts; /* Host headers */
	bool needs_host;
	bool has_body;
	struct base_url_claim claim;
};

/* Refuses the request, into REPLY, or writes what absolute URLs in its answer begin with (BASE_URL
 * NULL: it has none). True: it is refused. */
bool refusal_make(const struct base_url_policy *policy, const struct request_head *head,
		  char *base_url, struct reply *reply);
