/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

/* An answer about all themes at once. It is made once and kept (documents.h) until the catalogue,
 * or the state or version of any theme, is another one: to see that none is takes microseconds,
 * while a thousand themes take milliseconds to write. */
struct whole {
	struct catalogue *catalogue; /* the one in service; held until whole_end */
	char *key;		     /* NULL: the address asks for something that is not kept */
};

/* True: REPLY has the body, kept from before; what else it is (type, caching) is for the caller to
 * say. What is kept apart: base URL, path, the parameters f, group, lang, limit, offset, page and
 * q, whether HTML or JSON is wanted, and the language. */
bool whole_begin(struct whole *whole, const struct site *site, const struct request *request,
		 struct reply *reply);

/* Keeps the body of a 200 made since. */
void whole_end(struct whole *whole, const struct site *site, struct reply *reply);
