/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which shapes changed when places that they share moved, pass by pass: who looks at all shapes
 * again and again need only look at those. */

static const uint32_t MOVES_NOBODY = UINT32_MAX;

/* A shape around a place. */
struct moves_around {
	uint32_t shape;
	uint32_t next; /* of the same place, in the list; MOVES_NOBODY */
};

struct moves {
	uint8_t pass;
	uint8_t *changed; /* of each shape: the pass that last did so */
	uint32_t *latest; /* of each place: the last of `around`; MOVES_NOBODY */
	uint32_t place_count;
	struct moves_around *around;
	size_t around_count, around_room;
	uint32_t *awaiting; /* shapes that change in the next pass */
	size_t awaiting_count, awaiting_room;
};

/* In pass 0 all shapes change. Released with moves_release(). */
void moves_init(struct moves *moves, uint32_t shape_count, uint32_t place_count);
void moves_release(struct moves *moves);

/* SHAPE is around PLACE. May be told again for each time the shape comes by. */
void moves_add(struct moves *moves, uint32_t place, uint32_t shape);

/* PLACE moves: of places that came after place_count nothing is known. */
void moves_note(struct moves *moves, uint32_t place);

/* SHAPE changes, as is seen from the next pass on. */
void moves_await(struct moves *moves, uint32_t shape);

/* Begins the next pass. */
void moves_pass(struct moves *moves);

/* Has SHAPE changed in this pass or the one before? */
bool moves_changed(const struct moves *moves, uint32_t shape);
