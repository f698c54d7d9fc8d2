/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/geometry.h"

/* Writes small FlatGeobuf files byte by byte, without GDAL: fast enough for a fuzz target, and as
 * odd as the test wants them. */

enum {
	SMALL_FGB_FEATURES_MOST = 16
};

struct small_fgb_column {
	const char *name;
	uint8_t type; /* FlatGeobuf's number */
};

struct small_fgb {
	const struct small_fgb_column *columns;
	uint32_t column_count;
	uint16_t node_size; /* of the index; 0: none */
	uint32_t feature_count;
	struct buf features;
	uint64_t offsets[SMALL_FGB_FEATURES_MOST];
	struct box boxes[SMALL_FGB_FEATURES_MOST];
};

/* COLUMNS are borrowed for its life. */
void small_fgb_init(struct small_fgb *fgb, const struct small_fgb_column *columns,
		    uint32_t column_count, uint16_t node_size);
void small_fgb_release(struct small_fgb *fgb);

/* Adds a feature of COUNT geometries: several make a collection. PROPERTIES: as FlatGeobuf encodes
 * them. */
void small_fgb_add(struct small_fgb *fgb, const struct geometry *geometries, uint32_t count,
		   const void *properties, size_t length);

/* Appends the whole file to OUT. */
void small_fgb_write(const struct small_fgb *fgb, struct buf *out);

/* The bounding box of all features. */
struct box small_fgb_extent(const struct small_fgb *fgb);

/* BYTES as a file without a name; its path, good until small_file_close, in PATH. */
int small_file_open(const void *bytes, size_t length, char path[64]);
void small_file_close(int file);
