/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/language.h"

#include <string.h>

const char *language_code(enum language language)
{
	return language == LANGUAGE_ENGLISH ? "en" : "fr";
}

const char *theme_title(const struct theme *theme, enum language language)
{
	return language == LANGUAGE_ENGLISH && theme->title_en ? theme->title_en : theme->title;
}

const char *theme_abstract(const struct theme *theme, enum language language)
{
	const char *own = language == LANGUAGE_ENGLISH ? theme->abstract_en : theme->abstract;
	const char *other = language == LANGUAGE_ENGLISH ? theme->abstract : theme->abstract_en;

	return own && *own ? own : other;
}

static const struct frequency {
	const char *word, *names[LANGUAGES];
} frequencies[] = {
	{"continual", {"en continu", "continual"}},
	{"daily", {"quotidienne", "daily"}},
	{"weekly", {"hebdomadaire", "weekly"}},
	{"fortnightly", {"tous les quinze jours", "fortnightly"}},
	{"monthly", {"mensuelle", "monthly"}},
	{"quarterly", {"trimestrielle", "quarterly"}},
	{"biannually", {"semestrielle", "twice a year"}},
	{"annually", {"annuelle", "annually"}},
	{"asNeeded", {"au besoin", "as needed"}},
	{"irregular", {"irrégulière", "irregular"}},
	{"notPlanned", {"non prévue", "not planned"}},
	{"unknown", {"inconnue", "unknown"}},
};

const char *frequency_name(const char *frequency, enum language language)
{
	for (size_t i = 0; i < sizeof(frequencies) / sizeof(*frequencies); i++)
		if (strcmp(frequencies[i].word, frequency) == 0)
			return frequencies[i].names[language];
	return frequency;
}
