/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static enum error_code read_all(FILE *file, struct buf *text, struct error *error)
{
	char chunk[16384];
	size_t length;

	buf_add_text(text, "");
	while (!text->full && (length = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(text, chunk, length);
	if (ferror(file))
		return error_set(error, ERROR_IO, "it cannot be read: %s", strerror(errno));
	if (text->full)
		return error_set(error, ERROR_LIMIT, "it is larger than %zu KiB",
				 text->limit / 1024);
	return ERROR_NONE;
}

enum error_code file_read(const char *path, struct buf *text, struct error *error)
{
	FILE *file = fopen(path, "rb");
	enum error_code code;
	struct stat facts;

	if (!file)
		return error_set(error, ERROR_IO, "it cannot be read: %s", strerror(errno));
	if (fstat(fileno(file), &facts) == 0 && !S_ISREG(facts.st_mode))
		code = error_set(error, ERROR_INVALID, "it is not a file");
	else
		code = read_all(file, text, error);
	fclose(file);
	return code;
}
