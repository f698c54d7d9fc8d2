/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/geometry.h"

/* Boxes, and the question whether any of them touches another. A packed tree over the boxes in the
 * order in which they were added: quick where neighbours in that order are neighbours on the
 * ground, as along a Hilbert curve. Starts zeroed. */
struct box_tree {
	struct box *boxes; /* those added, then rows of what covers them, the last of one box */
	size_t count;	   /* of those added */
	size_t total, capacity;
};

/* Adds a box at the end of the order. */
void box_tree_add(struct box_tree *tree, struct box box);

/* To be called once, after the last box; no question before. */
void box_tree_finish(struct box_tree *tree);
void box_tree_release(struct box_tree *tree);

/* Does any of the boxes touch BOX? */
bool box_tree_touches(const struct box_tree *tree, struct box box);

/* The boxes where they are no more than MOST; else fewer that cover them. Borrowed. */
const struct box *box_tree_cover(const struct box_tree *tree, size_t most, size_t *count);
