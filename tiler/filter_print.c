/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/filter_lexer.h"
#include "tiler/filter_node.h"
#include "tiler/fold.h"
#include "tiler/memory.h"

/* A filter in its one spelling. What AND, OR and IN join stands in the order of its own text, each
 * once. */

enum filter_comparison filter_comparison_turned(enum filter_comparison comparison)
{
	static const enum filter_comparison turned[] = {
		[FILTER_EQUAL] = FILTER_EQUAL,	[FILTER_DIFFERENT] = FILTER_DIFFERENT,
		[FILTER_LESS] = FILTER_GREATER, [FILTER_LESS_EQUAL] = FILTER_GREATER_EQUAL,
		[FILTER_GREATER] = FILTER_LESS, [FILTER_GREATER_EQUAL] = FILTER_LESS_EQUAL,
	};

	return turned[comparison];
}

enum filter_comparison filter_comparison_negated(enum filter_comparison comparison)
{
	static const enum filter_comparison negated[] = {
		[FILTER_EQUAL] = FILTER_DIFFERENT,    [FILTER_DIFFERENT] = FILTER_EQUAL,
		[FILTER_LESS] = FILTER_GREATER_EQUAL, [FILTER_LESS_EQUAL] = FILTER_GREATER,
		[FILTER_GREATER] = FILTER_LESS_EQUAL, [FILTER_GREATER_EQUAL] = FILTER_LESS,
	};

	return negated[comparison];
}

void filter_print_real(double real, struct buf *text)
{
	char digits[40];

	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, real);
		if (strtod(digits, NULL) == real)
			break;
	}
	buf_add_text(text, digits);
}

/* A quotation mark within is doubled; behind a backslash, which would be read as if it stood for
 * the mark, it has another one before it. */
static void print_quoted(const char *string, uint32_t length, char quote, struct buf *text)
{
	buf_add_char(text, quote);
	for (uint32_t i = 0; i < length; i++) {
		bool behind = quote == '\'' && i > 0 && string[i - 1] == '\\';

		if (string[i] == quote)
			buf_add_char(text, behind ? '\\' : quote);
		buf_add_char(text, string[i]);
	}
	buf_add_char(text, quote);
}

