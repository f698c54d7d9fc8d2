/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/error.h"

/* Files mapped for reading by many threads at once, which stay harmless when somebody cuts or
 * overwrites them under their readers. A page that is gone from the disk would end the process
 * (SIGBUS); here it reads as zeros instead, and the file says ever after that it is not intact. */
struct mapped_file;

/* New. ERROR_NOT_FOUND: there is no such file, or it is empty. */
MUST_CHECK enum error_code mapped_file_open(const char *path, struct mapped_file **file,
					    struct error *error);
void mapped_file_close(struct mapped_file *file);

/* The content; mapped, and of this size, until the file is closed. */
const uint8_t *mapped_file_bytes(const struct mapped_file *file);
size_t mapped_file_size(const struct mapped_file *file);

/* Gives the pages read so far back to the system, which brings them again when they are needed. */
void mapped_file_rest(const struct mapped_file *file);

/* False once a page proved to be gone. Costs nothing. */
bool mapped_file_is_whole(const struct mapped_file *file);

/* False also when the file has been written to since it was opened. A system call. A file that is
 * no more, or that another one has replaced, has not been written to. */
bool mapped_file_is_unchanged(const struct mapped_file *file);
