/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/moves.h"

enum {
	SHAPES = 40,
	PLACES = 200,
	PLACES_OF_ONE = 12,
	PASSES = 20
};

/* The same by looking at all places of a shape. */
struct plain {
	uint32_t places[SHAPES][PLACES_OF_ONE];
	uint32_t moved[PLACES]; /* the pass that last did so */
};

static bool changed(const struct plain *plain, uint32_t shape, uint32_t pass)
{
	for (uint32_t i = 0; i < PLACES_OF_ONE; i++) {
		if (plain->moved[plain->places[shape][i]] + 1 >= pass)
			return true;
	}
	return false;
}

static void what_moves_changes_all_around_it(void **state)
{
	struct plain plain = {0};
	struct chance chance = {7};
	struct moves moves;
	uint32_t changes = 0;

	(void)state;
	moves_init(&moves, SHAPES, PLACES);
	for (uint32_t s = 0; s < SHAPES; s++) {
		for (uint32_t i = 0; i < PLACES_OF_ONE; i++) {
			plain.places[s][i] = chance_below(&chance, PLACES);
			moves_add(&moves, plain.places[s][i], s);
		}
	}
	for (uint32_t pass = 1; pass <= PASSES; pass++) {
		moves_pass(&moves);
		for (uint32_t s = 0; s < SHAPES; s++) {
			uint32_t place = chance_below(&chance, PLACES);

			assert_int_equal(moves_changed(&moves, s), changed(&plain, s, pass));
			changes += moves_changed(&moves, s);
			if (chance_below(&chance, SHAPES))
				continue;
			moves_note(&moves, place);
			plain.moved[place] = pass;
		}
	}
	assert_in_range(changes, SHAPES + 1, PASSES * SHAPES - 1);
	moves_release(&moves);
}

static void what_awaits_changes_in_the_next_pass(void **state)
{
	struct moves moves;

	(void)state;
	moves_init(&moves, 2, 1);
	moves_add(&moves, 0, 0);
	moves_pass(&moves);
	moves_pass(&moves);
	moves_await(&moves, 1);
	moves_note(&moves, 1); /* nobody knows that place */
	assert_false(moves_changed(&moves, 0));
	assert_false(moves_changed(&moves, 1));
	moves_pass(&moves);
	assert_false(moves_changed(&moves, 0));
	assert_true(moves_changed(&moves, 1));
	moves_pass(&moves);
	assert_false(moves_changed(&moves, 1));
	moves_release(&moves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_moves_changes_all_around_it),
		cmocka_unit_test(what_awaits_changes_in_the_next_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
