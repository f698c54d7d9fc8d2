/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "tiler/buf.h"
#include "tiler/error.h"

/* gzip (RFC 1952), by libdeflate where configure found it, else by zlib. A compressor holds its
 * library's tables and belongs to one thread. */
struct compressor;

struct compressor *compressor_new(int level); /* 1 fastest .. 9 smallest */
void compressor_free(struct compressor *compressor);

/* Appends the gzip stream of BYTES to OUT. ERROR_LIMIT when OUT would pass its limit. The output
 * depends on the bytes and the level alone (no time stamp). */
MUST_CHECK enum error_code compress_gzip(struct compressor *compressor, const void *bytes,
					 size_t length, struct buf *out, struct error *error);

/* The same of a tile: one that would be beyond the usual budget is made as small as can be,
 * whatever the level. */
MUST_CHECK enum error_code compress_tile(struct compressor *compressor, const void *bytes,
					 size_t length, struct buf *out, struct error *error);

/* Appends the content of a gzip stream to OUT. ERROR_INVALID: not gzip, or damaged; ERROR_LIMIT:
 * OUT would pass its limit. */
MUST_CHECK enum error_code inflate_gzip(const void *bytes, size_t length, struct buf *out,
					struct error *error);

/* "libdeflate 1.14" or "zlib 1.2.13". */
const char *compressor_library(void);
