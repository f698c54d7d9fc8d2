/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tiler/hilbert.h"

static void the_first_orders_are_the_curve(void **state)
{
	/* order 1: a U open to the right; order 2: four of them, the first one lying down */
	static const uint32_t order_2[4][4] = {
		{0, 1, 14, 15}, {3, 2, 13, 12}, {4, 7, 8, 11}, {5, 6, 9, 10}};

	(void)state;
	assert_int_equal(hilbert_index(0, 0, 0), 0);
	assert_int_equal(hilbert_index(1, 0, 0), 0);
	assert_int_equal(hilbert_index(1, 0, 1), 1);
	assert_int_equal(hilbert_index(1, 1, 1), 2);
	assert_int_equal(hilbert_index(1, 1, 0), 3);
	for (uint32_t y = 0; y < 4; y++) {
		for (uint32_t x = 0; x < 4; x++)
			assert_int_equal(hilbert_index(2, x, y), order_2[y][x]);
	}
}

static void each_step_goes_to_a_neighbour(void **state)
{
	uint32_t last_x = 0, last_y = 0;

	(void)state;
	for (uint64_t index = 0; index < 1 << 14; index++) {
		uint32_t x, y;

		hilbert_place(7, index, &x, &y);
		assert_int_equal(hilbert_index(7, x, y), index);
		if (index > 0)
			assert_int_equal(abs((int)x - (int)last_x) + abs((int)y - (int)last_y), 1);
		last_x = x;
		last_y = y;
	}
}

static void the_quarters_of_a_square_follow_each_other(void **state)
{
	(void)state;
	for (uint32_t order = 0; order < 31; order++) {
		uint32_t x = (0x5a5a5a5au ^ order * 77777u) & ((2u << order) - 1);
		uint32_t y = (0x13579bdfu + order * 99991u) & ((2u << order) - 1);

		assert_int_equal(hilbert_index(order + 1, x, y) >> 2,
				 hilbert_index(order, x >> 1, y >> 1));
	}
}

static void the_deepest_order_comes_back(void **state)
{
	uint32_t x, y;

	(void)state;
	hilbert_place(31, hilbert_index(31, 2147483647u, 1234567890u), &x, &y);
	assert_int_equal(x, 2147483647u);
	assert_int_equal(y, 1234567890u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_orders_are_the_curve),
		cmocka_unit_test(each_step_goes_to_a_neighbour),
		cmocka_unit_test(the_quarters_of_a_square_follow_each_other),
		cmocka_unit_test(the_deepest_order_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
