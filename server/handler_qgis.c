/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>

#include "server/documents.h"
#include "server/page_qgis.h"
#include "server/qgis.h"
#include "tiler/memory.h"

/* What opens the whole catalogue in QGIS at once, and the page that says how. */

static void reply_connections(const struct site *site, const struct request *request,
			      struct catalogue *catalogue, const struct theme_choice *choice,
			      const struct grid *only, struct reply *reply)
{
	char *chosen = theme_choice_key(choice);
	char *key = memory_print("qgis\n%s\n%s\n%s", request->base_url, only ? only->id : "",
				 chosen);

	reply->content_type = "application/xml";
	reply->disposition = "attachment; filename=\"connections.xml\"";
	reply->cache_control = site->document_cache_control;
	if (!documents_find(site->documents, catalogue, key, reply)) {
		qgis_write_connections(&reply->body, catalogue, site->grids, choice, only,
				       request->base_url);
		documents_keep(site->documents, catalogue, key, reply);
	}
	free(key);
	free(chosen);
}

void handle_qgis_connections(const struct site *site, const struct request *request,
			     struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	const char *name = request_keyword(request, "grid");
	const struct grid *only = name && *name ? grids_find(site->grids, name) : NULL;
	struct theme_choice choice;
	struct error error = {0};

	if (theme_choice_init(&choice, catalogue, request, &error))
		reply_error(reply, &error);
	else if (name && *name && (!only || !qgis_reads_grid(only)))
		reply_problem(reply, 404, "Not found",
			      "QGIS reads no grid \"%.100s\" of this server; /qgis names those it "
			      "does",
			      name);
	else
		reply_connections(site, request, catalogue, &choice, only, reply);
	theme_choice_release(&choice);
	catalogue_unref(catalogue);
}

void handle_qgis(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);

	page_qgis(request, catalogue, site->grids, reply);
	catalogue_unref(catalogue);
}
