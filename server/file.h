/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/buf.h"
#include "tiler/error.h"

/* Adds all of a file to TEXT, up to the buffer's limit. ERROR_IO: it cannot be read, and why.
 * ERROR_LIMIT: it is larger than that. ERROR_INVALID: it is not a file. */
MUST_CHECK enum error_code file_read(const char *path, struct buf *text, struct error *error);
