/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/exposition.h"

#include <inttypes.h>
#include <stdio.h>

void exposition_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_print(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_value(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_print(out, "\\%c", *text);
		else if (*text == '\n')
			buf_add_text(out, "\\n");
		else
			buf_add(out, text, 1);
	}
}

static void write_name(struct buf *out, const char *name, const char *const *labels)
{
	const char *before = "{";

	buf_add_text(out, name);
	if (!labels || !*labels)
		return;
	for (; *labels; labels += 2) {
		buf_print(out, "%s%s=\"", before, labels[0]);
		write_value(out, labels[1]);
		buf_add_text(out, "\"");
		before = ",";
	}
	buf_add_text(out, "}");
}

void exposition_integer(struct buf *out, const char *name, const char *const *labels,
			uint64_t value)
{
	write_name(out, name, labels);
	buf_print(out, " %" PRIu64 "\n", value);
}

void exposition_number(struct buf *out, const char *name, const char *const *labels, double value)
{
	write_name(out, name, labels);
	buf_print(out, " %.9g\n", value);
}
