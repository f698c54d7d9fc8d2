/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/licence.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Licences of French open data, by SPDX identifier or as sources write them. */
static const struct licence licences[] = {
	{"etalab-2.0", "Licence Ouverte 2.0",
	 "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"},
	{"ODbL-1.0", "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"},
	{"CC-BY-4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.fr"},
	{"CC-BY-SA-4.0", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/deed.fr"},
	{"CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.fr"},
	{"PDDL-1.0", "PDDL 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"},
};

struct licence licence_of(const char *text)
{
	for (size_t i = 0; i < sizeof(licences) / sizeof(*licences); i++)
		if (strcasecmp(licences[i].id, text) == 0)
			return licences[i];
	if (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0)
		return (struct licence){text, text, text};
	return (struct licence){text, text, NULL};
}
