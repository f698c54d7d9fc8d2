/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>
#include <string.h>

#include "server/dcat.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"
#define FREQUENCY AUTHORITY "frequency/"
#define THEME AUTHORITY "data-theme/"
#define LICENCE AUTHORITY "licence/"

struct word {
	const char *ours, *theirs, *name;
};

/* As GeoDCAT-AP maps them. */
static const struct word frequencies[] = {
	{"continual", FREQUENCY "UPDATE_CONT", NULL},  {"daily", FREQUENCY "DAILY", NULL},
	{"weekly", FREQUENCY "WEEKLY", NULL},	       {"fortnightly", FREQUENCY "BIWEEKLY", NULL},
	{"monthly", FREQUENCY "MONTHLY", NULL},	       {"quarterly", FREQUENCY "QUARTERLY", NULL},
	{"biannually", FREQUENCY "ANNUAL_2", NULL},    {"annually", FREQUENCY "ANNUAL", NULL},
	{"asNeeded", FREQUENCY "AS_NEEDED", NULL},     {"irregular", FREQUENCY "IRREG", NULL},
	{"notPlanned", FREQUENCY "NOT_PLANNED", NULL}, {"unknown", FREQUENCY "UNKNOWN", NULL},
};

/* Which of the 13 themes of European portals an INSPIRE theme belongs to. */
static const struct word themes[] = {
	{"ac", THEME "ENVI", NULL}, {"ad", THEME "REGI", NULL}, {"af", THEME "AGRI", NULL},
	{"am", THEME "ENVI", NULL}, {"au", THEME "REGI", NULL}, {"br", THEME "ENVI", NULL},
	{"bu", THEME "REGI", NULL}, {"cp", THEME "REGI", NULL}, {"ef", THEME "ENVI", NULL},
	{"el", THEME "REGI", NULL}, {"er", THEME "ENER", NULL}, {"ge", THEME "TECH", NULL},
	{"gg", THEME "REGI", NULL}, {"gn", THEME "REGI", NULL}, {"hb", THEME "ENVI", NULL},
	{"hh", THEME "HEAL", NULL}, {"hy", THEME "ENVI", NULL}, {"lc", THEME "ENVI", NULL},
	{"lu", THEME "REGI", NULL}, {"mf", THEME "ENVI", NULL}, {"mr", THEME "ENVI", NULL},
	{"nz", THEME "ENVI", NULL}, {"of", THEME "ENVI", NULL}, {"oi", THEME "REGI", NULL},
	{"pd", THEME "SOCI", NULL}, {"pf", THEME "ECON", NULL}, {"ps", THEME "ENVI", NULL},
	{"rs", THEME "REGI", NULL}, {"sd", THEME "ENVI", NULL}, {"so", THEME "ENVI", NULL},
	{"sr", THEME "ENVI", NULL}, {"su", THEME "REGI", NULL}, {"tn", THEME "TRAN", NULL},
	{"us", THEME "GOVE", NULL},
};

static const struct word licences[] = {
	{"etalab-2.0", "https://spdx.org/licenses/etalab-2.0",
	 "Licence Ouverte / Open Licence version 2.0"},
	{"ODbL-1.0", LICENCE "ODC_BL", "Open Data Commons Open Database License (ODbL)"},
	{"CC-BY-4.0", LICENCE "CC_BY_4_0", "Creative Commons Attribution 4.0"},
	{"CC-BY-SA-4.0", LICENCE "CC_BYSA_4_0", "Creative Commons Attribution Share-Alike 4.0"},
	{"CC0-1.0", LICENCE "CC0", "Creative Commons CC0 1.0"},
	{"PDDL-1.0", "https://spdx.org/licenses/PDDL-1.0",
	 "Open Data Commons Public Domain Dedication and Licence (PDDL)"},
};

#define FIND(list, text) find(list, sizeof(list) / sizeof(*(list)), text)

static const struct word *find(const struct word *words, size_t count, const char *text)
{
	for (size_t i = 0; text && i < count; i++)
		if (strcmp(words[i].ours, text) == 0)
			return &words[i];
	return NULL;
}

const char *dcat_frequency(const char *frequency)
{
	const struct word *word = FIND(frequencies, frequency);

	return word ? word->theirs : NULL;
}

const char *dcat_theme(const char *inspire_theme)
{
	const struct word *word = FIND(themes, inspire_theme);

	return word ? word->theirs : NULL;
}

const char *dcat_licence(const char *licence)
{
	const struct word *word = FIND(licences, licence);

	return word ? word->theirs : dcat_is_iri(licence) ? licence : NULL;
}

const char *dcat_licence_name(const char *licence)
{
	const struct word *word = FIND(licences, licence);

	return word ? word->name : NULL;
}

bool dcat_is_iri(const char *text)
{
	size_t scheme;

	if (!text)
		return false;
	scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
	if (!scheme || !isalnum((unsigned char)text[scheme]))
		return false;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 127 || strchr("\"<>\\^`{|}", *c))
			return false;
	return true;
}

bool dcat_is_mail(const char *text)
{
	const char *at = text ? strchr(text, '@') : NULL;

	if (!at || at == text || !strchr(at, '.') || strchr(at + 1, '@'))
		return false;
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("@.-_+", *c))
			return false;
	return true;
}
