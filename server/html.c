/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/html.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/utf8.h"

#define NARROW_SPACE "\u202f"

/* What is written for CHARACTER; NULL: the character itself. */
static const char *entity(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return (character >= 0 && character < 0x20) || character == 0x7f ? "" : NULL;
	}
}

/* Embeddings, overrides and isolates: U+202A to U+202E, U+2066 to U+2069. */
static bool turns_about(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	return c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) ||
				(c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

void html_text(struct buf *html, const char *text)
{
	while (text && *text) {
		size_t length = utf8_length(text);
		const char *replacement = length == 0 ? "\ufffd" : entity(*text);
		if (replacement)
			buf_add_text(html, replacement);
		else if (length != 3 || !turns_about(text))
			buf_add(html, text, length);
		text += length == 0 ? 1 : length;
	}
}

void html_print(struct buf *html, const char *markup, ...)
{
	va_list arguments;
	va_start(arguments, markup);
	for (;;) {
		const char *percent = strchr(markup, '%');
		if (!percent)
			break;
		buf_add(html, markup, (size_t)(percent - markup));
		switch (percent[1]) {
		case 's':
			html_text(html, va_arg(arguments, const char *));
			break;
		case 'd':
			buf_print(html, "%d", va_arg(arguments, int));
			break;
		case 'u':
			buf_print(html, "%u", va_arg(arguments, unsigned));
			break;
		default:
			assert(percent[1] == '%');
			buf_add_char(html, '%');
		}
		markup = percent + 2;
	}
	buf_add_text(html, markup);
	va_end(arguments);
}

void html_url(struct buf *html, const char *text)
{
	static const char plain[] = "-._~:,@";
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < 0x80 && (isalnum(*c) || strchr(plain, *c)))
			buf_add_char(html, (char)*c);
		else
			buf_print(html, "%%%02X", *c);
	}
}

void html_integer(struct buf *html, enum language language, uint64_t number)
{
	const char *separator = language == LANGUAGE_ENGLISH ? "," : NARROW_SPACE;
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buf_add_text(html, separator);
		buf_add_char(html, digits[i]);
	}
}

void html_count(struct buf *html, enum language language, uint64_t number, const char *one,
		const char *many)
{
	bool single = number == 1 || (number == 0 && language == LANGUAGE_FRENCH);

	html_integer(html, language, number);
	html_print(html, "\u00a0%s", single ? one : many);
}

void html_time(struct buf *html, enum language language, int64_t seconds)
{
	static const char *const months[][LANGUAGES] = {
		{"janvier", "January"}, {"février", "February"},  {"mars", "March"},
		{"avril", "April"},	{"mai", "May"},		  {"juin", "June"},
		{"juillet", "July"},	{"août", "August"},	  {"septembre", "September"},
		{"octobre", "October"}, {"novembre", "November"}, {"décembre", "December"}};
	bool english = language == LANGUAGE_ENGLISH;
	time_t time = (time_t)seconds;
	struct tm utc;
	if (!gmtime_r(&time, &utc))
		return;
	char machine[64];
	strftime(machine, sizeof machine, "%Y-%m-%dT%H:%M:%SZ", &utc);
	buf_print(html, "<time datetime=\"%s\">%d%s %s %d %s %02d:%02d UTC</time>", machine,
		  utc.tm_mday, utc.tm_mday == 1 && !english ? "er" : "",
		  months[utc.tm_mon][language], utc.tm_year + 1900, english ? "at" : "à",
		  utc.tm_hour, utc.tm_min);
}
