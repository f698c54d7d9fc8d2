/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/reply.h"
#include "tiler/catalogue.h"

/* Long documents on many themes, made once for each catalogue and kept compressed: the capabilities
 * of WMTS, the list of TMS, QGIS's connections. They hold what the catalogue says and nothing that
 * may change under it. When another catalogue is in service all are forgotten. Bounded by bytes;
 * safe for all threads. Several that miss one at once each make it, as they must not wait: as many
 * as there are HTTP threads at most, a dozen milliseconds each for a thousand themes. */
struct documents;

/* New, with none in it. */
struct documents *documents_new(void);
void documents_free(struct documents *documents);

/* Answers with the document of CATALOGUE kept under KEY: false if there is none. KEY names all that
 * the document depends on beside the catalogue, the base URL with it. DOCUMENTS may be NULL. */
bool documents_find(struct documents *documents, struct catalogue *catalogue, const char *key,
		    struct reply *reply);

/* Keeps the body of REPLY, compressed, which is then what it answers with. */
void documents_keep(struct documents *documents, struct catalogue *catalogue, const char *key,
		    struct reply *reply);
