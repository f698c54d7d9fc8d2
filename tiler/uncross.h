/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/borders.h"
#include "tiler/outline.h"
#include "tiler/parallel.h"

/* Borders that were simplified each for itself may cross where the ground between them is narrower
 * than the tolerance; then polygons overlap. Vertices come back, the most significant first, until
 * no two borders cross that do not in the data. */

/* Shows more of SHOWN (one a vertex of OUTLINE) where the rings of BORDERS cross. PARALLEL may be
 * NULL. */
void uncross_borders(const struct outline *outline, const struct borders *borders,
		     struct parallel *parallel, bool *shown);
