/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/json.h"

/* Pieces of JSON-LD. Private to dcat*.c. */

/* NAME: {"@id": IRI, "@type": TYPE}; TYPE may be NULL. Nothing where IRI is NULL. */
void dcat_node(struct json *json, const char *name, const char *iri, const char *type);

/* NAME: {"@type": TYPE, LABEL: {"@value": TEXT, "@language": "fr"}}; nothing where TEXT is NULL. */
void dcat_labelled(struct json *json, const char *name, const char *type, const char *label,
		   const char *text);

/* NAME: {"@value": TEXT, "@type": TYPE}. */
void dcat_typed(struct json *json, const char *name, const char *text, const char *type);

/* NAME: FRENCH and ENGLISH (or NULL) with their languages. */
void dcat_worded(struct json *json, const char *name, const char *french, const char *english);

/* An agent with a name, as a member. */
void dcat_agent(struct json *json, const char *name, const char *agent);

/* Whom to write to, as dcat:contactPoint; nothing where CONTACT is neither a mail nor a web
 * address. */
void dcat_contact(struct json *json, const char *agent, const char *contact);

/* The ways a theme can be had, as dcat:distribution. ID is its id as an address has it. */
struct theme;
void dcat_distributions(struct json *json, const struct theme *theme, const char *base,
			const char *id);
