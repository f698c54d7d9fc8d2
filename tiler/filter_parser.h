/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/filter_lexer.h"
#include "tiler/filter_node.h"

/* The parser of CQL2 text: a function a rule of its grammar, each at the rule's first token when it
 * is called, and at what follows the rule when it returns. */
struct filter_parser {
	struct filter_lexer lexer;
	struct filter *filter; /* in the making */
	unsigned depth;
};

/* Moves past the token WORD, which must be there. */
MUST_CHECK enum error_code filter_parse_word(struct filter_parser *parser, const char *word,
					     struct error *error);

/* A column or a value. */
MUST_CHECK enum error_code filter_parse_scalar(struct filter_parser *parser,
					       struct filter_scalar *scalar, struct error *error);

/* A number; ERROR_INVALID: there is none, or it is too large to be one. */
MUST_CHECK enum error_code filter_parse_number(struct filter_parser *parser, struct value *number,
					       struct error *error);

/* Is the token the beginning of a spatial condition? */
bool filter_parse_is_spatial(const struct filter_parser *parser);
MUST_CHECK enum error_code filter_parse_spatial(struct filter_parser *parser,
						struct filter_node *node, struct error *error);

/* DATE('...') or TIMESTAMP('...'). */
MUST_CHECK enum error_code filter_parse_time(struct filter_parser *parser,
					     struct filter_scalar *scalar, struct error *error);
