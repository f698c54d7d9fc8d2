/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/selection.h"

/* What the ways of thinning have in common. */

/* SHAPE is not among those that stay, and is counted as lost in that way; once a shape. */
void selection_let_go(struct selection *selection, uint64_t shape, enum loss loss);

/* Where a shape counts: at the vertex in the middle of its first path. */
struct point selection_middle(const struct outline *outline, uint64_t shape);

/* An order as good as chance, so that thinned points keep the pattern of all. It hangs on nothing
 * but the place: what is elsewhere may change, and these are chosen as before. */
uint64_t selection_rank(struct point point);
