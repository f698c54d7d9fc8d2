/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/filter_parser.h"
#include "tiler/memory.h"
#include "tiler/message_filter.h"

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

enum error_code filter_parse_word(struct filter_parser *parser, const char *word,
				  struct error *error)
{
	return is(parser, word) ? advance(parser, error) : expected(parser, word, word, error);
}

static void *new_zeroed(struct filter_parser *parser, size_t size)
{
	return memset(arena_alloc(parser->filter->arena, size), 0, size);
}

static struct filter_node *new_node(struct filter_parser *parser, enum filter_node_kind kind)
{
	struct filter_node *node = new_zeroed(parser, sizeof(*node));

	node->kind = kind;
	return node;
}

/* Room in NODE for COUNT scalars, of which the first is FIRST. */
static void give_scalars(struct filter_parser *parser, struct filter_node *node,
			 const struct filter_scalar *first, uint32_t count)
{
	node->scalars = new_zeroed(parser, count * sizeof(*node->scalars));
	node->scalars[0] = *first;
	node->scalar_count = count;
}

static const struct {
	const char *mark;
	enum filter_comparison comparison;
} comparisons[] = {
	{"=", FILTER_EQUAL},	   {"<>", FILTER_DIFFERENT}, {"<", FILTER_LESS},
	{"<=", FILTER_LESS_EQUAL}, {">", FILTER_GREATER},    {">=", FILTER_GREATER_EQUAL},
};

static bool find_comparison(const struct filter_parser *parser, enum filter_comparison *found)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++) {
		*found = comparisons[i].comparison;
		if (is(parser, comparisons[i].mark))
			return true;
	}
	return false;
}

/* A value is compared with a column by turning the comparison round. */
static enum error_code parse_comparison(struct filter_parser *parser,
					const struct filter_scalar *left, struct filter_node *node,
					struct error *error)
{
	enum error_code code = advance(parser, error);

	node->kind = FILTER_COMPARE;
	give_scalars(parser, node, left, 2);
	if (!code)
		code = filter_parse_scalar(parser, &node->scalars[1], error);
	if (!code && left->kind != FILTER_COLUMN && node->scalars[1].kind == FILTER_COLUMN) {
		node->scalars[0] = node->scalars[1];
		node->scalars[1] = *left;
		node->comparison = filter_comparison_turned(node->comparison);
	}
	return code;
}

static enum error_code parse_like(struct filter_parser *parser, struct filter_node *node,
				  struct error *error)
{
	struct filter_scalar *pattern = &node->scalars[1];
	struct filter_lexer before;

	if (advance(parser, error))
		return error->code;
	before = parser->lexer;
	if (filter_parse_scalar(parser, pattern, error))
		return error->code;
	if (pattern->kind == FILTER_VALUE && pattern->value.type == VALUE_TEXT)
		return ERROR_NONE;
	return filter_lexer_expected(&before, EXPECTED_PATTERN, error);
}

static enum error_code parse_between(struct filter_parser *parser, struct filter_node *node,
				     struct error *error)
{
	enum error_code code = advance(parser, error);

	if (!code)
		code = filter_parse_scalar(parser, &node->scalars[1], error);
	if (!code)
		code = filter_parse_word(parser, "AND", error);
	return code ? code : filter_parse_scalar(parser, &node->scalars[2], error);
}

/* The values after IN; how many there are is not known before. */
static enum error_code parse_list(struct filter_parser *parser, struct filter_node *node,
				  struct error *error)
{
	uint32_t capacity = node->scalar_count, count = 1;
	enum error_code code = advance(parser, error);

	if (!code)
		code = filter_parse_word(parser, "(", error);
	while (!code) {
		if (count == capacity) {
			const struct filter_scalar *scalars = node->scalars;

			capacity *= 2;
			give_scalars(parser, node, &scalars[0], capacity);
			memcpy(node->scalars, scalars, count * sizeof(*scalars));
		}
		code = filter_parse_scalar(parser, &node->scalars[count], error);
		count += !code;
		if (code || !is(parser, ","))
			break;
		code = advance(parser, error);
	}
	node->scalar_count = count;
	if (code)
		return code;
	return is(parser, ")") ? advance(parser, error)
			       : expected(parser, EXPECTED_COMMA_OR_END, error);
}

static enum error_code parse_null(struct filter_parser *parser, struct filter_node *node,
				  struct error *error)
{
	enum error_code code = advance(parser, error);

	if (!code && is(parser, "NOT")) {
		node->negated = true;
		code = advance(parser, error);
	}
	return code ? code : filter_parse_word(parser, "NULL", error);
}

/* What is said of SCALAR. */
static enum error_code parse_predicate(struct filter_parser *parser,
				       const struct filter_scalar *scalar, struct filter_node *node,
				       struct error *error)
{
	static const struct {
		const char *word;
		enum filter_node_kind kind;
		uint32_t scalars;
		enum error_code (*parse)(struct filter_parser *parser, struct filter_node *node,
					 struct error *error);
	} predicates[] = {
		{"LIKE", FILTER_LIKE, 2, parse_like},
		{"BETWEEN", FILTER_BETWEEN, 3, parse_between},
		{"IN", FILTER_IN, 2, parse_list},
		{"IS", FILTER_NULL, 1, parse_null},
	};

	if (find_comparison(parser, &node->comparison))
		return parse_comparison(parser, scalar, node, error);
	if (is(parser, "NOT")) {
		node->negated = true;
		if (advance(parser, error))
			return error->code;
	}
	for (size_t i = 0; i < sizeof(predicates) / sizeof(*predicates); i++) {
		if (!is(parser, predicates[i].word) ||
		    (node->negated && predicates[i].kind == FILTER_NULL))
			continue;
		node->kind = predicates[i].kind;
		give_scalars(parser, node, scalar, predicates[i].scalars);
		return predicates[i].parse(parser, node, error);
	}
	return node->negated ? expected(parser, EXPECTED_NEGATED, error)
			     : expected(parser, EXPECTED_COMPARISON, error);
}

