/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/utf8.h"
#include "tiler/arena.h"
#include "tiler/buf.h"
#include "tiler/memory.h"

struct table {
	struct arena *arena;
	struct table_row *rows;
	size_t count, capacity;
};

struct reader {
	const char *name;
	const char *at, *end;
	char separator;
	unsigned line;
	struct table *table;
	struct buf cell;
	const char *cells[TABLE_COLUMNS_MOST];
	size_t cell_count;
};

/* What the bytes 0x80 to 0x9f stand for in Windows-1252; 0: nothing. */
static const unsigned short WINDOWS[32] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,	0x017d, 0,	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

static void add_character(struct buf *text, unsigned code)
{
	if (code < 0x80) {
		buf_add_char(text, (char)code);
	} else if (code < 0x800) {
		buf_add_char(text, (char)(0xc0 | code >> 6));
		buf_add_char(text, (char)(0x80 | (code & 0x3f)));
	} else {
		buf_add_char(text, (char)(0xe0 | code >> 12));
		buf_add_char(text, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_add_char(text, (char)(0x80 | (code & 0x3f)));
	}
}

static void add_as_utf8(struct buf *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned byte = (unsigned char)bytes[i];
		unsigned code = byte >= 0x80 && byte < 0xa0 ? WINDOWS[byte - 0x80] : byte;

		add_character(text, code ? code : '?');
	}
}

static char most_of(const char *text, size_t length)
{
	static const char separators[] = ";,\t";
	size_t counts[3] = {0};
	size_t best = 1;
	bool quoted = false;

	for (size_t i = 0; i < length && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
		const char *found = text[i] ? strchr(separators, text[i]) : NULL;

		quoted = quoted != (text[i] == '"');
		if (found && !quoted)
			counts[found - separators]++;
	}
	for (size_t i = 0; i < 3; i++)
		best = counts[i] > counts[best] ? i : best;
	return separators[best];
}

static enum error_code end_cell(struct reader *reader, struct error *error)
{
	const char *text = reader->cell.bytes;
	size_t length = reader->cell.length;
	char *kept;

	if (reader->cell_count == TABLE_COLUMNS_MOST)
		return error_set(
			error, ERROR_LIMIT,
			"%s:%u: there are more than %d columns; is this a table of themes?",
			reader->name, reader->line, TABLE_COLUMNS_MOST);
	for (; length && strchr(" \t\r\n", *text); text++)
		length--;
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	kept = arena_alloc(reader->table->arena, length + 1);
	if (length)
		memcpy(kept, text, length);
	kept[length] = '\0';
	reader->cells[reader->cell_count++] = kept;
	buf_empty(&reader->cell);
	return ERROR_NONE;
}

static enum error_code end_row(struct reader *reader, unsigned line, struct error *error)
{
	struct table *table = reader->table;
	size_t size = reader->cell_count * sizeof(char *);
	const char **cells;
	bool empty = true;

	for (size_t i = 0; i < reader->cell_count && empty; i++)
		empty = !*reader->cells[i];
	if (!empty) {
		if (table->count == TABLE_ROWS_MOST)
			return error_set(error, ERROR_LIMIT, "%s:%u: there are more than %d rows",
					 reader->name, line, TABLE_ROWS_MOST);
		if (table->count == table->capacity) {
			table->capacity = table->capacity ? 2 * table->capacity : 256;
			table->rows = memory_resize(table->rows, table->capacity,
						    sizeof(*table->rows));
		}
		cells = arena_alloc(table->arena, size);
		memcpy(cells, reader->cells, size);
		table->rows[table->count++] = (struct table_row){line, reader->cell_count, cells};
	}
	reader->cell_count = 0;
	return ERROR_NONE;
}

/* A quoted run up to its end, both quotes taken; the quotes doubled in it are quotes. */
static enum error_code read_quoted(struct reader *reader, struct error *error)
{
	unsigned begun = reader->line;

