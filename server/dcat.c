/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/dcat.h"

#include <stdlib.h>
#include <string.h>

#include "server/dcat_write.h"
#include "server/grid_json.h"
#include "server/html.h"
#include "server/ogc.h"
#include "server/settings.h"
#include "tiler/memory.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"
#define GEOJSON "https://www.iana.org/assignments/media-types/application/vnd.geo+json"

static void write_context(struct json *json)
{
	static const char *const prefixes[][2] = {
		{"adms", "http://www.w3.org/ns/adms#"},
		{"dcat", "http://www.w3.org/ns/dcat#"},
		{"dct", "http://purl.org/dc/terms/"},
		{"foaf", "http://xmlns.com/foaf/0.1/"},
		{"geo", "http://www.opengis.net/ont/geosparql#"},
		{"hydra", "http://www.w3.org/ns/hydra/core#"},
		{"locn", "http://www.w3.org/ns/locn#"},
		{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
		{"skos", "http://www.w3.org/2004/02/skos/core#"},
		{"vcard", "http://www.w3.org/2006/vcard/ns#"},
		{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	};

	json_object_member(json, "@context");
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		json_text_member(json, prefixes[i][0], prefixes[i][1]);
	json_end(json);
}

/* GeoDCAT-AP's box, and the GeoJSON that data.gouv.fr reads. */
static void write_place(struct json *json, struct box box)
{
	char *wkt, *geojson;

	if (box_is_empty(box))
		return;
	wkt = memory_print("POLYGON((%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f))", box.minx,
			   box.miny, box.maxx, box.miny, box.maxx, box.maxy, box.minx, box.maxy,
			   box.minx, box.miny);
	geojson = memory_print("{\"type\":\"Polygon\",\"coordinates\":[[[%.7f,%.7f],[%.7f,%.7f],"
			       "[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]}",
			       box.minx, box.miny, box.maxx, box.miny, box.maxx, box.maxy, box.minx,
			       box.maxy, box.minx, box.miny);
	json_object_member(json, "dct:spatial");
	json_text_member(json, "@type", "dct:Location");
	dcat_typed(json, "dcat:bbox", wkt, "geo:wktLiteral");
	dcat_typed(json, "locn:geometry", geojson, GEOJSON);
	json_end(json);
	free(geojson);
	free(wkt);
}

/* Named, as DCAT-AP's own shapes want each concept, in the language of the registers. */
static void write_name(struct json *json, const char *property, const char *name)
{
	json_object_member(json, property);
	json_text_member(json, "@value", name);
	json_text_member(json, "@language", "en");
	json_end(json);
}

static void write_concept(struct json *json, const char *iri, const char *name)
{
	json_open_object(json);
	json_text_member(json, "@id", iri);
	json_text_member(json, "@type", "skos:Concept");
	write_name(json, "skos:prefLabel", name);
	json_end(json);
}

static void write_themes(struct json *json, const char *inspire_theme)
{
	const char *theme = dcat_theme(inspire_theme);
	char *inspire;

	if (!theme)
		return;
	inspire = memory_print("http://inspire.ec.europa.eu/theme/%s", inspire_theme);
	json_array_member(json, "dcat:theme");
	write_concept(json, theme, dcat_theme_name(theme));
	write_concept(json, inspire, dcat_theme_name(inspire_theme));
	json_end(json);
	free(inspire);
}

static void write_keywords(struct json *json, const struct text_list *keywords)
{
	if (keywords->count == 0)
		return;
	json_array_member(json, "dcat:keyword");
	for (size_t i = 0; i < keywords->count; i++) {
		json_open_object(json);
		json_text_member(json, "@value", keywords->texts[i]);
		json_text_member(json, "@language", "fr");
		json_end(json);
	}
	json_end(json);
}

/* The metadata record of the same data: its page, or the identifier it has elsewhere. */
static void write_record(struct json *json, const char *record)
{
	if (dcat_is_iri(record)) {
		dcat_node(json, "foaf:page", record, "foaf:Document");
	} else if (record) {
		json_object_member(json, "adms:identifier");
		json_text_member(json, "@type", "adms:Identifier");
		json_text_member(json, "skos:notation", record);
		json_end(json);
	}
}

static void write_origin(struct json *json, const struct site *site, const struct theme *theme)
{
	const struct settings *settings = site->settings;
	const char *publisher = *settings->portal_publisher ? settings->portal_publisher
							    : settings->portal_title;
	const char *agent = theme->producer ? theme->producer : publisher;
	int64_t changed_at = engine_freshness(site->engine, theme).data_changed_at;
	char time[OGC_TIME_SIZE];

	dcat_agent(json, "dct:publisher", agent);
	dcat_contact(json, agent, theme->contact ? theme->contact : settings->portal_contact);
	dcat_node(json, "dct:accrualPeriodicity", dcat_frequency(theme->frequency),
		  "dct:Frequency");
	dcat_labelled(json, "dct:provenance", "dct:ProvenanceStatement", "rdfs:label",
		      theme->lineage);
	if (ogc_time(changed_at, time))
		dcat_typed(json, "dct:modified", time, "xsd:dateTime");
}

static void write_dataset(struct json *json, const struct site *site, const struct theme *theme,
			  const char *base)
{
	const char *abstract = theme->abstract && *theme->abstract ? theme->abstract : theme->title;
	char *crs = theme->crs ? crs_uri(theme->crs) : NULL, *name, *page;
	struct buf id;

	buf_init(&id, 0);
	html_url(&id, theme->id);
	name = memory_print("%s/collections/%s", base, id.bytes);
	page = memory_print("%s/view/%s", base, id.bytes);
	json_text_member(json, "@id", name);
	json_text_member(json, "@type", "dcat:Dataset");
	json_text_member(json, "dct:identifier", theme->id);
	dcat_worded(json, "dct:title", theme->title, theme->title_en);
	dcat_worded(json, "dct:description", abstract, theme->abstract_en);
	write_keywords(json, &theme->keywords);
	write_themes(json, theme->inspire_theme);
	write_origin(json, site, theme);
	write_place(json, ogc_bounds(site, theme));
	dcat_node(json, "dct:conformsTo", crs, "dct:Standard");
	dcat_node(json, "dct:accessRights", AUTHORITY "access-right/PUBLIC", "dct:RightsStatement");
	dcat_node(json, "dcat:landingPage", page, "foaf:Document");
	write_record(json, theme->metadata_record);
	dcat_distributions(json, theme, base, id.bytes);
	buf_release(&id);
	free(page);
	free(name);
	free(crs);
}

static void write_portal(struct json *json, const struct settings *settings, const char *base)
{
	const char *publisher = *settings->portal_publisher ? settings->portal_publisher
							    : settings->portal_title;
	char *name = memory_print("%s/catalogue.jsonld", base);
	char *home = memory_print("%s/", base);

	json_text_member(json, "@id", name);
	json_text_member(json, "@type", "dcat:Catalog");
	dcat_worded(json, "dct:title", settings->portal_title, NULL);
	dcat_worded(json, "dct:description", settings->portal_description, NULL);
	dcat_agent(json, "dct:publisher", publisher);
	dcat_contact(json, publisher, settings->portal_contact);
	dcat_node(json, "dct:language", AUTHORITY "language/FRA", "dct:LinguisticSystem");
	dcat_node(json, "foaf:homepage", home, "foaf:Document");
	json_object_member(json, "dcat:themeTaxonomy");
	json_text_member(json, "@id", AUTHORITY "data-theme");
	json_text_member(json, "@type", "skos:ConceptScheme");
	write_name(json, "dct:title", "Data theme");
	json_end(json);
	free(home);
	free(name);
}

static void write_step(struct json *json, const char *const names[2], const char *base, size_t page)
{
	char *address = memory_print("%s/catalogue.jsonld?page=%zu", base, page);

	for (int i = 0; i < 2; i++)
		dcat_node(json, names[i], address, NULL);
	free(address);
}

/* Both of Hydra's ways, today's and the older one. */
static void write_steps(struct json *json, const struct dcat_part *part, const char *base)
{
	static const char *const first[] = {"hydra:first", "hydra:firstPage"};
	static const char *const previous[] = {"hydra:previous", "hydra:previousPage"};
	static const char *const next[] = {"hydra:next", "hydra:nextPage"};
	static const char *const last[] = {"hydra:last", "hydra:lastPage"};
	char *name = memory_print("%s/catalogue.jsonld?page=%zu", base, part->page);

	json_open_object(json);
	json_text_member(json, "@id", name);
	json_array_member(json, "@type");
	json_text(json, "hydra:PartialCollectionView");
	json_text(json, "hydra:PagedCollection");
	json_end(json);
	json_integer_member(json, "hydra:totalItems",
			    (int64_t)catalogue_theme_count(part->catalogue));
	write_step(json, first, base, 1);
	if (part->page > 1)
		write_step(json, previous, base, part->page - 1);
	if (part->page < part->pages)
		write_step(json, next, base, part->page + 1);
	write_step(json, last, base, part->pages);
	json_end(json);
	free(name);
}

void dcat_write_catalogue(struct json *json, const struct site *site, const struct dcat_part *part,
			  const char *base)
{
	json_open_object(json);
	write_context(json);
	json_array_member(json, "@graph");
	json_open_object(json);
	write_portal(json, site->settings, base);
	json_array_member(json, "dcat:dataset");
	for (size_t i = part->first; i < part->end; i++) {
		json_open_object(json);
		write_dataset(json, site, catalogue_theme(part->catalogue, i), base);
		json_end(json);
	}
	json_end(json);
	json_end(json);
	if (part->pages > 1)
		write_steps(json, part, base);
	json_end(json);
	json_end(json);
}

void dcat_write_theme(struct json *json, const struct site *site, const struct theme *theme,
		      const char *base)
{
	json_open_object(json);
	write_context(json);
	write_dataset(json, site, theme, base);
	json_end(json);
}
