/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/secret.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"

/* What ends in one of these before an equals sign has a value to hide. */
static const char *const KEYS[] = {"password", "passwd", "pwd", "token", "secret"};

static const char *skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* The end of a value as connection strings and addresses have them. */
static const char *value_end(const char *value)
{
	char quote = *value;

	if (quote != '\'' && quote != '"')
		return value + strcspn(value, " \t\r\n;,&'\"`)");
	for (value++; *value && *value != quote; value++)
		if (*value == '\\' && value[1])
			value++;
	return value + (*value == quote);
}

/* Puts at most three stars in place of [FROM, TO), and the rest behind them; gives its place. */
static char *put_stars(char *from, const char *to)
{
	size_t stars = (size_t)(to - from) < 3 ? (size_t)(to - from) : 3;

	memset(from, '*', stars);
	memmove(from + stars, to, strlen(to) + 1);
	return from + stars;
}

static bool is_key(const char *text, const char *equals)
{
	while (equals > text && (equals[-1] == ' ' || equals[-1] == '\t'))
		equals--;
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(*KEYS); i++) {
		size_t length = strlen(KEYS[i]);

		if ((size_t)(equals - text) >= length &&
		    strncasecmp(equals - length, KEYS[i], length) == 0)
			return true;
	}
	return false;
}

static void hide_values(char *text)
{
	for (char *equals = strchr(text, '='); equals; equals = strchr(equals, '=')) {
		char *value = (char *)skip_blanks(equals + 1);

		equals = is_key(text, equals) ? put_stars(value, value_end(value)) : equals + 1;
	}
}

/* "://user:password@" */
static void hide_in_addresses(char *text)
{
	for (char *address = strstr(text, "://"); address; address = strstr(address, "://")) {
		char *colon, *at = NULL;

		address += 3;
		colon = address + strcspn(address, ":/?# \t\r\n'\"`");
		if (*colon != ':')
			continue;
		for (char *c = colon; *c && !isspace((unsigned char)*c) && !strchr("/?#'\"`", *c);
		     c++)
			at = *c == '@' ? c : at;
		if (at)
			address = put_stars(colon + 1, at);
	}
}

void hide_secrets(char *text)
{
	hide_values(text);
	hide_in_addresses(text);
}

char *without_secrets(const char *text)
{
	char *copy = memory_text(text);

	hide_secrets(copy);
	return copy;
}
