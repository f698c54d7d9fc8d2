/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/theme_choice.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/message.h"
#include "tiler/words.h"

/* NULL where it is missing or says nothing. */
static const char *said(const struct request *request, const char *name)
{
	const char *value = request_keyword(request, name);

	return value && *value ? value : NULL;
}

static bool is_listed(const char *list, const char *id)
{
	return words_have(list, ",", id, strncmp) ||
	       strcmp(list, id) == 0; /* an id that holds a comma */
}

enum error_code theme_choice_check_group(const struct catalogue *catalogue, const char *group,
					 struct error *error)
{
	if (!group || !*group)
		return ERROR_NONE;
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		if (strcmp(catalogue_theme(catalogue, i)->group, group) == 0)
			return ERROR_NONE;
	return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_GROUP, group);
}

static enum error_code check_themes(const struct catalogue *catalogue, const char *list,
				    struct error *error)
{
	if (catalogue_find(catalogue, list))
		return ERROR_NONE;
	for (const char *at = list; *at; at += strspn(at, ",")) {
		char *id = memory_print("%.*s", (int)strcspn(at, ","), at);
		bool known = catalogue_find(catalogue, id) != NULL;

		at += strlen(id);
		if (!known)
			error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_THEME_LISTED, id);
		free(id);
		if (!known)
			return ERROR_NOT_FOUND;
	}
	return ERROR_NONE;
}

enum error_code theme_choice_init(struct theme_choice *choice, const struct catalogue *catalogue,
				  const struct request *request, struct error *error)
{
	const char *words = said(request, "search");
	enum error_code code = ERROR_NONE;

	*choice = (struct theme_choice){
		.group = said(request, "group"),
		.theme = said(request, "theme"),
		.words = words ? words : "",
		.search = search_new(words, LANGUAGE_FRENCH),
	};
	if (!choice->theme)
		choice->theme = said(request, "layer");
	if (choice->group)
		code = theme_choice_check_group(catalogue, choice->group, error);
	if (!code && choice->theme)
		code = check_themes(catalogue, choice->theme, error);
	return code;
}

void theme_choice_release(struct theme_choice *choice)
{
	search_free(choice->search);
	*choice = (struct theme_choice){0};
}

bool theme_choice_has(const struct theme_choice *choice, const struct theme *theme)
{
	return (!choice->group || strcmp(choice->group, theme->group) == 0) &&
	       (!choice->theme || is_listed(choice->theme, theme->id)) &&
	       search_matches(choice->search, theme);
}

char *theme_choice_key(const struct theme_choice *choice)
{
	return memory_print("%s\n%s\n%s", choice->group ? choice->group : "",
			    choice->theme ? choice->theme : "", choice->words);
}
