/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
	PIECES = 5000,
	HUGE_SIZE = 10 * 1024 * 1024
};

static void test_pieces_are_aligned_and_apart(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *pieces[PIECES];

	(void)state;
	for (unsigned i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(arena, i % 300);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		memset(pieces[i], (int)(i % 251), i % 300);
	}
	for (unsigned i = 0; i < PIECES; i++)
		for (unsigned j = 0; j < i % 300; j++)
			assert_int_equal(pieces[i][j], i % 251);
	arena_free(arena);
}

static void test_large_pieces_fit(void **state)
{
	struct arena *arena = arena_new();
	char *small = arena_alloc(arena, 10), *large = arena_alloc(arena, HUGE_SIZE);

	(void)state;
	strcpy(small, "small");
	memset(large, 'x', HUGE_SIZE);
	assert_string_equal(small, "small");
	arena_free(arena);
}

static void test_rewind_gives_the_same_memory_again(void **state)
{
	struct arena *arena = arena_new();
	char *before = arena_alloc(arena, 100);
	struct arena_mark mark = arena_mark(arena);
	void *first = arena_alloc(arena, 100);

	(void)state;
	strcpy(before, "before the mark");
	memset(arena_alloc(arena, HUGE_SIZE), 'x', HUGE_SIZE);
	arena_rewind(arena, mark);
	assert_ptr_equal(arena_alloc(arena, 100), first);
	memset(arena_alloc(arena, HUGE_SIZE), 'y', HUGE_SIZE);
	assert_string_equal(before, "before the mark");
	arena_free(arena);
}

/* What a reset drops and does not free, the address sanitizer finds lost. */
static void test_reset_starts_anew(void **state)
{
	struct arena *arena = arena_new();
	void *first = arena_alloc(arena, 10);

	(void)state;
	for (unsigned round = 0; round < 40; round++) {
		arena_reset(arena);
		assert_ptr_equal(arena_alloc(arena, 10), first);
		for (unsigned i = 0; i < 30; i++)
			memset(arena_alloc(arena, 100000), 'x', 100000);
		memset(arena_alloc(arena, HUGE_SIZE), 'x', HUGE_SIZE);
	}
	arena_free(arena);
}

static void test_nothing_to_free(void **state)
{
	(void)state;
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_aligned_and_apart),
		cmocka_unit_test(test_large_pieces_fit),
		cmocka_unit_test(test_rewind_gives_the_same_memory_again),
		cmocka_unit_test(test_reset_starts_anew),
		cmocka_unit_test(test_nothing_to_free),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