void filter_print_value(const struct value *value, struct buf *text)
{
	switch (value->type) {
	case VALUE_BOOLEAN:
		buf_add_text(text, value->boolean ? "TRUE" : "FALSE");
		break;
	case VALUE_INTEGER:
		buf_print(text, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		filter_print_real(value->real, text);
		break;
	default:
		print_quoted(value->text.bytes, value->text.length, '\'', text);
	}
}

static void print_scalar(const struct filter_scalar *scalar, struct buf *text)
{
	if (scalar->folds & FOLD_CASE)
		buf_add_text(text, "CASEI(");
	if (scalar->folds & FOLD_ACCENTS)
		buf_add_text(text, "ACCENTI(");
	switch (scalar->kind) {
	case FILTER_COLUMN:
		if (filter_is_plain_name(scalar->name))
			buf_add_text(text, scalar->name);
		else
			print_quoted(scalar->name, (uint32_t)strlen(scalar->name), '"', text);
		break;
	case FILTER_VALUE:
		filter_print_value(&scalar->value, text);
		break;
	case FILTER_DATE:
	case FILTER_TIMESTAMP:
		buf_add_text(text, scalar->kind == FILTER_DATE ? "DATE(" : "TIMESTAMP(");
		filter_print_value(&scalar->value, text);
		buf_add_char(text, ')');
	}
	buf_add_text(text, scalar->folds == (FOLD_CASE | FOLD_ACCENTS) ? "))"
			   : scalar->folds			       ? ")"
								       : "");
}

static int in_order(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Appends PARTS (new texts, freed here) in order, each once, with GLUE between. */
static void print_sorted(char **parts, uint32_t count, const char *glue, struct buf *text)
{
	qsort(parts, count, sizeof(*parts), in_order);
	for (uint32_t i = 0; i < count; i++) {
		if (i == 0)
			buf_add_text(text, parts[i]);
		else if (strcmp(parts[i - 1], parts[i]) != 0)
			buf_print(text, "%s%s", glue, parts[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		free(parts[i]);
	free(parts);
}

static void print_list(const struct filter_node *node, struct buf *text)
{
	uint32_t count = node->scalar_count - 1;
	char **parts = memory_new(count * sizeof(*parts));

	for (uint32_t i = 0; i < count; i++) {
		struct buf part;

		buf_init(&part, 0);
		print_scalar(&node->scalars[i + 1], &part);
		parts[i] = buf_take(&part, NULL);
	}
	buf_add_char(text, '(');
	print_sorted(parts, count, ",", text);
	buf_add_char(text, ')');
}

/* With parentheses around what binds less than what it stands in. */
static char *print_child(const struct filter_node *child, bool in_and)
{
	bool loose = in_and && child->kind == FILTER_OR;
	struct buf part;

	buf_init(&part, 0);
	buf_add_text(&part, loose ? "(" : "");
	filter_print(child, &part);
	buf_add_text(&part, loose ? ")" : "");
	return buf_take(&part, NULL);
}

static void print_joined(const struct filter_node *node, struct buf *text)
{
	uint32_t count = 0;
	char **parts;

	for (const struct filter_node *child = node->first; child; child = child->next)
		count++;
	parts = memory_new(count * sizeof(*parts));
	count = 0;
	for (const struct filter_node *child = node->first; child; child = child->next)
		parts[count++] = print_child(child, node->kind == FILTER_AND);
	print_sorted(parts, count, node->kind == FILTER_AND ? " AND " : " OR ", text);
}

static void print_geometry(const struct filter_node *node, struct buf *text)
{
	const struct filter_geometry *geometry = node->geometry;
	const struct box *box = &geometry->box;
	const double sides[] = {box->minx, box->miny, box->maxx, box->maxy};

	buf_add_text(text, node->negated ? "NOT S_INTERSECTS(geometry," : "S_INTERSECTS(geometry,");
	if (!geometry->is_box) {
		buf_print(text, "%s)", geometry->wkt);
		return;
	}
	for (int i = 0; i < 4; i++) {
		buf_add_text(text, i ? "," : "BBOX(");
		filter_print_real(sides[i], text);
	}
	buf_add_text(text, "))");
}

static void print_comparison(const struct filter_node *node, struct buf *text)
{
	static const char *const marks[] = {
		[FILTER_EQUAL] = "=",	[FILTER_DIFFERENT] = "<>",
		[FILTER_LESS] = "<",	[FILTER_LESS_EQUAL] = "<=",
		[FILTER_GREATER] = ">", [FILTER_GREATER_EQUAL] = ">=",
	};

	print_scalar(&node->scalars[0], text);
	buf_add_text(text, marks[node->comparison]);
	print_scalar(&node->scalars[1], text);
}

/* A scalar and what is said of it by a word. */
static void print_predicate(const struct filter_node *node, struct buf *text)
{
	const char *not = node->negated ? "NOT " : "";

	print_scalar(&node->scalars[0], text);
	if (node->kind == FILTER_NULL) {
		buf_print(text, " IS %sNULL", not );
	} else if (node->kind == FILTER_IN) {
		buf_print(text, " %sIN ", not );
		print_list(node, text);
	} else if (node->kind == FILTER_LIKE) {
		buf_print(text, " %sLIKE ", not );
		print_scalar(&node->scalars[1], text);
	} else {
		buf_print(text, " %sBETWEEN ", not );
		print_scalar(&node->scalars[1], text);
		buf_add_text(text, " AND ");
		print_scalar(&node->scalars[2], text);
	}
}

void filter_print(const struct filter_node *node, struct buf *text)
{
	switch (node->kind) {
	case FILTER_OR:
	case FILTER_AND:
		print_joined(node, text);
		break;
	case FILTER_NOT:
		buf_add_text(text, "NOT (");
		filter_print(node->first, text);
		buf_add_char(text, ')');
		break;
	case FILTER_CONSTANT:
		buf_add_text(text, node->negated ? "TRUE" : "FALSE");
		break;
	case FILTER_COMPARE:
		print_comparison(node, text);
		break;
	case FILTER_INTERSECTS:
		print_geometry(node, text);
		break;
	default:
		print_predicate(node, text);
	}
}
