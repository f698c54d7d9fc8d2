/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/prepared_version.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/folder.h"
#include "tiler/hash.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"
#include "tiler/prepared_document.h"

static enum error_code hash_file(const char *path, char hex[33], struct error *error)
{
	struct mapped_file *file;
	enum error_code code = mapped_file_open(path, &file, error);

	if (code)
		return code;
	hash_hex(mapped_file_bytes(file), mapped_file_size(file), hex);
	if (!mapped_file_is_unchanged(file))
		code = error_set(error, ERROR_IO, "%s was written to by somebody else", path);
	mapped_file_close(file);
	return code;
}

/* FILE is stolen. */
static enum error_code print_hash(struct buf *text, const char *folder, char *file,
				  struct error *error)
{
	char *path = memory_print("%s/%s", folder, file), hash[33] = "";
	enum error_code code = hash_file(path, hash, error);

	buf_print(text, " %s\n", hash);
	free(path);
	free(file);
	return code;
}

enum error_code prepared_name_version(const char *folder, struct prepared *made,
				      struct error *error)
{
	enum error_code code = ERROR_NONE;
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "version 3\n%s\n%d %u\n", made->crs->definition, made->kind,
		  made->min_zoom);
	for (uint32_t i = 0; i < made->level_count && !code; i++) {
		buf_print(&text, "%.17g", made->levels[i].resolution);
		code = print_hash(&text, folder, prepared_level_file(i), error);
		if (!code && made->companion)
			code = print_hash(&text, folder, prepared_points_file(i), error);
	}
	for (uint32_t i = 0; i < made->column_count; i++)
		buf_print(&text, "%s %d %u\n", made->columns[i].name, made->columns[i].type,
			  made->first_zooms ? made->first_zooms[i] : 0);
	hash_hex(text.bytes, text.length, made->version);
	buf_release(&text);
	return code;
}

char *prepared_versions(const char *folder)
{
	DIR *versions = opendir(folder);
	struct dirent *entry;
	struct buf names;

	buf_init(&names, 0);
	while (versions && (entry = readdir(versions)))
		if (entry->d_name[0] != '.')
			buf_print(&names, "%s\n", entry->d_name);
	if (versions)
		closedir(versions);
	return buf_take(&names, NULL);
}

void prepared_versions_remove(const char *folder, char *names, const char *kept)
{
	char *rest = NULL;

	for (char *name = strtok_r(names, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest)) {
		char *path = memory_print("%s/%s", folder, name);

		if (strcmp(name, kept) != 0)
			folder_discard(path);
		free(path);
	}
}
