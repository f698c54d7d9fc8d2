/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/coarseness.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

enum {
	HALVINGS = 40,
	WELL_FILLED = 90, /* per cent of the budget: good enough */
};

/* Bounds of how much coarser the next try is while tiles are too large, and of how much finer while
 * they are too small; how near two tries may be; and how far from either end of what is between
 * them the next is. */
static const double STEP_LEAST = 1.05, STEP_MOST = 3, STEP_BACK_MOST = 6, CLOSE_ENOUGH = 1.02,
		    SHARE_LEAST = 0.1;
/* Groups that were too small are so much larger than the least that shows once they have joined. */
static const double JOINED = 2;
/* Times the form: as far as is looked. */
static const double COARSEST = 1 << 20;
/* A step that leaves more than this share of the largest tile has changed next to nothing. */
static const double STUCK = 0.95;
/* A level twice as coarse leaves half of its largest tile to this power: expected where detail
 * goes, and where shapes do; and the least that is believed. */
static const double ANSWER_OF_DETAIL = 0.4, ANSWER_OF_SHAPES = 2, ANSWER_LEAST = 0.1;

static int coarsest_first(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a < *b) - (*a > *b);
}

void coarseness_set_groups(struct coarseness *coarseness, double *shows_to, size_t count)
{
	double *rest = memory_new((count + 1) * sizeof(*rest));

	qsort(shows_to, count, sizeof(*shows_to), coarsest_first);
	rest[count] = 0;
	for (size_t i = count; i > 0; i--)
		rest[i - 1] = rest[i] + shows_to[i - 1] * shows_to[i - 1];
	coarseness->shows_to = shows_to;
	coarseness->rest = rest;
	coarseness->group_count = count;
}

void coarseness_release(struct coarseness *coarseness)
{
	free(coarseness->shows_to);
	free(coarseness->rest);
}

bool coarseness_note(struct coarseness *coarseness, const struct coarseness_try *tried)
{
	if (tried->largest <= coarseness->budget) {
		coarseness->best = *tried;
		return true;
	}
	coarseness->finer = coarseness->too_fine;
	coarseness->too_fine = *tried;
	if (tried->bare && tried->coarser < coarseness->form)
		coarseness->too_fine.coarser = coarseness->form;
	return false;
}

bool coarseness_found(const struct coarseness *coarseness)
{
	const struct coarseness_try *best = &coarseness->best;

	return best->coarser &&
	       (best->coarser == 1 || best->largest * 100 > coarseness->budget * WELL_FILLED ||
		best->coarser < coarseness->too_fine.coarser * CLOSE_ENOUGH);
}

/* How many groups show in a level so COARSER, about: those that are large enough, and what the
 * others join to. */
static double groups_at(const struct coarseness *coarseness, double coarser)
{
	size_t low = 0, high = coarseness->group_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (coarseness->shows_to[middle] >= coarser)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)low + coarseness->rest[low] / (JOINED * coarser * coarser);
}

/* How coarse a level in which that many show must be. */
static double coarser_for(const struct coarseness *coarseness, double groups)
{
	double low = coarseness->form, high = low * COARSEST;

	for (int i = 0; i < HALVINGS; i++) {
		double middle = sqrt(low * high);

		if (groups_at(coarseness, middle) > groups)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* How much coarser a level must be for its tiles to weigh RATIO times less: as the last step
 * upwards has shown, of the same kind as the next, or, before there was one, with an answer of
 * EXPECTED. */
static double step_for(const struct coarseness *coarseness, double ratio, double expected)
{
	const struct coarseness_try *from = &coarseness->finer, *to = &coarseness->too_fine;
	double answer = expected;

	if (from->coarser && to->coarser > from->coarser &&
	    (from->coarser >= coarseness->form) == (to->coarser >= coarseness->form))
		answer = log((double)from->largest / (double)to->largest) /
			 log(to->coarser / from->coarser);
	return fmax(STEP_LEAST, pow(ratio, 1 / fmax(ANSWER_LEAST, answer)));
}

static bool is_stuck(const struct coarseness *coarseness)
{
	return coarseness->finer.coarser >= coarseness->form &&
	       (double)coarseness->too_fine.largest > (double)coarseness->finer.largest * STUCK;
}

/* Of a coverage a tile weighs about so much as there are shapes in it; of all else likewise, and
 * twice as coarse is a quarter of the shapes. */
static double next_upwards(const struct coarseness *coarseness, double target)
{
	double before = coarseness->too_fine.coarser, form = coarseness->form;
	double ratio = (double)coarseness->too_fine.largest / target;

	if (before < form && coarseness->shows_to)
		return fmin(form, before * step_for(coarseness, ratio, ANSWER_OF_DETAIL));
	if (before < form)
		return fmax(form, before * fmin(STEP_MOST, sqrt(ratio)));
	if (coarseness->shows_to)
		return fmax(before * (is_stuck(coarseness) ? STEP_MOST : STEP_LEAST),
			    coarser_for(coarseness, groups_at(coarseness, before) / ratio));
	return before * fmin(STEP_MOST, step_for(coarseness, ratio, ANSWER_OF_SHAPES));
}

static double next_downwards(const struct coarseness *coarseness, double target)
{
	const struct coarseness_try *best = &coarseness->best;
	double ratio = target / fmax(1, (double)best->largest);

	if (ratio * (double)best->kept >= (double)coarseness->shape_count)
		return 1;
	if (coarseness->shows_to)
		return fmin(fmax(1, best->coarser / STEP_LEAST),
			    coarser_for(coarseness, ratio * groups_at(coarseness, best->coarser)));
	return fmax(1, best->coarser / fmin(STEP_BACK_MOST, sqrt(ratio)));
}

/* Where between what is too fine and the best TARGET should be met; as a share of the way on a
 * logarithmic scale. */
static double share_between(const struct coarseness *coarseness, double target)
{
	const struct coarseness_try *fine = &coarseness->too_fine, *best = &coarseness->best;
	double above = (double)fine->largest, below = fmax(1, (double)best->largest);
	double first, last, groups;

	if (!coarseness->shows_to || fine->coarser < coarseness->form)
		return log(above / target) / log(above / below);
	first = groups_at(coarseness, fine->coarser);
	last = groups_at(coarseness, best->coarser);
	groups = last + (first - last) * (target - below) / (above - below);
	return log(coarser_for(coarseness, groups) / fine->coarser) /
	       log(best->coarser / fine->coarser);
}

double coarseness_next(const struct coarseness *coarseness)
{
	double target = (double)coarseness->budget * (WELL_FILLED + 100) / 200, share;
	double fine = coarseness->too_fine.coarser, best = coarseness->best.coarser;

	if (!best)
		return next_upwards(coarseness, target);
	if (!fine)
		return next_downwards(coarseness, target);
	if (fine < coarseness->form && best > coarseness->form * CLOSE_ENOUGH)
		return coarseness->form;
	share = fmin(1 - SHARE_LEAST, fmax(SHARE_LEAST, share_between(coarseness, target)));
	return fine * pow(best / fine, share);
}
