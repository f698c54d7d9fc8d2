/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "tiler/arena.h"
#include "tiler/geometry.h"
#include "tiler/snap.h"

/* Geometry written as "x y, x y, ..." and repeatable chance, for the unit tests. */

static inline uint32_t count_pairs(const char *text)
{
	uint32_t count = *text != '\0';

	for (; *text; text++)
		count += *text == ',';
	return count;
}

/* The points of TEXT, in ARENA; of a ring, as of every source, the first point is repeated. */
static inline struct path path_of(struct arena *arena, const char *text)
{
	struct path path = {NULL, 0, true};
	uint32_t count = count_pairs(text);
	char *next;

	path.points = arena_alloc(arena, (count + 1) * sizeof(*path.points));
	for (; path.count < count; path.count++) {
		path.points[path.count].x = strtod(text, &next);
		path.points[path.count].y = strtod(next, &next);
		text = *next ? next + 1 : next;
	}
	return path;
}

/* The same on the tile's grid; rings are open. */
static inline struct tile_path tile_path_of(struct arena *arena, const char *text)
{
	struct path path = path_of(arena, text);
	struct tile_path out = {arena_alloc(arena, (path.count + 1) * sizeof(*out.points)),
				path.count, true};

	for (uint32_t i = 0; i < path.count; i++)
		out.points[i] = (struct tile_point){(int32_t)path.points[i].x,
						    (int32_t)path.points[i].y};
	return out;
}

/* Numbers that look random and are the same at every run (splitmix64). */
struct chance {
	uint64_t state;
};

static inline uint64_t chance_bits(struct chance *chance)
{
	uint64_t mixed = chance->state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

/* 0 .. BELOW - 1. */
static inline uint32_t chance_below(struct chance *chance, uint32_t below)
{
	return (uint32_t)(chance_bits(chance) % below);
}

static inline double chance_between(struct chance *chance, double least, double most)
{
	return least + (most - least) * ((double)(chance_bits(chance) >> 11) * 0x1p-53);
}
