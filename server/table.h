/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stddef.h>

#include "tiler/error.h"

/* A table as spreadsheets write it: cells parted by semicolons, commas or tabs (what the first line
 * has most of), quoted where they hold one or a line end; UTF-8, with or without its mark, or else
 * Windows-1252. Every cell is a text: formulas are not reckoned. */

struct table_row {
	unsigned line; /* from 1 */
	size_t count;
	const char *const *cells; /* trimmed, UTF-8 */
};

struct table;

enum {
	TABLE_BYTES_MOST = 32 << 20,
	TABLE_COLUMNS_MOST = 1000,
	TABLE_ROWS_MOST = 100000,
};

/* New. The rows that hold anything, the heading first. NAME begins errors: "NAME:LINE: ".
 * ERROR_INVALID: it is not such a table. ERROR_LIMIT: it has too many rows or columns. */
MUST_CHECK enum error_code table_new(const char *name, const char *text, size_t length,
				     struct table **table, struct error *error);
void table_free(struct table *table);

/* Borrowed. */
size_t table_row_count(const struct table *table);
const struct table_row *table_row(const struct table *table, size_t index);
