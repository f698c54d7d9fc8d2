/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/text_list.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

static const char WHITE[] = " \t\r\n";

static void add(struct text_list *list, char *text)
{
	list->texts = memory_resize(list->texts, list->count + 1, sizeof(*list->texts));
	list->texts[list->count++] = text;
}

void text_list_add(struct text_list *list, const char *text)
{
	add(list, memory_text(text));
}

void text_list_add_trimmed(struct text_list *list, const char *text, size_t length)
{
	while (length && strchr(WHITE, *text)) {
		text++;
		length--;
	}
	while (length && strchr(WHITE, text[length - 1]))
		length--;
	if (length)
		add(list, memory_print("%.*s", (int)length, text));
}

void text_list_copy(struct text_list *to, const struct text_list *from)
{
	*to = (struct text_list){0};
	for (size_t i = 0; i < from->count; i++)
		text_list_add(to, from->texts[i]);
}

void text_list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->texts[i]);
	free(list->texts);
	*list = (struct text_list){0};
}

bool text_list_equal(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->texts[i], b->texts[i]) != 0)
			return false;
	return true;
}

bool text_list_matches(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (fnmatch(list->texts[i], text, 0) == 0)
			return true;
	return false;
}

bool is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}
