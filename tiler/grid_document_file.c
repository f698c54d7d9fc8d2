/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid_document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/memory.h"

/* At most one byte more than may be, so that a giant is told without being read. */
static enum error_code read_file(const char *path, struct buf *text, struct error *error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat what;
	char chunk[65536];
	ssize_t got = 0;

	if (file < 0)
		return error_set(error, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_IO,
				 "the grid cannot be read: %s", strerror(errno));
	if (fstat(file, &what) || !S_ISREG(what.st_mode)) {
		close(file);
		return error_set(error, ERROR_INVALID, "it is neither a file nor a folder");
	}
	while (text->length <= GRID_DOCUMENT_BYTES_MOST &&
	       (got = read(file, chunk, sizeof(chunk))) > 0)
		buf_add(text, chunk, (size_t)got);
	if (got < 0)
		error_set(error, ERROR_IO, "the grid cannot be read: %s", strerror(errno));
	close(file);
	return got < 0 ? ERROR_IO : ERROR_NONE;
}

enum error_code grid_document_read(const char *path, struct grid **grid, struct error *error)
{
	const char *slash = strrchr(path, '/');
	char *name = memory_text(slash ? slash + 1 : path);
	enum error_code code;
	struct buf text;

	if (strrchr(name, '.'))
		*strrchr(name, '.') = '\0';
	buf_init(&text, 0);
	code = read_file(path, &text, error);
	if (!code)
		code = grid_document_parse(text.length ? text.bytes : "", text.length, name, grid,
					   error);
	buf_release(&text);
	free(name);
	return code;
}
