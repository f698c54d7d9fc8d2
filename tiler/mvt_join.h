/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "tiler/buf.h"
#include "tiler/error.h"

/* Appends the layers of a Mapbox Vector Tile, uncompressed, to OUT, as they are but for the layer
 * called FROM and its companions, which are called after TO there. ERROR_INVALID: it is no tile;
 * ERROR_LIMIT: OUT would pass its limit. */
MUST_CHECK enum error_code mvt_join(const void *tile, size_t length, const char *from,
				    const char *to, struct buf *out, struct error *error);
