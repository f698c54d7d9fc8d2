/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Writing FlatBuffers (https://flatbuffers.dev/internals) front to back, each behind its own size
 * of four bytes: what an offset leads to comes after it. Places are counted from that size, and
 * values lie at multiples of their length from there, as verifiers ask. The caller gives the room.
 */
struct flatbuffer_writer {
	uint8_t *bytes;
	size_t at; /* where the next byte goes */
};

enum {
	FLATBUFFER_SIZE = 4,	    /* bytes of the size in front */
	FLATBUFFER_FIELDS_MOST = 11 /* of the tables written here */
};

/* How a table lies: where its fields are, from its start; 0: the field is absent. */
struct flatbuffer_shape {
	uint16_t size, field_count;
	uint8_t alignment; /* of its longest field */
	uint16_t fields[FLATBUFFER_FIELDS_MOST];
};

static inline void store_u32(uint8_t *bytes, uint32_t value)
{
	memcpy(bytes, &value, sizeof(value));
}

static inline void store_u64(uint8_t *bytes, uint64_t value)
{
	memcpy(bytes, &value, sizeof(value));
}

static inline void flatbuffer_put(struct flatbuffer_writer *writer, const void *bytes,
				  size_t length)
{
	if (length)
		memcpy(writer->bytes + writer->at, bytes, length);
	writer->at += length;
}

static inline void flatbuffer_put_u16(struct flatbuffer_writer *writer, uint16_t value)
{
	flatbuffer_put(writer, &value, sizeof(value));
}

static inline void flatbuffer_put_u32(struct flatbuffer_writer *writer, uint32_t value)
{
	flatbuffer_put(writer, &value, sizeof(value));
}

/* Zeros up to where what comes LATER bytes after it is at a multiple of ALIGNMENT. */
static inline void flatbuffer_align(struct flatbuffer_writer *writer, size_t alignment,
				    size_t later)
{
	while ((writer->at + later) % alignment)
		writer->bytes[writer->at++] = 0;
}

/* The table, its fields zero; returns its place. */
static inline size_t flatbuffer_put_table(struct flatbuffer_writer *writer,
					  const struct flatbuffer_shape *shape)
{
	uint16_t length = (uint16_t)(4 + 2 * shape->field_count);
	size_t start, table;

	flatbuffer_align(writer, 4, 0);
	start = writer->at;
	flatbuffer_put_u16(writer, length);
	flatbuffer_put_u16(writer, shape->size);
	flatbuffer_put(writer, shape->fields, 2u * shape->field_count);
	flatbuffer_align(writer, shape->alignment, 0);
	table = writer->at;
	flatbuffer_put_u32(writer, (uint32_t)(table - start));
	memset(writer->bytes + writer->at, 0, shape->size - 4u);
	writer->at += shape->size - 4u;
	return table;
}

/* Lets the offset at FIELD lead to TARGET, a later place. */
static inline void flatbuffer_lead(struct flatbuffer_writer *writer, size_t field, size_t target)
{
	store_u32(writer->bytes + field, (uint32_t)(target - field));
}

/* Begins, at the next place that suits items of ITEM_SIZE bytes, a vector of COUNT of them, which
 * the caller puts next; the offset at FIELD leads to it. Returns the place of the first. */
static inline size_t flatbuffer_put_vector(struct flatbuffer_writer *writer, size_t field,
					   uint32_t count, size_t item_size)
{
	flatbuffer_align(writer, item_size < 4 ? 4 : item_size, 4);
	flatbuffer_lead(writer, field, writer->at);
	flatbuffer_put_u32(writer, count);
	return writer->at;
}

static inline void flatbuffer_put_text(struct flatbuffer_writer *writer, size_t field,
				       const char *text)
{
	size_t length = strlen(text);

	flatbuffer_put_vector(writer, field, (uint32_t)length, 1);
	flatbuffer_put(writer, text, length + 1);
}

/* Begins a buffer whose first table, the root, comes next. */
static inline void flatbuffer_begin(struct flatbuffer_writer *writer)
{
	memset(writer->bytes, 0, FLATBUFFER_SIZE + 4);
	writer->at = FLATBUFFER_SIZE + 4;
}

/* Ends it; `at` is the length in all. */
static inline void flatbuffer_end(struct flatbuffer_writer *writer, size_t root)
{
	flatbuffer_align(writer, 8, 0);
	store_u32(writer->bytes, (uint32_t)(writer->at - FLATBUFFER_SIZE));
	flatbuffer_lead(writer, FLATBUFFER_SIZE, root);
}
