/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/feature.h"

/* What attributes weigh in a compressed tile, about. A value that came before, in one of the
 * features near by, is stored once for all of them, and a text is more than a number: themes whose
 * names or descriptions are long in some places only are heaviest there, not where most features
 * are. */
struct value_weights;

struct value_weights *value_weights_new(void); /* new; knows no value yet */
void value_weights_free(struct value_weights *weights);

/* Bytes that the VALUES of one feature, COUNT of them, add to a tile; those of columns that some
 * zooms go without (FIRST_ZOOMS: of each column; NULL: none) do not count. Remembers them. */
uint32_t value_weights_of(struct value_weights *weights, const struct value *values, uint32_t count,
			  const uint32_t *first_zooms);
