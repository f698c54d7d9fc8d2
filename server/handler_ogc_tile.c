/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/ogc.h"
#include "server/tile_names.h"
#include "tiler/message.h"

/* Tiles as OGC API Tiles addresses them: row before column, and nothing beyond the limits. */

void handle_collection_tile(const struct site *site, const struct request *request,
			    struct reply *reply)
{
	struct tile_names address = {request_parameter(request, "theme"),
				     request_parameter(request, "grid"), true, NULL};
	struct catalogue *catalogue = engine_catalogue(site->engine);

	if (catalogue_find(catalogue, address.themes))
		reply_named_tile(site, request, &address, reply);
	else
		reply_tell(reply, 404, "Not found", MESSAGE_NO_THEME_LISTED, address.themes);
	catalogue_unref(catalogue);
}

/* /tiles/{grid}/{z}/{row}/{column} looks like /tiles/{themes}/{z}/{x}/{y}: the route has given the
 * names of the latter. */
static void reply_dataset_tile(const struct site *site, const struct request *request,
			       struct catalogue *catalogue, struct reply *reply)
{
	struct request turned = *request;
	struct ogc_subject subject;
	struct error error = {0};

	turned.parameters[2].name = "y";
	turned.parameters[3].name = "x";
	if (ogc_subject_init(&subject, catalogue, request, &error))
		reply_error(reply, &error);
	else
		reply_named_tile(
			site, &turned,
			&(struct tile_names){subject.ids, request->parameters[0].value, true, NULL},
			reply);
	ogc_subject_release(&subject);
}

void handle_tile_of_any(const struct site *site, const struct request *request, struct reply *reply)
{
	const char *name = request_parameter(request, "themes");
	struct catalogue *catalogue;

	if (!grids_find(site->grids, name)) {
		handle_tile(site, request, reply);
		return;
	}
	catalogue = engine_catalogue(site->engine);
	if (catalogue_find(catalogue, name))
		handle_tile(site, request, reply);
	else
		reply_dataset_tile(site, request, catalogue, reply);
	catalogue_unref(catalogue);
}
