/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/buf.h"
#include "tiler/theme.h"

/* Search without regard to case and accents: "ecole" finds "École", "oeuvre" finds "Œuvre". */

/* Appends TEXT (UTF-8) in lower case and without accents. */
void search_fold(struct buf *out, const char *text);

/* The words of a query, folded. */
struct search;
struct search *search_new(const char *query); /* NULL query: matches everything */
void search_free(struct search *search);

/* Does each word occur in the theme's title, id, group (its French name too) or abstract? */
bool search_matches(struct search *search, const struct theme *theme);
