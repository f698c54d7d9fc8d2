/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/feature.h"
#include "tiler/outline.h"

/* Which features stay when a level cannot show all, as the theme's priority column says. The column
 * may be hidden, so what it says is kept in memory and goes into no file. */
struct precedence;

/* New, of no row. */
struct precedence *precedence_new(void);
void precedence_free(struct precedence *precedence);

/* Of a row of the source. Rows of one id count as the first of them; those without go last. */
void precedence_add(struct precedence *precedence, const struct feature *feature);

/* Sets OUTLINE's precedence. All rows must have been added. */
void precedence_apply(struct precedence *precedence, struct outline *outline);
