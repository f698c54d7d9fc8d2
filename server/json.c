/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/utf8.h"

void json_init(struct json *json, struct buf *out)
{
	*json = (struct json){.out = out};
}

static void separate(struct json *json)
{
	if (json->filled[json->depth])
		buf_add_char(json->out, ',');
	json->filled[json->depth] = true;
}

static void open_level(struct json *json, char opening, char closing)
{
	assert(json->depth < JSON_DEEPEST);
	buf_add_char(json->out, opening);
	json->close[json->depth++] = closing;
	json->filled[json->depth] = false;
}

/* Bytes of the character at C, of which ROOM follow; 0: it is not UTF-8. */
static size_t character_length(const char *c, size_t room)
{
	char last[4] = {0};

	if (room >= sizeof(last))
		return utf8_length(c);
	memcpy(last, c, room);
	return utf8_length(last);
}

static void escape(struct buf *out, char character)
{
	static const char hex[] = "0123456789abcdef";
	unsigned code = (unsigned char)character;
	const char plain[] = {'\\', character};
	const char by_code[] = {'\\', 'u', '0', '0', hex[code >> 4], hex[code & 15]};

	if (character == '"' || character == '\\')
		buf_add(out, plain, sizeof(plain));
	else
		buf_add(out, by_code, sizeof(by_code));
}

void json_quote(struct buf *out, const char *text, size_t length)
{
	const char *end = text + length;

	buf_add_char(out, '"');
	for (const char *c = text; c < end;) {
		const char *plain = c;
		size_t bytes;

		while (c < end && (unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f &&
		       *c != '"' && *c != '\\')
			c++;
		buf_add(out, plain, (size_t)(c - plain));
		if (c == end)
			break;
		bytes = character_length(c, (size_t)(end - c));
		if (bytes > 1)
			buf_add(out, c, bytes);
		else if (bytes == 0)
			buf_add_text(out, "\xef\xbf\xbd");
		else
			escape(out, *c);
		c += bytes ? bytes : 1;
	}
	buf_add_char(out, '"');
}

static void write_text(struct json *json, const char *text)
{
	json_quote(json->out, text, strlen(text));
}

static void write_name(struct json *json, const char *name)
{
	separate(json);
	write_text(json, name);
	buf_add_char(json->out, ':');
}

void json_print_number(struct buf *out, double number)
{
	char text[40];

	if (!isfinite(number)) {
		buf_add_text(out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_add_text(out, text);
}

void json_open_object(struct json *json)
{
	separate(json);
	open_level(json, '{', '}');
}

void json_continue_object(struct json *json)
{
	assert(json->depth < JSON_DEEPEST);
	json->close[json->depth++] = '}';
	json->filled[json->depth] = true;
}

void json_open_array(struct json *json)
{
	separate(json);
	open_level(json, '[', ']');
}

void json_end(struct json *json)
{
	assert(json->depth > 0);
	buf_add_char(json->out, json->close[--json->depth]);
}

void json_text(struct json *json, const char *text)
{
	separate(json);
	if (text)
		write_text(json, text);
	else
		buf_add_text(json->out, "null");
}

void json_whole(struct json *json, int64_t number)
{
	separate(json);
	buf_print(json->out, "%" PRId64, number);
}

void json_number(struct json *json, double number)
{
	separate(json);
	json_print_number(json->out, number);
}

void json_object_member(struct json *json, const char *name)
{
	write_name(json, name);
	open_level(json, '{', '}');
}

void json_array_member(struct json *json, const char *name)
{
	write_name(json, name);
	open_level(json, '[', ']');
}

void json_text_member(struct json *json, const char *name, const char *text)
{
	if (!text)
		return;
	write_name(json, name);
	write_text(json, text);
}

void json_integer_member(struct json *json, const char *name, int64_t number)
{
	write_name(json, name);
	buf_print(json->out, "%" PRId64, number);
}

void json_number_member(struct json *json, const char *name, double number)
{
	write_name(json, name);
	json_print_number(json->out, number);
}

void json_raw_member(struct json *json, const char *name, const char *text)
{
	write_name(json, name);
	buf_add_text(json->out, text);
}

void json_boolean_member(struct json *json, const char *name, bool value)
{
	write_name(json, name);
	buf_add_text(json->out, value ? "true" : "false");
}
