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

/* Which of the 13 themes of European portals an INSPIRE theme belongs to, and what it is called. */
static const struct word themes[] = {
	{"ac", THEME "ENVI", "Atmospheric conditions"},
	{"ad", THEME "REGI", "Addresses"},
	{"af", THEME "AGRI", "Agricultural and aquaculture facilities"},
	{"am", THEME "ENVI", "Area management/restriction/regulation zones and reporting units"},
	{"au", THEME "REGI", "Administrative units"},
	{"br", THEME "ENVI", "Bio-geographical regions"},
	{"bu", THEME "REGI", "Buildings"},
	{"cp", THEME "REGI", "Cadastral parcels"},
	{"ef", THEME "ENVI", "Environmental monitoring facilities"},
	{"el", THEME "REGI", "Elevation"},
	{"er", THEME "ENER", "Energy resources"},
	{"ge", THEME "TECH", "Geology"},
	{"gg", THEME "REGI", "Geographical grid systems"},
	{"gn", THEME "REGI", "Geographical names"},
	{"hb", THEME "ENVI", "Habitats and biotopes"},
	{"hh", THEME "HEAL", "Human health and safety"},
	{"hy", THEME "ENVI", "Hydrography"},
	{"lc", THEME "ENVI", "Land cover"},
	{"lu", THEME "REGI", "Land use"},
	{"mf", THEME "ENVI", "Meteorological geographical features"},
	{"mr", THEME "ENVI", "Mineral resources"},
	{"nz", THEME "ENVI", "Natural risk zones"},
	{"of", THEME "ENVI", "Oceanographic geographical features"},
	{"oi", THEME "REGI", "Orthoimagery"},
	{"pd", THEME "SOCI", "Population distribution — demography"},
	{"pf", THEME "ECON", "Production and industrial facilities"},
	{"ps", THEME "ENVI", "Protected sites"},
	{"rs", THEME "REGI", "Coordinate reference systems"},
	{"sd", THEME "ENVI", "Species distribution"},
	{"so", THEME "ENVI", "Soil"},
	{"sr", THEME "ENVI", "Sea regions"},
	{"su", THEME "REGI", "Statistical units"},
	{"tn", THEME "TRAN", "Transport networks"},
	{"us", THEME "GOVE", "Utility and governmental services"},
};

/* Those of the European themes that one of INSPIRE's belongs to. */
static const struct word theme_names[] = {
	{THEME "AGRI", NULL, "Agriculture, fisheries, forestry and food"},
	{THEME "ECON", NULL, "Economy and finance"},
	{THEME "ENER", NULL, "Energy"},
	{THEME "ENVI", NULL, "Environment"},
	{THEME "GOVE", NULL, "Government and public sector"},
	{THEME "HEAL", NULL, "Health"},
	{THEME "REGI", NULL, "Regions and cities"},
	{THEME "SOCI", NULL, "Population and society"},
	{THEME "TECH", NULL, "Science and technology"},
	{THEME "TRAN", NULL, "Transport"},
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

const char *dcat_theme_name(const char *theme)
{
	const struct word *word = FIND(themes, theme);

	if (!word)
		word = FIND(theme_names, theme);
	return word ? word->name : NULL;
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
