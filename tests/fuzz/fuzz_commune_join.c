/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as the file that tells which features are in which commune: refused, or every commune's
 * features can be asked for without leaving the file. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiler/commune_join_file.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

const unsigned fuzz_rounds = 100000;

/* Since a mutation would never be right about the hash, it is put right here. */
static void mend_hash(uint8_t *bytes, size_t size)
{
	struct commune_join_head *head = (void *)bytes;
	char hash[33];

	if (size < sizeof(*head))
		return;
	hash_hex(bytes + sizeof(*head), size - sizeof(*head), hash);
	memcpy(head->hash, hash, sizeof(head->hash));
}

static uint64_t ask_all(const uint8_t *bytes)
{
	const struct commune_join_head *head = (const void *)bytes;
	const struct commune_join_entry *entries = (const void *)(bytes + sizeof(*head));
	const uint64_t *ids = (const void *)(entries + head->count);
	uint64_t kept = 0;

	for (uint32_t i = 0; i < head->count; i++) {
		struct commune_limit limit = {entries[i].box, ids + entries[i].first,
					      entries[i].count};

		FUZZ_CHECK(strlen(entries[i].code) < COMMUNE_CODE_SIZE);
		for (uint64_t id = 0; id < 8; id++)
			kept += commune_limit_keeps(&limit, id);
		kept += commune_limit_keeps(&limit, UINT64_MAX);
	}
	return kept;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = memory_new(size);

	memcpy(copy, bytes, size);
	if (size % 2)
		mend_hash(copy, --size);
	if (commune_join_bytes_are_sound(copy, size))
		FUZZ_CHECK(ask_all(copy) <= 9u * ((struct commune_join_head *)(void *)copy)->count);
	free(copy);
	return 0;
}

static void add_entry(struct buf *seed, const char *code, uint64_t first, uint64_t count)
{
	struct commune_join_entry entry = {.box = {1, 2, 3, 4}, .first = first, .count = count};

	strcpy(entry.code, code);
	buf_add(seed, &entry, sizeof(entry));
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const uint64_t ids[] = {1, 3, 5, 2, 3, 6};
	struct commune_join_head head = {.magic = COMMUNE_JOIN_MAGIC, .order = COMMUNE_JOIN_ORDER};

	if (index > 2)
		return false;
	head.count = index;
	head.ids = index ? 3 * index : 0;
	buf_add(seed, &head, sizeof(head));
	if (index > 0)
		add_entry(seed, "35001", 0, 3);
	if (index > 1)
		add_entry(seed, "35238", 3, 3);
	buf_add(seed, ids, head.ids * sizeof(*ids));
	buf_add_char(seed, '\0');
	return true;
}
