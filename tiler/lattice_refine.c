/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/lattice_refine.h"

#include <stddef.h>

enum {
	WINDOW_MOST = 6
};

uint32_t lattice_window(const struct lattice *lattice)
{
	return lattice->cells + 1 < WINDOW_MOST ? lattice->cells + 1 : WINDOW_MOST;
}

/* Where the window of the middle of CELL begins, and its nodes' weights there. */
static uint32_t weigh(uint32_t cells, uint32_t window, uint32_t cell, double weights[WINDOW_MOST])
{
	uint32_t before = window / 2 - 1, first = cell > before ? cell - before : 0;
	double at;

	if (first + window > cells + 1)
		first = cells + 1 - window;
	at = cell + 0.5 - first;
	for (uint32_t i = 0; i < window; i++) {
		weights[i] = 1;
		for (uint32_t k = 0; k < window; k++)
			weights[i] *= k == i ? 1 : (at - k) / ((double)i - k);
	}
	return first;
}

/* From each line of SIDE = cells + 1 nodes, STEP apart, one twice as fine. */
static void refine_lines(const struct lattice *coarse, const struct point *in, size_t in_line,
			 size_t in_step, struct point *out, size_t out_line, size_t out_step,
			 size_t lines)
{
	uint32_t window = lattice_window(coarse);

	for (uint32_t cell = 0; cell <= coarse->cells; cell++) {
		double weights[WINDOW_MOST];
		uint32_t first = cell < coarse->cells ? weigh(coarse->cells, window, cell, weights)
						      : 0;

		for (size_t line = 0; line < lines; line++) {
			const struct point *nodes = in + line * in_line;
			struct point *to = out + line * out_line + 2 * cell * out_step;
			struct point sum = {0, 0};

			to[0] = nodes[cell * in_step];
			for (uint32_t i = 0; i < window && cell < coarse->cells; i++) {
				sum.x += weights[i] * nodes[(first + i) * in_step].x;
				sum.y += weights[i] * nodes[(first + i) * in_step].y;
			}
			if (cell < coarse->cells)
				to[out_step] = sum;
		}
	}
}

struct lattice lattice_refined(const struct lattice *coarse, struct arena *arena)
{
	struct lattice fine = *coarse;
	size_t side = coarse->cells + 1, fine_side = 2 * side - 1;
	struct point *wide = arena_alloc(arena, side * fine_side * sizeof(*wide));

	fine.cells *= 2;
	fine.cells_x *= 2;
	fine.cells_y *= 2;
	fine.nodes = arena_alloc(arena, fine_side * fine_side * sizeof(*fine.nodes));
	refine_lines(coarse, coarse->nodes, side, 1, wide, fine_side, 1, side);
	refine_lines(coarse, wide, 1, fine_side, fine.nodes, 1, fine_side, fine_side);
	return fine;
}
