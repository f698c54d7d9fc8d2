/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Reads a tile as the MVT 2.1 specification has it, by none of the engine's code, and ends the
 * program at the first breach: a message that does not decode, a key or value out of range, a point
 * outside the tile and its buffer, a line without length, a ring without area or wound the wrong
 * way, a polygon that GEOS does not find valid. Returns the number of features. */
size_t tile_check(const uint8_t *bytes, size_t length);
