/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/filter_parser.h"
#include "tiler/message_filter.h"

/* S_INTERSECTS and the geometries it is given: well-known text (OGC 06-103r4, 7.2) in two
 * dimensions, and BBOX. They are printed anew while they are read, in one spelling. */

/* How the coordinates of a kind of geometry nest. */
struct shape {
	const char *word;
	unsigned depth;	 /* parentheses around a run of points: 1 of a LINESTRING */
	unsigned points; /* that a run has at least */
	bool rings;	 /* runs end where they begin */
	bool single;	 /* runs have one point */
};

static const struct shape shapes[] = {
	{"POINT", 1, 1, false, true},
	{"LINESTRING", 1, 2, false, false},
	{"POLYGON", 2, 4, true, false},
	{"MULTIPOINT", 1, 1, false, false},
	{"MULTILINESTRING", 2, 2, false, false},
	{"MULTIPOLYGON", 3, 4, true, false},
};

struct wkt {
	struct filter_parser *parser;
	struct buf text;
};

static enum error_code advance(struct filter_parser *parser, struct error *error)
{
	return filter_lexer_advance(&parser->lexer, error);
}

static bool is(const struct filter_parser *parser, const char *word)
{
	return filter_lexer_is(&parser->lexer, word);
}

static enum error_code parse_coordinate(struct wkt *wkt, double *coordinate, struct error *error)
{
	struct value number;
	enum error_code code = filter_parse_number(wkt->parser, &number, error);

	if (code)
		return code;
	*coordinate = number.type == VALUE_INTEGER ? (double)number.integer : number.real;
	filter_print_real(*coordinate, &wkt->text);
	return ERROR_NONE;
}

static enum error_code parse_point(struct wkt *wkt, struct point *point, struct error *error)
{
	enum error_code code = parse_coordinate(wkt, &point->x, error);

	if (code)
		return code;
	buf_add_char(&wkt->text, ' ');
	return parse_coordinate(wkt, &point->y, error);
}

/* The points of a MULTIPOINT may each stand in parentheses; none does in its one spelling. */
static enum error_code parse_run_point(struct wkt *wkt, const struct shape *shape,
				       struct point *point, struct error *error)
{
	bool wrapped = is(wkt->parser, "(") && shape->points == 1 && !shape->single;
	enum error_code code = wrapped ? advance(wkt->parser, error) : ERROR_NONE;

	if (!code)
		code = parse_point(wkt, point, error);
	if (!code && wrapped)
		code = filter_parse_word(wkt->parser, ")", error);
	return code;
}

/* After the comma between two of a list. */
static enum error_code parse_comma(struct wkt *wkt, struct error *error)
{
	buf_add_char(&wkt->text, ',');
	return advance(wkt->parser, error);
}

static enum error_code parse_end(struct wkt *wkt, struct error *error)
{
	if (!is(wkt->parser, ")"))
		return filter_lexer_expected(&wkt->parser->lexer, EXPECTED_COMMA_OR_END, error);
	buf_add_char(&wkt->text, ')');
	return advance(wkt->parser, error);
}

static enum error_code check_run(const struct wkt *wkt, const struct shape *shape, uint32_t count,
				 struct point first, struct point last, struct error *error)
{
	const struct filter_lexer *lexer = &wkt->parser->lexer;
	uint32_t position = filter_lexer_position(lexer, lexer->token.start);

	if (count < shape->points)
		return error_tell(error, ERROR_INVALID, MESSAGE_TOO_FEW_POINTS, shape->points,
				  shape->word, position);
	if (shape->rings && (first.x != last.x || first.y != last.y))
		return error_tell(error, ERROR_INVALID, MESSAGE_RING_OPEN, position);
	return ERROR_NONE;
}

static enum error_code parse_run(struct wkt *wkt, const struct shape *shape, struct error *error)
{
	struct point first, point;
	uint32_t count = 1;
	enum error_code code = parse_run_point(wkt, shape, &first, error);

	point = first;
	while (!code && is(wkt->parser, ",") && !shape->single) {
		code = parse_comma(wkt, error);
		if (!code)
			code = parse_run_point(wkt, shape, &point, error);
		count++;
	}
	return code ? code : check_run(wkt, shape, count, first, point, error);
}

/* DEPTH is at most 3. */
static enum error_code parse_nested(struct wkt *wkt, const struct shape *shape, unsigned depth,
				    struct error *error)
{
	enum error_code code = filter_parse_word(wkt->parser, "(", error);

	buf_add_char(&wkt->text, '(');
	if (code)
		return code;
	if (depth == 1)
		code = parse_run(wkt, shape, error);
	while (depth > 1 && !code) {
		code = parse_nested(wkt, shape, depth - 1, error);
		if (code || !is(wkt->parser, ","))
			break;
		code = parse_comma(wkt, error);
	}
	return code ? code : parse_end(wkt, error);
}

static const struct shape *find_shape(const struct filter_parser *parser)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (is(parser, shapes[i].word))
			return &shapes[i];
	return NULL;
}

static enum error_code parse_shape(struct wkt *wkt, struct error *error)
{
	const struct shape *shape = find_shape(wkt->parser);

