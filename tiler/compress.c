/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/compress.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "config.h"
#include "tiler/memory.h"

enum {
	GZIP_WINDOW = 15 + 16,
	INFLATE_STEP = 64 * 1024,
	DEFLATE_RATIO_MOST = 1032, /* a symbol of two bits stands for 258 bytes at most */
	SIZE_BYTES = 4,		   /* the trailer's end: the length of the content */
	/* A tile that is larger once compressed is beyond the usual budget: somebody asked for it,
	 * and it is worth the time, some three times that of making it. */
	HEAVY_TILE = 220 * 1000,
};

#ifdef HAVE_LIBDEFLATE

#include <libdeflate.h>

enum {
	STRONG_LEVEL = 10 /* the first that looks for the fewest bytes */
};

struct compressor {
	struct libdeflate_compressor *libdeflate;
	struct compressor *strong; /* for heavy tiles; NULL until the first */
};

struct compressor *compressor_new(int level)
{
	struct compressor *compressor = memory_zeroed(1, sizeof(*compressor));

	compressor->libdeflate = libdeflate_alloc_compressor(level);
	if (!compressor->libdeflate)
		abort();
	return compressor;
}

void compressor_free(struct compressor *compressor)
{
	if (compressor) {
		libdeflate_free_compressor(compressor->libdeflate);
		compressor_free(compressor->strong);
	}
	free(compressor);
}

enum error_code compress_gzip(struct compressor *compressor, const void *bytes, size_t length,
			      struct buf *out, struct error *error)
{
	struct libdeflate_compressor *libdeflate = compressor->libdeflate;
	size_t bound = libdeflate_gzip_compress_bound(libdeflate, length);
	char *end = buf_reserve(out, bound);
	size_t written = end ? libdeflate_gzip_compress(libdeflate, bytes, length, end, bound) : 0;

	if (!written)
		return error_set(error, ERROR_LIMIT, "%zu bytes are too many to compress here",
				 length);
	out->length += written;
	out->bytes[out->length] = '\0';
	return ERROR_NONE;
}

const char *compressor_library(void)
{
	return "libdeflate " LIBDEFLATE_VERSION_STRING;
}

/* One stream whose trailer says how long its content is: some three times as quick as zlib. False:
 * it is not that, and OUT is as it was. */
static bool inflate_quickly(const void *bytes, size_t length, struct buf *out)
{
	const uint8_t *end_of_stream = (const uint8_t *)bytes + length;
	struct libdeflate_decompressor *decompressor;
	size_t size = 0, written = 0;
	char *end = NULL;
	bool done;

	if (length < SIZE_BYTES)
		return false;
	for (int i = 1; i <= SIZE_BYTES; i++)
		size = size << 8 | end_of_stream[-i];
	/* the length is not to be believed before it is known to be true */
	if (size / DEFLATE_RATIO_MOST <= length && size <= out->limit - out->length)
		end = buf_reserve(out, size);
	decompressor = end ? libdeflate_alloc_decompressor() : NULL;
	if (!decompressor)
		return false;
	done = libdeflate_gzip_decompress(decompressor, bytes, length, end, size, &written) ==
	       LIBDEFLATE_SUCCESS;
	libdeflate_free_decompressor(decompressor);
	if (done)
		out->length += written;
	out->bytes[out->length] = '\0';
	return done;
}

#else

enum {
	STRONG_LEVEL = 9
};

struct compressor {
	z_stream stream;
	struct compressor *strong; /* for heavy tiles; NULL until the first */
};

struct compressor *compressor_new(int level)
{
	struct compressor *compressor = memory_zeroed(1, sizeof(*compressor));

	if (deflateInit2(&compressor->stream, level, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	return compressor;
}

void compressor_free(struct compressor *compressor)
{
	if (!compressor)
		return;
	deflateEnd(&compressor->stream);
	compressor_free(compressor->strong);
	free(compressor);
}

enum error_code compress_gzip(struct compressor *compressor, const void *bytes, size_t length,
			      struct buf *out, struct error *error)
{
	z_stream *stream = &compressor->stream;
	size_t bound = SIZE_MAX;
	char *end;

	/* First, because the bound forgets gzip's header and trailer once a stream has ended. */
	deflateReset(stream);
	if (length <= UINT32_MAX)
		bound = deflateBound(stream, length);
	end = bound <= UINT32_MAX ? buf_reserve(out, bound) : NULL;
	if (!end)
		return error_set(error, ERROR_LIMIT, "%zu bytes are too many to compress here",
				 length);
	stream->next_in = (Bytef *)(uintptr_t)bytes;
	stream->avail_in = (uInt)length;
	stream->next_out = (Bytef *)end;
	stream->avail_out = (uInt)bound;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
		return error_set(error, ERROR_INTERNAL, "zlib could not compress %zu bytes",
				 length);
	out->length += bound - stream->avail_out;
	out->bytes[out->length] = '\0';
	return ERROR_NONE;
}

const char *compressor_library(void)
{
	return "zlib " ZLIB_VERSION;
}

static bool inflate_quickly(const void *bytes, size_t length, struct buf *out)
{
	(void)bytes, (void)length, (void)out;
	return false;
}

#endif

static struct compressor *strong_of(struct compressor *compressor)
{
	if (!compressor->strong)
		compressor->strong = compressor_new(STRONG_LEVEL);
	return compressor->strong;
}

enum error_code compress_tile(struct compressor *compressor, const void *bytes, size_t length,
			      struct buf *out, struct error *error)
{
	size_t before = out->length;
	enum error_code code = compress_gzip(compressor, bytes, length, out, error);

	if (code || out->length - before <= HEAVY_TILE)
		return code;
	out->length = before;
	return compress_gzip(strong_of(compressor), bytes, length, out, error);
}

enum error_code inflate_gzip(const void *bytes, size_t length, struct buf *out, struct error *error)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)length};
	int status;

	if (inflate_quickly(bytes, length, out))
		return ERROR_NONE;
	status = length <= UINT32_MAX ? inflateInit2(&stream, GZIP_WINDOW) : Z_MEM_ERROR;
	while (status == Z_OK) {
		size_t room = out->limit - out->length;
		uInt step = room < INFLATE_STEP ? (uInt)room : INFLATE_STEP;
		char *end = buf_reserve(out, step);

		if (end) {
			stream.next_out = (Bytef *)end;
			stream.avail_out = step;
			status = inflate(&stream, Z_NO_FLUSH);
			out->length += step - stream.avail_out;
			out->bytes[out->length] = '\0';
		}
		/* At the limit the stream's end may still be read, and nothing more. */
		if (!end || (status == Z_BUF_ERROR && step == 0)) {
			inflateEnd(&stream);
			out->full = true;
			return error_set(error, ERROR_LIMIT, "the content is too large to inflate");
		}
	}
	inflateEnd(&stream);
	if (status != Z_STREAM_END)
		return error_set(error, ERROR_INVALID, "these bytes are not a whole gzip stream");
	return ERROR_NONE;
}
