/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_fit.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/coarseness.h"
#include "tiler/memory.h"
#include "tiler/tile_weights.h"

enum {
	TRIES_MOST = 16,
	STEPS_MOST = 8, /* tile units, of a pixel's sixteen */
};

/* What can be seen, in tile units; lines at first stray by one. Of a coverage all is kept that the
 * tile's grid can hold: it is not seen for itself, but its neighbour must not cover it. */
static const double CELL = 8, LENGTH = 8, AREA = 2, AREA_COVERED = 1;
/* A pixel: so large at most is a square that stands for several small polygons. */
static const double SYMBOL = 16 * 16;
/* Side of the blocks in which density is measured, likewise. */
static const double BLOCK = 128;
/* Tile units that lines, and borders, may stray from the data, however hard the budget presses:
 * a quarter of a pixel, or two where the alternative is to lose a neighbour. */
static const double COARSEST_FORM = 4, COARSEST_BORDER = 32;
/* Borders that stray that much for each tile unit are rounded to it, up to half a pixel. */
static const double FORM_A_STEP = 2;
/* Vertices of a shape without any detail, about (a polygon of a coverage has six neighbours); and
 * for how many times as many there is next to none. */
static const uint64_t LEAST_VERTICES[GEOMETRY_KINDS] = {0, 1, 2, 6};
static const double BARE = 1.2;

/* How many tile units of detail OUTLINE can lose before shapes go; points have none. */
static double form_most(const struct outline *outline)
{
	if (outline->twins)
		return COARSEST_BORDER;
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		if (outline->shapes[s].kind != GEOMETRY_POINT)
			return COARSEST_FORM;
	}
	return 1;
}

static void release_choice(struct level_attempt *attempt)
{
	selection_release(&attempt->selection);
	level_look_release(&attempt->look);
}

void level_attempt_release(struct level_attempt *attempt)
{
	release_choice(attempt);
	selection_release(&attempt->thinned);
}

/* Lets the densest places go down to the share of what they hold that COARSER leaves. */
static void thin_dense(const struct outline *outline, struct level_attempt *attempt, double thinner)
{
	float *weights = memory_new(outline->shape_count * sizeof(*weights));

	for (uint64_t s = 0; s < outline->shape_count; s++)
		weights[s] = (float)tile_weights_shape(&attempt->look, s);
	selection_cap(&attempt->selection, outline, weights, BLOCK * attempt->unit,
		      1 / (thinner * thinner));
	level_look_recount(&attempt->look); /* what stands for others is a symbol now */
	free(weights);
}

/* Why the shapes FIRST to END of a feature, of which none shows, do not: the reason of those that
 * BEFORE, the selection of the level before, still showed; kept for all that follow. */
static enum loss loss_of_feature(struct selection *selection, const struct selection *before,
				 uint64_t first, uint64_t end)
{
	for (uint64_t s = first; s < end; s++) {
		if (before->kept[s])
			selection->loss[first] = selection->loss[s];
	}
	return selection->loss[first];
}

static void count_shown(const struct level_fit *fit, struct level_attempt *attempt)
{
	const struct outline *outline = fit->outline;
	struct selection *selection = &attempt->selection;

	attempt->features = attempt->vertices = attempt->least_vertices = 0;
	attempt->losses = (struct level_losses){0};
	for (uint64_t s = 0, end; s < outline->shape_count; s = end) {
		bool any = false;

		for (end = s; end < outline->shape_count &&
			      outline->shapes[end].feature == outline->shapes[s].feature;
		     end++) {
			any = any || selection->kept[end];
			attempt->least_vertices +=
				selection->kept[end] ? LEAST_VERTICES[outline->shapes[end].kind]
						     : 0;
			attempt->vertices += level_shape_vertices(&attempt->look, end);
		}
		if (any)
			attempt->features++;
		else
			attempt->losses.features[loss_of_feature(selection, &fit->before->selection,
								 s, end)]++;
	}
}

/* Thins by RULE what the level before shows, unless that is what was done last: while only borders
 * lose detail, tries differ in nothing else. */
static void thin(const struct level_fit *fit, struct level_attempt *attempt,
		 const struct selection_rule *rule)
{
	if (attempt->thinned.kept && attempt->thinned_area == rule->area)
		return;
	selection_release(&attempt->thinned);
	selection_copy(&attempt->thinned, &fit->before->selection);
	selection_thin(&attempt->thinned, fit->outline, rule);
	attempt->thinned_area = rule->area;
}

static void choose(const struct level_fit *fit, struct level_attempt *attempt)
{
	const struct outline *outline = fit->outline;
	double form = fmin(attempt->coarser, form_most(outline));
	double thinner = attempt->coarser / form;
	double area = outline->twins ? AREA_COVERED * thinner * thinner : AREA;
	struct selection_rule rule = {CELL * attempt->unit, LENGTH * attempt->unit,
				      area * attempt->unit * attempt->unit,
				      SYMBOL * attempt->unit * attempt->unit};

	thin(fit, attempt, &rule);
	release_choice(attempt);
	selection_copy(&attempt->selection, &attempt->thinned);
	attempt->look = (struct level_look){
		.outline = outline,
		.selection = &attempt->selection,
		.rule = rule,
		.tolerance = fmaxf((float)(form * attempt->unit), fit->before->look.tolerance),
	};
	level_look_init(&attempt->look);
	if (!outline->twins && thinner > 1)
		thin_dense(outline, attempt, thinner);
}