static enum error_code parse_condition(struct filter_parser *parser, struct filter_node **node,
				       struct error *error);

/* In parentheses or after NOT, which nest. */
static enum error_code parse_nested(struct filter_parser *parser, struct filter_node **node,
				    struct error *error)
{
	enum error_code code = advance(parser, error);

	if (!code)
		code = parse_condition(parser, node, error);
	return code ? code : filter_parse_word(parser, ")", error);
}

static enum error_code parse_primary(struct filter_parser *parser, struct filter_node **out,
				     struct error *error)
{
	struct filter_node *node;
	struct filter_scalar scalar;
	enum error_code code;

	if (is(parser, "("))
		return parse_nested(parser, out, error);
	*out = node = new_node(parser, FILTER_CONSTANT);
	if (filter_parse_is_spatial(parser))
		return filter_parse_spatial(parser, node, error);
	code = filter_parse_scalar(parser, &scalar, error);
	if (code)
		return code;
	if (scalar.kind == FILTER_VALUE && scalar.value.type == VALUE_BOOLEAN &&
	    !find_comparison(parser, &node->comparison)) {
		node->negated = scalar.value.boolean;
		return ERROR_NONE;
	}
	return parse_predicate(parser, &scalar, node, error);
}

/* NOT of a comparison is another comparison; of an AND or OR, a node of its own. */
static struct filter_node *negated(struct filter_parser *parser, struct filter_node *node)
{
	struct filter_node *outer;

	switch (node->kind) {
	case FILTER_NOT:
		return node->first;
	case FILTER_OR:
	case FILTER_AND:
		outer = new_node(parser, FILTER_NOT);
		outer->first = node;
		return outer;
	case FILTER_COMPARE:
		node->comparison = filter_comparison_negated(node->comparison);
		return node;
	default:
		node->negated = !node->negated;
		return node;
	}
}

static enum error_code parse_factor(struct filter_parser *parser, struct filter_node **node,
				    struct error *error)
{
	bool negates = false;
	enum error_code code = ERROR_NONE;

	while (!code && is(parser, "NOT")) {
		negates = !negates;
		code = advance(parser, error);
	}
	if (!code)
		code = parse_primary(parser, node, error);
	if (!code && negates)
		*node = negated(parser, *node);
	return code;
}

/* Puts NODE among the children of PARENT; the children of one of the parent's kind in its place. */
static void add_child(struct filter_node *parent, struct filter_node ***end,
		      struct filter_node *node)
{
	**end = node->kind == parent->kind ? node->first : node;
	while (**end)
		*end = &(**end)->next;
}

/* Conditions with WORD (AND, OR) between them, of a rule that PART reads. */
static enum error_code parse_joined(struct filter_parser *parser, enum filter_node_kind kind,
				    const char *word,
				    enum error_code (*part)(struct filter_parser *parser,
							    struct filter_node **node,
							    struct error *error),
				    struct filter_node **out, struct error *error)
{
	struct filter_node *parent, *node, **end;
	enum error_code code = part(parser, out, error);

	if (code || !is(parser, word))
		return code;
	parent = new_node(parser, kind);
	end = &parent->first;
	add_child(parent, &end, *out);
	while (!code && is(parser, word)) {
		code = advance(parser, error);
		if (!code)
			code = part(parser, &node, error);
		if (!code)
			add_child(parent, &end, node);
	}
	*out = parent;
	return code;
}

static enum error_code parse_term(struct filter_parser *parser, struct filter_node **node,
				  struct error *error)
{
	return parse_joined(parser, FILTER_AND, "AND", parse_factor, node, error);
}

static enum error_code parse_condition(struct filter_parser *parser, struct filter_node **node,
				       struct error *error)
{
	enum error_code code;

	if (++parser->depth > FILTER_DEPTH_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_NESTED_TOO_DEEP, FILTER_DEPTH_MOST,
				  filter_lexer_position(&parser->lexer, parser->lexer.token.start));
	code = parse_joined(parser, FILTER_OR, "OR", parse_term, node, error);
	parser->depth--;
	return code;
}

enum error_code filter_parse(const char *text, struct filter **out, struct error *error)
{
	struct filter *filter;
	struct filter_parser parser = {.depth = 0};
	enum error_code code;
	struct buf canonical;

	if (strlen(text) > FILTER_TEXT_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_FILTER_TOO_LONG, strlen(text),
				  FILTER_TEXT_MOST);
	filter = memory_zeroed(1, sizeof(*filter));
	filter->arena = arena_new();
	parser.filter = filter;
	filter_lexer_init(&parser.lexer, text, filter->arena);
	code = advance(&parser, error);
	if (!code)
		code = parse_condition(&parser, &filter->root, error);
	if (!code && parser.lexer.token.kind != FILTER_TOKEN_END)
		code = expected(&parser, EXPECTED_END, error);
	if (code) {
		filter_free(filter);
		return code;
	}
	buf_init(&canonical, 0);
	filter_print(filter->root, &canonical);
	filter->text = buf_take(&canonical, NULL);
	*out = filter;
	return ERROR_NONE;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	arena_free(filter->arena);
	free(filter->text);
	free(filter);
}

const char *filter_text(const struct filter *filter)
{
	return filter->text;
}

bool filter_asks_place(const struct filter *filter)
{
	return filter->geometry_count > 0;
}
