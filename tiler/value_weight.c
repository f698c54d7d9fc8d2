/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/value_weight.h"

#include <stdlib.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

/* A table in which a value takes the place of another of the same slot: features come along the
 * Hilbert curve, so what it remembers is what lies near. */

enum {
	SLOTS = 1 << 15,
	/* gzipped bytes */
	KNOWN = 1, /* a reference */
	INTEGER = 3,
	REAL = 7, /* eight bytes of hardly any pattern */
	TEXT = 3, /* and a half of its length */
};

struct value_weights {
	uint64_t slots[SLOTS]; /* hashes */
};

struct value_weights *value_weights_new(void)
{
	return memory_zeroed(1, sizeof(struct value_weights));
}

void value_weights_free(struct value_weights *weights)
{
	free(weights);
}

static bool is_known(struct value_weights *weights, const void *bytes, size_t length)
{
	uint64_t hash = hash_bytes(bytes, length), *slot = &weights->slots[hash % SLOTS];

	if (*slot == hash)
		return true;
	*slot = hash;
	return false;
}

static uint32_t weight_of(struct value_weights *weights, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		return 0;
	case VALUE_BOOLEAN:
		return KNOWN;
	case VALUE_INTEGER:
		return is_known(weights, &value->integer, sizeof(value->integer)) ? KNOWN : INTEGER;
	case VALUE_REAL:
		return is_known(weights, &value->real, sizeof(value->real)) ? KNOWN : REAL;
	case VALUE_TEXT:
		break;
	}
	return is_known(weights, value->text.bytes, value->text.length)
		       ? KNOWN
		       : TEXT + value->text.length / 2;
}

uint32_t value_weights_of(struct value_weights *weights, const struct value *values, uint32_t count,
			  const uint32_t *first_zooms)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!first_zooms || first_zooms[i] == 0)
			sum += weight_of(weights, &values[i]);
	}
	return sum;
}
