/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/filter_lexer.h"

#include "tiler/message_filter.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
	SHOWN_MOST = 40 /* bytes of a token that an error shows */
};

void filter_lexer_init(struct filter_lexer *lexer, const char *text, struct arena *arena)
{
	*lexer = (struct filter_lexer){.text = text, .next = text, .arena = arena};
}

uint32_t filter_lexer_position(const struct filter_lexer *lexer, const char *at)
{
	uint32_t position = 1;

	for (const char *c = lexer->text; c < at; c++)
		position += ((unsigned char)*c & 0xc0) != 0x80;
	return position;
}

/* Letters of all languages may be part of a name. */
static bool begins_name(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

static bool goes_on_in_name(char c)
{
	return begins_name(c) || isdigit((unsigned char)c) || c == '.';
}

static const char *end_of_name(const char *name)
{
	while (goes_on_in_name(*name))
		name++;
	return name;
}

static const char *skip_digits(const char *at)
{
	while (isdigit((unsigned char)*at))
		at++;
	return at;
}

/* [sign] digits [. digits] [E [sign] digits]; NULL where there is no digit. */
static const char *end_of_number(const char *number)
{
	const char *at = number + (*number == '-' || *number == '+'), *digits = at;

	at = skip_digits(at);
	if (*at == '.')
		at = skip_digits(at + 1);
	if (at == digits || (at == digits + 1 && *digits == '.'))
		return NULL;
	if (*at == 'e' || *at == 'E') {
		const char *power = at + 1 + (at[1] == '-' || at[1] == '+');

		if (skip_digits(power) > power)
			at = skip_digits(power);
	}
	return at;
}

/* A quotation mark that is meant itself is doubled; in a text, it may have a backslash before it.
 */
static bool is_doubled(const char *at, char quote)
{
	return at[0] && at[1] == quote && (*at == quote || (*at == '\\' && quote == '\''));
}

/* What stands between two quotation marks. */
static enum error_code read_quoted(struct filter_lexer *lexer, struct error *error)
{
	struct filter_token *token = &lexer->token;
	const char quote = *token->start, *at = token->start + 1, *end = at;
	char *text;

	while (*end && (*end != quote || end[1] == quote))
		end += is_doubled(end, quote) ? 2 : 1;
	if (!*end)
		return error_tell(error, ERROR_INVALID, MESSAGE_QUOTE_NOT_CLOSED, quote,
				  filter_lexer_position(lexer, token->start));
	token->text = text = arena_alloc(lexer->arena, (size_t)(end - at) + 1);
	while (at < end) {
		at += is_doubled(at, quote);
		*text++ = *at++;
	}
	*text = '\0';
	token->text_length = (uint32_t)(text - token->text);
	lexer->next = end + 1;
	return ERROR_NONE;
}

static const char *end_of_mark(const char *mark)
{
	if (strncmp(mark, "<>", 2) == 0 || strncmp(mark, "<=", 2) == 0 ||
	    strncmp(mark, ">=", 2) == 0)
		return mark + 2;
	return *mark && strchr("(),=<>", *mark) ? mark + 1 : NULL;
}

static enum error_code unknown_mark(const struct filter_lexer *lexer, struct error *error)
{
	const char *at = lexer->token.start;
	uint32_t position = filter_lexer_position(lexer, at);

	if (strncmp(at, "!=", 2) == 0)
		return error_tell(error, ERROR_INVALID, MESSAGE_NOT_EQUAL_OTHERWISE, position);
	if (strchr("+-*/%^", *at))
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_CALCULATION, *at, position);
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_MEANING,
			  isprint((unsigned char)*at) ? *at : '?', position);
}

enum error_code filter_lexer_advance(struct filter_lexer *lexer, struct error *error)
{
	struct filter_token *token = &lexer->token;
	const char *start = lexer->next + strspn(lexer->next, " \t\r\n"), *end;

	*token = (struct filter_token){.kind = FILTER_TOKEN_END, .start = start};
	if (!*start)
		return ERROR_NONE;
	if (*start == '"' || *start == '\'') {
		token->kind = *start == '"' ? FILTER_TOKEN_QUOTED : FILTER_TOKEN_TEXT;
		if (read_quoted(lexer, error))
			return ERROR_INVALID;
		token->length = (uint32_t)(lexer->next - start);
		return ERROR_NONE;
	}
	if (begins_name(*start)) {
		token->kind = FILTER_TOKEN_NAME;
		end = end_of_name(start);
	} else if ((end = end_of_number(start))) {
		token->kind = FILTER_TOKEN_NUMBER;
	} else if ((end = end_of_mark(start))) {
		token->kind = FILTER_TOKEN_MARK;
	} else {
		return unknown_mark(lexer, error);
	}
	token->length = (uint32_t)(end - start);
	lexer->next = end;
	return ERROR_NONE;
}

bool filter_lexer_is(const struct filter_lexer *lexer, const char *word)
{
	const struct filter_token *token = &lexer->token;

	return (token->kind == FILTER_TOKEN_NAME || token->kind == FILTER_TOKEN_MARK) &&
	       strlen(word) == token->length && strncasecmp(word, token->start, token->length) == 0;
}

bool filter_lexer_is_called(const struct filter_lexer *lexer)
{
	return lexer->token.kind == FILTER_TOKEN_NAME &&
	       lexer->next[strspn(lexer->next, " \t\r\n")] == '(';
}

/* As much of the token as an error shows, whole characters. */
static int shown(const struct filter_token *token)
{
	uint32_t length = token->length;

	if (length <= SHOWN_MOST)
		return (int)length;
	length = SHOWN_MOST;
	while (length && ((unsigned char)token->start[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

enum error_code filter_lexer_expected(const struct filter_lexer *lexer, const char *what,
				      const char *french, struct error *error)
{
	const struct filter_token *token = &lexer->token;
	uint32_t position = filter_lexer_position(lexer, token->start);

	if (token->kind == FILTER_TOKEN_END) {
		error_set(error, ERROR_INVALID, "expected %s at character %u, where the text ends",
			  what, position);
		return error_add_french(error, ERROR_INVALID,
					"il faut %s au caractère %u, où le texte finit", french,
					position);
	}
	error_set(error, ERROR_INVALID, "expected %s at character %u, not %.*s", what, position,
		  shown(token), token->start);
	return error_add_french(error, ERROR_INVALID, "il faut %s au caractère %u, et non %.*s",
				french, position, shown(token), token->start);
}

bool filter_is_plain_name(const char *name)
{
	static const char *const keywords[] = {"AND",  "BETWEEN", "FALSE", "IN", "IS",
					       "LIKE", "NOT",	  "NULL",  "OR", "TRUE"};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strcasecmp(name, keywords[i]) == 0)
			return false;
	return begins_name(*name) && !*end_of_name(name);
}
