/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/geometry.h"

/* The packed Hilbert R-tree of a FlatGeobuf file, of FGB_NODE_CHILDREN children a node; private to
 * fgb_writer.c. */
enum {
	FGB_NODE_CHILDREN = 16
};

/* A node as it lies in the file: a feature's box and offset among the features, or the box of
 * children and the number of the first of them. */
struct fgb_node {
	struct box box;
	uint64_t offset;
};

/* How many nodes the tree of COUNT features has, they themselves included. */
uint64_t fgb_index_nodes(uint64_t count);

/* Puts LEAVES in the order of the curve through EXTENT, those of one place in the order of their
 * offsets; fewer than 2^32. */
void fgb_index_sort(struct fgb_node *leaves, uint64_t count, struct box extent);

/* New: the nodes above LEAVES, which follow them in the file. */
struct fgb_node *fgb_index_inner(const struct fgb_node *leaves, uint64_t count);
