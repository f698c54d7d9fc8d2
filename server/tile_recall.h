/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/engine.h"

/* What the beginnings of tile addresses stood for. All tiles of a map have one,
 * "/tiles/city:tree/", which says themes and grid; only the numbers behind it differ. So it is
 * taken apart once, and until a version or the catalogue changes a tile in memory, or one that can
 * be read from the disk cache without waiting, is found by its numbers. Each thread has places of
 * its own, which nobody else looks at: nothing is waited for. */
struct tile_recall;

/* New, of the engine's tiles. ENGINE is borrowed for its life. */
struct tile_recall *tile_recall_new(struct engine *engine);

/* After the last thread that used it has ended. */
void tile_recall_free(struct tile_recall *recall);

/* The tile at the address SENT (as in the request line), a new reference; NULL: it is in neither
 * cache, or not to be found this way. *STORED: it was on the disk, not in memory. */
struct blob *tile_recall_find(struct tile_recall *recall, const char *sent, bool *stored);

/* REQUEST is what SENT asks for, whose last three parts are level, column and row in this order,
 * and was found after engine_turn gave TURN. */
void tile_recall_note(struct tile_recall *recall, const char *sent,
		      const struct tile_request *request, unsigned turn);