void level_attempt_choose(const struct level_fit *fit, struct level_attempt *attempt)
{
	choose(fit, attempt);
	count_shown(fit, attempt);
}

void level_attempt_move(struct level_attempt *attempt, struct level_attempt *to)
{
	*to = *attempt;
	to->look.selection = &to->selection;
	to->thinned = (struct selection){0};
	attempt->selection = (struct selection){0};
	attempt->look = (struct level_look){0};
}

/* The coarser the borders, the coarser the grid they are rounded to. */
static void round_borders(const struct level_fit *fit, struct level_attempt *attempt)
{
	double form = attempt->look.tolerance / attempt->unit;
	struct rounding_grid grid;
	int32_t step = 1;

	while (step < STEPS_MOST && form >= 2 * FORM_A_STEP * step)
		step *= 2;
	if (step == 1 || !attempt->look.selection->borders)
		return;
	grid = tile_budget_grid(fit->scales, attempt->zoom, step);
	level_look_round(&attempt->look, &grid, fit->parallel);
}

/* Chooses anew with COARSER, and weighs. */
static enum error_code try(const struct level_fit *fit, struct level_attempt *attempt,
			   double coarser, struct error *error)
{
	if (fit->go_on && !fit->go_on(fit->context))
		return error_set(error, ERROR_STOPPED, "stopped");
	attempt->coarser = coarser;
	choose(fit, attempt);
	level_look_uncross(&attempt->look, fit->parallel);
	round_borders(fit, attempt);
	count_shown(fit, attempt);
	return tile_budget_largest(fit->scales, &attempt->look, fit->data, attempt->zoom,
				   fit->budget, &attempt->largest, error);
}

/* Tells COARSENESS how coarse a level each group of the level before is large enough for. */
static void set_groups(const struct level_fit *fit, double unit, struct coarseness *coarseness)
{
	const struct merging *merging = fit->before->selection.merging;
	uint64_t shape_count = fit->outline->shape_count;
	double *shows_to = memory_new(shape_count * sizeof(*shows_to));
	size_t count = 0;

	for (uint32_t s = 0; s < shape_count; s++) {
		if (merging_group(merging, s) == s)
			shows_to[count++] = COARSEST_BORDER *
					    sqrt(merging_area(merging, s) / AREA_COVERED) / unit;
	}
	coarseness_set_groups(coarseness, shows_to, count);
}

static bool is_bare(const struct level_attempt *attempt)
{
	return (double)attempt->vertices < BARE * (double)attempt->least_vertices;
}

/* Of a coverage, what the level before would weigh at this zoom tells how much coarser it must be;
 * of all else, as much as that level. */
static double first_guess(const struct level_fit *fit, const struct coarseness *coarseness,
			  const struct level_attempt *attempt)
{
	const struct level_attempt *before = fit->before;
	struct coarseness guess = *coarseness;
	struct coarseness_try tried = {.kept = before->selection.kept_count,
				       .bare = is_bare(before)};
	double then, now;

	if (!fit->outline->twins || !before->largest)
		return before->coarser;
	then = tile_budget_guess(fit->scales, &before->look, before->zoom);
	now = tile_budget_guess(fit->scales, &before->look, attempt->zoom);
	if (!(then > 0))
		return before->coarser;
	tried.coarser = fmax(1, before->coarser * before->unit / attempt->unit);
	tried.largest = (size_t)((double)before->largest * now / then);
	coarseness_note(&guess, &tried);
	return coarseness_next(&guess);
}

/* Tries until COARSENESS has found what it looks for; the best is left in BEST. */
static enum error_code search(const struct level_fit *fit, struct coarseness *coarseness,
			      struct level_attempt *attempt, struct level_attempt *best,
			      struct error *error)
{
	double coarser = first_guess(fit, coarseness, attempt);
	enum error_code code = ERROR_NONE;

	for (int tries = 0; tries < TRIES_MOST && !coarseness_found(coarseness) && !code; tries++) {
		struct coarseness_try tried;

		code = try(fit, attempt, coarser, error);
		if (code)
			break;
		tried = (struct coarseness_try){coarser, attempt->largest,
						attempt->selection.kept_count, is_bare(attempt)};
		if (coarseness_note(coarseness, &tried)) {
			level_attempt_release(best);
			level_attempt_move(attempt, best);
		}
		coarser = coarseness_next(coarseness);
	}
	return code;
}

enum error_code level_attempt_fit(const struct level_fit *fit, struct level_attempt *attempt,
				  struct error *error)
{
	struct coarseness coarseness = {.budget = fit->budget,
					.form = form_most(fit->outline),
					.shape_count = attempt->thinned.kept_count};
	struct level_attempt best = {0};
	enum error_code code;

	if (fit->outline->twins)
		set_groups(fit, attempt->unit, &coarseness);
	code = search(fit, &coarseness, attempt, &best, error);
	if (!code && coarseness.best.coarser) {
		level_attempt_release(attempt);
		level_attempt_move(&best, attempt);
	} else {
		level_attempt_release(&best);
	}
	coarseness_release(&coarseness);
	return code;
}
