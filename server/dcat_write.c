/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/dcat_write.h"

#include <stdlib.h>
#include <string.h>

#include "server/dcat.h"
#include "server/ogc.h"
#include "tiler/memory.h"

#define MEDIA "https://www.iana.org/assignments/media-types/"

void dcat_node(struct json *json, const char *name, const char *iri, const char *type)
{
	if (!iri)
		return;
	json_object_member(json, name);
	json_text_member(json, "@id", iri);
	json_text_member(json, "@type", type);
	json_end(json);
}

static void write_in(struct json *json, const char *text, const char *language)
{
	json_open_object(json);
	json_text_member(json, "@value", text);
	json_text_member(json, "@language", language);
	json_end(json);
}

void dcat_labelled(struct json *json, const char *name, const char *type, const char *label,
		   const char *text)
{
	if (!text || !*text)
		return;
	json_object_member(json, name);
	json_text_member(json, "@type", type);
	dcat_worded(json, label, text, NULL);
	json_end(json);
}

void dcat_typed(struct json *json, const char *name, const char *text, const char *type)
{
	json_object_member(json, name);
	json_text_member(json, "@value", text);
	json_text_member(json, "@type", type);
	json_end(json);
}

void dcat_worded(struct json *json, const char *name, const char *french, const char *english)
{
	json_array_member(json, name);
	write_in(json, french, "fr");
	if (english && *english)
		write_in(json, english, "en");
	json_end(json);
}

void dcat_agent(struct json *json, const char *name, const char *agent)
{
	json_object_member(json, name);
	json_text_member(json, "@type", "foaf:Agent");
	json_text_member(json, "foaf:name", agent);
	json_end(json);
}

void dcat_contact(struct json *json, const char *agent, const char *contact)
{
	bool mail = dcat_is_mail(contact);
	char *iri;

	if (!mail && !dcat_is_iri(contact))
		return;
	iri = memory_print("%s%s", mail ? "mailto:" : "", contact);
	json_object_member(json, "dcat:contactPoint");
	json_array_member(json, "@type");
	json_text(json, "vcard:Kind");
	json_text(json, "vcard:Organization");
	json_end(json);
	json_text_member(json, "vcard:fn", agent);
	dcat_node(json, mail ? "vcard:hasEmail" : "vcard:hasURL", iri, NULL);
	json_end(json);
	free(iri);
}

/* A way a theme can be had. */
struct way {
	const char *path, *end; /* around the theme's id */
	const char *fragment;	/* of the distribution's name, below the theme's */
	const char *french, *english;
	const char *media;	 /* below MEDIA */
	const char *standard;	 /* what it conforms to; or NULL */
	bool mercator;		 /* only where the theme is in WebMercatorQuad */
	const char *conformance; /* only where the server conforms to it; or NULL */
};

#define SPEC "http://www.opengis.net/spec/"
#define FEATURES SPEC "ogcapi-features-1/1.0/conf/core"

static const struct way ways[] = {
	{"/tiles/", ".json", "tiles", "Tuiles vectorielles (TileJSON, Web Mercator)",
	 "Vector tiles (TileJSON, Web Mercator)", "application/vnd.mapbox-vector-tile", NULL, true,
	 NULL},
	{"/collections/", "/tiles", "ogc-tiles",
	 "Tuiles vectorielles dans toutes les grilles (OGC API Tiles)",
	 "Vector tiles in all grids (OGC API Tiles)", "application/vnd.mapbox-vector-tile",
	 SPEC "ogcapi-tiles-1/1.0/conf/core", false, SPEC "ogcapi-tiles-1/1.0/conf/core"},
	{"/collections/", "/items", "features", "Objets géographiques (OGC API Features, GeoJSON)",
	 "Features (OGC API Features, GeoJSON)", "application/geo+json", FEATURES, false, FEATURES},
	{"/wmts/1.0.0/WMTSCapabilities.xml?theme=", "", "wmts", "Tuiles vectorielles (WMTS)",
	 "Vector tiles (WMTS)", "application/vnd.mapbox-vector-tile",
	 "http://www.opengeospatial.org/standards/wmts", false, NULL},
	{"/styles/", ".json", "style", "Style de carte (MapLibre)", "Map style (MapLibre)",
	 "application/json", NULL, true, NULL},
};

/* Where it is an address; else what the source calls it. */
static void write_licence(struct json *json, const char *licence)
{
	const char *iri = licence ? dcat_licence(licence) : NULL;

	if (!iri) {
		dcat_labelled(json, "dct:rights", "dct:RightsStatement", "rdfs:label", licence);
		return;
	}
	json_object_member(json, "dct:license");
	json_text_member(json, "@id", iri);
	json_text_member(json, "@type", "dct:LicenseDocument");
	json_text_member(json, "rdfs:label", dcat_licence_name(licence));
	json_end(json);
}

static void write_way(struct json *json, const struct theme *theme, const struct way *way,
		      const char *base, const char *id)
{
	char *name = memory_print("%s/collections/%s#%s", base, id, way->fragment);
	char *address = memory_print("%s%s%s%s", base, way->path, id, way->end);
	char *media = memory_print(MEDIA "%s", way->media);

	json_open_object(json);
	json_text_member(json, "@id", name);
	json_text_member(json, "@type", "dcat:Distribution");
	dcat_worded(json, "dct:title", way->french, way->english);
	dcat_node(json, "dcat:accessURL", address, NULL);
	dcat_node(json, "dcat:mediaType", media, "dct:MediaType");
	dcat_node(json, "dct:conformsTo", way->standard, "dct:Standard");
	write_licence(json, theme->licence);
	json_end(json);
	free(media);
	free(address);
	free(name);
}

void dcat_distributions(struct json *json, const struct theme *theme, const char *base,
			const char *id)
{
	bool mercator = theme_served_in(theme, "WebMercatorQuad");

	json_array_member(json, "dcat:distribution");
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if ((mercator || !ways[i].mercator) &&
		    (!ways[i].conformance || ogc_conforms(ways[i].conformance)))
			write_way(json, theme, &ways[i], base, id);
	json_end(json);
}
