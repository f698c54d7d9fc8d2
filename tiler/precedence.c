/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/precedence.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

struct claim {
	uint64_t id;
	double priority;
	uint32_t place; /* from the last, which is 0; equal priorities share one */
};

struct precedence {
	struct claim *claims;
	uint64_t count, room;
};

struct precedence *precedence_new(void)
{
	return memory_zeroed(1, sizeof(struct precedence));
}

void precedence_free(struct precedence *precedence)
{
	if (!precedence)
		return;
	free(precedence->claims);
	free(precedence);
}

void precedence_add(struct precedence *precedence, const struct feature *feature)
{
	if (!feature->has_id || feature->priority == -HUGE_VAL)
		return;
	if (precedence->count == precedence->room) {
		precedence->room = 2 * precedence->room + 1024;
		precedence->claims = memory_resize(precedence->claims, precedence->room,
						   sizeof(*precedence->claims));
	}
	precedence->claims[precedence->count++] = (struct claim){feature->id, feature->priority, 0};
}

static int by_priority(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	return (a->priority > b->priority) - (a->priority < b->priority);
}

/* Of one id, the first to stay comes first. */
static int by_id(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->place < b->place) - (a->place > b->place);
}

static uint32_t place_of(const struct precedence *precedence, uint64_t id)
{
	uint64_t first = 0, end = precedence->count;

	while (first < end) {
		uint64_t middle = first + (end - first) / 2;

		if (precedence->claims[middle].id < id)
			first = middle + 1;
		else
			end = middle;
	}
	return first < precedence->count && precedence->claims[first].id == id
		       ? precedence->claims[first].place
		       : 0;
}

void precedence_apply(struct precedence *precedence, struct outline *outline)
{
	struct claim *claims = precedence->claims;
	uint32_t place = 1;

	if (precedence->count)
		qsort(claims, precedence->count, sizeof(*claims), by_priority);
	for (uint64_t i = 0; i < precedence->count; i++) {
		place += i > 0 && claims[i].priority > claims[i - 1].priority;
		claims[i].place = place;
	}
	if (precedence->count)
		qsort(claims, precedence->count, sizeof(*claims), by_id);
	outline->precedence = memory_resize(outline->precedence, outline->feature_count,
					    sizeof(*outline->precedence));
	for (uint32_t i = 0; i < outline->feature_count; i++)
		outline->precedence[i] = place_of(precedence, outline->ids[i]);
}
