/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <ogr_api.h>
#include <stdbool.h>

#include "tiler/arena.h"
#include "tiler/buf.h"
#include "tiler/feature.h"

/* GDAL's values -> ours; private to the files that know GDAL. */

/* The value of a FIELD as TYPE: dates as ISO 8601, lists as JSON, any text as UTF-8 (memory from
 * ARENA; SCRATCH is overwritten). A text longer than tiles carry is null, and *TOO_LONG. */
struct value ogr_value(OGRFeatureH row, int field, enum value_type type, struct buf *scratch,
		       struct arena *arena, bool *too_long);
