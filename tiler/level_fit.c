/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_fit.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/tile_weights.h"

enum {
	TRIES_MOST = 16,
	STEPS_MOST = 8,	  /* tile units, of a pixel's sixteen */
	WELL_FILLED = 90, /* per cent of the budget: good enough */
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
/* Bounds of how much coarser the next try is while tiles are too large; how near two tries may be;
 * and how far from either end of what is between them the next is. */
static const double STEP_LEAST = 1.1, STEP_MOST = 3, CLOSE_ENOUGH = 1.02, SHARE_LEAST = 0.1;
/* A step that leaves more than this share of the largest tile has changed next to nothing. */
static const double STUCK = 0.95;

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

	attempt->features = attempt->vertices = 0;
	attempt->losses = (struct level_losses){0};
	for (uint64_t s = 0, end; s < outline->shape_count; s = end) {
		bool any = false;

		for (end = s; end < outline->shape_count &&
			      outline->shapes[end].feature == outline->shapes[s].feature;
		     end++) {
			any = any || selection->kept[end];
			attempt->vertices += level_shape_vertices(&attempt->look, end);
		}
		if (any)
			attempt->features++;
		else
			attempt->losses
				.features[loss_of_feature(selection, fit->selection, s, end)]++;
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
	selection_copy(&attempt->thinned, fit->selection);
	selection_thin(&attempt->thinned, fit->outline, rule);
	attempt->thinned_area = rule->area;
}

void level_attempt_choose(const struct level_fit *fit, struct level_attempt *attempt)
{
	const struct outline *outline = fit->outline;
	double form = fmin(attempt->coarser, outline->twins ? COARSEST_BORDER : COARSEST_FORM);
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
		.tolerance = fmaxf((float)(form * attempt->unit), fit->tolerance),
	};
	level_look_init(&attempt->look);
	if (!outline->twins && thinner > 1)
		thin_dense(outline, attempt, thinner);
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
	level_look_round(&attempt->look, &grid);
}

/* Chooses anew with COARSER, and weighs. */
static enum error_code try(const struct level_fit *fit, struct level_attempt *attempt,
			   double coarser, struct error *error)
{
	if (fit->go_on && !fit->go_on(fit->context))
		return error_set(error, ERROR_STOPPED, "stopped");
	attempt->coarser = coarser;
	level_attempt_choose(fit, attempt);
	level_look_uncross(&attempt->look);
	round_borders(fit, attempt);
	count_shown(fit, attempt);
	return tile_budget_largest(fit->scales, &attempt->look, fit->data, attempt->zoom,
				   fit->budget, &attempt->largest, error);
}

/* What is known while the right coarseness is looked for. */
struct fitting {
	double too_fine;	   /* 0: none was */
	double too_large;	   /* what its largest tile weighs */
	bool stuck;		   /* the last step upwards changed next to nothing */
	struct level_attempt best; /* the finest that fits; its coarser is 0 while none does */
	size_t budget;
	double form; /* coarser than this, shapes go */
};

/* Where to look next: a tile weighs about so much as there are shapes in it, and twice as coarse is
 * a quarter of the shapes. */
static double next_coarser(const struct fitting *fitting)
{
	double target = (double)fitting->budget * (WELL_FILLED + 100) / 200, share, step;
	const struct level_attempt *best = &fitting->best;

	if (!best->coarser) {
		step = fitting->stuck ? STEP_MOST : sqrt(fitting->too_large / target);
		return fmax(fitting->form,
			    fitting->too_fine * fmin(STEP_MOST, fmax(STEP_LEAST, step)));
	}
	if (!fitting->too_fine)
		return fmax(1, best->coarser / fmin(STEP_MOST,
						    sqrt(target / fmax(1, (double)best->largest))));
	share = log(fitting->too_large / target) /
		log(fitting->too_large / fmax(1, (double)best->largest));
	share = fmin(1 - SHARE_LEAST, fmax(SHARE_LEAST, share));
	return fitting->too_fine * pow(best->coarser / fitting->too_fine, share);
}

static bool is_fitted(const struct fitting *fitting)
{
	const struct level_attempt *best = &fitting->best;

	return best->coarser &&
	       (best->coarser == 1 || best->largest * 100 > fitting->budget * WELL_FILLED ||
		best->coarser < fitting->too_fine * CLOSE_ENOUGH);
}

/* Notes what came of ATTEMPT; takes it if it is the best yet. */
static void note_attempt(struct fitting *fitting, struct level_attempt *attempt)
{
	if (attempt->largest > fitting->budget) {
		fitting->stuck = fitting->too_fine && attempt->coarser > fitting->form &&
				 (double)attempt->largest > fitting->too_large * STUCK;
		fitting->too_fine = attempt->coarser;
		fitting->too_large = (double)attempt->largest;
		return;
	}
	level_attempt_release(&fitting->best);
	level_attempt_move(attempt, &fitting->best);
}

enum error_code level_attempt_fit(const struct level_fit *fit, struct level_attempt *attempt,
				  struct error *error)
{
	struct fitting fitting = {.budget = fit->budget,
				  .form = fit->outline->twins ? COARSEST_BORDER : COARSEST_FORM};
	double coarser = fmax(1, fit->coarser);
	enum error_code code = ERROR_NONE;

	for (int tries = 0; tries < TRIES_MOST && !is_fitted(&fitting) && !code; tries++) {
		code = try(fit, attempt, coarser, error);
		if (code)
			break;
		note_attempt(&fitting, attempt);
		coarser = next_coarser(&fitting);
	}
	if (!code && fitting.best.coarser) {
		level_attempt_release(attempt);
		level_attempt_move(&fitting.best, attempt);
	} else {
		level_attempt_release(&fitting.best);
	}
	return code;
}
