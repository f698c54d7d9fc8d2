/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>

#include "server/documents.h"
#include "server/page_qgis.h"
#include "server/qgis.h"
#include "server/variant_query.h"
#include "tiler/memory.h"

/* What opens the whole catalogue in QGIS at once, and the page that says how. */

static void reply_connections(const struct site *site, const struct qgis_scope *scope,
			      struct catalogue *catalogue, struct reply *reply)
{
	char *chosen = theme_choice_key(scope->choice);
	char *key = memory_print(
		"qgis\n%s\n%s\n%s\n%s\n%s", scope->base, scope->only ? scope->only->id : "", chosen,
		scope->commune ? scope->commune : "", scope->variant ? scope->variant->key : "");

	reply->content_type = "application/xml";
	reply->disposition = "attachment; filename=\"connections.xml\"";
	reply->cache_control = site->document_cache_control;
	if (!documents_find(site->documents, catalogue, key, reply)) {
		qgis_write_connections(&reply->body, scope);
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
	struct qgis_scope scope = {catalogue, site->grids, .base = request->base_url};
	struct variant *variant = NULL;
	struct theme_choice choice;
	struct error error = {0};
	char *commune;

	if (name && *name)
		scope.only = grids_find(site->grids, name);
	if (theme_choice_init(&choice, catalogue, request, &error) ||
	    variant_query_read_commune(site, request, &variant, &error)) {
		reply_error(reply, &error);
	} else if (name && *name && (!scope.only || !qgis_reads_grid(scope.only))) {
		reply_problem(reply, 404, "Not found",
			      "QGIS reads no grid \"%.100s\" of this server; /qgis names those it "
			      "does",
			      name);
	} else {
		scope.choice = &choice;
		scope.variant = variant;
		scope.commune = commune = variant_commune_name(site, variant);
		reply_connections(site, &scope, catalogue, reply);
		free(commune);
	}
	variant_unref(variant);
	theme_choice_release(&choice);
	catalogue_unref(catalogue);
}

void handle_qgis(const struct site *site, const struct request *request, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct error error = {0};

	if (theme_choice_check_group(catalogue, request_query(request, "group"), &error))
		reply_error(reply, &error);
	else
		page_qgis(request, catalogue, site->grids, reply);
	catalogue_unref(catalogue);
}
