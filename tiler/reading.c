/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/reading.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/compress.h"
#include "tiler/memory.h"

enum {
	DOCUMENT_MOST = 64 * 1024 * 1024,
	DOCUMENT_KEPT_MOST = 4 * 1024 * 1024,
	GZIP_LEVEL = 1, /* a document is made for one answer */
};

struct reading_tools *reading_tools_new(void)
{
	struct reading_tools *tools = memory_new(sizeof(*tools));

	tools->arena = arena_new();
	tools->transforms = transforms_new();
	tools->compressor = compressor_new(GZIP_LEVEL);
	tools->filtering = filtering_new();
	buf_init(&tools->document, DOCUMENT_MOST);
	return tools;
}

void reading_tools_free(struct reading_tools *tools)
{
	if (!tools)
		return;
	arena_free(tools->arena);
	transforms_free(tools->transforms);
	compressor_free(tools->compressor);
	filtering_free(tools->filtering);
	buf_release(&tools->document);
	free(tools);
}

void reading_tools_rest(struct reading_tools *tools)
{
	arena_reset(tools->arena);
	/* one huge document does not hold its memory for ever */
	if (tools->document.capacity > DOCUMENT_KEPT_MOST)
		buf_release(&tools->document);
	buf_empty(&tools->document);
}

enum error_code reading_pack(struct reading_tools *tools, struct blob **blob, struct error *error)
{
	const struct buf *document = &tools->document;
	enum error_code code;
	struct buf gzip;
	size_t length;
	char *bytes;

	if (document->full)
		return error_set(error, ERROR_LIMIT, "what was asked for is larger than %d MiB",
				 DOCUMENT_MOST >> 20);
	buf_init(&gzip, 0);
	code = compress_gzip(tools->compressor, document->bytes, document->length, &gzip, error);
	if (!code) {
		bytes = buf_take(&gzip, &length);
		*blob = blob_new(bytes, length, true, document->bytes, document->length);
	}
	buf_release(&gzip);
	return code;
}