	for (reader->at++; reader->at < reader->end; reader->at++) {
		if (*reader->at == '"') {
			if (reader->at + 1 == reader->end || reader->at[1] != '"') {
				reader->at++;
				return ERROR_NONE;
			}
			reader->at++;
		}
		reader->line += *reader->at == '\n';
		buf_add_char(&reader->cell, *reader->at);
	}
	return error_set(error, ERROR_INVALID,
			 "%s:%u: the quote that begins here has no end; write a quote inside a "
			 "quoted cell twice",
			 reader->name, begun);
}

static bool is_cell_begin(const struct reader *reader)
{
	for (size_t i = 0; i < reader->cell.length; i++)
		if (reader->cell.bytes[i] != ' ')
			return false;
	return true;
}

static enum error_code read_row(struct reader *reader, struct error *error)
{
	unsigned line = reader->line;
	enum error_code code = ERROR_NONE;
	bool ended = false;

	while (!code && !ended && reader->at < reader->end) {
		char byte = *reader->at;

		if (byte == '"' && is_cell_begin(reader)) {
			code = read_quoted(reader, error);
			continue;
		}
		reader->at++;
		ended = byte == '\n' ||
			(byte == '\r' && (reader->at == reader->end || *reader->at != '\n'));
		if (byte == reader->separator)
			code = end_cell(reader, error);
		else if (!ended)
			buf_add_char(&reader->cell, byte);
	}
	reader->line += ended;
	if (!code)
		code = end_cell(reader, error);
	return code ? code : end_row(reader, line, error);
}

/* "sep=;", as some spreadsheets begin. */
static void take_separator_line(struct reader *reader)
{
	if (reader->end - reader->at < 5 || strncmp(reader->at, "sep=", 4) != 0 ||
	    !memchr(";,\t|", reader->at[4], 4))
		return;
	reader->separator = reader->at[4];
	reader->at += 5;
}

static enum error_code check_bytes(const char *name, const char *text, size_t length,
				   struct error *error)
{
	const char *zero = memchr(text, '\0', length);
	unsigned line = 1;

	if (length > TABLE_BYTES_MOST)
		return error_set(error, ERROR_LIMIT, "%s: it is larger than %d MiB", name,
				 TABLE_BYTES_MOST >> 20);
	if (!zero)
		return ERROR_NONE;
	for (const char *c = text; c < zero; c++)
		line += *c == '\n';
	return error_set(error, ERROR_INVALID,
			 "%s:%u: it holds a zero byte, so it is not a table in text; save it as "
			 "CSV, in UTF-8",
			 name, line);
}

enum error_code table_new(const char *name, const char *text, size_t length, struct table **result,
			  struct error *error)
{
	struct reader *reader;
	struct buf utf8;
	enum error_code code = check_bytes(name, text, length, error);

	*result = NULL;
	if (code)
		return code;
	buf_init(&utf8, 0);
	buf_add_text(&utf8, "");
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		length -= 3;
	}
	buf_add(&utf8, text, length);
	if (!utf8_valid(utf8.bytes)) {
		buf_empty(&utf8);
		add_as_utf8(&utf8, text, length);
	}
	reader = memory_zeroed(1, sizeof(*reader));
	reader->name = name;
	reader->at = utf8.bytes;
	reader->end = utf8.bytes + utf8.length;
	reader->separator = most_of(utf8.bytes, utf8.length);
	reader->line = 1;
	reader->table = memory_zeroed(1, sizeof(*reader->table));
	reader->table->arena = arena_new();
	buf_init(&reader->cell, 0);
	buf_add_text(&reader->cell, "");
	take_separator_line(reader);
	while (!code && reader->at < reader->end)
		code = read_row(reader, error);
	if (code)
		table_free(reader->table);
	else
		*result = reader->table;
	buf_release(&reader->cell);
	buf_release(&utf8);
	free(reader);
	return code;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	arena_free(table->arena);
	free(table->rows);
	free(table);
}

size_t table_row_count(const struct table *table)
{
	return table->count;
}

const struct table_row *table_row(const struct table *table, size_t index)
{
	return &table->rows[index];
}
