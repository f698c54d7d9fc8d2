/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/lattice.h"

/* Lattices made finer without PROJ; private to lattice*.c. */

/* Nodes that a polynomial is laid through for one between them. */
uint32_t lattice_window(const struct lattice *lattice);

/* A lattice of twice as many cells a side: Lagrange's polynomials through the nodes of COARSE give
 * those between. In ARENA. */
struct lattice lattice_refined(const struct lattice *coarse, struct arena *arena);
