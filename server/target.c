/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/utf8.h"
#include "tiler/memory.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Copies LENGTH bytes of SENT to OUT, decoded, with a NUL; *END is what follows it. */
static enum error_code decode(const char *sent, size_t length, bool form, char *out, char **end,
			      struct error *error)
{
	const char *text = out;

	for (size_t i = 0; i < length; i++) {
		char c = sent[i];

		if (c == '+' && form) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 1 < length ? hex_digit(sent[i + 1]) : -1;
			int low = i + 2 < length ? hex_digit(sent[i + 2]) : -1;

			if (high < 0 || low < 0)
				return error_set(
					error, ERROR_INVALID,
					"the address has a '%%' that is not followed by two "
					"hexadecimal digits; write it as %%25");
			c = (char)(high * 16 + low);
			if (c == '\0')
				return error_set(error, ERROR_INVALID,
						 "the address has an encoded NUL character (%%00)");
			i += 2;
		}
		*out++ = c;
	}
	*out++ = '\0';
	*end = out;
	if (!utf8_valid(text))
		return error_set(error, ERROR_INVALID,
				 "the address is not UTF-8; names in it must be UTF-8, "
				 "percent-encoded");
	return ERROR_NONE;
}

static enum error_code decode_segments(struct target *target, const char *sent, char **memory,
				       struct error *error)
{
	const char *segment = sent + 1;

	while (*segment) {
		size_t length = strcspn(segment, "/");
		enum error_code code;

		if (target->segment_count == TARGET_SEGMENTS_MOST) {
			target->segment_count++;
			return ERROR_NONE;
		}
		target->segments[target->segment_count++] = *memory;
		code = decode(segment, length, false, *memory, memory, error);
		if (code)
			return code;
		segment += length;
		if (*segment == '/')
			segment++;
	}
	return ERROR_NONE;
}

static enum error_code decode_query(struct target *target, const char *query, char **memory,
				    struct error *error)
{
	while (*query) {
		size_t length = strcspn(query, "&");
		size_t name_length = strcspn(query, "=&");
		struct target_query *parameter = &target->query[target->query_count];
		enum error_code code;

		if (length > 0) {
			if (target->query_count == TARGET_QUERY_MOST)
				return error_set(error, ERROR_INVALID,
						 "the address has more than %d query parameters",
						 TARGET_QUERY_MOST);
			parameter->name = *memory;
			code = decode(query, name_length, true, *memory, memory, error);
			if (code)
				return code;
			parameter->value = *memory;
			if (name_length < length)
				name_length++; /* the '=' */
			code = decode(query + name_length, length - name_length, true, *memory,
				      memory, error);
			if (code)
				return code;
			target->query_count++;
		}
		query += length;
		if (*query == '&')
			query++;
	}
	return ERROR_NONE;
}

/* Sets apart the authority of "http://host:port/path"; gives where the path begins. */
static char *skip_authority(struct target *target, char *sent)
{
	char *host, *path;

	if (strncasecmp(sent, "http://", 7) == 0)
		host = sent + 7;
	else if (strncasecmp(sent, "https://", 8) == 0)
		host = sent + 8;
	else
		return sent;
	path = host + strcspn(host, "/?");
	/* one place to the left leaves room for the NUL that ends it */
	memmove(host - 1, host, (size_t)(path - host));
	path[-1] = '\0';
	target->authority = host - 1;
	return path;
}

enum error_code target_init(struct target *target, const char *sent, struct error *error)
{
	size_t length = strlen(sent);
	char *memory, *copy, *query;
	enum error_code code;

	*target = (struct target){0};
	if (length > TARGET_LONGEST) {
		target->memory = memory_new(TARGET_LONGEST + 1);
		memcpy(target->memory, sent, TARGET_LONGEST);
		target->memory[TARGET_LONGEST] = '\0';
		target->memory[strcspn(target->memory, "?")] = '\0';
		target->sent = target->path = target->memory;
		return error_set(error, ERROR_LIMIT,
				 "the address is %zu bytes long; at most %d are read", length,
				 TARGET_LONGEST);
	}
	/* as sent; decoded as a whole; its segments; each of them with a NUL or two of its own */
	target->memory = memory_new(3 * length + TARGET_SEGMENTS_MOST + 2 * TARGET_QUERY_MOST + 8);
	memcpy(target->memory, sent, length + 1);
	memory = target->memory + length + 1;
	copy = skip_authority(target, target->memory);
	target->sent = target->path = copy;
	query = copy + strcspn(copy, "?#");
	if (*query == '?') {
		*query++ = '\0';
		query[strcspn(query, "#")] = '\0';
	} else {
		*query = '\0';
	}
	if (*copy != '/' && !(*copy == '\0' && target->authority))
		return error_set(error, ERROR_INVALID, "the address does not begin with a slash");
	target->path = memory;
	code = decode(copy, strlen(copy), false, memory, &memory, error);
	if (!code && *copy)
		code = decode_segments(target, copy, &memory, error);
	if (!code)
		code = decode_query(target, query, &memory, error);
	if (code)
		target->path = target->sent;
	return code;
}

void target_release(struct target *target)
{
	free(target->memory);
	*target = (struct target){0};
}

const char *target_query(const struct target *target, const char *name)
{
	for (uint32_t i = 0; i < target->query_count; i++) {
		if (strcmp(target->query[i].name, name) == 0)
			return target->query[i].value;
	}
	return NULL;
}
