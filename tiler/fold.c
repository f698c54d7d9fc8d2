/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fold.h"

#include <ctype.h>
#include <utf8proc.h>

#include "tiler/memory.h"

enum {
	/* Characters that one becomes: U+FDFA is an Arabic phrase of 18. */
	IMAGE_MOST = 32,
};

static void add_character(utf8proc_int32_t character, struct buf *out)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t length = utf8proc_encode_char(character, bytes);

	buf_add(out, bytes, (size_t)length);
}

static utf8proc_option_t options_of(unsigned how)
{
	int options = 0;

	if (how & FOLD_CASE)
		options |= UTF8PROC_CASEFOLD;
	if (how & FOLD_ACCENTS)
		options |= UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK;
	return (utf8proc_option_t)options;
}

void fold_text(const char *text, uint32_t length, unsigned how, struct buf *out)
{
	const utf8proc_option_t options = options_of(how);
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text, *end = at + length;

	while (at < end) {
		utf8proc_int32_t character, image[IMAGE_MOST];
		utf8proc_ssize_t taken, count = -1;
		int before = 0;

		if (*at < 0x80) {
			buf_add_char(out, (char)(how & FOLD_CASE ? tolower(*at) : *at));
			at++;
			continue;
		}
		taken = utf8proc_iterate(at, end - at, &character);
		if (taken > 0)
			count = utf8proc_decompose_char(character, image, IMAGE_MOST, options,
							&before);
		if (count < 0 || count > IMAGE_MOST) {
			taken = taken > 0 ? taken : 1;
			buf_add(out, at, (size_t)taken);
		}
		for (utf8proc_ssize_t i = 0; i < count && count <= IMAGE_MOST; i++)
			add_character(image[i], out);
		at += taken;
	}
}

char *fold_composed(const char *text)
{
	utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);

	return composed ? (char *)composed : memory_text(text);
}
