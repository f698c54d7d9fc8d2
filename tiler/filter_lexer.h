/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/error.h"

/* The words of CQL2 text. */

enum filter_token_kind {
	FILTER_TOKEN_END,
	FILTER_TOKEN_NAME,   /* nom, type:école */
	FILTER_TOKEN_QUOTED, /* "nom d'usage" */
	FILTER_TOKEN_TEXT,   /* 'l''école' */
	FILTER_TOKEN_NUMBER, /* with its sign */
	FILTER_TOKEN_MARK,   /* ( ) , = <> < <= > >= */
};

struct filter_token {
	enum filter_token_kind kind;
	const char *start; /* in the text */
	uint32_t length;
	const char *text; /* of a quoted name or a text: without its quotation marks, in the arena
			   */
	uint32_t text_length;
};

struct filter_lexer {
	const char *text, *next;
	struct arena *arena;
	struct filter_token token; /* the one to be looked at */
};

/* Before the first token; call filter_lexer_advance. Both are borrowed. */
void filter_lexer_init(struct filter_lexer *lexer, const char *text, struct arena *arena);

/* Moves on to the next token. ERROR_INVALID: there is none that could be. */
MUST_CHECK enum error_code filter_lexer_advance(struct filter_lexer *lexer, struct error *error);

/* Is the token this keyword (upper case; it may come in any), or mark? */
bool filter_lexer_is(const struct filter_lexer *lexer, const char *word);

/* Is the token a name with a parenthesis right after it: is it called like a function? */
bool filter_lexer_is_called(const struct filter_lexer *lexer);

/* Which character of the text, from 1, AT is. */
uint32_t filter_lexer_position(const struct filter_lexer *lexer, const char *at);

/* ERROR_INVALID, "expected WHAT at character N, not TOKEN"; FRENCH is the same in French. */
enum error_code filter_lexer_expected(const struct filter_lexer *lexer, const char *what,
				      const char *french, struct error *error);

/* Would this be a name without quotation marks? */
bool filter_is_plain_name(const char *name);
