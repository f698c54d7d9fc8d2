/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt_join.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tiler/companion.h"

/* Just as much protocol buffers as it takes to find the name of a layer. */

enum {
	TILE_LAYER = 3 << 3 | 2,
	LAYER_NAME = 1 << 3 | 2,
	VARINT_MOST = 10,
};

struct reader {
	const uint8_t *at, *end;
};

static bool read_varint(struct reader *reader, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 7 * VARINT_MOST && reader->at < reader->end; shift += 7) {
		uint8_t byte = *reader->at++;

		*value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return true;
	}
	return false;
}

/* The content of a field of bytes; of a number, nothing. */
static bool read_field(struct reader *reader, uint64_t *tag, struct reader *content)
{
	uint64_t length = 0;

	if (!read_varint(reader, tag))
		return false;
	switch (*tag & 7) {
	case 0:
		*content = (struct reader){reader->at, reader->at};
		return read_varint(reader, &length);
	case 1:
		length = 8;
		break;
	case 2:
		if (!read_varint(reader, &length))
			return false;
		break;
	case 5:
		length = 4;
		break;
	default:
		return false;
	}
	if (length > (uint64_t)(reader->end - reader->at))
		return false;
	*content = (struct reader){reader->at, reader->at + length};
	reader->at += length;
	return true;
}

static void add_varint(struct buf *out, uint64_t value)
{
	for (; value > 127; value >>= 7)
		buf_add_char(out, (char)(value | 128));
	buf_add_char(out, (char)value);
}

static size_t varint_size(uint64_t value)
{
	size_t size = 1;

	while (value >>= 7)
		size++;
	return size;
}

/* The name field of a layer, tag and length included. False: damaged, or it has none. */
static bool find_name(struct reader layer, struct reader *field, struct reader *name)
{
	uint64_t tag;

	do {
		field->at = layer.at;
		if (!read_field(&layer, &tag, name))
			return false;
	} while (tag != LAYER_NAME);
	field->end = layer.at;
	return true;
}

static size_t length_of(struct reader bytes)
{
	return (size_t)(bytes.end - bytes.at);
}

/* NAME, and the REST that follows it. */
static void add_layer(struct buf *out, struct reader layer, struct reader name_field,
		      const char *name, struct reader rest)
{
	size_t name_length = strlen(name) + length_of(rest);
	struct reader before = {layer.at, name_field.at}, after = {name_field.end, layer.end};

	add_varint(out, TILE_LAYER);
	add_varint(out, length_of(before) + varint_size(LAYER_NAME) + varint_size(name_length) +
				name_length + length_of(after));
	buf_add(out, before.at, length_of(before));
	add_varint(out, LAYER_NAME);
	add_varint(out, name_length);
	buf_add_text(out, name);
	buf_add(out, rest.at, length_of(rest));
	buf_add(out, after.at, length_of(after));
}

/* Has NAME the LENGTH, and FROM, or that and the companions' suffix, for text? */
static bool is_called(struct reader name, const char *from, size_t length)
{
	size_t from_length = strlen(from);

	return length_of(name) == length && memcmp(name.at, from, from_length) == 0 &&
	       memcmp(name.at + from_length, COMPANION_SUFFIX, length - from_length) == 0;
}

enum error_code mvt_join(const void *bytes, size_t length, const char *from, const char *to,
			 struct buf *out, struct error *error)
{
	struct reader tile = {bytes, (const uint8_t *)bytes + length};
	size_t from_length = strlen(from);

	while (tile.at < tile.end) {
		struct reader whole = {tile.at, NULL}, layer, field, name;
		uint64_t tag;

		if (!read_field(&tile, &tag, &layer) || tag != TILE_LAYER ||
		    !find_name(layer, &field, &name))
			return error_set(error, ERROR_INVALID, "the layer %s is damaged", from);
		whole.end = tile.at;
		if (is_called(name, from, from_length) ||
		    is_called(name, from, from_length + strlen(COMPANION_SUFFIX)))
			add_layer(out, layer, field, to,
				  (struct reader){name.at + from_length, name.end});
		else
			buf_add(out, whole.at, length_of(whole));
	}
	return out->full
		       ? error_set(error, ERROR_LIMIT,
				   "the tile holds more than may be served (%zu bytes)", out->limit)
		       : ERROR_NONE;
}
