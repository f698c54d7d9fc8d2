/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum {
	CHANGES_MOST = 6,
	CHUNK_MOST = 32
};

/* Numbers at which code goes wrong. */
static const uint64_t odd_numbers[] = {
	0,
	1,
	4,
	0x7f,
	0x80,
	0xff,
	0x7fff,
	0xffff,
	0x7fffffff,
	0x80000000,
	0xfffffffc,
	0xffffffff,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xffffffffffffffff,
	0x7ff0000000000000, /* infinity */
	0x7ff8000000000000, /* not a number */
	0x7fefffffffffffff, /* the largest double */
};

/* SplitMix64: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators" (2014). */
uint32_t fuzz_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

static size_t below(size_t limit, uint64_t *state)
{
	return limit ? fuzz_random(state) % limit : 0;
}

static void overwrite(struct buf *input, size_t at, const void *bytes, size_t length)
{
	if (length > input->length - at)
		length = input->length - at;
	memmove(input->bytes + at, bytes, length); /* which may lie in the input itself */
}

static void insert(struct buf *input, size_t at, const char *bytes, size_t length)
{
	char chunk[CHUNK_MOST];

	memcpy(chunk, bytes, length);
	if (!buf_reserve(input, length))
		return;
	memmove(input->bytes + at + length, input->bytes + at, input->length - at);
	memcpy(input->bytes + at, chunk, length);
	input->length += length;
}

static void cut(struct buf *input, size_t at, size_t length)
{
	if (length > input->length - at)
		length = input->length - at;
	memmove(input->bytes + at, input->bytes + at + length, input->length - at - length);
	input->length -= length;
}

static void change(struct buf *input, const struct buf *other, uint64_t *state)
{
	static const size_t sizes[] = {1, 2, 4, 8};
	size_t at = below(input->length, state), from = below(other->length, state);
	size_t length = 1 + below(CHUNK_MOST, state);
	uint64_t number = odd_numbers[below(sizeof(odd_numbers) / sizeof(*odd_numbers), state)];

	if (length > other->length - from)
		length = other->length - from;
	switch (below(8, state)) {
	case 0:
	case 1:
		input->bytes[at] = (char)(input->bytes[at] ^ 1 << below(8, state));
		break;
	case 2:
		input->bytes[at] = (char)fuzz_random(state);
		break;
	case 3:
	case 4:
		overwrite(input, at, &number, sizes[below(4, state)]);
		break;
	case 5:
		overwrite(input, at, other->bytes + from, length);
		break;
	case 6:
		insert(input, at, other->bytes + from, length);
		break;
	default:
		cut(input, at, below(4, state) ? 1 + below(CHUNK_MOST, state) : input->length);
	}
}

void fuzz_mutate(struct buf *input, const struct buf *other, uint64_t *state)
{
	size_t changes = 1 + below(CHANGES_MOST, state);

	while (changes-- && input->length)
		change(input, other->length ? other : input, state);
}
