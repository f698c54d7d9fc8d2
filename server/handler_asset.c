/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <string.h>

#include "server/asset.h"

/* Pages ask for assets by version (?v=): such an address never means other bytes. */
static void reply_asset(const struct request *request, const char *name, struct reply *reply)
{
	const struct asset *asset = asset_find(name);
	const char *version = request_query(request, "v");

	if (!asset) {
		reply_problem(reply, 404, "Not found", "there is no file \"%.100s\"", name);
		return;
	}
	reply->content_type = asset->content_type;
	reply->blob = blob_ref(asset->blob);
	reply->cache_control = version && strcmp(version, asset->version) == 0
				       ? "public, max-age=31536000, immutable"
				       : "public, max-age=300";
}

void handle_asset(const struct site *site, const struct request *request, struct reply *reply)
{
	(void)site;
	reply_asset(request, request_parameter(request, "asset"), reply);
}

void handle_favicon(const struct site *site, const struct request *request, struct reply *reply)
{
	(void)site;
	reply_asset(request, "logo.svg", reply);
}
