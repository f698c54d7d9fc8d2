/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/mvt_bytes.h"
#include "tiler/mvt_shape.h"
#include "tiler/mvt_values.h"

enum {
	VERSION = 2,
	SLOTS_LEAST = 256, /* places are half as many */
	/* From so many on, sorting them costs little beside what it saves a client. */
	SORTED_FROM = 4096,
};
static const uint32_t NO_KEY = UINT32_MAX;
static const int64_t SAFE_INTEGER = (int64_t)1 << 53;

/* Small, since each look into the table is at another place of it. */
struct value_slot {
	uint32_t hash;
	uint32_t number; /* index + 1; 0: free */
};

struct value_place {
	uint32_t offset, length; /* in layer->values */
};

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
	layer->places = memory_new(layer->slot_count / 2 * sizeof(*layer->places));
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
	free(layer->places);
	layer->key_of_column = NULL;
	layer->slots = NULL;
	layer->places = NULL;
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
		layer->places = memory_resize(layer->places, wanted / 2, sizeof(*layer->places));
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
		uint32_t at = layer->slots[i].hash & (count - 1);

		if (!layer->slots[i].number)
			continue;
		while (slots[at].number)
			at = (at + 1) & (count - 1);
		slots[at] = layer->slots[i];
	}
	free(layer->slots);
	layer->slots = slots;
	layer->places = memory_resize(layer->places, count / 2, sizeof(*layer->places));
	layer->slot_count = count;
}

/* The index of the encoded value, stored first if it is new. */
static uint32_t index_of_value(struct mvt_layer *layer, const struct buf *value)
{
	uint32_t hash = (uint32_t)hash_bytes(value->bytes, value->length), at;
	struct value_slot *slot;

	if (layer->value_count == layer->slot_count / 2)
		grow_slots(layer);
	at = hash & (layer->slot_count - 1);
	for (slot = &layer->slots[at]; slot->number; slot = &layer->slots[at]) {
		const struct value_place *place = &layer->places[slot->number - 1];

		if (slot->hash == hash && place->length == value->length &&
		    memcmp(layer->values.bytes + place->offset, value->bytes, value->length) == 0)
			return slot->number - 1;
		at = (at + 1) & (layer->slot_count - 1);
	}
	add_field(&layer->values, LAYER_VALUE, value->bytes, value->length);
	if (layer->values.full)
		return 0;
	layer->places[layer->value_count] = (struct value_place){
		(uint32_t)(layer->values.length - value->length), (uint32_t)value->length};
	*slot = (struct value_slot){hash, ++layer->value_count};
	return layer->value_count - 1;
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
	/* Readers need the kind before the shape; numbers that differ from feature to feature
	 * compress best side by side. The tags come last: see mvt_values_sort. */
	add_varint(out, FEATURE_KIND);
	add_varint(out, kind);
	buf_empty(&layer->feature);
	mvt_shape_add(&layer->feature, kind, paths, path_count);
	add_field(out, FEATURE_SHAPE, layer->feature.bytes, layer->feature.length);
	if (with_id && feature->has_id) {
		add_varint(out, FEATURE_ID);
		add_varint(out, feature->id);
	}
	if (layer->feature.full)
		out->full = true;
	buf_empty(&layer->feature);
	encode_tags(layer, feature->values);
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
	size_t name_length = strlen(layer->name), length;
	bool full = layer->features.full || layer->keys.full || layer->values.full;

	if (!full && layer->value_count >= SORTED_FROM)
		mvt_values_sort(&layer->values, layer->value_count, &layer->features);
	length = varint_size(LAYER_VERSION) + varint_size(VERSION) + varint_size(LAYER_NAME) +
		 varint_size(name_length) + name_length + layer->features.length +
		 layer->keys.length + layer->values.length + varint_size(LAYER_EXTENT) +
		 varint_size(layer->extent);
	if (full || layer->features.full || layer->values.full)
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
