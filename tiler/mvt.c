/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

/* Protocol buffer tags: field number << 3 | wire type (0 varint, 1 eight bytes, 2 length, 5 four
 * bytes), as in vector_tile.proto 2.1. */
enum tag {
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
enum command {
	MOVE_TO = 1,
	LINE_TO = 2,
	CLOSE_PATH = 7
};
enum {
	VERSION = 2,
	VARINT_MOST = 10,
	SLOTS_LEAST = 256
};
static const uint32_t NO_KEY = UINT32_MAX;
static const int64_t SAFE_INTEGER = (int64_t)1 << 53;

struct value_slot {
	uint64_t hash;
	uint32_t offset, length; /* in layer->values; length 0: free */
	uint32_t index;
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

static void add_varint(struct buf *buf, uint64_t number)
{
	char *end = buf_reserve(buf, VARINT_MOST);

	if (end)
		buf->length += (size_t)(put_varint(end, number) - end);
}

static void add_field(struct buf *buf, enum tag tag, const void *bytes, size_t length)
{
	add_varint(buf, tag);
	add_varint(buf, length);
	buf_add(buf, bytes, length);
}

static uint64_t zigzag(int64_t number)
{
	return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}

static size_t varint_size(uint64_t number)
{
	size_t size = 1;

	while (number >>= 7)
		size++;
	return size;
}

void mvt_layer_init(struct mvt_layer *layer, size_t limit)
{
	*layer = (struct mvt_layer){0};
	buf_init(&layer->features, limit);
	buf_init(&layer->keys, limit);
	buf_init(&layer->values, limit);
	buf_init(&layer->feature, limit);
	buf_init(&layer->value, limit);
	layer->slot_count = SLOTS_LEAST;
	layer->slots = memory_zeroed(layer->slot_count, sizeof(*layer->slots));
}

void mvt_layer_release(struct mvt_layer *layer)
{
	buf_release(&layer->features);
	buf_release(&layer->keys);
	buf_release(&layer->values);
	buf_release(&layer->feature);
	buf_release(&layer->value);
	free(layer->key_of_column);
	free(layer->slots);
	layer->key_of_column = NULL;
	layer->slots = NULL;
}

/* Tiles made one after the other are much alike: the table is made as large as the layer before
 * needed it, since clearing a larger one would cost more than it holds. */
static void fit_slots(struct mvt_layer *layer)
{
	uint32_t wanted = SLOTS_LEAST;

	while (wanted / 2 < layer->value_count)
		wanted *= 2;
	if (wanted < layer->slot_count) {
		layer->slots = memory_resize(layer->slots, wanted, sizeof(*layer->slots));
		layer->slot_count = wanted;
	}
}

void mvt_layer_begin(struct mvt_layer *layer, const char *name, uint32_t extent,
		     const char *const *column_names, uint32_t column_count)
{
	layer->name = name;
	layer->extent = extent;
	layer->column_names = column_names;
	layer->column_count = column_count;
	layer->key_of_column = memory_resize(layer->key_of_column, column_count,
					     sizeof(*layer->key_of_column));
	for (uint32_t i = 0; i < column_count; i++)
		layer->key_of_column[i] = NO_KEY;
	fit_slots(layer);
	layer->feature_count = layer->key_count = layer->value_count = 0;
	buf_empty(&layer->features);
	buf_empty(&layer->keys);
	buf_empty(&layer->values);
	memset(layer->slots, 0, layer->slot_count * sizeof(*layer->slots));
}

static uint32_t key_of(struct mvt_layer *layer, uint32_t column)
{
	const char *name = layer->column_names[column];

	if (layer->key_of_column[column] == NO_KEY) {
		add_field(&layer->keys, LAYER_KEY, name, strlen(name));
		layer->key_of_column[column] = layer->key_count++;
	}
	return layer->key_of_column[column];
}

static void encode_integer(struct buf *out, int64_t integer)
{
	char text[24];

	if (integer > SAFE_INTEGER || integer < -SAFE_INTEGER) {
		int length = snprintf(text, sizeof(text), "%lld", (long long)integer);

		add_field(out, VALUE_STRING, text, (size_t)length);
	} else if (integer < 0) {
		add_varint(out, VALUE_SINT);
		add_varint(out, zigzag(integer));
	} else {
		add_varint(out, VALUE_UINT);
		add_varint(out, (uint64_t)integer);
	}
}

static void encode_real(struct buf *out, double real)
{
	float single = (float)real;

	/* Four bytes where they say the same number. */
	if ((double)single == real) {
		add_varint(out, VALUE_FLOAT);
		buf_add(out, &single, sizeof(single));
	} else {
		add_varint(out, VALUE_DOUBLE);
		buf_add(out, &real, sizeof(real));
	}
}

static void encode_value(struct buf *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_BOOLEAN:
		add_varint(out, VALUE_BOOL);
		add_varint(out, value->boolean);
		break;
	case VALUE_INTEGER:
		encode_integer(out, value->integer);
		break;
	case VALUE_REAL:
		encode_real(out, value->real);
		break;
	case VALUE_TEXT:
		add_field(out, VALUE_STRING, value->text.bytes, value->text.length);
		break;
	case VALUE_NULL:
		break;
	}
}

static void grow_slots(struct mvt_layer *layer)
{
	uint32_t count = layer->slot_count * 2;
	struct value_slot *slots = memory_zeroed(count, sizeof(*slots));

	for (uint32_t i = 0; i < layer->slot_count; i++) {
		uint32_t at = (uint32_t)layer->slots[i].hash & (count - 1);

		if (!layer->slots[i].length)
			continue;
		while (slots[at].length)
			at = (at + 1) & (count - 1);
		slots[at] = layer->slots[i];
	}
	free(layer->slots);
	layer->slots = slots;
	layer->slot_count = count;
}

/* The index of the encoded value, stored first if it is new. */
static uint32_t index_of_value(struct mvt_layer *layer, const struct buf *value)
{
	uint64_t hash = hash_bytes(value->bytes, value->length);
	uint32_t at = (uint32_t)hash & (layer->slot_count - 1);
	struct value_slot *slot;

	for (slot = &layer->slots[at]; slot->length; slot = &layer->slots[at]) {
		if (slot->hash == hash && slot->length == value->length &&
		    memcmp(layer->values.bytes + slot->offset, value->bytes, value->length) == 0)
			return slot->index;
		at = (at + 1) & (layer->slot_count - 1);
	}
	add_field(&layer->values, LAYER_VALUE, value->bytes, value->length);
	if (layer->values.full)
		return 0;
	*slot = (struct value_slot){hash, (uint32_t)(layer->values.length - value->length),
				    (uint32_t)value->length, layer->value_count++};
	if (layer->value_count > layer->slot_count / 2) {
		grow_slots(layer);
		return layer->value_count - 1;
	}
	return slot->index;
}

static void encode_tags(struct mvt_layer *layer, const struct value *values)
{
	struct buf *out = &layer->feature;
	char *tags = buf_reserve(out, (size_t)layer->column_count * 2 * VARINT_MOST);
	char *end = tags;

	for (uint32_t i = 0; tags && i < layer->column_count; i++) {
		if (values[i].type == VALUE_NULL || !layer->column_names[i])
			continue;
		buf_empty(&layer->value);
		encode_value(&layer->value, &values[i]);
		if (layer->value.full) {
			layer->values.full = true;
			return;
		}
		end = put_varint(end, key_of(layer, i));
		end = put_varint(end, index_of_value(layer, &layer->value));
	}
	if (end == tags)
		return;
	add_varint(&layer->features, FEATURE_TAGS);
	add_varint(&layer->features, (uint64_t)(end - tags));
	buf_add(&layer->features, tags, (size_t)(end - tags));
}

struct pen {
	char *end;
	struct tile_point at;
};

static inline void pen_command(struct pen *pen, enum command command, uint32_t count)
{
	pen->end = put_varint(pen->end, (uint64_t)count << 3 | command);
}

static inline void pen_points(struct pen *pen, const struct tile_point *points, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		pen->end = put_varint(pen->end, zigzag((int64_t)points[i].x - pen->at.x));
		pen->end = put_varint(pen->end, zigzag((int64_t)points[i].y - pen->at.y));
		pen->at = points[i];
	}
}

