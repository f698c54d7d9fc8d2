/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/schema_org.h"

#include <stdlib.h>

#include "server/dcat.h"
#include "server/html.h"
#include "server/json.h"
#include "server/licence.h"
#include "server/ogc.h"
#include "server/settings.h"
#include "tiler/memory.h"

static void write_organization(struct json *json, const char *name, const char *organization,
			       const char *contact)
{
	if (!organization || !*organization)
		return;
	json_object_member(json, name);
	json_text_member(json, "@type", "Organization");
	json_text_member(json, "name", organization);
	if (dcat_is_mail(contact))
		json_text_member(json, "email", contact);
	else if (dcat_is_iri(contact))
		json_text_member(json, "url", contact);
	json_end(json);
}

/* Latitude before longitude, south and west first. */
static void write_place(struct json *json, struct box box)
{
	char *corners;

	if (box_is_empty(box))
		return;
	corners = memory_print("%.6f %.6f %.6f %.6f", box.miny, box.minx, box.maxy, box.maxx);
	json_object_member(json, "spatialCoverage");
	json_text_member(json, "@type", "Place");
	json_object_member(json, "geo");
	json_text_member(json, "@type", "GeoShape");
	json_text_member(json, "box", corners);
	json_end(json);
	json_end(json);
	free(corners);
}

static void write_download(struct json *json, const char *format, const char *before,
			   const char *id, const char *after)
{
	char *address = memory_print("%s%s%s", before, id, after);

	json_open_object(json);
	json_text_member(json, "@type", "DataDownload");
	json_text_member(json, "encodingFormat", format);
	json_text_member(json, "contentUrl", address);
	json_end(json);
	free(address);
}

static void write_downloads(struct json *json, const struct theme *theme, const char *base,
			    const char *id)
{
	char *tiles = memory_print("%s/tiles/", base);
	char *collections = memory_print("%s/collections/", base);

	json_array_member(json, "distribution");
	if (theme_served_in(theme, "WebMercatorQuad"))
		write_download(json, OGC_MVT, tiles, id, ".json");
	write_download(json, OGC_MVT, collections, id, "/tiles");
	if (ogc_conforms("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"))
		write_download(json, "application/geo+json", collections, id, "/items");
	json_end(json);
	free(collections);
	free(tiles);
}

static void write_words(struct json *json, const struct theme *theme)
{
	const char *licence = theme->licence ? licence_of(theme->licence).url : NULL;

	json_text_member(json, "name", theme->title);
	if (theme->title_en)
		json_text_member(json, "alternateName", theme->title_en);
	json_text_member(json, "description",
			 theme->abstract && *theme->abstract ? theme->abstract : theme->title);
	json_text_member(json, "identifier", theme->id);
	if (dcat_is_iri(licence))
		json_text_member(json, "license", licence);
	if (theme->keywords.count) {
		json_array_member(json, "keywords");
		for (size_t i = 0; i < theme->keywords.count; i++)
			json_text(json, theme->keywords.texts[i]);
		json_end(json);
	}
	json_boolean_member(json, "isAccessibleForFree", true);
}

static void write_dataset(struct json *json, const struct site *site, const struct theme *theme,
			  const char *base)
{
	const struct settings *settings = site->settings;
	char changed[OGC_TIME_SIZE], *page;
	struct buf id;

	buf_init(&id, 0);
	html_url(&id, theme->id);
	page = memory_print("%s/view/%s", base, id.bytes);
	json_text_member(json, "@context", "https://schema.org/");
	json_text_member(json, "@type", "Dataset");
	json_text_member(json, "@id", page);
	json_text_member(json, "url", page);
	write_words(json, theme);
	write_organization(json, "creator", theme->producer, theme->contact);
	write_organization(json, "publisher",
			   *settings->portal_publisher ? settings->portal_publisher
						       : settings->portal_title,
			   settings->portal_contact);
	if (ogc_time(engine_freshness(site->engine, theme).data_changed_at, changed))
		json_text_member(json, "dateModified", changed);
	write_place(json, ogc_bounds(site, theme));
	json_object_member(json, "includedInDataCatalog");
	json_text_member(json, "@type", "DataCatalog");
	json_text_member(json, "name", settings->portal_title);
	json_text_member(json, "url", base);
	json_end(json);
	write_downloads(json, theme, base, id.bytes);
	free(page);
	buf_release(&id);
}

void schema_org_write(struct buf *out, const struct site *site, const struct theme *theme,
		      const char *base)
{
	struct json json;
	struct buf text;

	buf_init(&text, 0);
	json_init(&json, &text);
	json_open_object(&json);
	write_dataset(&json, site, theme, base);
	json_end(&json);
	/* nothing that could end the script element, or begin a comment in it */
	for (size_t i = 0; i < text.length; i++) {
		char c = text.bytes[i];

		if (c == '<' || c == '>' || c == '&')
			buf_print(out, "\\u%04x", (unsigned)c);
		else
			buf_add_char(out, c);
	}
	buf_release(&text);
}
