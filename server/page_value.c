/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

static void add_text(struct buf *html, const char *bytes, uint32_t length, uint32_t longest)
{
	uint32_t kept = length < longest || longest == PAGE_VALUE_WHOLE ? length : longest;
	char *text;

	while (kept < length && kept > 0 && (bytes[kept] & 0xc0) == 0x80)
		kept--;
	text = memory_new(kept + 1);
	memcpy(text, bytes, kept);
	text[kept] = '\0';
	html_text(html, text);
	if (kept < length)
		html_text(html, "…");
	free(text);
}

/* With a comma, the French way. */
static void add_real(struct page *page, double number)
{
	char text[32], *point;

	snprintf(text, sizeof(text), "%.10g", number);
	point = strchr(text, '.');
	if (point && page->language == LANGUAGE_FRENCH)
		*point = ',';
	buf_add_text(page->html, text);
}

void page_value(struct page *page, const struct value *value, uint32_t longest)
{
	switch (value->type) {
	case VALUE_BOOLEAN:
		buf_add_text(page->html, value->boolean ? page_say(page, "oui", "yes")
							: page_say(page, "non", "no"));
		break;
	case VALUE_INTEGER:
		buf_print(page->html, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		add_real(page, value->real);
		break;
	case VALUE_TEXT:
		add_text(page->html, value->text.bytes, value->text.length, longest);
		break;
	default:
		break;
	}
}
