/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/hilbert.h"

#include <stdbool.h>

/* Turns the places of a quarter so that the curve enters it where it left the one before. */
static void turn(uint32_t side, bool right, bool bottom, uint32_t *x, uint32_t *y)
{
	uint32_t swap = *x;

	if (bottom)
		return;
	if (right) {
		*x = side - 1 - *x;
		*y = side - 1 - *y;
		swap = *x;
	}
	*x = *y;
	*y = swap;
}

uint64_t hilbert_index(uint32_t order, uint32_t x, uint32_t y)
{
	uint64_t index = 0;

	while (order-- > 0) {
		uint32_t side = 1u << order;
		bool right = x & side, bottom = y & side;

		index = index << 2 | (right ? 3u ^ bottom : bottom);
		x &= side - 1;
		y &= side - 1;
		turn(side, right, bottom, &x, &y);
	}
	return index;
}

void hilbert_place(uint32_t order, uint64_t index, uint32_t *x, uint32_t *y)
{
	*x = *y = 0;
	for (uint32_t done = 0; done < order; done++, index >>= 2) {
		uint32_t side = 1u << done;
		bool right = index & 2, bottom = (index ^ index >> 1) & 1;

		turn(side, right, bottom, x, y);
		*x += right ? side : 0;
		*y += bottom ? side : 0;
	}
}
