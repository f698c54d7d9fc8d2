/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/page_search.h"
#include "server/request.h"
#include "tiler/catalogue.h"

/* Which themes a document on many is about: all, or those the address chooses by `group`, `theme`
 * (an id, or several with commas between; WMTS says `layer`) and `search`. The names of these
 * parameters are read without regard to case. */
struct theme_choice {
	const char *group, *theme; /* NULL: any */
	const char *words;	   /* of the search; "" likewise */
	struct search *search;
};

/* Reads it from the address. Texts are borrowed from REQUEST. ERROR_NOT_FOUND: there is no such
 * group or theme. Whatever the code, the choice is to be released. */
MUST_CHECK enum error_code theme_choice_init(struct theme_choice *choice,
					     const struct catalogue *catalogue,
					     const struct request *request, struct error *error);
void theme_choice_release(struct theme_choice *choice);

/* Is THEME one of them? */
bool theme_choice_has(const struct theme_choice *choice, const struct theme *theme);

/* New: what tells two choices apart, for keys. */
char *theme_choice_key(const struct theme_choice *choice);

/* ERROR_NOT_FOUND: no theme of CATALOGUE is in GROUP (NULL or "": any). */
MUST_CHECK enum error_code theme_choice_check_group(const struct catalogue *catalogue,
						    const char *group, struct error *error);
