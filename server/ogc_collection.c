/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/dcat.h"
#include "server/grid_json.h"
#include "server/html.h"
#include "server/licence.h"
#include "server/ogc.h"

/* A theme as a collection of OGC API Common 2. */

static const struct box world = {-180, -90, 180, 90};

struct box ogc_bounds(const struct site *site, const struct theme *theme)
{
	struct prepared *prepared = NULL;
	struct box bounds = theme->bounds;

	engine_theme(site->engine, theme, &prepared, NULL);
	if (prepared)
		bounds = prepared->bounds;
	prepared_unref(prepared);
	bounds = box_intersection(bounds, world);
	return box_is_finite(bounds) ? bounds : box_empty();
}

static void write_extent(struct json *json, const struct site *site, const struct theme *theme)
{
	struct box bounds = ogc_bounds(site, theme);

	if (box_is_empty(bounds))
		bounds = world;
	json_object_member(json, "extent");
	json_object_member(json, "spatial");
	json_array_member(json, "bbox");
	json_open_array(json);
	ogc_write_box(json, bounds);
	json_end(json);
	json_end(json);
	json_text_member(json, "crs", OGC_CRS84);
	json_end(json);
	json_end(json);
}

static void write_crs(struct json *json, const struct site *site, const struct theme *theme)
{
	char *uri = theme->crs ? crs_uri(theme->crs) : NULL;
	struct ogc_crs_list list;

	ogc_crs_list_init(&list, site, theme);
	json_array_member(json, "crs");
	for (size_t i = 0; i < list.count; i++)
		json_text(json, list.items[i].uri);
	json_end(json);
	ogc_crs_list_release(&list);
	json_text_member(json, "storageCrs", uri);
	free(uri);
}

static void write_links(struct json *json, const struct theme *theme, const char *base, bool brief)
{
	struct buf id;

	buf_init(&id, 0);
	html_url(&id, theme->id);
	json_array_member(json, "links");
	ogc_link(json, "self", OGC_JSON, NULL, "%s/collections/%s", base, id.bytes);
	ogc_link(json, "items", OGC_GEOJSON, "Its features", "%s/collections/%s/items?f=json", base,
		 id.bytes);
	ogc_link(json, OGC_REL "tilesets-vector", OGC_JSON, NULL, "%s/collections/%s/tiles?f=json",
		 base, id.bytes);
	if (!brief) {
		ogc_link(json, "describedby", DCAT_TYPE, "DCAT-AP", "%s/catalogue/%s.jsonld", base,
			 id.bytes);
		ogc_link(json, "items", OGC_HTML, "Its features as a table",
			 "%s/collections/%s/items?f=html", base, id.bytes);
		ogc_link(json, "alternate", OGC_HTML, "This theme as a page",
			 "%s/collections/%s?f=html", base, id.bytes);
		ogc_link(json, "preview", OGC_HTML, "Its map", "%s/view/%s", base, id.bytes);
		if (theme_served_in(theme, "WebMercatorQuad")) {
			ogc_link(json, "describedby", OGC_JSON, "TileJSON", "%s/tiles/%s.json",
				 base, id.bytes);
			ogc_link(json, "stylesheet", OGC_JSON, "MapLibre style",
				 "%s/styles/%s.json", base, id.bytes);
		}
		if (theme->licence && licence_of(theme->licence).url)
			ogc_link(json, "license", OGC_HTML, licence_of(theme->licence).name, "%s",
				 licence_of(theme->licence).url);
		if (theme->metadata_record && strstr(theme->metadata_record, "://"))
			ogc_link(json, "describedby", NULL, "Metadata record", "%s",
				 theme->metadata_record);
	}
	json_end(json);
	buf_release(&id);
}

static void write_keywords(struct json *json, const struct theme *theme)
{
	if (theme->keywords.count == 0)
		return;
	json_array_member(json, "keywords");
	for (size_t i = 0; i < theme->keywords.count; i++)
		json_text(json, theme->keywords.texts[i]);
	json_end(json);
}

bool ogc_time(int64_t seconds, char text[OGC_TIME_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm utc;

	return seconds != 0 && gmtime_r(&time, &utc) &&
	       strftime(text, OGC_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0;
}

static void write_metadata(struct json *json, const struct site *site, const struct theme *theme)
{
	char updated[OGC_TIME_SIZE];

	json_text_member(json, "title_en", theme->title_en);
	json_text_member(json, "description_en", theme->abstract_en);
	json_text_member(json, "group", theme->group);
	json_text_member(json, "producer", theme->producer);
	json_text_member(json, "contact", theme->contact);
	json_text_member(json, "frequency", theme->frequency);
	json_text_member(json, "lineage", theme->lineage);
	json_text_member(json, "inspire_theme", theme->inspire_theme);
	json_text_member(json, "metadata_record", theme->metadata_record);
	if (theme->personal_data)
		json_boolean_member(json, "personal_data", true);
	if (ogc_time(engine_freshness(site->engine, theme).data_changed_at, updated))
		json_text_member(json, "updated", updated);
}

void ogc_write_collection(struct json *json, const struct site *site, const struct theme *theme,
			  const char *base, bool brief)
{
	json_text_member(json, "id", theme->id);
	json_text_member(json, "title", theme->title);
	json_text_member(json, "description", theme->abstract);
	json_text_member(json, "attribution", theme->attribution);
	if (theme->licence)
		json_text_member(json, "license", licence_of(theme->licence).id);
	write_keywords(json, theme);
	json_text_member(json, "itemType", "feature");
	json_text_member(json, "dataType", "vector");
	write_extent(json, site, theme);
	write_crs(json, site, theme);
	if (!brief)
		write_metadata(json, site, theme);
	write_links(json, theme, base, brief);
}
