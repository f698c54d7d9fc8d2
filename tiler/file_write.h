/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Makes PATH a file of these LENGTH bytes, on disk (fsync) when it returns. False: errno says why,
 * and a part may be there. */
bool file_write(const char *path, const void *bytes, size_t length);

/* Writes them to FILE, from AT on. False: errno says why, and a part may be there. */
bool file_write_at(int file, const void *bytes, size_t length, off_t at);
