/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_search.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/page_group.h"
#include "tiler/memory.h"

/* Bare lower-case letters of U+00C0 to U+017F; A, O and S stand for ae, oe and ss, a space for a
 * character that is kept. */
static const char bare_letters[] = "aaaaaaAceeeeiiii" /* U+00C0 */
				   "dnooooo ouuuuytS" /* U+00D0 */
				   "aaaaaaAceeeeiiii" /* U+00E0 */
				   "dnooooo ouuuuyty" /* U+00F0 */
				   "aaaaaaccccccccdd" /* U+0100 */
				   "ddeeeeeeeeeegggg" /* U+0110 */
				   "gggghhhhiiiiiiii" /* U+0120 */
				   "iiiijjkkklllllll" /* U+0130 */
				   "lllnnnnnnnnnoooo" /* U+0140 */
				   "ooOOrrrrrrssssss" /* U+0150 */
				   "ssttttttuuuuuuuu" /* U+0160 */
				   "uuuuwwyyyzzzzzzs" /* U+0170 */;
enum {
	BARE_FIRST = 0xc0,
	BARE_END = 0x180,
	COMBINING_FIRST = 0x300,
	COMBINING_END = 0x370,
};
static_assert(sizeof bare_letters == BARE_END - BARE_FIRST + 1, "one letter a character");

static void fold_pair(struct buf *out, const unsigned char *pair)
{
	unsigned character = (pair[0] & 0x1fu) << 6 | (pair[1] & 0x3fu);
	if (character >= COMBINING_FIRST && character < COMBINING_END)
		return;
	char bare = ' ';
	if (character >= BARE_FIRST && character < BARE_END)
		bare = bare_letters[character - BARE_FIRST];
	switch (bare) {
	case ' ':
		buf_add(out, pair, 2);
		break;
	case 'A':
		buf_add_text(out, "ae");
		break;
	case 'O':
		buf_add_text(out, "oe");
		break;
	case 'S':
		buf_add_text(out, "ss");
		break;
	default:
		buf_add_char(out, bare);
	}
}

void search_fold(struct buf *out, const char *text)
{
	static const char apostrophe[] = "\u2019";
	const unsigned char *at = (const unsigned char *)text;
	while (*at) {
		if ((*at & 0xe0) == 0xc0 && (at[1] & 0xc0) == 0x80) {
			fold_pair(out, at);
			at += 2;
		} else if (strncmp((const char *)at, apostrophe, 3) == 0) {
			buf_add_char(out, '\'');
			at += 3;
		} else {
			buf_add_char(out, *at < 0x80 ? (char)tolower(*at) : (char)*at);
			at++;
		}
	}
}

struct search {
	enum language language;
	struct buf words; /* each ends with a NUL */
	struct buf subject;
};

struct search *search_new(const char *query, enum language language)
{
	struct search *search = memory_zeroed(1, sizeof *search);
	search->language = language;
	buf_init(&search->words, 0);
	buf_init(&search->subject, 0);
	struct buf folded;
	buf_init(&folded, 0);
	search_fold(&folded, query ? query : "");
	char *rest = NULL;
	char *word = folded.length ? strtok_r(folded.bytes, " \t\r\n", &rest) : NULL;
	for (; word; word = strtok_r(NULL, " \t\r\n", &rest))
		buf_add(&search->words, word, strlen(word) + 1);
	buf_release(&folded);
	return search;
}

void search_free(struct search *search)
{
	if (!search)
		return;
	buf_release(&search->words);
	buf_release(&search->subject);
	free(search);
}

static void add_subject(struct buf *subject, const char *text)
{
	if (text)
		search_fold(subject, text);
	buf_add_char(subject, '\n');
}

bool search_matches(struct search *search, const struct theme *theme)
{
	if (search->words.length == 0)
		return true;
	const struct group_name *group = group_name_find(theme->group);
	enum language language = search->language;
	buf_empty(&search->subject);
	add_subject(&search->subject, theme_title(theme, language));
	add_subject(&search->subject, theme->id);
	add_subject(&search->subject, group ? group_family(group, language) : NULL);
	add_subject(&search->subject, group ? group->name[language] : NULL);
	add_subject(&search->subject, theme_abstract(theme, language));
	const char *end = search->words.bytes + search->words.length;
	for (const char *word = search->words.bytes; word < end; word += strlen(word) + 1) {
		if (!strstr(search->subject.bytes, word))
			return false;
	}
	return true;
}
