/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/box_tree.h"

#include <stdlib.h>

#include "tiler/memory.h"

enum {
	BOXES_A_NODE = 16
};

static void append(struct box_tree *tree, struct box box)
{
	if (tree->total == tree->capacity) {
		tree->capacity = tree->capacity ? 2 * tree->capacity : 64;
		tree->boxes = memory_resize(tree->boxes, tree->capacity, sizeof(*tree->boxes));
	}
	tree->boxes[tree->total++] = box;
}

void box_tree_add(struct box_tree *tree, struct box box)
{
	append(tree, box);
	tree->count++;
}

static size_t row_above(size_t count)
{
	return (count + BOXES_A_NODE - 1) / BOXES_A_NODE;
}

void box_tree_finish(struct box_tree *tree)
{
	size_t start = 0, count = tree->count;

	while (count > 1) {
		size_t end = start + count;

		for (size_t first = start; first < end; first += BOXES_A_NODE) {
			struct box all = box_empty();

			for (size_t i = first; i < end && i < first + BOXES_A_NODE; i++)
				all = box_union(all, tree->boxes[i]);
			append(tree, all);
		}
		start = end;
		count = row_above(count);
	}
}

void box_tree_release(struct box_tree *tree)
{
	free(tree->boxes);
	*tree = (struct box_tree){0};
}

/* Does any of the boxes from FIRST to END of ROW touch BOX? The rows begin at STARTS. */
static bool touches(const struct box_tree *tree, struct box box, size_t row, const size_t *starts,
		    size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		size_t below, last;

		if (!box_intersects(tree->boxes[starts[row] + i], box))
			continue;
		if (row == 0)
			return true;
		below = starts[row] - starts[row - 1];
		last = (i + 1) * BOXES_A_NODE;
		if (touches(tree, box, row - 1, starts, i * BOXES_A_NODE,
			    last < below ? last : below))
			return true;
	}
	return false;
}

bool box_tree_touches(const struct box_tree *tree, struct box box)
{
	size_t starts[17] = {0}, row = 0, count = tree->count;

	if (!count)
		return false;
	while (count > 1) {
		starts[row + 1] = starts[row] + count;
		count = row_above(count);
		row++;
	}
	return touches(tree, box, row, starts, 0, 1);
}

const struct box *box_tree_cover(const struct box_tree *tree, size_t most, size_t *count)
{
	size_t start = 0;

	for (*count = tree->count; *count > most && *count > 1; *count = row_above(*count))
		start += *count;
	return tree->boxes + start;
}
