/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/xml.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/utf8.h"

void xml_init(struct xml *xml, struct buf *out)
{
	*xml = (struct xml){.out = out};
	buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

/* What is written for CHARACTER; NULL: the character itself. White space in attributes is written
 * by number, since parsers make plain spaces of it, and so is a carriage return anywhere. */
static const char *entity(char character, bool attribute)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return attribute ? "&quot;" : NULL;
	case '\r':
		return "&#13;";
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	default:
		return character >= 0 && character < 0x20 ? "" : NULL;
	}
}

/* U+FFFE and U+FFFF are UTF-8 and no characters of XML. */
static bool is_no_character(const char *text)
{
	return memcmp(text, "\xef\xbf\xbe", 3) == 0 || memcmp(text, "\xef\xbf\xbf", 3) == 0;
}

static void write_text(struct xml *xml, const char *text, bool attribute)
{
	while (*text) {
		size_t length = utf8_length(text);
		const char *replacement = NULL;

		if (length == 0 || (length == 3 && is_no_character(text)))
			replacement = "\xef\xbf\xbd";
		else if (length == 1)
			replacement = entity(*text, attribute);
		if (replacement)
			buf_add_text(xml->out, replacement);
		else
			buf_add(xml->out, text, length);
		text += length ? length : 1;
	}
}

static void close_tag(struct xml *xml)
{
	if (xml->in_tag)
		buf_add_char(xml->out, '>');
	xml->in_tag = false;
}

void xml_open(struct xml *xml, const char *name)
{
	assert(xml->depth < XML_DEEPEST);
	close_tag(xml);
	buf_add_char(xml->out, '<');
	buf_add_text(xml->out, name);
	xml->open[xml->depth++] = name;
	xml->in_tag = true;
}

void xml_end(struct xml *xml)
{
	const char *name;

	assert(xml->depth > 0);
	name = xml->open[--xml->depth];
	if (xml->in_tag) {
		buf_add_text(xml->out, "/>");
	} else {
		buf_add_text(xml->out, "</");
		buf_add_text(xml->out, name);
		buf_add_char(xml->out, '>');
	}
	xml->in_tag = false;
}

void xml_attribute(struct xml *xml, const char *name, const char *value)
{
	assert(xml->in_tag);
	if (!value)
		return;
	buf_add_char(xml->out, ' ');
	buf_add_text(xml->out, name);
	buf_add_text(xml->out, "=\"");
	write_text(xml, value, true);
	buf_add_char(xml->out, '"');
}

void xml_text(struct xml *xml, const char *text)
{
	assert(xml->depth > 0);
	close_tag(xml);
	write_text(xml, text, false);
}

void xml_element(struct xml *xml, const char *name, const char *text)
{
	if (!text)
		return;
	xml_open(xml, name);
	xml_text(xml, text);
	xml_end(xml);
}

/* Most texts are short: a number, an address. */
enum {
	PRINTED_SHORT = 256
};

/* Prints into SHORT_TEXT, or into LONG_TEXT what is longer; gives the text. */
static const char *print(char short_text[PRINTED_SHORT], struct buf *long_text, const char *format,
			 va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(short_text, PRINTED_SHORT, format, again);
	va_end(again);
	buf_init(long_text, 0);
	if (length < PRINTED_SHORT)
		return short_text;
	buf_print_list(long_text, format, arguments);
	return long_text->bytes;
}

void xml_print_attribute(struct xml *xml, const char *name, const char *format, ...)
{
	char short_text[PRINTED_SHORT];
	struct buf long_text;
	va_list arguments;

	va_start(arguments, format);
	xml_attribute(xml, name, print(short_text, &long_text, format, arguments));
	buf_release(&long_text);
	va_end(arguments);
}

void xml_print_element(struct xml *xml, const char *name, const char *format, ...)
{
	char short_text[PRINTED_SHORT];
	struct buf long_text;
	va_list arguments;

	va_start(arguments, format);
	xml_element(xml, name, print(short_text, &long_text, format, arguments));
	buf_release(&long_text);
	va_end(arguments);
}
