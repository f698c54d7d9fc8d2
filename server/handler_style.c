/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/tileset.h"
#include "server/variant_query.h"
#include "styles/style.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* The style of one theme. SUFFIX is what follows the theme's id in the address of its tiles'
 * description. */
static void reply_style(const struct site *site, const struct request *request,
			const char *tilejson_suffix, struct reply *reply)
{
	struct tileset tileset;
	struct error error = {0};
	char *path, *style;
	struct buf url;

	if (tileset_open(&tileset, site, request, &error)) {
		reply_error(reply, &error);
		return;
	}
	if (tileset.request.theme_count > 1) {
		tileset_release(&tileset);
		reply_tell(reply, 404, "Not found", MESSAGE_STYLES_OF_ONE);
		return;
	}
	path = tileset_path(&tileset);
	buf_init(&url, 0);
	buf_print(&url, "%s/tiles/%s%s.json", request->base_url, path, tilejson_suffix);
	variant_query_write(tileset.request.variant, &url);
	style = style_default(&(struct style_subject){
		.id = tileset.request.themes[0]->id,
		.layer = tileset.request.themes[0]->layer,
		.title = tileset.request.themes[0]->title,
		.kind = tileset.prepared[0] ? tileset.prepared[0]->kind
					    : tileset.request.themes[0]->kind,
		.tilejson_url = url.bytes,
		.attribution = tileset.request.themes[0]->attribution,
	});
	buf_add_text(&reply->body, style);
	reply->content_type = "application/json";
	reply->cache_control = tileset_cache_control(&tileset, site);
	tileset_release(&tileset);
	free(style);
	free(path);
	buf_release(&url);
}

void handle_style(const struct site *site, const struct request *request, struct reply *reply)
{
	reply_style(site, request, "", reply);
}

void handle_esri_style(const struct site *site, const struct request *request, struct reply *reply)
{
	const char *grid = request_parameter(request, "grid");
	char *suffix = strcmp(grid, "WebMercatorQuad") == 0 ? memory_text("")
							    : memory_print("/%.100s", grid);

	reply_style(site, request, suffix, reply);
	free(suffix);
}
