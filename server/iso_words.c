/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/iso_words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/theme_option.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* What a text holds, plain (see plain_heading), that means a licence; the first that is found
 * counts. */
static const struct {
	const char *phrase, *licence;
} LICENCES[] = {
	{"etalab 2 0", "etalab-2.0"},
	{"licence ouverte 2 0", "etalab-2.0"},
	{"licence ouverte v2 0", "etalab-2.0"},
	{"licence ouverte version 2 0", "etalab-2.0"},
	{"licence ouverte open licence version 2 0", "etalab-2.0"},
	{"licence ouverte open licence 2 0", "etalab-2.0"},
	{"open licence 2 0", "etalab-2.0"},
	{"odbl", "ODbL-1.0"},
	{"open database license", "ODbL-1.0"},
	{"creativecommons org licenses by sa 4 0", "CC-BY-SA-4.0"},
	{"cc by sa 4 0", "CC-BY-SA-4.0"},
	{"creativecommons org licenses by 4 0", "CC-BY-4.0"},
	{"cc by 4 0", "CC-BY-4.0"},
	{"creativecommons org publicdomain zero", "CC0-1.0"},
	{"cc0", "CC0-1.0"},
};

/* Letters, then how the label begins, plain, in English and in French. Labels of INSPIRE's
 * registry. */
static const struct {
	const char *code, *english, *french;
} THEMES[] = {
	{"ac", "atmospheric conditions", "conditions atmospheriques"},
	{"ad", "addresses", "adresses"},
	{"af", "agricultural and aquaculture facilities", "installations agricoles et aquacoles"},
	{"am", "area management", "zones de gestion"},
	{"au", "administrative units", "unites administratives"},
	{"br", "bio geographical regions", "regions biogeographiques"},
	{"bu", "buildings", "batiments"},
	{"cp", "cadastral parcels", "parcelles cadastrales"},
	{"ef", "environmental monitoring facilities", "installations de suivi environnemental"},
	{"el", "elevation", "altitude"},
	{"er", "energy resources", "sources d"},
	{"ge", "geology", "geologie"},
	{"gg", "geographical grid systems", "systemes de maillage geographique"},
	{"gn", "geographical names", "denominations geographiques"},
	{"hb", "habitats and biotopes", "habitats et biotopes"},
	{"hh", "human health and safety", "sante et securite des personnes"},
	{"hy", "hydrography", "hydrographie"},
	{"lc", "land cover", "occupation des terres"},
	{"lu", "land use", "usage des sols"},
	{"mf", "meteorological geographical features",
	 "caracteristiques geographiques meteorologiques"},
	{"mr", "mineral resources", "ressources minerales"},
	{"nz", "natural risk zones", "zones a risque naturel"},
	{"of", "oceanographic geographical features",
	 "caracteristiques geographiques oceanographiques"},
	{"oi", "orthoimagery", "ortho imagerie"},
	{"pd", "population distribution", "repartition de la population"},
	{"pf", "production and industrial facilities", "lieux de production et sites industriels"},
	{"ps", "protected sites", "sites proteges"},
	{"rs", "coordinate reference systems", "referentiels de coordonnees"},
	{"sd", "species distribution", "repartition des especes"},
	{"so", "soil", "sols"},
	{"sr", "sea regions", "regions maritimes"},
	{"su", "statistical units", "unites statistiques"},
	{"tn", "transport networks", "reseaux de transport"},
	{"us", "utility and governmental services", "services d"},
};

/* The first web address in TEXT, new; NULL: none. */
static char *address_in(const char *text)
{
	const char *begun = strstr(text, "https://");
	size_t length;

	if (!begun)
		begun = strstr(text, "http://");
	if (!begun)
		return NULL;
	length = strcspn(begun, " \t\r\n\"<>\\^`{|})],;");
	while (length && begun[length - 1] == '.')
		length--;
	return memory_print("%.*s", (int)length, begun);
}

/* What the table's reader makes of it as a whole, unless it is only some word with a digit. */
static char *spelled_licence(const char *text)
{
	const struct theme_option *option = &theme_option_table[THEME_LICENCE];
	struct text_list values = {0};
	char *licence = NULL;

	if (theme_option_read(option, text, &values, &(struct error){0}) == ERROR_NONE &&
	    (strcmp(values.texts[0], text) != 0 || strchr(text, '-')) && !strstr(text, "://"))
		licence = memory_text(values.texts[0]);
	text_list_release(&values);
	return licence;
}

char *iso_licence(const char *text)
{
	char *licence = spelled_licence(text), *plain = plain_heading(text);
	bool speaks_of_one = strstr(plain, "licence") || strstr(plain, "license");

	for (size_t i = 0; i < COUNT_OF(LICENCES) && !licence; i++)
		if (strstr(plain, LICENCES[i].phrase))
			licence = memory_text(LICENCES[i].licence);
	if (!licence && speaks_of_one)
		licence = address_in(text);
	free(plain);
	return licence;
}

static bool begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

const char *iso_inspire_theme(const char *text)
{
	const char *registry = strstr(text, "inspire.ec.europa.eu/theme/");
	char *plain = registry ? memory_text(strrchr(registry, '/') + 1) : plain_heading(text);
	const char *code = NULL;

	for (size_t i = 0; i < COUNT_OF(THEMES) && !code; i++)
		if (registry ? strcmp(plain, THEMES[i].code) == 0
			     : begins_with(plain, THEMES[i].english) ||
				       begins_with(plain, THEMES[i].french))
			code = THEMES[i].code;
	free(plain);
	return code;
}

bool iso_inspire_thesaurus(const char *title)
{
	char *plain = plain_heading(title);
	bool is = strstr(plain, "inspire") && strstr(plain, "theme");

	free(plain);
	return is;
}
