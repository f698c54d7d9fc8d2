/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/buf.h"
#include "tiler/feature.h"
#include "tiler/snap.h"

/* Appends the geometry commands (MVT 2.1, 4.3) of paths as mvt_layer_feature takes them. A ring
 * starts where the edge that closes it, which needs no numbers, is the one of most bytes. */
void mvt_shape_add(struct buf *out, enum geometry_kind kind, const struct tile_path *paths,
		   uint32_t path_count);
