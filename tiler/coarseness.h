/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The search for how much coarser than asked a level must be for its largest tile to fit the
 * budget. It knows nothing of shapes: told what came of each try, it says which to make next. */

/* What came of a try. */
struct coarseness_try {
	double coarser; /* than what can be seen asks for: 1 or more; 0: there was none */
	size_t largest; /* tile, gzipped bytes */
	uint64_t kept;	/* shapes */
	bool bare;	/* they show hardly more vertices than they must: no detail is left to go */
};

struct coarseness {
	size_t budget;	      /* bytes of a tile, gzipped */
	double form;	      /* up to here only detail goes, further on shapes go as well */
	uint64_t shape_count; /* that can be seen: kept where nothing must be coarser */
	/* Of a coverage, where shapes go by their size alone: see coarseness_set_groups. */
	double *shows_to;
	double *rest; /* of each of these: the sum of their squares from there on */
	size_t group_count;
	struct coarseness_try too_fine; /* the coarsest that did not fit */
	struct coarseness_try finer;	/* the one that was that before */
	struct coarseness_try best;	/* the finest that fits */
};

/* The groups of a coverage: how coarse each still shows, which is as the root of its area. SHOWS_TO
 * is stolen, until coarseness_release(). */
void coarseness_set_groups(struct coarseness *coarseness, double *shows_to, size_t count);
void coarseness_release(struct coarseness *coarseness);

/* Notes what came of a try; tells whether it is the best yet. */
bool coarseness_note(struct coarseness *coarseness, const struct coarseness_try *tried);

/* Does the best leave so little of the budget, or so little between it and what does not fit, that
 * another try would hardly gain? */
bool coarseness_found(const struct coarseness *coarseness);

/* How coarse the next try should be; one at least has been noted. */
double coarseness_next(const struct coarseness *coarseness);
