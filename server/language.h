/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/theme.h"

/* The languages of the pages. Themes have texts in both, where somebody wrote them. */
enum language {
	LANGUAGE_FRENCH,
	LANGUAGE_ENGLISH,
	LANGUAGES
};

/* "fr", "en". */
const char *language_code(enum language language);

/* The theme's own text in the language, else in the other. The abstract may be NULL. */
const char *theme_title(const struct theme *theme, enum language language);
const char *theme_abstract(const struct theme *theme, enum language language);

/* "mensuelle", "monthly": how often data are brought up to date, of ISO 19115's word; what is none
 * of these stays as it is. */
const char *frequency_name(const char *frequency, enum language language);
