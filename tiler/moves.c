/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/moves.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

void moves_init(struct moves *moves, uint32_t shape_count, uint32_t place_count)
{
	*moves = (struct moves){.place_count = place_count};
	moves->changed = memory_zeroed(shape_count, sizeof(*moves->changed));
	moves->latest = memory_new(place_count * sizeof(*moves->latest));
	memset(moves->latest, 0xff, place_count * sizeof(*moves->latest));
}

void moves_release(struct moves *moves)
{
	free(moves->changed);
	free(moves->latest);
	free(moves->around);
	free(moves->awaiting);
}

void moves_add(struct moves *moves, uint32_t place, uint32_t shape)
{
	uint32_t *latest = &moves->latest[place];

	if (*latest != MOVES_NOBODY && moves->around[*latest].shape == shape)
		return;
	if (moves->around_count == moves->around_room) {
		moves->around_room = 2 * moves->around_room + 1024;
		moves->around = memory_resize(moves->around, moves->around_room,
					      sizeof(*moves->around));
	}
	moves->around[moves->around_count] = (struct moves_around){shape, *latest};
	*latest = (uint32_t)moves->around_count++;
}

void moves_note(struct moves *moves, uint32_t place)
{
	if (place >= moves->place_count)
		return;
	for (uint32_t i = moves->latest[place]; i != MOVES_NOBODY; i = moves->around[i].next)
		moves->changed[moves->around[i].shape] = moves->pass;
}

void moves_await(struct moves *moves, uint32_t shape)
{
	if (moves->awaiting_count == moves->awaiting_room) {
		moves->awaiting_room = 2 * moves->awaiting_room + 64;
		moves->awaiting = memory_resize(moves->awaiting, moves->awaiting_room,
						sizeof(*moves->awaiting));
	}
	moves->awaiting[moves->awaiting_count++] = shape;
}

void moves_pass(struct moves *moves)
{
	for (size_t i = 0; i < moves->awaiting_count; i++)
		moves->changed[moves->awaiting[i]] = moves->pass;
	moves->awaiting_count = 0;
	moves->pass++;
}

bool moves_changed(const struct moves *moves, uint32_t shape)
{
	return moves->changed[shape] + 1 >= moves->pass;
}
