/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"

/* The address a request asks for, in its parts. The path is cut at its slashes before it is
 * decoded, so that a name may hold a slash (%2F) and still be one name. */

enum {
	TARGET_LONGEST = 4000, /* bytes as sent; longer: ERROR_LIMIT */
	TARGET_SEGMENTS_MOST = 12,
	TARGET_QUERY_MOST = 32,
};

struct target_query {
	const char *name, *value;
};

struct target {
	const char *sent;      /* path as sent, still encoded: for the log */
	const char *path;      /* decoded as a whole: for people */
	const char *authority; /* "host:port" of a target in absolute form, else NULL */
	char *segments[TARGET_SEGMENTS_MOST]; /* between the slashes, each decoded, writable */
	uint32_t segment_count; /* of "/": 0. One slash at the end counts for nothing. More than
				   TARGET_SEGMENTS_MOST: the rest is not kept */
	struct target_query query[TARGET_QUERY_MOST];
	uint32_t query_count;
	char *memory;
};

/* Takes apart SENT, the target of a request line. ERROR_LIMIT: too long, or too many parameters;
 * ERROR_INVALID: broken percent-encoding, an encoded NUL, not UTF-8, not an absolute path. Whatever
 * the code, the target is to be released; `sent` is set even then. */
enum error_code target_init(struct target *target, const char *sent, struct error *error);
void target_release(struct target *target);

/* The first value of a query parameter, or NULL. */
const char *target_query(const struct target *target, const char *name);
