/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

/* Words of metadata records, as French and English catalogues write them. */

/* The licence that a legal constraint names, in free text or by address: an SPDX identifier or an
 * address, new; NULL: it names none. */
char *iso_licence(const char *text);

/* The two letters of an INSPIRE theme, by its label in French or English or by its address in the
 * INSPIRE registry; NULL: it is none. */
const char *iso_inspire_theme(const char *text);

/* Is it the thesaurus of INSPIRE's themes? */
bool iso_inspire_thesaurus(const char *title);
