/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiler/buf.h"

/* How the messages of a tile are written: protocol buffers. */

/* Field number << 3 | wire type (0 varint, 1 eight bytes, 2 length, 5 four bytes), as in
 * vector_tile.proto 2.1. */
enum mvt_tag {
	TILE_LAYER = 3 << 3 | 2,
	LAYER_NAME = 1 << 3 | 2,
	LAYER_FEATURE = 2 << 3 | 2,
	LAYER_KEY = 3 << 3 | 2,
	LAYER_VALUE = 4 << 3 | 2,
	LAYER_EXTENT = 5 << 3 | 0,
	LAYER_VERSION = 15 << 3 | 0,
	FEATURE_ID = 1 << 3 | 0,
	FEATURE_TAGS = 2 << 3 | 2,
	FEATURE_KIND = 3 << 3 | 0,
	FEATURE_SHAPE = 4 << 3 | 2,
	VALUE_STRING = 1 << 3 | 2,
	VALUE_FLOAT = 2 << 3 | 5,
	VALUE_DOUBLE = 3 << 3 | 1,
	VALUE_UINT = 5 << 3 | 0,
	VALUE_SINT = 6 << 3 | 0,
	VALUE_BOOL = 7 << 3 | 0,
};

enum {
	VARINT_MOST = 10
};

static inline char *put_varint(char *end, uint64_t number)
{
	while (number >= 0x80) {
		*end++ = (char)(number | 0x80);
		number >>= 7;
	}
	*end++ = (char)number;
	return end;
}

static inline void add_varint(struct buf *buf, uint64_t number)
{
	char *end = buf_reserve(buf, VARINT_MOST);

	if (end)
		buf->length += (size_t)(put_varint(end, number) - end);
}

static inline void add_field(struct buf *buf, enum mvt_tag tag, const void *bytes, size_t length)
{
	add_varint(buf, tag);
	add_varint(buf, length);
	buf_add(buf, bytes, length);
}

static inline uint64_t zigzag(int64_t number)
{
	return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}

static inline size_t varint_size(uint64_t number)
{
	size_t size = 1;

	while (number >>= 7)
		size++;
	return size;
}

/* Reads what put_varint wrote. */
static inline uint64_t take_varint(const char **at)
{
	uint64_t number = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = (uint8_t) * (*at)++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
}
