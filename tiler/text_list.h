/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Texts in the order they were said. Zeroed it is empty; the texts are owned. */
struct text_list {
	char **texts;
	size_t count;
};

/* Adds a copy of TEXT. */
void text_list_add(struct text_list *list, const char *text);
/* Adds a copy of the LENGTH bytes at TEXT without the white space around them, unless nothing is
 * left. */
void text_list_add_trimmed(struct text_list *list, const char *text, size_t length);
void text_list_copy(struct text_list *to, const struct text_list *from);
void text_list_release(struct text_list *list);

bool text_list_equal(const struct text_list *a, const struct text_list *b); /* in order */

/* Does TEXT match one of the list, or one of its patterns of * and ? and [...]? */
bool text_list_matches(const struct text_list *list, const char *text);

/* Is TEXT a pattern: does it hold one of these? */
bool is_pattern(const char *text);
