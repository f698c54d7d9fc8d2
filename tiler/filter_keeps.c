/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "tiler/filter_binding.h"
#include "tiler/filter_time.h"
#include "tiler/fold.h"

/* The logic of three values that SQL has: what a missing value is part of is unknown. */
enum truth {
	NO,
	YES,
	UNKNOWN
};

/* A feature that a filter is asked of. */
struct asked {
	struct filter_binding *binding;
	const struct feature *feature;
};

static enum truth truth_of(bool condition)
{
	return condition ? YES : NO;
}

static struct value folded(struct value value, unsigned folds, struct buf *room)
{
	buf_empty(room);
	fold_text(value.text.bytes, value.text.length, folds, room);
	value.text.bytes = room->bytes;
	value.text.length = (uint32_t)room->length;
	return value;
}

/* No number is no value. ROOM: 0 or 1, of two values looked at together. */
static struct value value_of(const struct asked *asked, const struct filter_scalar *scalar,
			     unsigned room)
{
	struct value value = scalar->value;

	if (scalar->kind != FILTER_COLUMN)
		return value;
	value = asked->feature->values[asked->binding->columns[scalar->reference]];
	if (value.type == VALUE_REAL && isnan(value.real))
		value.type = VALUE_NULL;
	if (scalar->folds && value.type == VALUE_TEXT)
		return folded(value, scalar->folds, &asked->binding->folded[room]);
	return value;
}

