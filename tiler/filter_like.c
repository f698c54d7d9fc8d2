/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/filter_node.h"

/* Where the character at *AT ends. */
static uint32_t next_character(const char *text, uint32_t length, uint32_t at)
{
	do
		at++;
	while (at < length && ((unsigned char)text[at] & 0xc0) == 0x80);
	return at;
}

/* The byte that the pattern at *AT means literally; *AT moves past a backslash before it. */
static char literal(const char *pattern, uint32_t length, uint32_t *at)
{
	if (pattern[*at] == '\\' && *at + 1 < length)
		++*at;
	return pattern[*at];
}

/* What is tried again, when the rest does not fit, is only the last % seen: it takes one character
 * more. An earlier one has nothing to give that the last could not take. */
bool filter_like(const char *text, uint32_t text_length, const char *pattern,
		 uint32_t pattern_length)
{
	uint32_t t = 0, p = 0, retry_t = 0, retry_p = 0;
	bool may_retry = false;

	while (t < text_length || p < pattern_length) {
		if (p < pattern_length && pattern[p] == '%') {
			may_retry = true;
			retry_t = t;
			retry_p = ++p;
			continue;
		}
		if (p < pattern_length && t < text_length) {
			if (pattern[p] == '_') {
				t = next_character(text, text_length, t);
				p++;
				continue;
			}
			if (literal(pattern, pattern_length, &p) == text[t]) {
				t++;
				p++;
				continue;
			}
		}
		if (!may_retry || retry_t >= text_length)
			return false;
		t = retry_t = next_character(text, text_length, retry_t);
		p = retry_p;
	}
	return true;
}
