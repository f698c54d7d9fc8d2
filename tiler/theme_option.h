/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/buf.h"
#include "tiler/error.h"
#include "tiler/text_list.h"

/* What can be said of a theme or of one of its columns, in a configuration file or in a table. The
 * table in theme_option.c is the master copy: names, headings, types, ranges, meanings; the reader
 * of the file, that of the table, the documentation and its test all come from it. */

enum theme_option_type {
	OPTION_TEXT,
	OPTION_TEXTS,	  /* a list */
	OPTION_LICENCE,	  /* SPDX identifier or address */
	OPTION_FREQUENCY, /* ISO 19115's word for how often data are brought up to date */
	OPTION_INSPIRE,	  /* two letters */
	OPTION_RECORD,	  /* UUID or address */
	OPTION_BOOLEAN,
	OPTION_ZOOM,
	OPTION_SIZE,
	OPTION_COMPANION,
	OPTION_ORDER,	/* greatest or smallest */
	OPTION_COLUMN,	/* its name */
	OPTION_COLUMNS, /* names, or patterns of them */
};

enum theme_option_id {
	THEME_TITLE,
	THEME_TITLE_EN,
	THEME_ABSTRACT,
	THEME_ABSTRACT_EN,
	THEME_KEYWORDS,
	THEME_LICENCE,
	THEME_ATTRIBUTION,
	THEME_PRODUCER,
	THEME_CONTACT,
	THEME_FREQUENCY,
	THEME_LINEAGE,
	THEME_INSPIRE,
	THEME_RECORD,
	THEME_PUBLISH,
	THEME_PERSONAL_DATA,
	THEME_PUBLISH_COLUMNS,
	THEME_HIDE_COLUMNS,
	THEME_ID_COLUMN,
	THEME_PRIORITY_COLUMN,
	THEME_PRIORITY_ORDER,
	THEME_COMMUNE_COLUMN,
	THEME_MIN_ZOOM,
	THEME_MAX_ZOOM,
	THEME_BUDGET,
	THEME_COMPANION,
	THEME_GRIDS,
	COLUMN_ALIAS,
	COLUMN_MEANING,
	COLUMN_PUBLISH,
	COLUMN_FIRST_ZOOM,
	THEME_OPTION_COUNT,
};

struct theme_option {
	enum theme_option_id id;
	const char *name;     /* "publish_columns" */
	const char *headings; /* other names of a table's column, plain, between bars */
	enum theme_option_type type;
	bool of_column;
	long least, most;     /* of numbers */
	const char *fallback; /* what holds when nothing is said, for people */
	const char *help;
};

/* In the order of enum theme_option_id. */
extern const struct theme_option theme_option_table[THEME_OPTION_COUNT];

/* The option of that name, of a theme or of its columns; NULL: none. */
const struct theme_option *theme_option_find(const char *name, bool of_column);

/* The option that the column of a table so headed is for, whatever its case, accents and
 * punctuation; NULL: none. */
const struct theme_option *theme_option_headed(const char *heading, bool of_column);

/* TEXT as headings are compared: letters without case and accents, digits, single blanks between.
 * New. */
char *plain_heading(const char *text);

/* Adds to VALUES what TEXT means for an option, in its one spelling ("Licence Ouverte" becomes
 * "etalab-2.0", "oui" becomes "yes"). Lists may hold several, parted by ; or ,. ERROR_INVALID says
 * in one sentence what was expected; ERROR_LIMIT: TEXT is longer than THEME_OPTION_LONGEST bytes,
 * and each page that lists the theme would carry it. */
enum {
	THEME_OPTION_LONGEST = 65536
};
MUST_CHECK enum error_code theme_option_read(const struct theme_option *option, const char *text,
					     struct text_list *values, struct error *error);

/* A yes, or a no, in French or English. */
bool word_is_yes_or_no(const char *text, bool *yes);

/* What the option takes, for people: "0 to 30", "yes or no". */
void theme_option_print_range(const struct theme_option *option, struct buf *out);

/* The table for the documentation, in Markdown. */
void theme_options_print_table(struct buf *out);
