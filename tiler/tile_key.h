/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/grid.h"

/* The text a tile is cached under: grid, tile, of each theme in it the id and the version, and what
 * is said of a variant, so that any two tiles that may differ have different keys. */
struct tile_key {
	const char *text;
	char *allocated; /* NULL while the key fits its space */
	char space[480];
};

/* The key of a tile of COUNT themes, in the order given; to be released. VARIANT: what sets it
 * apart from the plain tile (variant.h); NULL: nothing. Short keys need no allocation. */
void tile_key_write(struct tile_key *key, const char *grid, struct tile_id tile,
		    const char *const *themes, const char *const *versions, uint32_t count,
		    const char *variant);
void tile_key_release(struct tile_key *key);

/* Where the numbers of the tile stand in the text of a key: what is before them and behind them is
 * the same in the keys of all tiles that differ from it in their numbers alone. */
struct tile_key_frame {
	size_t before;	   /* bytes */
	size_t after, end; /* the rest begins, ends */
};
struct tile_key_frame tile_key_frame(const char *text);

/* The key of another TILE of what LIKE, the text of a key of that frame, is a tile of; to be
 * released. */
void tile_key_move(struct tile_key *key, const char *like, const struct tile_key_frame *frame,
		   struct tile_id tile);

/* The grid of a key and its tile; what follows is *MEMBERS. A copy of the id in GRID, cut to its
 * size. */
void tile_key_read(const char *text, char *grid, size_t grid_size, struct tile_id *tile,
		   const char **members);

/* A theme in a key: borrowed from its text. In the key of a variant its version is none that
 * there is, so that whoever carries tiles over to another version leaves variants behind. */
struct tile_key_member {
	const char *theme, *version;
	size_t theme_length, version_length;
};

/* The next of MEMBERS, which moves on; false: there are no more. */
bool tile_key_next(const char **members, struct tile_key_member *member);

/* Is it THEME, in VERSION (NULL: any)? */
bool tile_key_member_is(const struct tile_key_member *member, const char *theme,
			const char *version);
