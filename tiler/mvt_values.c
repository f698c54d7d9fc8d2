/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt_values.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/mvt_bytes.h"

struct stored_value {
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
	qsort(list, count, sizeof(*list), by_length_and_bytes);
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
