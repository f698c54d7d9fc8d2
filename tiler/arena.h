/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

/* Memory of one unit of work: given out piece by piece, dropped whole. Nothing in it is freed
 * alone. One arena belongs to one thread. */
struct arena;

/* New, with a first block of memory. */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* SIZE bytes, aligned for any type, not zeroed, borrowed until the next reset (or rewind past
 * it). Does not fail (see memory.h). */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));

/* A place to come back to: all that was given out after `arena_mark` is dropped by `arena_rewind`.
 */
struct arena_mark {
	void *block;
	size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Drops everything; keeps up to a megabyte for the next unit of work, so that one huge tile does
 * not hold its memory for ever. */
void arena_reset(struct arena *arena);
