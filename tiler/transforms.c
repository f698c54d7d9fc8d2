/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/transforms.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* A portal knows a handful of CRS. Past this many pairs the one longest unused is let go. */
enum {
	PAIRS_MOST = 32
};

struct pair {
	char *from, *to; /* definitions: the CRS themselves may go with their catalogue */
	struct transform *transform;
	uint64_t used; /* the number of the last call that asked for it */
};

struct transforms {
	struct pair pairs[PAIRS_MOST];
	uint32_t count;
	uint64_t calls;
};

struct transforms *transforms_new(void)
{
	return memory_zeroed(1, sizeof(struct transforms));
}

static void pair_release(struct pair *pair)
{
	transform_free(pair->transform);
	free(pair->from);
	free(pair->to);
}

void transforms_free(struct transforms *transforms)
{
	if (!transforms)
		return;
	for (uint32_t i = 0; i < transforms->count; i++)
		pair_release(&transforms->pairs[i]);
	free(transforms);
}

/* A place for one more pair. */
static struct pair *place(struct transforms *transforms)
{
	struct pair *oldest = &transforms->pairs[0];

	if (transforms->count < PAIRS_MOST)
		return &transforms->pairs[transforms->count++];
	for (uint32_t i = 1; i < transforms->count; i++) {
		if (transforms->pairs[i].used < oldest->used)
			oldest = &transforms->pairs[i];
	}
	pair_release(oldest);
	return oldest;
}

enum error_code transforms_get(struct transforms *transforms, const struct crs *from,
			       const struct crs *to, struct transform **transform,
			       struct error *error)
{
	struct pair *pair;
	enum error_code code;

	*transform = NULL;
	if (crs_equal(from, to))
		return ERROR_NONE;
	transforms->calls++;
	for (uint32_t i = 0; i < transforms->count; i++) {
		pair = &transforms->pairs[i];
		if (strcmp(pair->from, from->definition) == 0 &&
		    strcmp(pair->to, to->definition) == 0) {
			pair->used = transforms->calls;
			*transform = pair->transform;
			return ERROR_NONE;
		}
	}
	code = transform_new(from, to, transform, error);
	if (code)
		return code;
	pair = place(transforms);
	*pair = (struct pair){memory_text(from->definition), memory_text(to->definition),
			      *transform, transforms->calls};
	return ERROR_NONE;
}
