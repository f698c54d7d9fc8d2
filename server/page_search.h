/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/language.h"
#include "tiler/buf.h"

/* Search without regard to case and accents: "ecole" finds "École", "oeuvre" finds "Œuvre". */

/* Appends TEXT (UTF-8) in lower case and without accents. */
void search_fold(struct buf *out, const char *text);

/* The words of a query, folded. */
struct search;
/* Of pages in LANGUAGE; a QUERY of NULL matches everything. */
struct search *search_new(const char *query, enum language language);
void search_free(struct search *search);

/* Does each word occur in the theme's id or in what a page of the language says of it: title,
 * abstract, names of its group? */
bool search_matches(struct search *search, const struct theme *theme);
