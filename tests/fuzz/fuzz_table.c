/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a spreadsheet's table: rows of trimmed UTF-8 within the bounds, or one sentence that
 * names the line; and any cell as the value of any option. */
#include <stdlib.h>
#include <string.h>

#include "server/table.h"
#include "server/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tiler/theme_option.h"

const unsigned fuzz_rounds = 20000;

static void try_cell(const char *cell, size_t number)
{
	const struct theme_option *option = &theme_option_table[number % THEME_OPTION_COUNT];
	struct text_list values = {0};
	struct error error = {0};

	FUZZ_CHECK(utf8_valid(cell));
	FUZZ_CHECK(!*cell || (*cell != ' ' && cell[strlen(cell) - 1] != ' '));
	theme_option_headed(cell, number % 2);
	if (theme_option_read(option, cell, &values, &error))
		FUZZ_CHECK(error.text[0] && values.count == 0);
	text_list_release(&values);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct table *table;
	struct error error = {0};
	unsigned line = 0;

	if (table_new("t", (const char *)bytes, size, &table, &error)) {
		FUZZ_CHECK(!table && strncmp(error.text, "t:", 2) == 0);
		return 0;
	}
	for (size_t i = 0; i < table_row_count(table); i++) {
		const struct table_row *row = table_row(table, i);

		FUZZ_CHECK(row->line > line && row->count > 0);
		FUZZ_CHECK(row->count <= TABLE_COLUMNS_MOST);
		line = row->line;
		for (size_t c = 0; c < row->count; c++)
			try_cell(row->cells[c], i + c);
	}
	table_free(table);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const char *const seeds[] = {
		"\xef\xbb\xbfid;titre;licence\r\na:b;\"x;\"\"y\";ODbL\r\n",
		"id,title,abstract\na:b,=1+1,\"two\nlines\"\n",
		"id\ttitre\na:b\t\xe9t\xe9\x80\n",
		"sep=|\nid|zoom min\na|3\n",
		"\"open\nnever closed",
		"",
		",,,\n\n;;;\r\r\n",
	};

	if (index >= sizeof(seeds) / sizeof(*seeds))
		return false;
	buf_add_text(seed, seeds[index]);
	return true;
}
