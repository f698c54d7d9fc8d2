/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/lattice.h"

/* How strongly the image of straight lines bends; private to lattice*.c. */

/* From the lattice's nodes. */
void lattice_measure_bend(struct lattice *lattice);

/* For want of anything better. */
void lattice_bend_unknown(struct lattice *lattice);

/* From NODES of a lattice over the same source that is not fine enough to be used, where it tells
 * anything: the map is smooth, but for the turns of a target that repeats. JUMPS: the map was seen
 * not to be smooth. */
void lattice_guess_bend(struct lattice *lattice, const struct lattice *nodes, bool jumps);
