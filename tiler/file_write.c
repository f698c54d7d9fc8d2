/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool write_all(int file, const char *bytes, size_t left)
{
	while (left) {
		ssize_t written = write(file, bytes, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		left -= (size_t)written;
	}
	return true;
}

bool file_write(const char *path, const void *bytes, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), why;

	if (file < 0)
		return false;
	if (write_all(file, bytes, length) && fsync(file) == 0)
		return close(file) == 0;
	why = errno;
	close(file);
	errno = why;
	return false;
}