static int order_of_wholes(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Exact: beyond 2^53 not every integer is a double. */
static int order_of_whole_and_real(int64_t whole, double real)
{
	double below = floor(real);
	int order;

	if (real >= 0x1p63)
		return -1;
	if (real < -0x1p63)
		return 1;
	order = order_of_wholes(whole, (int64_t)below);
	return order ? order : -(real > below);
}

static int order_of_numbers(const struct value *a, const struct value *b)
{
	if (a->type == VALUE_INTEGER && b->type == VALUE_INTEGER)
		return order_of_wholes(a->integer, b->integer);
	if (a->type == VALUE_INTEGER)
		return order_of_whole_and_real(a->integer, b->real);
	if (b->type == VALUE_INTEGER)
		return -order_of_whole_and_real(b->integer, a->real);
	return (a->real > b->real) - (a->real < b->real);
}

/* By code points, which is how UTF-8 sorts. */
static int order_of_texts(const struct value *a, const struct value *b)
{
	uint32_t length = a->text.length < b->text.length ? a->text.length : b->text.length;
	int order = length ? memcmp(a->text.bytes, b->text.bytes, length) : 0;

	return order ? order
		     : (a->text.length > b->text.length) - (a->text.length < b->text.length);
}

/* A column's text beside a date or moment; false: it is neither. */
static bool order_of_moments(const struct value *text, const struct filter_scalar *moment,
			     int *order)
{
	struct filter_time time;

	if (!filter_time_read(text->text.bytes, text->text.length, &time))
		return false;
	*order = order_of_wholes(moment->kind == FILTER_DATE ? time.day : time.instant,
				 moment->moment);
	return true;
}

/* False: one of the two is unknown. */
static bool find_order(const struct asked *asked, const struct filter_scalar *left,
		       const struct filter_scalar *right, int *order)
{
	struct value a = value_of(asked, left, 0), b = value_of(asked, right, 1);

	if (a.type == VALUE_NULL || b.type == VALUE_NULL)
		return false;
	if (right->kind == FILTER_DATE || right->kind == FILTER_TIMESTAMP)
		return order_of_moments(&a, right, order);
	if (left->kind == FILTER_DATE || left->kind == FILTER_TIMESTAMP) {
		bool known = order_of_moments(&b, left, order);

		*order = -*order;
		return known;
	}
	if (a.type == VALUE_TEXT)
		*order = order_of_texts(&a, &b);
	else if (a.type == VALUE_BOOLEAN)
		*order = a.boolean - b.boolean;
	else
		*order = order_of_numbers(&a, &b);
	return true;
}

static enum truth compare(const struct asked *asked, const struct filter_scalar *left,
			  enum filter_comparison comparison, const struct filter_scalar *right)
{
	int order = 0;

	if (!find_order(asked, left, right, &order))
		return UNKNOWN;
	switch (comparison) {
	case FILTER_EQUAL:
		return truth_of(order == 0);
	case FILTER_DIFFERENT:
		return truth_of(order != 0);
	case FILTER_LESS:
		return truth_of(order < 0);
	case FILTER_LESS_EQUAL:
		return truth_of(order <= 0);
	case FILTER_GREATER:
		return truth_of(order > 0);
	default:
		return truth_of(order >= 0);
	}
}

static enum truth both(enum truth a, enum truth b)
{
	if (a == NO || b == NO)
		return NO;
	return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : YES;
}

static enum truth is_like(const struct asked *asked, const struct filter_node *node)
{
	struct value text = value_of(asked, &node->scalars[0], 0);
	const struct value *pattern = &node->scalars[1].value;

	if (text.type == VALUE_NULL)
		return UNKNOWN;
	return truth_of(filter_like(text.text.bytes, text.text.length, pattern->text.bytes,
				    pattern->text.length));
}

static enum truth is_between(const struct asked *asked, const struct filter_node *node)
{
	const struct filter_scalar *scalars = node->scalars;

	return both(compare(asked, &scalars[0], FILTER_GREATER_EQUAL, &scalars[1]),
		    compare(asked, &scalars[0], FILTER_LESS_EQUAL, &scalars[2]));
}

static enum truth is_in(const struct asked *asked, const struct filter_node *node)
{
	enum truth found = NO;

	for (uint32_t i = 1; i < node->scalar_count && found != YES; i++) {
		enum truth here = compare(asked, &node->scalars[0], FILTER_EQUAL,
					  &node->scalars[i]);

		found = here == NO ? found : here;
	}
	return found;
}

/* A feature without geometry is nowhere. */
static enum truth meets(const struct asked *asked, const struct filter_node *node)
{
	struct region *region = asked->binding->regions[node->geometry->number];

	for (uint32_t i = 0; region && i < asked->feature->geometry_count; i++)
		if (region_intersects(region, &asked->feature->geometries[i]))
			return YES;
	return NO;
}

static enum truth answer(const struct asked *asked, const struct filter_node *node);

/* AND and OR end where the rest cannot change them. */
static enum truth answer_joined(const struct asked *asked, const struct filter_node *node)
{
	enum truth decisive = node->kind == FILTER_AND ? NO : YES;
	enum truth so_far = node->kind == FILTER_AND ? YES : NO;

	for (const struct filter_node *child = node->first; child; child = child->next) {
		enum truth truth = answer(asked, child);

		if (truth == decisive)
			return decisive;
		if (truth == UNKNOWN)
			so_far = UNKNOWN;
	}
	return so_far;
}

static enum truth answer_plain(const struct asked *asked, const struct filter_node *node)
{
	switch (node->kind) {
	case FILTER_OR:
	case FILTER_AND:
		return answer_joined(asked, node);
	case FILTER_NOT:
		return answer(asked, node->first);
	case FILTER_CONSTANT:
		return NO;
	case FILTER_COMPARE:
		return compare(asked, &node->scalars[0], node->comparison, &node->scalars[1]);
	case FILTER_LIKE:
		return is_like(asked, node);
	case FILTER_BETWEEN:
		return is_between(asked, node);
	case FILTER_IN:
		return is_in(asked, node);
	case FILTER_NULL:
		return truth_of(value_of(asked, node->scalars, 0).type == VALUE_NULL);
	default:
		return meets(asked, node);
	}
}

static enum truth answer(const struct asked *asked, const struct filter_node *node)
{
	enum truth truth = answer_plain(asked, node);

	if (!(node->negated || node->kind == FILTER_NOT) || truth == UNKNOWN)
		return truth;
	return truth == YES ? NO : YES;
}

bool filter_keeps(struct filter_binding *binding, const struct feature *feature)
{
	struct asked asked = {binding, feature};

	return answer(&asked, binding->filter->root) == YES;
}
