/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/tileset.h"
#include "server/variant_query.h"
#include "styles/style.h"
#include "tiler/memory.h"

/* Who is drawn; THEMES have room for all of them. */
static void set_themes(const struct tileset *tileset, struct style_theme *themes)
{
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		const struct theme *theme = tileset->request.themes[i];
		const struct prepared *prepared = tileset->prepared[i];

		themes[i] = (struct style_theme){theme->id,
						 tile_request_layer_name(&tileset->request, i),
						 prepared ? prepared->kind : theme->kind};
	}
}

/* A source may be called as its themes are. */
static char *source_name(const struct tileset *tileset)
{
	struct buf name;

	buf_init(&name, 0);
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		buf_print(&name, "%s%s", i ? "," : "", tileset->request.themes[i]->id);
	return buf_take(&name, NULL);
}

static void write_style(const struct tileset *tileset, const char *tilejson_url, struct buf *out)
{
	struct style_theme themes[TILE_THEMES_MOST];
	char *source = source_name(tileset), *title = tileset_title(tileset);
	char *attribution = tileset_attribution(tileset), *style;

	set_themes(tileset, themes);
	style = style_default(&(struct style_subject){
		.source = source,
		.title = title,
		.tilejson_url = tilejson_url,
		.attribution = attribution,
		.themes = themes,
		.theme_count = tileset->request.theme_count,
	});
	buf_add_text(out, style);
	free(style);
	free(attribution);
	free(title);
	free(source);
}

/* SUFFIX is what follows the themes' ids in the address of their tiles' description. */
static void reply_style(const struct site *site, const struct request *request,
			const char *tilejson_suffix, struct reply *reply)
{
	struct tileset tileset;
	struct error error = {0};
	struct buf url;
	char *path;

	if (tileset_open(&tileset, site, request, &error)) {
		reply_error(reply, &error);
		return;
	}
	path = tileset_path(&tileset);
	buf_init(&url, 0);
	buf_print(&url, "%s/tiles/%s%s.json", request->base_url, path, tilejson_suffix);
	variant_query_write(tileset.request.variant, &url);
	write_style(&tileset, url.bytes, &reply->body);
	reply->content_type = "application/json";
	reply->cache_control = tileset_cache_control(&tileset, site);
	tileset_release(&tileset);
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
