/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_changes.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/compare.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

/* Both files are in the order of the same Hilbert curve as long as the extent is the same, so they
 * are walked side by side, and what is equal costs a comparison of bytes. What finds no match a few
 * features ahead is put aside, and matched in the end by id and hash, wherever it lies. */

enum {
	LOOK_AHEAD = 16
};

/* A feature put aside. */
struct loose {
	uint64_t id, hash;
	struct box box;
};

struct loose_list {
	struct loose *items;
	size_t count, capacity;
};

/* One of the two files. */
struct side {
	const struct fgb *fgb;
	uint64_t count, next;
	struct loose_list loose;
};

struct comparison {
	struct side older, newer;
	bool damaged;
};

static struct fgb_record record_at(struct comparison *comparison, const struct side *side,
				   uint64_t index)
{
	struct fgb_record record = {0};

	if (!fgb_record(side->fgb, index, &record)) {
		record = (struct fgb_record){0};
		comparison->damaged = true;
	}
	return record;
}

static void put_aside(struct comparison *comparison, struct side *side)
{
	struct fgb_record record = record_at(comparison, side, side->next++);
	struct loose_list *list = &side->loose;

	if (comparison->damaged)
		return;
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 64;
		list->items = memory_resize(list->items, list->capacity, sizeof(*list->items));
	}
	list->items[list->count++] = (struct loose){fgb_record_id(side->fgb, &record),
						    hash_bytes(record.bytes, record.length),
						    record.box};
}

/* Is the feature AHEAD of the one side the next one of the OTHER? */
static bool meets(struct comparison *comparison, const struct side *side, uint64_t ahead,
		  const struct side *other)
{
	struct fgb_record a, b;

	if (side->next + ahead >= side->count || other->next >= other->count)
		return false;
	a = record_at(comparison, side, side->next + ahead);
	b = record_at(comparison, other, other->next);
	return !comparison->damaged && a.length == b.length &&
	       memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* The next features of the two differ: puts aside what lies between them and the next equal pair,
 * or both. */
static void step_over(struct comparison *comparison)
{
	struct side *older = &comparison->older, *newer = &comparison->newer, *longer = NULL;
	uint64_t ahead = 0;

	while (!longer && ++ahead <= LOOK_AHEAD) {
		if (meets(comparison, older, ahead, newer))
			longer = older;
		else if (meets(comparison, newer, ahead, older))
			longer = newer;
	}
	if (!longer) {
		if (older->next < older->count)
			put_aside(comparison, older);
		if (newer->next < newer->count)
			put_aside(comparison, newer);
		return;
	}
	while (ahead--)
		put_aside(comparison, longer);
}

static void walk(struct comparison *comparison)
{
	struct side *older = &comparison->older, *newer = &comparison->newer;

	while (!comparison->damaged && (older->next < older->count || newer->next < newer->count)) {
		if (meets(comparison, older, 0, newer)) {
			older->next++;
			newer->next++;
		} else {
			step_over(comparison);
		}
	}
}

static int by_id_and_hash(const void *left, const void *right)
{
	const struct loose *a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->hash > b->hash) - (a->hash < b->hash);
}

static bool ids_are_unique(struct comparison *comparison, const struct side *side)
{
	uint64_t *ids = memory_zeroed(side->count, sizeof(*ids));
	bool unique = true;

	for (uint64_t i = 0; i < side->count; i++) {
		struct fgb_record record = record_at(comparison, side, i);

		ids[i] = record.bytes ? fgb_record_id(side->fgb, &record) : 0;
	}
	if (side->count)
		qsort(ids, side->count, sizeof(*ids), compare_u64);
	for (uint64_t i = 1; i < side->count && unique; i++)
		unique = ids[i] != ids[i - 1];
	free(ids);
	return unique;
}

static void sort(struct loose_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_id_and_hash);
}

/* Takes equal pairs out of both lists. */
static size_t match(struct loose_list *older, struct loose_list *newer)
{
	size_t a = 0, b = 0, a_kept = 0, b_kept = 0, matched = 0;

	while (a < older->count && b < newer->count) {
		int order = by_id_and_hash(&older->items[a], &newer->items[b]);

		if (order < 0) {
			older->items[a_kept++] = older->items[a++];
		} else if (order > 0) {
			newer->items[b_kept++] = newer->items[b++];
		} else {
			a++, b++;
			matched++;
		}
	}
	while (a < older->count)
		older->items[a_kept++] = older->items[a++];
	while (b < newer->count)
		newer->items[b_kept++] = newer->items[b++];
	older->count = a_kept;
	newer->count = b_kept;
	return matched;
}

static void add_ground(struct box_tree *ground, const struct loose_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		box_tree_add(ground, list->items[i].box);
}

/* Features of one id are drawn in the order in which they lie in the file: where they may have
 * changed places, being there before and after does not make them equal. */
static void settle(struct comparison *comparison, struct level_changes *changes)
{
	struct loose_list *older = &comparison->older.loose, *newer = &comparison->newer.loose;
	size_t matched;

	sort(older);
	sort(newer);
	matched = match(older, newer);
	if (matched && (!ids_are_unique(comparison, &comparison->older) ||
			!ids_are_unique(comparison, &comparison->newer)))
		changes->everywhere = true;
	add_ground(&changes->ground, older);
	add_ground(&changes->ground, newer);
	changes->features = older->count > newer->count ? older->count : newer->count;
}

void level_changes_find(struct level_changes *changes, const struct fgb *older,
			const struct fgb *newer)
{
	struct comparison comparison = {
		.older = {.fgb = older, .count = older ? fgb_feature_count(older) : 0},
		.newer = {.fgb = newer, .count = newer ? fgb_feature_count(newer) : 0},
	};

	if (older && newer && !fgb_same_layout(older, newer)) {
		changes->everywhere = true;
		changes->features = comparison.newer.count;
		return;
	}
	walk(&comparison);
	if (!comparison.damaged)
		settle(&comparison, changes);
	changes->everywhere |= comparison.damaged;
	free(comparison.older.loose.items);
	free(comparison.newer.loose.items);
	box_tree_finish(&changes->ground);
}

void level_changes_release(struct level_changes *changes)
{
	box_tree_release(&changes->ground);
	*changes = (struct level_changes){0};
}
