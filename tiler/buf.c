/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

enum {
	SMALLEST_CAPACITY = 256
};

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){.limit = limit ? limit : (size_t)1 << 30};
}

void buf_release(struct buf *buf)
{
	free(buf->bytes);
	*buf = (struct buf){.limit = buf->limit};
}

void buf_empty(struct buf *buf)
{
	buf->length = 0;
	buf->full = false;
}

void buf_cut(struct buf *buf, size_t length)
{
	if (length >= buf->length)
		return;
	buf->length = length;
	buf->bytes[length] = '\0';
	buf->full = false;
}

char *buf_grow(struct buf *buf, size_t length)
{
	size_t capacity = buf->capacity ? buf->capacity : SMALLEST_CAPACITY;

	if (buf->full || length > buf->limit - buf->length) {
		buf->full = true;
		return NULL;
	}
	while (capacity < buf->length + length + 1)
		capacity *= 2;
	buf->capacity = capacity - 1 < buf->limit ? capacity : buf->limit + 1;
	buf->bytes = memory_resize(buf->bytes, buf->capacity, 1);
	return buf->bytes + buf->length;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	char *end = buf_reserve(buf, length);

	if (!end)
		return;
	if (length)
		memcpy(end, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
}

void buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char character)
{
	buf_add(buf, &character, 1);
}

void buf_print_list(struct buf *buf, const char *format, va_list arguments)
{
	va_list again;
	char *end;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	end = length < 0 ? NULL : buf_reserve(buf, (size_t)length);
	if (end) {
		vsnprintf(end, (size_t)length + 1, format, again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void buf_print(struct buf *buf, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	buf_print_list(buf, format, arguments);
	va_end(arguments);
}

char *buf_take(struct buf *buf, size_t *length)
{
	char *bytes = buf->bytes ? buf->bytes : memory_zeroed(1, 1);

	if (length)
		*length = buf->length;
	*buf = (struct buf){.limit = buf->limit};
	return bytes;
}
