/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/feature.h"
#include "tiler/flatbuffer.h"

/* One feature of a FlatGeobuf file; private to fgb*.c. */

enum fgb_geometry_type {
	FGB_POINT = 1,
	FGB_LINE_STRING,
	FGB_POLYGON,
	FGB_MULTI_POINT,
	FGB_MULTI_LINE_STRING,
	FGB_MULTI_POLYGON,
	FGB_COLLECTION,
};

enum fgb_column_type {
	FGB_BYTE,
	FGB_UBYTE,
	FGB_BOOL,
	FGB_SHORT,
	FGB_USHORT,
	FGB_INT,
	FGB_UINT,
	FGB_LONG,
	FGB_ULONG,
	FGB_FLOAT,
	FGB_DOUBLE,
	FGB_STRING,
	FGB_JSON,
	FGB_DATETIME,
	FGB_BINARY,
};

struct fgb_layout_column {
	uint8_t type; /* enum fgb_column_type */
	bool is_id;
	uint32_t value; /* index among the feature's values */
};

struct fgb_layout {
	uint8_t geometry_type; /* of all features, 0: each says its own */
	struct fgb_layout_column *columns;
	uint32_t column_count;
	uint32_t value_count;
};

/* What a FlatGeobuf column type becomes in a tile. */
enum value_type fgb_value_type(uint8_t column_type);

/* The id alone; false when there is none or the feature breaks the format. Quick when the id is the
 * first of the columns. */
bool fgb_feature_id(struct flatbuffer buffer, const struct fgb_layout *layout, uint64_t *id);

/* Reads a feature; what it points at lies in BUFFER and ARENA. False: it breaks the format. */
bool fgb_feature_read(struct flatbuffer buffer, const struct fgb_layout *layout,
		      struct arena *arena, struct feature *feature);
