/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/log.h"
#include "server/reply.h"
#include "server/request.h"
#include "tiler/engine.h"

/* What an administrator may ask of a running server, with a token. Off unless a file holds one. */
struct admin;

/* TOKEN_FILE ("": administration is off) is read anew for each request, so that a new token needs
 * no restart; all is borrowed until admin_free. ERROR_INVALID, ERROR_IO: the file holds no sound
 * token now. */
struct admin_settings {
	const char *token_file;
	struct engine *engine;
	const struct grids *grids;
	struct log *log;
};
MUST_CHECK enum error_code admin_new(const struct admin_settings *settings, struct admin **admin,
				     struct error *error);

/* Ends what is under way and answers it. Before engine_free. */
void admin_free(struct admin *admin);

/* May the request go on? Otherwise REPLY says why not: 404 where administration is off, 401. */
bool admin_allows(struct admin *admin, const struct request *request, struct reply *reply);

/* Forgets the tiles that the request's query names (theme, grid, zoom, bbox; none: all) on a thread
 * of its own, and answers with how many; 503 while another purge is under way. */
void admin_purge(struct admin *admin, const struct request *request, struct reply *reply);
