/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "tiler/memory.h"

enum {
	BLOCK_SIZE = 256 * 1024,
	KEPT_SIZE = 1024 * 1024
};

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *first, *current;
};

static struct block *block_new(size_t size)
{
	struct block *block = memory_new(sizeof(*block) + size);

	block->next = NULL;
	block->size = size;
	block->used = 0;
	return block;
}

struct arena *arena_new(void)
{
	struct arena *arena = memory_new(sizeof(*arena));

	arena->first = arena->current = block_new(BLOCK_SIZE);
	return arena;
}

static void free_chain(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (arena)
		free_chain(arena->first);
	free(arena);
}

static struct block *block_with_room(struct arena *arena, size_t size)
{
	struct block *block = arena->current;

	while (block->next) {
		block = block->next;
		block->used = 0;
		if (block->size >= size)
			return block;
	}
	block->next = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
	return block->next;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct block *block = arena->current;
	void *memory;

	if (rounded > block->size - block->used)
		arena->current = block = block_with_room(arena, rounded);
	memory = block->bytes + block->used;
	block->used += rounded;
	return memory;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){arena->current, arena->current->used};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	arena->current = mark.block;
	arena->current->used = mark.used;
}

void arena_reset(struct arena *arena)
{
	size_t kept = 0;
	struct block *block = arena->first;

	while (block->next && kept + block->next->size <= KEPT_SIZE) {
		kept += block->next->size;
		block = block->next;
	}
	free_chain(block->next);
	block->next = NULL;
	arena->current = arena->first;
	arena->current->used = 0;
}
