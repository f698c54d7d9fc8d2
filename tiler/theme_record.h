/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/theme_override.h"

/* Which metadata record, of those among the overrides (OVERRIDE_RECORD), tells of a theme: the one
 * the theme names by identifier, else one that names the theme. Case does not matter. */

/* Makes the records of OVERRIDES findable, once all are added. */
void theme_records_index(struct theme_overrides *overrides);

/* The record of the theme THEME_ID, which names RECORD (an identifier, an address that holds one,
 * or NULL); borrowed; NULL: there is none. OTHER: one more that names the theme as well, or NULL.
 */
const struct theme_override *theme_record_of(const struct theme_overrides *overrides,
					     const char *theme_id, const char *record,
					     const struct theme_override **other);
