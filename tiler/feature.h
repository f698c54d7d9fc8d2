/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/geometry.h"

/* A feature as a level hands it to the renderer, and the types of its columns. */

enum value_type {
	VALUE_NULL = 0, /* never of a column */
	VALUE_BOOLEAN,
	VALUE_INTEGER,
	VALUE_REAL,
	VALUE_TEXT, /* UTF-8; dates and times are ISO 8601 text */
};

/* "boolean", "integer", "real", "text". */
const char *value_type_name(enum value_type type);

struct value {
	enum value_type type;
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct {
			const char *bytes; /* borrowed, no NUL at the end */
			uint32_t length;
		} text;
	};
};

struct feature {
	uint64_t place; /* in its file: see fgb_visit_at */
	uint64_t id;	/* the source's own number of the feature, stable while the source is */
	bool has_id;
	double priority; /* of a source's row: who stays when not all can, the greater first */
	uint32_t geometry_count;	   /* more than one for a collection of several kinds */
	const struct geometry *geometries; /* each of one kind, in the theme's CRS */
	const struct value *values;	   /* one a column of the theme, in the columns' order */
};
