/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "shapes.h"
#include "tiler/coarseness.h"
#include "tiler/memory.h"

/* The search, against themes that answer by a formula. */

enum {
	BUDGET = 200000,
	GROUPS = 30000,
	TRIES_MOST = 16
};

/* How a theme answers: what all its shapes weigh, and which share of that is detail. */
struct theme {
	double bytes, detail, form;
	uint64_t shapes;
	bool bare;
	double *shows_to; /* of a coverage */
	double root;	  /* of all else: twice as coarse leaves the half to this power */
};

static double kept_share(const struct theme *theme, double coarser)
{
	double kept = 0, gone = 0;

	if (coarser <= theme->form)
		return 1;
	if (!theme->shows_to)
		return pow(theme->form / coarser, theme->root);
	for (size_t i = 0; i < GROUPS; i++) {
		double side = theme->shows_to[i] / coarser;

		kept += side >= 1;
		gone += side >= 1 ? 0 : side * side;
	}
	return (kept + gone / 2.2) / GROUPS;
}

static struct coarseness_try answer(const struct theme *theme, double coarser)
{
	double share = kept_share(theme, coarser);
	double detail = pow(fmin(coarser, theme->form), -0.7);

	return (struct coarseness_try){
		coarser,
		(size_t)(theme->bytes * share * (1 - theme->detail + theme->detail * detail)),
		(uint64_t)((double)theme->shapes * share), theme->bare};
}

/* Searches from FIRST; returns how many tries it took. */
static int find(const struct theme *theme, double first, struct coarseness_try *best)
{
	struct coarseness coarseness = {
		.budget = BUDGET, .form = theme->form, .shape_count = theme->shapes};
	double coarser = first;
	int tries = 0;

	if (theme->shows_to) {
		double *copy = memory_new(GROUPS * sizeof(*copy));

		for (size_t i = 0; i < GROUPS; i++)
			copy[i] = theme->shows_to[i];
		coarseness_set_groups(&coarseness, copy, GROUPS);
	}
	while (!coarseness_found(&coarseness)) {
		struct coarseness_try tried = answer(theme, coarser);

		assert_true(++tries <= TRIES_MOST);
		assert_true(coarser >= 1);
		assert_int_equal(coarseness_note(&coarseness, &tried), tried.largest <= BUDGET);
		coarser = coarseness_next(&coarseness);
	}
	*best = coarseness.best;
	coarseness_release(&coarseness);
	return tries;
}

static void assert_good(const struct coarseness_try *best)
{
	assert_true(best->largest <= BUDGET);
	assert_true(best->coarser == 1 || best->largest >= BUDGET * 0.9);
}

static void what_fits_is_as_fine_as_asked(void **state)
{
	struct theme theme = {BUDGET / 2, 0.5, 4, 1000, .root = 2};
	struct coarseness_try best;

	(void)state;
	assert_int_equal(find(&theme, 1, &best), 1);
	assert_true(best.coarser == 1);
	/* As coarse as the level before, half of it would show: all fits. */
	assert_int_equal(find(&theme, 5.6, &best), 2);
	assert_true(best.coarser == 1);
}

static void a_few_tries_fill_the_budget(void **state)
{
	(void)state;
	for (double much = 1.1; much < 100; much *= 1.7) {
		for (double root = 1; root <= 3; root += 0.5) {
			for (double first = 1; first < 200; first *= 5) {
				struct theme theme = {BUDGET * much, 0.3, 4, 100000, .root = root};
				struct coarseness_try best;

				assert_in_range(find(&theme, first, &best), 1, 9);
				assert_good(&best);
			}
		}
	}
}

static void a_coverage_loses_detail_first(void **state)
{
	double *shows_to = memory_new(GROUPS * sizeof(*shows_to));
	struct theme theme = {BUDGET * 1.6, 0.6, 32, GROUPS, .shows_to = shows_to};
	struct coarseness_try best;
	struct chance chance = {3};

	(void)state;
	for (size_t i = 0; i < GROUPS; i++)
		shows_to[i] = 300 * exp(chance_between(&chance, -1.5, 1.5));
	assert_in_range(find(&theme, 1, &best), 1, 5);
	assert_good(&best);
	assert_true(best.coarser < 32 && best.kept == GROUPS);
	for (theme.bytes = BUDGET * 2; theme.bytes < BUDGET * 1000; theme.bytes *= 3) {
		theme.bare = !theme.bare;
		theme.detail = theme.bare ? 0 : 0.3;
		assert_in_range(find(&theme, 1, &best), 1, 8);
		assert_good(&best);
		assert_true(best.coarser >= 32 && best.kept < GROUPS);
		assert_in_range(find(&theme, 4000, &best), 1, 8);
		assert_good(&best);
	}
	free(shows_to);
}

/* Nothing helps until, all at once, it does. */
static void what_changes_nothing_is_passed_by(void **state)
{
	struct coarseness coarseness = {.budget = BUDGET, .form = 4, .shape_count = 1000};
	double coarser = 1;
	int tries = 0;

	(void)state;
	for (; !coarseness_found(&coarseness) && tries < TRIES_MOST; tries++) {
		struct coarseness_try tried = {coarser, coarser < 1000 ? 220000 : 190000, 1000,
					       false};

		coarseness_note(&coarseness, &tried);
		coarser = coarseness_next(&coarseness);
	}
	assert_true(coarseness_found(&coarseness));
	assert_true(coarseness.best.coarser >= 1000 && coarseness.best.coarser < 4000);
	assert_in_range(tries, 1, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_as_fine_as_asked),
		cmocka_unit_test(a_few_tries_fill_the_budget),
		cmocka_unit_test(a_coverage_loses_detail_first),
		cmocka_unit_test(what_changes_nothing_is_passed_by),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
