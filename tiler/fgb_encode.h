/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/buf.h"
#include "tiler/fgb_writer.h"

/* What a FlatGeobuf file is made of, as the schemas of its version 3 say
 * (https://github.com/flatgeobuf/flatgeobuf/tree/master/src/fbs); private to fgb_writer.c. */

/* Where, in the header, stands what is known in the end only. */
struct fgb_header_places {
	size_t extent, feature_count, node_size;
};

/* The header, behind its size; of no features yet. */
void fgb_encode_header(const struct fgb_writer_layout *layout, struct buf *out,
		       struct fgb_header_places *places);

/* Appends the feature, behind its size. TYPES: of its values, the columns in order. False: it is
 * larger than OUT may grow, or than the format can say, and nothing was appended. */
bool fgb_encode_feature(const struct feature *feature, enum geometry_kind kind,
			const enum value_type *types, uint32_t count, struct buf *out);
