/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/buf.h"

/* Sorts the values of a layer, of which there are COUNT, by length and bytes, so that those with
 * much in common lie side by side, and renumbers the tags of its features, whose tags are their
 * last field. Either buffer may become full. */
void mvt_values_sort(struct buf *values, uint32_t count, struct buf *features);
