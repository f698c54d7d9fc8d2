/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/filter_parser.h"
#include "tiler/fold.h"
#include "tiler/message_filter.h"

/* What is compared: columns and values. */

enum {
	NUMBER_LONGEST = 64 /* characters */
};

static enum error_code advance(struct filter_parser *parser, struct error *error)
{
	return filter_lexer_advance(&parser->lexer, error);
}

static bool is(const struct filter_parser *parser, const char *word)
{
	return filter_lexer_is(&parser->lexer, word);
}

static enum error_code expected(const struct filter_parser *parser, const char *what,
				const char *french, struct error *error)
{
	return filter_lexer_expected(&parser->lexer, what, french, error);
}

/* A number is whole where it can be, so that 5, 5.0 and 5e0 are one. */
static struct value number_of(const char *text)
{
	const double most = 0x1p53;
	struct value number = {.type = VALUE_INTEGER};
	double real;

	errno = 0;
	if (!strpbrk(text, ".eE")) {
		number.integer = strtoimax(text, NULL, 10);
		if (errno == 0)
			return number;
	}
	real = strtod(text, NULL);
	if (fabs(real) <= most && floor(real) == real)
		return (struct value){.type = VALUE_INTEGER, .integer = (int64_t)real};
	return (struct value){.type = VALUE_REAL, .real = real};
}

enum error_code filter_parse_number(struct filter_parser *parser, struct value *number,
				    struct error *error)
{
	const struct filter_token *token = &parser->lexer.token;
	char text[NUMBER_LONGEST + 1];

	if (token->kind != FILTER_TOKEN_NUMBER)
		return expected(parser, EXPECTED_NUMBER, error);
	if (token->length <= NUMBER_LONGEST) {
		memcpy(text, token->start, token->length);
		text[token->length] = '\0';
		*number = number_of(text);
	}
	if (token->length > NUMBER_LONGEST ||
	    (number->type == VALUE_REAL && !isfinite(number->real)))
		return error_tell(error, ERROR_INVALID, MESSAGE_NUMBER_TOO_LARGE,
				  filter_lexer_position(&parser->lexer, token->start));
	return advance(parser, error);
}

/* Sets the place of the column's name among the filter's. */
static enum error_code refer(struct filter_parser *parser, struct filter_scalar *scalar,
			     struct error *error)
{
	struct filter *filter = parser->filter;
	uint32_t *reference = &scalar->reference;

	for (*reference = 0; *reference < filter->name_count; ++*reference)
		if (strcmp(filter->names[*reference], scalar->name) == 0)
			return ERROR_NONE;
	if (filter->name_count == FILTER_NAMES_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_TOO_MANY_NAMES, FILTER_NAMES_MOST,
				  scalar->position);
	filter->names[filter->name_count++] = scalar->name;
	return ERROR_NONE;
}

static enum error_code parse_column(struct filter_parser *parser, struct filter_scalar *scalar,
				    struct error *error)
{
	const struct filter_token *token = &parser->lexer.token;
	char *name;

	if (token->kind == FILTER_TOKEN_QUOTED) {
		scalar->name = token->text;
	} else {
		name = arena_alloc(parser->filter->arena, token->length + 1);
		memcpy(name, token->start, token->length);
		name[token->length] = '\0';
		if (!filter_is_plain_name(name))
			return expected(parser, EXPECTED_SCALAR, error);
		if (filter_lexer_is_called(&parser->lexer))
			return error_tell(error, ERROR_INVALID, MESSAGE_NO_FUNCTION, name,
					  scalar->position);
		scalar->name = name;
	}
	scalar->kind = FILTER_COLUMN;
	return refer(parser, scalar, error) ? error->code : advance(parser, error);
}

static enum error_code parse_plain(struct filter_parser *parser, struct filter_scalar *scalar,
				   struct error *error)
{
	const struct filter_token *token = &parser->lexer.token;

	*scalar = (struct filter_scalar){
		.kind = FILTER_VALUE,
		.position = filter_lexer_position(&parser->lexer, token->start)};
	if (token->kind == FILTER_TOKEN_NUMBER)
		return filter_parse_number(parser, &scalar->value, error);
	if (token->kind == FILTER_TOKEN_TEXT) {
		scalar->value = (struct value){.type = VALUE_TEXT,
					       .text = {token->text, token->text_length}};
		return advance(parser, error);
	}
	if (is(parser, "TRUE") || is(parser, "FALSE")) {
		scalar->value = (struct value){.type = VALUE_BOOLEAN,
					       .boolean = is(parser, "TRUE")};
		return advance(parser, error);
	}
	if ((is(parser, "DATE") || is(parser, "TIMESTAMP")) &&
	    filter_lexer_is_called(&parser->lexer))
		return filter_parse_time(parser, scalar, error);
	if (token->kind == FILTER_TOKEN_NAME || token->kind == FILTER_TOKEN_QUOTED)
		return parse_column(parser, scalar, error);
	return expected(parser, EXPECTED_SCALAR, error);
}

static unsigned fold_named(const struct filter_parser *parser)
{
	if (!filter_lexer_is_called(&parser->lexer))
		return 0;
	return is(parser, "CASEI") ? FOLD_CASE : is(parser, "ACCENTI") ? FOLD_ACCENTS : 0;
}

/* A value is folded now, once for all features. */
static void fold_value(struct filter_parser *parser, struct filter_scalar *scalar)
{
	struct buf folded;
	char *text;

	buf_init(&folded, 0);
	fold_text(scalar->value.text.bytes, scalar->value.text.length, scalar->folds, &folded);
	text = arena_alloc(parser->filter->arena, folded.length + 1);
	if (folded.length)
		memcpy(text, folded.bytes, folded.length);
	scalar->value.text.bytes = text;
	scalar->value.text.length = (uint32_t)folded.length;
	buf_release(&folded);
}

/* CASEI(ACCENTI(text)), each once. */
enum error_code filter_parse_scalar(struct filter_parser *parser, struct filter_scalar *scalar,
				    struct error *error)
{
	uint32_t position = filter_lexer_position(&parser->lexer, parser->lexer.token.start);
	unsigned folds = 0, open = 0, named;
	enum error_code code = ERROR_NONE;

	while (!code && (named = fold_named(parser)) && !(folds & named)) {
		folds |= named;
		open++;
		code = advance(parser, error);
		if (!code)
			code = filter_parse_word(parser, "(", error);
	}
	if (!code)
		code = parse_plain(parser, scalar, error);
	if (code || !open)
		return code;
	if (scalar->kind != FILTER_COLUMN &&
	    (scalar->kind != FILTER_VALUE || scalar->value.type != VALUE_TEXT))
		return error_tell(error, ERROR_INVALID, MESSAGE_NOTHING_TO_FOLD, position);
	scalar->folds = folds;
	if (scalar->kind == FILTER_VALUE)
		fold_value(parser, scalar);
	while (!code && open--)
		code = filter_parse_word(parser, ")", error);
	return code;
}
