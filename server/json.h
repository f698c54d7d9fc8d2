/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/buf.h"

/* Writes JSON (RFC 8259) straight to a buffer, without spaces. Texts must be UTF-8; bytes that are
 * not become U+FFFD. Objects and arrays nest up to JSON_DEEPEST and are closed by json_end. The
 * names avoid those of jansson (json_object ...), which the tiler links into the same program. */

enum {
	JSON_DEEPEST = 16
};

struct json {
	struct buf *out;
	uint32_t depth;
	char close[JSON_DEEPEST]; /* what closes each open level */
	bool filled[JSON_DEEPEST + 1];
};

/* A writer at the beginning of a document, which is appended to OUT (borrowed). */
void json_init(struct json *json, struct buf *out);

/* Goes on with an object that somebody else has begun and written members of. */
void json_continue_object(struct json *json);

/* Values: of an array, or the whole document. */
void json_open_object(struct json *json);
void json_open_array(struct json *json);
void json_end(struct json *json);
void json_text(struct json *json, const char *text); /* NULL: null */
void json_whole(struct json *json, int64_t number);
void json_number(struct json *json, double number); /* shortest text that reads back the same */

/* Members of an object. A text that is NULL leaves the member out. */
void json_object_member(struct json *json, const char *name);
void json_array_member(struct json *json, const char *name);
void json_text_member(struct json *json, const char *name, const char *text);
void json_integer_member(struct json *json, const char *name, int64_t number);
void json_number_member(struct json *json, const char *name, double number);
void json_raw_member(struct json *json, const char *name, const char *text); /* is JSON */
void json_boolean_member(struct json *json, const char *name, bool value);

/* The same without a writer: a text in quotes, of LENGTH bytes, and a number (null where it is not
 * finite). */
void json_quote(struct buf *out, const char *text, size_t length);
void json_print_number(struct buf *out, double number);
