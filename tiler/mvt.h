/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/feature.h"
#include "tiler/snap.h"

/* Writes Mapbox Vector Tiles 2.1 (https://github.com/mapbox/vector-tile-spec) straight to bytes,
 * one layer at a time: begin, features, end. Keys and values are stored once a layer. */

struct mvt_layer {
	const char *name;		 /* borrowed from begin to end */
	const char *const *column_names; /* borrowed likewise */
	uint32_t column_count;
	uint32_t extent;
	uint64_t feature_count;
	struct buf features, keys, values, feature, value;
	uint32_t *key_of_column; /* index in the layer's keys, or NO_KEY */
	uint32_t key_count;
	struct value_slot *slots; /* open-addressing table of the values stored so far */
	uint32_t slot_count, value_count;
	struct value_place *places; /* of the values, by index; half as many as slots */
};

/* An empty writer, to be used for any number of layers; LIMIT: bytes a layer may take. */
void mvt_layer_init(struct mvt_layer *layer, size_t limit);
void mvt_layer_release(struct mvt_layer *layer);

/* Begins a layer; EXTENT: tile units a side. The texts are borrowed until mvt_layer_end. A column
 * whose name is NULL is left out. */
void mvt_layer_begin(struct mvt_layer *layer, const char *name, uint32_t extent,
		     const char *const *column_names, uint32_t column_count);

/* Adds a feature of one kind with at least one path. Lines have two points or more, rings three or
 * more (open) and the winding of MVT 2.1, exteriors before their holes. VALUES: one a column; NULL
 * values are left out. Integers beyond 2^53, which JavaScript would change, are written as text. */
void mvt_layer_feature(struct mvt_layer *layer, const struct feature *feature, bool with_id,
		       enum geometry_kind kind, const struct tile_path *paths, uint32_t path_count);

/* Appends the layer to the tile; nothing when it has no feature. ERROR_LIMIT: it is too large. */
MUST_CHECK enum error_code mvt_layer_end(struct mvt_layer *layer, struct buf *tile,
					 struct error *error);
