/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* A growable run of bytes with a hard limit. An append that would pass the limit is not done and
 * sets `full`, which stays set until the buffer is emptied: writers append without looking and
 * the owner checks once at the end. `bytes[length]` is always a NUL, so text can be read as such.
 */
struct buf {
	char *bytes; /* never NULL once something was appended */
	size_t length;
	size_t capacity;
	size_t limit;
	bool full;
};

/* An empty buffer that may grow to LIMIT bytes (0: 1 GiB). Nothing is allocated yet. */
void buf_init(struct buf *buf, size_t limit);
void buf_release(struct buf *buf);

/* Length 0 again, not full; the memory is kept for the next use. */
void buf_empty(struct buf *buf);

/* Forgets all behind the first LENGTH bytes; not full any more. */
void buf_cut(struct buf *buf, size_t length);

/* What buf_reserve does when there is no such room yet. */
char *buf_grow(struct buf *buf, size_t length);

/* Room for LENGTH more bytes at the end, to be filled by the caller, who then adds to `length`;
 * NULL (and full) past the limit. */
static inline char *buf_reserve(struct buf *buf, size_t length)
{
	/* The capacity has room for what the limit allows and a NUL, never more. */
	if (length < buf->capacity - buf->length && !buf->full)
		return buf->bytes + buf->length;
	return buf_grow(buf, length);
}

/* Append; past the limit nothing is appended and the buffer is full. */
void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char character);
void buf_print(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_print_list(struct buf *buf, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* The bytes, new, owned by the caller (free()); the buffer is empty afterwards. */
char *buf_take(struct buf *buf, size_t *length);
