/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/selection.h"
#include "tiler/selection_choice.h"

/* How much of the contrast between dense and sparse places is left when both are thinned: 1 all, 0
 * none. A town must still look denser than a village. */
static const double CONTRAST = 0.7;

/* How many blocks a side are one where precedence chooses. */
static const double PRECEDENCE_BLOCKS = 4;

struct blocked {
	int64_t column, row;
	uint32_t precedence;
	float size;
	uint64_t rank, shape;
};

static int compare_blocks(const struct blocked *a, const struct blocked *b)
{
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* By block; in it, those to be kept first come first. */
static int by_block(const void *left, const void *right)
{
	const struct blocked *a = left, *b = right;
	int order = compare_blocks(a, b);

	if (order)
		return order;
	if (a->precedence != b->precedence)
		return a->precedence > b->precedence ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->shape > b->shape) - (a->shape < b->shape);
}

static uint64_t list_blocks(const struct selection *selection, const struct outline *outline,
			    double block, struct blocked *list)
{
	const uint32_t *precedence = outline->precedence;
	uint64_t count = 0;

	for (uint64_t s = 0; s < selection->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];
		const struct outline_path *path = &outline->paths[shape->first_path];
		struct point middle;

		if (!selection->kept[s] || !shape->path_count || !path->count)
			continue;
		middle = selection_middle(outline, s);
		list[count++] = (struct blocked){(int64_t)floor(middle.x / block),
						 (int64_t)floor(middle.y / block),
						 precedence ? precedence[shape->feature] : 0,
						 selection->size[s],
						 selection_rank(middle),
						 s};
	}
	qsort(list, count, sizeof(*list), by_block);
	return count;
}

/* Keeps the first of the COUNT shapes of one block, as far as MOST goes; they stand for the others.
 * The first stays in any case if ONE, else, where it is too heavy by itself, as often as chance has
 * it: so few of such blocks hold any that together they weigh what they may. It then stands for
 * those of other blocks as well. */
static void cap_block(struct selection *selection, const float *weights,
		      const struct blocked *block, uint64_t count, double most, bool one)
{
	double sum = 0, kept = 0, all = 0;
	uint64_t cut = 0;

	for (uint64_t i = 0; i < count; i++) {
		sum += weights[block[i].shape];
		all += selection->standing[block[i].shape];
		if (sum <= most || (i == 0 && one)) {
			kept = all;
			cut = i + 1;
		} else if (i == 0 && sum * (double)block[0].rank < most * (double)UINT64_MAX) {
			kept = all * most / sum;
			cut = 1;
		}
	}
	for (uint64_t i = 0; i < cut && kept > 0; i++)
		selection->standing[block[i].shape] *= (float)(all / kept);
	for (uint64_t i = cut; i < count; i++)
		selection_let_go(selection, block[i].shape, LOSS_OVER_BUDGET);
}

static double block_weight(const float *weights, const struct blocked *block, uint64_t count)
{
	double sum = 0;

	for (uint64_t i = 0; i < count; i++)
		sum += weights[block[i].shape];
	return sum;
}

/* One past the last shape of the block that begins at FIRST. */
static uint64_t block_end(const struct blocked *list, uint64_t count, uint64_t first)
{
	uint64_t end = first + 1;

	while (end < count && compare_blocks(&list[first], &list[end]) == 0)
		end++;
	return end;
}

void selection_cap(struct selection *selection, const struct outline *outline, const float *weights,
		   double block, double share)
{
	struct blocked *list = memory_new(selection->kept_count * sizeof(*list));
	/* The first of a block stays for its precedence, so these blocks must be few. */
	double side = outline->precedence ? PRECEDENCE_BLOCKS * block : block, heaviest = 0;
	uint64_t count = list_blocks(selection, outline, side, list);
	bool spared = false; /* one of the heaviest blocks, so that something stays */

	for (uint64_t i = 0, end; i < count; i = end) {
		end = block_end(list, count, i);
		heaviest = fmax(heaviest, block_weight(weights, list + i, end - i));
	}
	for (uint64_t i = 0, end; i < count; i = end) {
		double weight, most;

		end = block_end(list, count, i);
		weight = block_weight(weights, list + i, end - i);
		most = share * heaviest * pow(weight / heaviest, CONTRAST);
		cap_block(selection, weights, list + i, end - i, most,
			  outline->precedence || (weight >= heaviest && !spared));
		spared = spared || weight >= heaviest;
	}
	free(list);
}
