/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/prepared_document.h"

static enum error_code hash_file(const char *path, char hex[33], struct error *error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	void *bytes = MAP_FAILED;
	struct stat facts;

	if (file >= 0 && fstat(file, &facts) == 0)
		bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (file >= 0)
		close(file);
	if (bytes == MAP_FAILED)
		return error_set(error, ERROR_IO, "%s cannot be read: %s", path, strerror(errno));
	hash_hex(bytes, (size_t)facts.st_size, hex);
	munmap(bytes, (size_t)facts.st_size);
	return ERROR_NONE;
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

/* The version is the hash of all that a tile depends on. */
enum error_code prepared_name_version(struct prepared *made, const char *folder,
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
