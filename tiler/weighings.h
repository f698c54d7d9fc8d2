/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* What tiles weighed, gzipped, when the levels of a theme were fitted into its budget. Kept beside
 * a version, it spares the next one of the theme, of which most tiles are the same, to compress
 * them again; without it the same comes out. Any threads may use one. */
struct weighings;

/* New: those of the file at PATH that were made by the compressor in use; none where PATH is NULL
 * or there is no such file, or a damaged one. */
struct weighings *weighings_read(const char *path);
void weighings_free(struct weighings *weighings);

/* False: a tile of these bytes has not been weighed. */
bool weighings_find(struct weighings *weighings, const void *tile, size_t length, size_t *weight);
void weighings_note(struct weighings *weighings, const void *tile, size_t length, size_t weight);

/* Makes the file at PATH, of those that were found or noted since they were read. ERROR_IO. */
MUST_CHECK enum error_code weighings_write(const struct weighings *weighings, const char *path,
					   struct error *error);
