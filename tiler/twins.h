/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/outline.h"

/* Finds the owners and twins of OUTLINE's references if it is a coverage: all polygons, with more
 * of the length of their rings between two of them than on the outside. */
void find_twins(struct outline *outline);
