/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/commune_join.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/commune_join_file.h"
#include "tiler/hash.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"

struct commune_join {
	struct mapped_file *file;
	const struct commune_join_head *head;
	const struct commune_join_entry *entries;
	const uint64_t *ids;
	char theme_version[33], communes_version[33];
	atomic_uint references;
};

char *commune_join_folder(const struct commune_join_of *of)
{
	char *name = theme_folder_name(of->theme->theme_id);
	char *folder = memory_print("%s/communes/%s", of->state, name);

	free(name);
	return folder;
}

char *commune_join_path(const struct commune_join_of *of)
{
	char *folder = commune_join_folder(of);
	char *path = memory_print("%s/%s-%s", folder, of->theme->version, of->communes->version);

	free(folder);
	return path;
}

bool commune_join_stands(const struct commune_join_of *of)
{
	char *path = commune_join_path(of);
	bool stands = access(path, R_OK) == 0;

	free(path);
	return stands;
}

static bool entries_are_sound(const struct commune_join_entry *entries, uint32_t count,
			      uint64_t ids)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct commune_join_entry *entry = &entries[i];

		if (!memchr(entry->code, '\0', sizeof(entry->code)) || entry->first > ids ||
		    entry->count > ids - entry->first ||
		    (i > 0 && strcmp(entries[i - 1].code, entry->code) >= 0))
			return false;
	}
	return true;
}

bool commune_join_bytes_are_sound(const uint8_t *bytes, size_t size)
{
	const struct commune_join_head *head = (const void *)bytes;
	char hash[33];
	size_t rest;

	if (size < sizeof(*head) || memcmp(head->magic, COMMUNE_JOIN_MAGIC, 8) != 0 ||
	    head->order != COMMUNE_JOIN_ORDER)
		return false;
	rest = size - sizeof(*head);
	if (rest / sizeof(struct commune_join_entry) < head->count)
		return false;
	rest -= head->count * sizeof(struct commune_join_entry);
	if (rest % sizeof(uint64_t) != 0 || rest / sizeof(uint64_t) != head->ids)
		return false;
	hash_hex(bytes + sizeof(*head), size - sizeof(*head), hash);
	return memcmp(hash, head->hash, sizeof(head->hash)) == 0 &&
	       entries_are_sound((const void *)(bytes + sizeof(*head)), head->count, head->ids);
}

enum error_code commune_join_open(const struct commune_join_of *of, struct commune_join **out,
				  struct error *error)
{
	char *path = commune_join_path(of);
	struct mapped_file *file = NULL;
	enum error_code code = mapped_file_open(path, &file, error);
	struct commune_join *join;
	const uint8_t *bytes;

	if (!code &&
	    !commune_join_bytes_are_sound(mapped_file_bytes(file), mapped_file_size(file))) {
		mapped_file_close(file);
		code = error_set(error, ERROR_INVALID, "%s is damaged", path);
	}
	free(path);
	if (code)
		return code;
	bytes = mapped_file_bytes(file);
	join = memory_zeroed(1, sizeof(*join));
	join->references = 1;
	join->file = file;
	join->head = (const void *)bytes;
	join->entries = (const void *)(bytes + sizeof(*join->head));
	join->ids = (const void *)(join->entries + join->head->count);
	memcpy(join->theme_version, of->theme->version, sizeof(join->theme_version));
	memcpy(join->communes_version, of->communes->version, sizeof(join->communes_version));
	*out = join;
	return ERROR_NONE;
}

struct commune_join *commune_join_ref(struct commune_join *join)
{
	atomic_fetch_add(&join->references, 1);
	return join;
}

void commune_join_unref(struct commune_join *join)
{
	if (!join || atomic_fetch_sub(&join->references, 1) > 1)
		return;
	mapped_file_close(join->file);
	free(join);
}

bool commune_join_is_of(const struct commune_join *join, const char *theme_version,
			const char *communes_version)
{
	return strcmp(join->theme_version, theme_version) == 0 &&
	       strcmp(join->communes_version, communes_version) == 0;
}

bool commune_join_is_whole(const struct commune_join *join)
{
	return mapped_file_is_unchanged(join->file);
}

static int compare_code(const void *code, const void *entry)
{
	return strncmp(code, ((const struct commune_join_entry *)entry)->code, COMMUNE_CODE_SIZE);
}

struct commune_limit commune_join_limit(const struct commune_join *join, const char *code)
{
	const struct commune_join_entry *entry = bsearch(code, join->entries, join->head->count,
							 sizeof(*join->entries), compare_code);

	if (!entry)
		return (struct commune_limit){box_empty(), NULL, 0};
	return (struct commune_limit){entry->box, join->ids + entry->first, entry->count};
}

bool commune_limit_keeps(const struct commune_limit *limit, uint64_t id)
{
	const uint64_t *ids = limit->ids;
	uint64_t count = limit->count;

	/* Halved without a branch that depends on what is found: it could not be foreseen. */
	if (count == 0)
		return false;
	while (count > 1) {
		uint64_t half = count / 2;

		ids += ids[half] <= id ? half : 0;
		count -= half;
	}
	return *ids == id;
}
