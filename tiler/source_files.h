/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* Which data sets a path holds, before any is opened. Private to source_*.c. */

struct source_file {
	char *dataset; /* what GDAL opens */
	char *place;   /* the same, for people */
	char *group;   /* of its themes */
	bool database; /* a connection, not a file: layers may bear their schema's name */
	bool doubtful; /* GDAL does not know it, but its name says that it is vector data */
};

struct source_files {
	struct source_file *files;
	size_t count, capacity;
};

/* Adds the data sets of PATH (see source_list), in order of name. FILES starts zeroed and is to be
 * released in every case. ERROR_NOT_FOUND: nothing is at PATH. ERROR_IO: it cannot be looked into.
 */
MUST_CHECK enum error_code source_files_find(struct source_files *files, const char *path,
					     struct error *error);
void source_files_release(struct source_files *files);
