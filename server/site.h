/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "server/reply.h"
#include "server/request.h"
#include "tiler/engine.h"
#include "tiler/grid.h"

/* What every handler needs: the engine, the grids, the settings. Lives as long as the server;
 * shared by all threads, changed by none. */

struct admin;
struct documents; /* documents.h */
struct metrics;
struct settings;
struct tile_limits_cache; /* tile_limits.h */
struct reload;		  /* reload.h */
struct tile_recall;	  /* tile_recall.h */

struct site {
	const struct settings *settings;
	struct engine *engine;
	struct reload *reload;
	const struct grids *grids;
	const struct metrics *metrics;
	struct admin *admin;
	struct tile_limits_cache *limits;   /* or NULL */
	struct tile_recall *recall;	    /* or NULL */
	struct documents *documents;	    /* or NULL */
	int64_t started_at;		    /* seconds since 1970 */
	const char *tile_cache_control;	    /* of tiles */
	const char *document_cache_control; /* of TileJSON, styles, lists ... */
};

/* The transport's callbacks (http.h); CONTEXT is the struct site. site_recall knows a tile
 * that is in memory by its address as it was sent; site_answer finds who answers the address;
 * site_present makes a page of a problem where a person will read it. */
bool site_recall(const char *sent, struct request *request, struct reply *reply, void *context);
void site_answer(struct request *request, struct reply *reply, void *context);
void site_present(const struct request *request, struct reply *reply, void *context);
