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

static void write_text(struct json *json, const char *text)
{
	buf_add_char(json->out, '"');
	for (const char *c = text; *c;) {
		size_t plain = 0, length;

		while ((unsigned char)c[plain] >= 0x20 && (unsigned char)c[plain] < 0x7f &&
		       c[plain] != '"' && c[plain] != '\\')
			plain++;
		buf_add(json->out, c, plain);
		c += plain;
		if (!*c)
			break;
		length = utf8_length(c);
		if (length > 1)
			buf_add(json->out, c, length);
		else if (length == 0)
			buf_add_text(json->out, "\xef\xbf\xbd");
		else if (*c == '"' || *c == '\\')
			buf_print(json->out, "\\%c", *c);
		else
			buf_print(json->out, "\\u%04x", (unsigned char)*c);
		c += length ? length : 1;
	}
	buf_add_char(json->out, '"');
}

static void write_name(struct json *json, const char *name)
{
	separate(json);
	write_text(json, name);
	buf_add_char(json->out, ':');
}

static void write_number(struct json *json, double number)
{
	char text[40];

	if (!isfinite(number)) {
		buf_add_text(json->out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	buf_add_text(json->out, text);
}

void json_open_object(struct json *json)
{
	separate(json);
	open_level(json, '{', '}');
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
	write_number(json, number);
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
	write_number(json, number);
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
