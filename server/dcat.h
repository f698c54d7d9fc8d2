/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/json.h"
#include "server/site.h"

/* The catalogue for harvesters of open data: DCAT-AP 2.1 (which 3.0 keeps) with GeoDCAT-AP's places
 * and reference systems, as JSON-LD 1.1 with prefixes of its own, so that no context is fetched. */

#define DCAT_TYPE "application/ld+json"

/* A part of the catalogue: the themes from FIRST to before END. */
struct dcat_part {
	const struct catalogue *catalogue;
	size_t page, pages; /* from 1 */
	size_t first, end;
};

/* A document: the catalogue with the data sets of a part and, where there are several parts, the
 * links between them (Hydra, as data.gouv.fr and CKAN follow them). BASE is the base URL. */
void dcat_write_catalogue(struct json *json, const struct site *site, const struct dcat_part *part,
			  const char *base);

/* A document: one theme as a dcat:Dataset. */
void dcat_write_theme(struct json *json, const struct site *site, const struct theme *theme,
		      const char *base);

/* Words of the vocabularies; NULL: there is none. */

/* The EU's authority list of frequencies, of ISO 19115's word. */
const char *dcat_frequency(const char *frequency);
/* The EU's data themes, of the two letters of an INSPIRE theme. */
const char *dcat_theme(const char *inspire_theme);
/* What the EU's or INSPIRE's theme is called in English, of its address or its letters. */
const char *dcat_theme_name(const char *theme);
/* The EU's list of licences, else SPDX, of a theme's licence; and the name by which data.gouv.fr
 * knows it. */
const char *dcat_licence(const char *licence);
const char *dcat_licence_name(const char *licence);

/* May TEXT stand as an IRI: a web address without characters an IRI has not? */
bool dcat_is_iri(const char *text);
/* Is TEXT a plain mail address, which may follow "mailto:"? */
bool dcat_is_mail(const char *text);
