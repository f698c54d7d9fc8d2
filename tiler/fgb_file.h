/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/fgb.h"
#include "tiler/fgb_feature.h"
#include "tiler/flatbuffer.h"
#include "tiler/mapped_file.h"

/* A mapped file; private to fgb*.c. It holds 8 bytes of magic, the header (size, then a
 * FlatBuffer), the index (a packed Hilbert R-tree: the root first, the leaves last), the features
 * (each size, then a FlatBuffer) in the order of the leaves. */

enum {
	FGB_MAGIC_SIZE = 8,
	FGB_NODE_SIZE = 40,
	FGB_TREE_LEVELS_MOST = 40
};

/* Its last byte is a patch version, which readers pass over. */
static const uint8_t FGB_MAGIC[FGB_MAGIC_SIZE] = {'f', 'g', 'b', 3, 'f', 'g', 'b', 0};

struct fgb {
	struct mapped_file *file;
	const uint8_t *bytes;
	size_t size;
	uint64_t feature_count;
	struct box extent;
	const uint8_t *nodes; /* NULL: the file has no index */
	uint32_t node_size;   /* children of a node, at most */
	uint32_t level_count;
	uint64_t level_start[FGB_TREE_LEVELS_MOST]; /* [0]: the leaves; numbers of nodes */
	uint64_t level_end[FGB_TREE_LEVELS_MOST];
	const uint8_t *features;
	size_t features_size;
	struct fgb_layout layout;
	struct fgb_column *columns; /* without the id */
	uint32_t column_count;
};

static inline struct box fgb_load_box(const uint8_t *bytes)
{
	return (struct box){load_double(bytes), load_double(bytes + 8), load_double(bytes + 16),
			    load_double(bytes + 24)};
}

/* The FlatBuffer of the feature at OFFSET of the feature section. */
static inline bool fgb_feature_buffer(const struct fgb *fgb, uint64_t offset,
				      struct flatbuffer *buffer)
{
	if (fgb->features_size < 4 || offset > fgb->features_size - 4)
		return false;
	buffer->size = load_u32(fgb->features + offset);
	buffer->bytes = fgb->features + offset + 4;
	return buffer->size <= fgb->features_size - offset - 4;
}

/* ERROR_INVALID: the file is damaged, WHAT of it. */
enum error_code fgb_damaged(struct error *error, const char *what);