/* The geometry commands (4.3.1): points share one MoveTo; lines and rings have one each. */
static void encode_shape(struct buf *out, enum geometry_kind kind, const struct tile_path *paths,
			 uint32_t path_count)
{
	struct pen pen = {NULL, {0, 0}};
	uint64_t points = 0;
	char *start;

	for (uint32_t i = 0; i < path_count; i++)
		points += paths[i].count;
	start = pen.end = buf_reserve(out, (2 * points + 3 * (uint64_t)path_count + 1) *
						   (VARINT_MOST / 2));
	if (!start)
		return;
	if (kind == GEOMETRY_POINT)
		pen_command(&pen, MOVE_TO, (uint32_t)points);
	for (uint32_t i = 0; i < path_count; i++) {
		const struct tile_path *path = &paths[i];

		if (kind == GEOMETRY_POINT) {
			pen_points(&pen, path->points, path->count);
			continue;
		}
		pen_command(&pen, MOVE_TO, 1);
		pen_points(&pen, path->points, 1);
		pen_command(&pen, LINE_TO, path->count - 1);
		pen_points(&pen, path->points + 1, path->count - 1);
		if (kind == GEOMETRY_POLYGON)
			pen_command(&pen, CLOSE_PATH, 1);
	}
	out->length += (size_t)(pen.end - start);
}

