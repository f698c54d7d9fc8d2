/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Reading FlatBuffers (https://flatbuffers.dev/internals) of unknown honesty: every access is
 * checked against the buffer, and nothing in it need be aligned. Offsets are from the buffer's
 * start; 0 stands for "absent or out of bounds". */

struct flatbuffer {
	const uint8_t *bytes;
	uint32_t size;
};

struct flatbuffer_table {
	struct flatbuffer buffer;
	uint32_t at, vtable;
	uint16_t vtable_size;
};

struct flatbuffer_vector {
	const uint8_t *items;
	uint32_t count;
};

static inline uint16_t load_u16(const uint8_t *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static inline uint32_t load_u32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static inline uint64_t load_u64(const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static inline double load_double(const uint8_t *bytes)
{
	double value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* The table at offset AT; false when it is not wholly inside the buffer. */
static inline bool flatbuffer_table_at(struct flatbuffer buffer, uint32_t at,
				       struct flatbuffer_table *table)
{
	int64_t vtable;
	uint16_t size;

	if (at < 4 || buffer.size < 4 || at > buffer.size - 4)
		return false;
	vtable = (int64_t)at - (int32_t)load_u32(buffer.bytes + at);
	if (vtable < 0 || vtable > (int64_t)buffer.size - 4)
		return false;
	size = load_u16(buffer.bytes + vtable);
	if (size < 4 || vtable + size > (int64_t)buffer.size)
		return false;
	*table = (struct flatbuffer_table){buffer, at, (uint32_t)vtable, size};
	return true;
}

/* The root table of a buffer. */
static inline bool flatbuffer_root(struct flatbuffer buffer, struct flatbuffer_table *table)
{
	return buffer.size >= 8 && flatbuffer_table_at(buffer, load_u32(buffer.bytes), table);
}

/* Offset of the field's SIZE bytes, or 0. */
static inline uint32_t flatbuffer_field(const struct flatbuffer_table *table, uint32_t field,
					uint32_t size)
{
	uint32_t entry = 4 + 2 * field, offset;
	uint64_t at;

	if (entry + 2 > table->vtable_size)
		return 0;
	offset = load_u16(table->buffer.bytes + table->vtable + entry);
	at = (uint64_t)table->at + offset;
	return offset && at + size <= table->buffer.size ? (uint32_t)at : 0;
}

/* What the offset stored in a field points at, or 0. */
static inline uint32_t flatbuffer_target(const struct flatbuffer_table *table, uint32_t field)
{
	uint32_t at = flatbuffer_field(table, field, 4);
	uint64_t target = at ? (uint64_t)at + load_u32(table->buffer.bytes + at) : 0;

	return target && target + 4 <= table->buffer.size ? (uint32_t)target : 0;
}

/* A vector of items of ITEM_SIZE bytes; empty when absent. False: it runs out of the buffer. */
static inline bool flatbuffer_vector(const struct flatbuffer_table *table, uint32_t field,
				     uint32_t item_size, struct flatbuffer_vector *vector)
{
	uint32_t at = flatbuffer_target(table, field), count;

	*vector = (struct flatbuffer_vector){NULL, 0};
	if (!at)
		return flatbuffer_field(table, field, 4) == 0;
	count = load_u32(table->buffer.bytes + at);
	if ((uint64_t)count * item_size > table->buffer.size - at - 4)
		return false;
	*vector = (struct flatbuffer_vector){table->buffer.bytes + at + 4, count};
	return true;
}

/* Table number INDEX of a vector of tables got with item_size 4. */
static inline bool flatbuffer_vector_table(struct flatbuffer buffer,
					   struct flatbuffer_vector vector, uint32_t index,
					   struct flatbuffer_table *table)
{
	const uint8_t *item = vector.items + (size_t)index * 4;
	uint64_t at = (uint64_t)(item - buffer.bytes) + load_u32(item);

	return at < buffer.size && flatbuffer_table_at(buffer, (uint32_t)at, table);
}

static inline uint8_t flatbuffer_u8(const struct flatbuffer_table *table, uint32_t field,
				    uint8_t absent)
{
	uint32_t at = flatbuffer_field(table, field, 1);

	return at ? table->buffer.bytes[at] : absent;
}
