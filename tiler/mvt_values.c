/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt_values.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/mvt_bytes.h"

/* By length, then by bytes: what many values of one length begin with (the letters of an
 * identifier) is compared once, the eight bytes that follow are sorted by their digits, and only
 * where they are equal as well are values compared one by one. */

enum {
	DIGIT_BITS = 8,
	DIGITS = 1 << DIGIT_BITS,
	KEY_BYTES = 8,
	DEALT_FROM = 128, /* fewer are compared: each deal costs DIGITS besides */
};

struct stored_value {
	uint64_t key;
	const char *bytes;
	uint32_t length;
	uint32_t index;
};

static int by_length_and_bytes(const void *left, const void *right)
{
	const struct stored_value *a = left, *b = right;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->length);
}

/* Sorts by keys; OTHER has room for as many. */
static void sort_by_key(struct stored_value *list, struct stored_value *other, uint32_t count)
{
	struct stored_value *from = list, *to = other, *swap;
	uint64_t differing = 0;

	for (uint32_t i = 1; i < count; i++)
		differing |= list[i].key ^ list[0].key;
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		uint32_t places[DIGITS] = {0}, place = 0;

		if (!(differing >> shift & (DIGITS - 1)))
			continue;
		for (uint32_t i = 0; i < count; i++)
			places[from[i].key >> shift & (DIGITS - 1)]++;
		for (uint32_t digit = 0; digit < DIGITS; digit++) {
			uint32_t alike = places[digit];

			places[digit] = place;
			place += alike;
		}
		for (uint32_t i = 0; i < count; i++)
			to[places[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != list)
		memcpy(list, from, count * sizeof(*list));
}

static uint32_t common_start(const struct stored_value *list, uint32_t count)
{
	uint32_t common = list[0].length;

	for (uint32_t i = 1; i < count && common; i++) {
		uint32_t k = 0;

		while (k < common && list[i].bytes[k] == list[0].bytes[k])
			k++;
		common = k;
	}
	return common;
}

static uint64_t key_at(const struct stored_value *value, uint32_t at)
{
	uint64_t key = 0;

	for (uint32_t i = at; i < at + KEY_BYTES; i++)
		key = key << DIGIT_BITS | (i < value->length ? (uint8_t)value->bytes[i] : 0);
	return key;
}

/* Sorts values of one length by their bytes. */
static void sort_alike(struct stored_value *list, struct stored_value *other, uint32_t count)
{
	uint32_t common, end;

	if (count < DEALT_FROM) {
		qsort(list, count, sizeof(*list), by_length_and_bytes);
		return;
	}
	common = common_start(list, count);
	for (uint32_t i = 0; i < count; i++)
		list[i].key = key_at(&list[i], common);
	sort_by_key(list, other, count);
	for (uint32_t i = 0; common + KEY_BYTES < list[0].length && i < count; i = end) {
		for (end = i + 1; end < count && list[end].key == list[i].key; end++)
			;
		if (end - i > 1)
			qsort(list + i, end - i, sizeof(*list), by_length_and_bytes);
	}
}

static void sort_list(struct stored_value *list, uint32_t count)
{
	struct stored_value *other = memory_new((size_t)count * sizeof(*other));
	uint32_t end;

	for (uint32_t i = 0; i < count; i++)
		list[i].key = list[i].length;
	sort_by_key(list, other, count);
	for (uint32_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && list[end].length == list[i].length; end++)
			;
		sort_alike(list + i, other, end - i);
	}
	free(other);
}

/* Sorts VALUES. New: of each, by its number before, its number now. */
static uint32_t *sort_values(struct buf *values, uint32_t count)
{
	struct stored_value *list = memory_new((size_t)count * sizeof(*list));
	uint32_t *numbers = memory_new((size_t)count * sizeof(*numbers));
	const char *at = values->bytes;
	struct buf sorted;

	for (uint32_t i = 0; i < count; i++) {
		at++;
		list[i].length = (uint32_t)take_varint(&at);
		list[i].bytes = at;
		list[i].index = i;
		at += list[i].length;
	}
	sort_list(list, count);
	buf_init(&sorted, values->limit);
	buf_reserve(&sorted, values->length);
	for (uint32_t i = 0; i < count; i++) {
		add_field(&sorted, LAYER_VALUE, list[i].bytes, list[i].length);
		numbers[list[i].index] = i;
	}
	buf_release(values);
	*values = sorted;
	free(list);
	return numbers;
}

static void renumber_tags(struct buf *tags, const char *at, const char *end,
			  const uint32_t *numbers)
{
	buf_empty(tags);
	while (at < end) {
		add_varint(tags, take_varint(&at));
		add_varint(tags, numbers[take_varint(&at)]);
	}
}

/* Past the fields of a feature that come before its tags. */
static const char *find_tags(const char *at, const char *end)
{
	while (at < end && *at != FEATURE_TAGS) {
		enum mvt_tag tag = (enum mvt_tag) * at++;
		uint64_t number = take_varint(&at);

		if (tag == FEATURE_SHAPE)
			at += number;
	}
	return at;
}

static void renumber(struct buf *features, const uint32_t *numbers)
{
	const char *at = features->bytes, *end = at + features->length;
	struct buf renumbered, tags;

	buf_init(&renumbered, features->limit);
	buf_init(&tags, features->limit);
	buf_reserve(&renumbered, features->length);
	while (at < end) {
		const char *start, *tags_at, *feature_end;
		uint64_t length, before;

		at++;
		length = take_varint(&at);
		start = at;
		at = feature_end = start + length;
		tags_at = find_tags(start, feature_end);
		before = (uint64_t)(tags_at - start);
		buf_empty(&tags);
		if (tags_at < feature_end) {
			tags_at++;
			take_varint(&tags_at);
			renumber_tags(&tags, tags_at, feature_end, numbers);
			length = before + 1 + varint_size(tags.length) + tags.length;
		}
		add_varint(&renumbered, LAYER_FEATURE);
		add_varint(&renumbered, length);
		buf_add(&renumbered, start, before);
		if (tags.length)
			add_field(&renumbered, FEATURE_TAGS, tags.bytes, tags.length);
	}
	renumbered.full = renumbered.full || tags.full;
	buf_release(&tags);
	buf_release(features);
	*features = renumbered;
}

void mvt_values_sort(struct buf *values, uint32_t count, struct buf *features)
{
	uint32_t *numbers = sort_values(values, count);

	renumber(features, numbers);
	free(numbers);
}
