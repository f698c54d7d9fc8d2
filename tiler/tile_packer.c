/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_packer.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/compress.h"
#include "tiler/memory.h"

enum {
	KEPT_MOST = 4 * 1024 * 1024
};

struct tile_packer {
	struct compressor *compressor;
	struct buf packed;
};

struct tile_packer *tile_packer_new(int gzip_level)
{
	struct tile_packer *packer = memory_new(sizeof(*packer));

	packer->compressor = compressor_new(gzip_level);
	buf_init(&packer->packed, 0);
	return packer;
}

void tile_packer_free(struct tile_packer *packer)
{
	if (!packer)
		return;
	compressor_free(packer->compressor);
	buf_release(&packer->packed);
	free(packer);
}

void tile_packer_rest(struct buf *buf)
{
	if (buf->capacity > KEPT_MOST)
		buf_release(buf);
	buf_empty(buf);
}

/* New: the bytes of a buffer that is used again, no more memory than they need. */
static void *copy_of(const struct buf *buf)
{
	void *bytes = memory_new(buf->length);

	memcpy(bytes, buf->bytes, buf->length);
	return bytes;
}

struct blob *tile_packer_wrap(const struct buf *tile)
{
	return blob_new(copy_of(tile), tile->length, false, tile->bytes, tile->length);
}

enum error_code tile_packer_pack(struct tile_packer *packer, const struct buf *tile,
				 struct blob **blob, struct error *error)
{
	struct buf *packed = &packer->packed;
	enum error_code code;

	if (!tile->length) {
		*blob = blob_new(NULL, 0, false, "", 0);
		return ERROR_NONE;
	}
	code = compress_tile(packer->compressor, tile->bytes, tile->length, packed, error);
	if (!code)
		*blob = blob_new(copy_of(packed), packed->length, true, tile->bytes, tile->length);
	tile_packer_rest(packed);
	return code;
}

enum error_code tile_packer_repack(struct tile_packer *packer, struct blob **blob,
				   struct error *error)
{
	struct buf *packed = &packer->packed;
	struct blob *tile = *blob;
	enum error_code code = compress_tile(packer->compressor, tile->bytes, tile->length, packed,
					     error);

	*blob = code ? NULL
		     : blob_new_hashed(copy_of(packed), packed->length, tile->length, tile->hash);
	blob_unref(tile);
	tile_packer_rest(packed);
	return code;
}

bool tile_is_packed(const struct blob *blob)
{
	return blob->gzipped || !blob->length;
}
