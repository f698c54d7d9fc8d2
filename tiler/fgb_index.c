/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_index.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/compare.h"
#include "tiler/fgb_file.h"
#include "tiler/hilbert.h"
#include "tiler/memory.h"

_Static_assert(sizeof(struct fgb_node) == FGB_NODE_SIZE, "a node lies in memory as in the file");

enum {
	CURVE_ORDER = 16
};

static uint64_t parents_of(uint64_t count)
{
	return (count + FGB_NODE_CHILDREN - 1) / FGB_NODE_CHILDREN;
}

uint64_t fgb_index_nodes(uint64_t count)
{
	uint64_t total = count;

	if (count == 1)
		return 2;
	while (count > 1) {
		count = parents_of(count);
		total += count;
	}
	return total;
}

static uint32_t step_of(double low, double high, double least, double most)
{
	static const double steps = (1 << CURVE_ORDER) - 1;

	return most > least ? (uint32_t)floor(steps * ((low + high) / 2 - least) / (most - least))
			    : 0;
}

/* From the end of the curve to its beginning, as other writers of the format go. */
static uint32_t rank_of(struct box box, struct box extent)
{
	uint32_t x = step_of(box.minx, box.maxx, extent.minx, extent.maxx);
	uint32_t y = step_of(box.miny, box.maxy, extent.miny, extent.maxy);

	return UINT32_MAX - (uint32_t)hilbert_index(CURVE_ORDER, x, y);
}

void fgb_index_sort(struct fgb_node *leaves, uint64_t count, struct box extent)
{
	uint64_t *ranks = memory_new(count * sizeof(*ranks));
	struct fgb_node *unordered = memory_new(count * sizeof(*unordered));

	for (uint64_t i = 0; i < count; i++) {
		ranks[i] = (uint64_t)rank_of(leaves[i].box, extent) << 32 | i;
		unordered[i] = leaves[i];
	}
	if (count)
		qsort(ranks, count, sizeof(*ranks), compare_u64);
	for (uint64_t i = 0; i < count; i++)
		leaves[i] = unordered[(uint32_t)ranks[i]];
	free(unordered);
	free(ranks);
}

/* Prints the parents of the COUNT nodes at CHILDREN, which are numbered from FIRST on, to PARENTS.
 */
static void join(const struct fgb_node *children, uint64_t count, uint64_t first,
		 struct fgb_node *parents)
{
	for (uint64_t i = 0; i < count; i++) {
		struct fgb_node *parent = &parents[i / FGB_NODE_CHILDREN];

		if (i % FGB_NODE_CHILDREN == 0)
			*parent = (struct fgb_node){box_empty(), first + i};
		parent->box = box_union(parent->box, children[i].box);
	}
}

struct fgb_node *fgb_index_inner(const struct fgb_node *leaves, uint64_t count)
{
	uint64_t first = fgb_index_nodes(count) - count;
	struct fgb_node *inner = memory_new(first * sizeof(*inner));
	const struct fgb_node *children = leaves;

	while (first > 0) {
		uint64_t parents = parents_of(count);

		join(children, count, first, inner + first - parents);
		first -= parents;
		count = parents;
		children = inner + first;
	}
	return inner;
}