void mvt_layer_feature(struct mvt_layer *layer, const struct feature *feature, bool with_id,
		       enum geometry_kind kind, const struct tile_path *paths, uint32_t path_count)
{
	struct buf *out = &layer->features;
	size_t before = out->length, length;
	char *end;

	/* The message is written in place behind room for its tag and length, then moved up. */
	end = buf_reserve(out, 2 * VARINT_MOST);
	if (!end)
		return;
	out->length += 2 * VARINT_MOST;
	if (with_id && feature->has_id) {
		add_varint(out, FEATURE_ID);
		add_varint(out, feature->id);
	}
	buf_empty(&layer->feature);
	encode_tags(layer, feature->values);
	add_varint(out, FEATURE_KIND);
	add_varint(out, kind);
	buf_empty(&layer->feature);
	encode_shape(&layer->feature, kind, paths, path_count);
	add_field(out, FEATURE_SHAPE, layer->feature.bytes, layer->feature.length);
	if (layer->feature.full)
		out->full = true;
	if (out->full)
		return;
	length = out->length - before - 2 * VARINT_MOST;
	end = put_varint(out->bytes + before, LAYER_FEATURE);
	end = put_varint(end, length);
	memmove(end, out->bytes + before + 2 * VARINT_MOST, length);
	out->length = (size_t)(end - out->bytes) + length;
	layer->feature_count++;
}

enum error_code mvt_layer_end(struct mvt_layer *layer, struct buf *tile, struct error *error)
{
	size_t name_length = strlen(layer->name);
	size_t length = varint_size(LAYER_VERSION) + varint_size(VERSION) +
			varint_size(LAYER_NAME) + varint_size(name_length) + name_length +
			layer->features.length + layer->keys.length + layer->values.length +
			varint_size(LAYER_EXTENT) + varint_size(layer->extent);

	if (layer->features.full || layer->keys.full || layer->values.full)
		return error_set(error, ERROR_LIMIT,
				 "layer %s has more in this tile than may be served (%zu bytes)",
				 layer->name, layer->features.limit);
	if (layer->feature_count == 0)
		return ERROR_NONE;
	add_varint(tile, TILE_LAYER);
	add_varint(tile, length);
	add_varint(tile, LAYER_VERSION);
	add_varint(tile, VERSION);
	add_field(tile, LAYER_NAME, layer->name, name_length);
	buf_add(tile, layer->features.bytes, layer->features.length);
	buf_add(tile, layer->keys.bytes, layer->keys.length);
	buf_add(tile, layer->values.bytes, layer->values.length);
	add_varint(tile, LAYER_EXTENT);
	add_varint(tile, layer->extent);
	if (tile->full)
		return error_set(error, ERROR_LIMIT,
				 "the tile holds more than may be served (%zu bytes)", tile->limit);
	return ERROR_NONE;
}
