/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/blob.h"
#include "tiler/buf.h"
#include "tiler/error.h"

/* Tiles as blobs: packed, that is gzipped, as they are kept; or as they are, for a client that
 * could not read that. One thread's tool. */
struct tile_packer;

/* New; GZIP_LEVEL: 1 fastest .. 9 smallest. */
struct tile_packer *tile_packer_new(int gzip_level);
void tile_packer_free(struct tile_packer *packer);

/* A new blob of a tile's bytes, packed; the blob of an empty tile where there are none.
 * ERROR_LIMIT: they are too many. */
MUST_CHECK enum error_code tile_packer_pack(struct tile_packer *packer, const struct buf *tile,
					    struct blob **blob, struct error *error);

/* A new blob of the bytes as they are. */
struct blob *tile_packer_wrap(const struct buf *tile);

/* Puts the same tile, packed, in the place of *BLOB, a reference that goes; with an error, NULL. */
MUST_CHECK enum error_code tile_packer_repack(struct tile_packer *packer, struct blob **blob,
					      struct error *error);

/* Need nobody pack it (any more)? */
bool tile_is_packed(const struct blob *blob);

/* Empties BUF for the next tile, so that one huge tile does not hold its memory for ever. */
void tile_packer_rest(struct buf *buf);
