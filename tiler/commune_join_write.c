/* SPDX-License-Identifier: EUPL-1.2 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/commune_join_file.h"
#include "tiler/file_write.h"
#include "tiler/folder.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

uint64_t commune_join_id_count(const struct commune_found *communes, uint32_t count)
{
	uint64_t ids = 0;

	for (uint32_t i = 0; i < count; i++)
		ids += communes[i].count;
	return ids;
}

static void print(const struct commune_found *communes, uint32_t count, struct buf *out)
{
	struct commune_join_head head = {.magic = COMMUNE_JOIN_MAGIC,
					 .order = COMMUNE_JOIN_ORDER,
					 .count = count,
					 .ids = commune_join_id_count(communes, count)};
	uint64_t first = 0;
	char hash[33];

	buf_add(out, &head, sizeof(head));
	for (uint32_t i = 0; i < count; i++) {
		const struct commune_found *found = &communes[i];
		struct commune_join_entry entry = {
			.box = found->box, .first = first, .count = found->count};

		strcpy(entry.code, found->code);
		first += found->count;
		buf_add(out, &entry, sizeof(entry));
	}
	for (uint32_t i = 0; i < count; i++)
		buf_add(out, communes[i].ids, communes[i].count * sizeof(*communes[i].ids));
	hash_hex(out->bytes + sizeof(head), out->length - sizeof(head), hash);
	memcpy(out->bytes + offsetof(struct commune_join_head, hash), hash, 32);
}

/* The theme's others are of versions that nobody will ask for. Who has one open keeps it. */
static void remove_others(const char *folder, const char *kept)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char *path = memory_print("%s/%s", folder, entry->d_name);

		if (*entry->d_name != '.' && strcmp(path, kept) != 0)
			unlink(path);
		free(path);
	}
	if (directory)
		closedir(directory);
}

enum error_code commune_join_write(const struct commune_join_of *of,
				   const struct commune_found *communes, uint32_t count,
				   struct error *error)
{
	char *folder = commune_join_folder(of), *path = commune_join_path(of);
	char *aside = memory_print("%s/.partial-%ld-%s", folder, (long)getpid(),
				   of->theme->version);
	enum error_code code = folder_make(folder, error);
	struct buf bytes;

	buf_init(&bytes, SIZE_MAX / 2);
	if (!code) {
		print(communes, count, &bytes);
		if (!file_write(aside, bytes.bytes, bytes.length) || rename(aside, path) != 0)
			code = error_set(error, ERROR_IO, "%s cannot be written: %s", path,
					 strerror(errno));
	}
	if (code)
		unlink(aside);
	else
		remove_others(folder, path);
	buf_release(&bytes);
	free(aside);
	free(path);
	free(folder);
	return code;
}
