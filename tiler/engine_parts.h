/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/engine.h"

/* What an engine is made of; for engine.c, and engine_tile.c, which answers for tiles and readings.
 */
struct engine {
	struct engine_settings settings;
	char *state;
	struct work *work;
	struct tile_workshop workshop;
	struct purge_watch *purges;
};
