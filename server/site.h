/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/engine.h"
#include "tiler/grid.h"

/* What every handler needs: the engine, the grids, the settings. Lives as long as the server;
 * shared by all threads, changed by none. */

struct settings;

struct site {
	const struct settings *settings;
	struct engine *engine;
	const struct grids *grids;
	int64_t started_at; /* seconds since 1970 */
};
