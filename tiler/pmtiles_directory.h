/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/compress.h"

/* The directories of a PMTiles 3 archive: where each tile's bytes are. */

struct pmtiles_entry {
	uint64_t tile; /* its number: all levels above, then the Hilbert curve */
	uint64_t offset;
	uint32_t length;
	uint32_t run; /* tiles in a row with these bytes */
};

/* The root, and behind it (offsets from their own beginning) the leaves; gzipped. */
struct pmtiles_directories {
	struct buf root, leaves;
};

/* Lays ENTRIES (sorted by tile) out so that the root takes ROOT_MOST bytes at most; the buffers are
 * made, to be released. */
MUST_CHECK enum error_code pmtiles_directories_make(const struct pmtiles_entry *entries,
						    size_t count, size_t root_most,
						    struct pmtiles_directories *directories,
						    struct error *error);
void pmtiles_directories_release(struct pmtiles_directories *directories);
