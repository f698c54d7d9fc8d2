/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

/* The Hilbert curve through a square of 2^ORDER places a side, as PMTiles 3 numbers tiles: what is
 * near on the curve is near on the ground, and the four quarters of a square at place INDEX are at
 * places 4 * INDEX to 4 * INDEX + 3 of the square of the next order. ORDER is at most 31. */
uint64_t hilbert_index(uint32_t order, uint32_t x, uint32_t y);
void hilbert_place(uint32_t order, uint64_t index, uint32_t *x, uint32_t *y);
