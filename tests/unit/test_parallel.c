/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tiler/parallel.h"

enum {
	PIECES = 1000,
	RUNS = 300
};

struct counts {
	uint32_t workers;
	uint32_t done[PIECES]; /* how often each was */
	uint32_t strangers;
};

static void count(void *context, uint32_t number, uint32_t worker)
{
	struct counts *counts = context;

	counts->done[number]++;
	if (worker >= counts->workers)
		counts->strangers++;
}

static void run(struct parallel *parallel, uint32_t pieces)
{
	struct counts counts = {.workers = parallel_workers(parallel)};

	parallel_run(parallel, pieces, count, &counts);
	for (uint32_t i = 0; i < PIECES; i++)
		assert_int_equal(counts.done[i], i < pieces);
	assert_int_equal(counts.strangers, 0);
}

static void each_piece_is_done_once(void **state)
{
	(void)state;
	for (uint32_t helpers = 0; helpers < 4; helpers++) {
		struct parallel *parallel = parallel_new(helpers);

		assert_in_range(parallel_workers(parallel), 1, helpers + 1);
		for (uint32_t i = 0; i < RUNS; i++)
			run(parallel, i < 5 ? i : PIECES);
		parallel_free(parallel);
	}
}

static void without_helpers_the_caller_does_it(void **state)
{
	(void)state;
	assert_int_equal(parallel_workers(NULL), 1);
	run(NULL, PIECES);
	parallel_free(NULL);
	/* helpers that never had anything to do */
	parallel_free(parallel_new(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_piece_is_done_once),
		cmocka_unit_test(without_helpers_the_caller_does_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
