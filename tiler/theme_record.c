/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"

/* What parts an address from the identifier in it. */
#define SEPARATORS "/?&=#"

/* Something that a record is found by; the texts are those of the overrides. */
struct record_key {
	const char *text;
	bool name; /* of a theme; else the record's identifier */
	size_t place;
};

static int compare_subject(const struct record_key *a, const struct record_key *b)
{
	return a->name != b->name ? (a->name ? 1 : -1) : strcasecmp(a->text, b->text);
}

static int compare_keys(const void *a, const void *b)
{
	const struct record_key *left = a, *right = b;
	int order = compare_subject(left, right);

	return order ? order : (left->place > right->place) - (left->place < right->place);
}

void theme_records_index(struct theme_overrides *overrides)
{
	struct record_key *keys;
	size_t count = 0;

	for (size_t i = 0; i < overrides->count; i++)
		if (overrides->list[i].strength == OVERRIDE_RECORD)
			count += 1 + overrides->list[i].names.count;
	keys = memory_zeroed(count + 1, sizeof(*keys));
	count = 0;
	for (size_t i = 0; i < overrides->count; i++) {
		const struct theme_override *override = &overrides->list[i];

		if (override->strength != OVERRIDE_RECORD)
			continue;
		keys[count++] = (struct record_key){override->pattern, false, i};
		for (size_t n = 0; n < override->names.count; n++)
			keys[count++] = (struct record_key){override->names.texts[n], true, i};
	}
	qsort(keys, count, sizeof(*keys), compare_keys);
	free(overrides->keys);
	overrides->keys = keys;
	overrides->key_count = count;
}

/* The first override with that key; OTHER gets one more of another identifier, or NULL. */
static const struct theme_override *find(const struct theme_overrides *overrides, const char *text,
					 bool name, const struct theme_override **other)
{
	const struct record_key wanted = {text, name, 0};
	const struct record_key *keys = overrides->keys;
	size_t low = 0, high = overrides->key_count, first;

	*other = NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_subject(&keys[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	first = low;
	for (; low < overrides->key_count && compare_subject(&keys[low], &wanted) == 0; low++)
		if (strcasecmp(overrides->list[keys[low].place].pattern,
			       overrides->list[keys[first].place].pattern) != 0)
			*other = &overrides->list[keys[low].place];
	return low > first ? &overrides->list[keys[first].place] : NULL;
}

/* By an identifier, or by the part of an address that is one. */
static const struct theme_override *find_identified(const struct theme_overrides *overrides,
						    const char *record)
{
	const struct theme_override *other;
	const struct theme_override *found = find(overrides, record, false, &other);

	for (const char *part = record; !found && *part;) {
		size_t run = strcspn(part, SEPARATORS);
		char *text = memory_print("%.*s", (int)run, part);

		if (run)
			found = find(overrides, text, false, &other);
		free(text);
		part += run + (part[run] != '\0');
	}
	return found;
}

const struct theme_override *theme_record_of(const struct theme_overrides *overrides,
					     const char *theme_id, const char *record,
					     const struct theme_override **other)
{
	const struct theme_override *found = NULL;

	*other = NULL;
	if (record)
		found = find_identified(overrides, record);
	return found ? found : find(overrides, theme_id, true, other);
}