	if (!shape)
		return filter_lexer_expected(&wkt->parser->lexer, EXPECTED_SHAPE, error);
	buf_add_text(&wkt->text, shape->word);
	if (advance(wkt->parser, error))
		return error->code;
	return parse_nested(wkt, shape, shape->depth, error);
}

static enum error_code parse_collection(struct wkt *wkt, struct error *error)
{
	enum error_code code = advance(wkt->parser, error);

	if (!code)
		code = filter_parse_word(wkt->parser, "(", error);
	buf_add_text(&wkt->text, "GEOMETRYCOLLECTION(");
	while (!code) {
		code = parse_shape(wkt, error);
		if (code || !is(wkt->parser, ","))
			break;
		code = parse_comma(wkt, error);
	}
	return code ? code : parse_end(wkt, error);
}

static enum error_code parse_box(struct wkt *wkt, struct box *box, struct error *error)
{
	double *const sides[] = {&box->minx, &box->miny, &box->maxx, &box->maxy};
	struct filter_parser *parser = wkt->parser;
	uint32_t position = filter_lexer_position(&parser->lexer, parser->lexer.token.start);
	enum error_code code = advance(parser, error);

	for (int i = 0; i < 4 && !code; i++) {
		code = filter_parse_word(parser, i ? "," : "(", error);
		if (!code)
			code = parse_coordinate(wkt, sides[i], error);
	}
	if (!code)
		code = filter_parse_word(parser, ")", error);
	if (!code && box->miny > box->maxy)
		return error_tell(error, ERROR_INVALID, MESSAGE_BOX_UPSIDE_DOWN, position);
	return code;
}

static enum error_code parse_geometry(struct filter_parser *parser,
				      struct filter_geometry *geometry, struct error *error)
{
	struct wkt wkt = {.parser = parser};
	enum error_code code;

	geometry->position = filter_lexer_position(&parser->lexer, parser->lexer.token.start);
	buf_init(&wkt.text, 0);
	geometry->is_box = is(parser, "BBOX");
	if (geometry->is_box)
		code = parse_box(&wkt, &geometry->box, error);
	else if (is(parser, "GEOMETRYCOLLECTION"))
		code = parse_collection(&wkt, error);
	else
		code = parse_shape(&wkt, error);
	if (!code && !geometry->is_box) {
		char *text = arena_alloc(parser->filter->arena, wkt.text.length + 1);

		geometry->wkt = strcpy(text, wkt.text.bytes);
	}
	buf_release(&wkt.text);
	return code;
}

/* The name that the filter has for the features' geometry: any, but for those of columns. */
static enum error_code parse_name(struct filter_parser *parser, struct filter_geometry *geometry,
				  struct error *error)
{
	const struct filter_token *token = &parser->lexer.token;
	bool quoted = token->kind == FILTER_TOKEN_QUOTED;
	uint32_t length = quoted ? token->text_length : token->length;
	char *name;

	if (!quoted && token->kind != FILTER_TOKEN_NAME)
		return filter_lexer_expected(&parser->lexer, EXPECTED_GEOMETRY_NAME, error);
	name = arena_alloc(parser->filter->arena, length + 1);
	memcpy(name, quoted ? token->text : token->start, length);
	name[length] = '\0';
	geometry->column = name;
	geometry->column_position = filter_lexer_position(&parser->lexer, token->start);
	return advance(parser, error);
}

bool filter_parse_is_spatial(const struct filter_parser *parser)
{
	return strncasecmp(parser->lexer.token.start, "S_", 2) == 0 &&
	       filter_lexer_is_called(&parser->lexer);
}

enum error_code filter_parse_spatial(struct filter_parser *parser, struct filter_node *node,
				     struct error *error)
{
	struct filter *filter = parser->filter;
	struct filter_geometry *geometry = arena_alloc(filter->arena, sizeof(*geometry));
	bool name_last;
	enum error_code code;

	*geometry = (struct filter_geometry){.next = filter->geometries,
					     .number = filter->geometry_count};
	if (filter->geometry_count == FILTER_PLACES_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_TOO_MANY_PLACES, FILTER_PLACES_MOST,
				  filter_lexer_position(&parser->lexer, parser->lexer.token.start));
	if (!is(parser, "S_INTERSECTS"))
		return filter_lexer_expected(&parser->lexer, "S_INTERSECTS", "S_INTERSECTS", error);
	if (advance(parser, error) || filter_parse_word(parser, "(", error))
		return error->code;
	name_last = filter_lexer_is_called(&parser->lexer);
	code = name_last ? parse_geometry(parser, geometry, error)
			 : parse_name(parser, geometry, error);
	if (!code)
		code = filter_parse_word(parser, ",", error);
	if (!code)
		code = name_last ? parse_name(parser, geometry, error)
				 : parse_geometry(parser, geometry, error);
	if (!code)
		code = filter_parse_word(parser, ")", error);
	node->kind = FILTER_INTERSECTS;
	node->geometry = filter->geometries = geometry;
	filter->geometry_count++;
	return code;
}
