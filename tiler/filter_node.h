/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/buf.h"
#include "tiler/filter.h"
#include "tiler/region.h"

/* A parsed filter, as the files of filter.h share it. All lies in its arena. */

enum filter_comparison {
	FILTER_EQUAL,
	FILTER_DIFFERENT,
	FILTER_LESS,
	FILTER_LESS_EQUAL,
	FILTER_GREATER,
	FILTER_GREATER_EQUAL,
};

enum filter_scalar_kind {
	FILTER_COLUMN,
	FILTER_VALUE,
	FILTER_DATE,	  /* a value: "2024-05-01" */
	FILTER_TIMESTAMP, /* "2024-05-01T10:20:30Z" */
};

/* What is compared. */
struct filter_scalar {
	enum filter_scalar_kind kind;
	uint32_t position; /* its character in the text, from 1 */
	unsigned folds; /* FOLD_...: texts without regard to what (fold.h); a value is so already */
	const char *name;   /* of a column */
	uint32_t reference; /* of a column: its place among the filter's names */
	struct value value; /* of the others; never NULL */
	int64_t moment;	    /* of a date its day, of a timestamp its instant (filter_time.h) */
};

enum filter_node_kind {
	FILTER_OR,
	FILTER_AND,
	FILTER_NOT,	   /* of one child, an OR or an AND */
	FILTER_CONSTANT,   /* FALSE, negated TRUE */
	FILTER_COMPARE,	   /* two scalars */
	FILTER_LIKE,	   /* a scalar and a pattern */
	FILTER_BETWEEN,	   /* three scalars */
	FILTER_IN,	   /* a scalar and those of the list */
	FILTER_NULL,	   /* one scalar */
	FILTER_INTERSECTS, /* a geometry */
};

struct filter_node {
	enum filter_node_kind kind;
	bool negated; /* of the last five */
	enum filter_comparison comparison;
	uint32_t scalar_count;
	struct filter_scalar *scalars;
	struct filter_node *first, *next; /* children, and the parent's next one */
	struct filter_geometry *geometry;
};

struct filter_geometry {
	struct filter_geometry *next; /* of the filter */
	uint32_t number;	      /* among the filter's, from 0 */
	uint32_t position;
	const char *column; /* what it calls the features' geometry */
	uint32_t column_position;
	bool is_box;
	struct box box;	 /* minx > maxx: across the antimeridian */
	const char *wkt; /* of one spelling: "POINT(1 2)" */
};

struct filter {
	struct arena *arena;
	struct filter_node *root;
	const char *names[FILTER_NAMES_MOST]; /* of the columns it names, each once */
	uint32_t name_count;
	struct filter_geometry *geometries;
	uint32_t geometry_count;
	char *text; /* filter_text */
};

/* How the comparison reads from the other side, and what is true where it is false. */
enum filter_comparison filter_comparison_turned(enum filter_comparison comparison);
enum filter_comparison filter_comparison_negated(enum filter_comparison comparison);

/* Appends the canonical text. */
void filter_print(const struct filter_node *node, struct buf *text);
void filter_print_value(const struct value *value, struct buf *text);
void filter_print_real(double real, struct buf *text);

/* The outline of a filter's geometry in its own CRS; new. ERROR_INVALID says why it cannot be used.
 */
MUST_CHECK enum error_code filter_geometry_region(const struct filter_geometry *geometry,
						  bool northing_first, struct region **region,
						  struct error *error);

/* Will it be given one? Quick: on a thread that answers connections. */
MUST_CHECK enum error_code filter_geometry_check(const struct filter_geometry *geometry,
						 struct error *error);

/* Is TEXT like PATTERN: % any characters, _ one, \ before a character that is meant
 * itself? */
bool filter_like(const char *text, uint32_t text_length, const char *pattern,
		 uint32_t pattern_length);
