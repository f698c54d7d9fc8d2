/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool file_write_at(int file, const void *bytes, size_t length, off_t at)
{
	const char *next = bytes;

	while (length) {
		ssize_t written = pwrite(file, next, length, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		next += written;
		at += written;
		length -= (size_t)written;
	}
	return true;
}

bool file_write(const char *path, const void *bytes, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), why;

	if (file < 0)
		return false;
	if (file_write_at(file, bytes, length, 0) && fsync(file) == 0)
		return close(file) == 0;
	why = errno;
	close(file);
	errno = why;
	return false;
}
