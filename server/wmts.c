/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/wmts.h"

#include <string.h>

#include "server/ows.h"
#include "server/settings.h"
#include "server/variant_query.h"

/* The head of the capabilities: what this service is, and where its operations are asked for. */

static void write_identification(struct xml *xml, const struct wmts_scope *scope)
{
	xml_open(xml, "ows:ServiceIdentification");
	xml_print_element(xml, "ows:Title", "%s%s%s", scope->site->settings->portal_title,
			  scope->commune ? " – " : "", scope->commune ? scope->commune : "");
	xml_print_element(xml, "ows:Abstract",
			  "Thèmes géographiques en tuiles vectorielles (Mapbox Vector Tile), dans "
			  "chaque grille ; pas d'images. Les limites des tuiles sont données quand "
			  "le document porte sur %d couches au plus : ?group=, ?layer= ou ?search= "
			  "après son adresse les choisissent.",
			  WMTS_LIMITED_LAYERS_MOST);
	xml_element(xml, "ows:ServiceType", "OGC WMTS");
	xml_element(xml, "ows:ServiceTypeVersion", WMTS_VERSION);
	xml_element(xml, "ows:Fees", "none");
	xml_element(xml, "ows:AccessConstraints", "none");
	xml_end(xml);
}

/* The producer of all themes, if it is one and the same; else who publishes them. */
static const char *provider_of(const struct catalogue *catalogue, const struct settings *settings)
{
	size_t count = catalogue_theme_count(catalogue);
	const char *first = count > 0 ? catalogue_theme(catalogue, 0)->producer : NULL;

	for (size_t i = 1; i < count && first; i++) {
		const char *other = catalogue_theme(catalogue, i)->producer;

		if (!other || strcmp(first, other) != 0)
			first = NULL;
	}
	if (first)
		return first;
	return *settings->portal_publisher ? settings->portal_publisher : settings->portal_title;
}

static void write_provider(struct xml *xml, const struct wmts_scope *scope)
{
	xml_open(xml, "ows:ServiceProvider");
	xml_element(xml, "ows:ProviderName", provider_of(scope->catalogue, scope->site->settings));
	xml_open(xml, "ows:ProviderSite");
	xml_print_attribute(xml, "xlink:href", "%s/", scope->base);
	xml_end(xml);
	xml_open(xml, "ows:ServiceContact");
	xml_end(xml);
	xml_end(xml);
}

static void write_address(struct xml *xml, const char *address, const char *encoding)
{
	xml_open(xml, "ows:Get");
	xml_attribute(xml, "xlink:href", address);
	xml_open(xml, "ows:Constraint");
	xml_attribute(xml, "name", "GetEncoding");
	xml_open(xml, "ows:AllowedValues");
	xml_element(xml, "ows:Value", encoding);
	xml_end(xml);
	xml_end(xml);
	xml_end(xml);
}

/* To the address by key and value clients add theirs. */
static void write_operation(struct xml *xml, const char *name, const char *by_key,
			    const char *by_path)
{
	xml_open(xml, "ows:Operation");
	xml_attribute(xml, "name", name);
	xml_open(xml, "ows:DCP");
	xml_open(xml, "ows:HTTP");
	write_address(xml, by_key, "KVP");
	write_address(xml, by_path, "RESTful");
	xml_end(xml);
	xml_end(xml);
	xml_end(xml);
}

/* Those of one commune lead to those of one commune. */
static void write_operations(struct xml *xml, const struct wmts_scope *scope, const char *document)
{
	struct buf by_key, tiles;

	buf_init(&by_key, 0);
	buf_init(&tiles, 0);
	buf_print(&by_key, "%s/wmts", scope->base);
	variant_query_write_commune(scope->variant, &by_key);
	buf_add_char(&by_key, scope->variant ? '&' : '?');
	buf_print(&tiles, "%s/wmts/", scope->base);
	xml_open(xml, "ows:OperationsMetadata");
	write_operation(xml, "GetCapabilities", by_key.bytes, document);
	write_operation(xml, "GetTile", by_key.bytes, tiles.bytes);
	xml_end(xml);
	buf_release(&by_key);
	buf_release(&tiles);
}

void wmts_write_capabilities(struct xml *xml, const struct wmts_scope *scope)
{
	struct buf document;

	buf_init(&document, 0);
	buf_print(&document, "%s/wmts/1.0.0/WMTSCapabilities.xml", scope->base);
	variant_query_write_commune(scope->variant, &document);
	xml_open(xml, "Capabilities");
	xml_attribute(xml, "xmlns", "http://www.opengis.net/wmts/1.0");
	xml_attribute(xml, "xmlns:ows", OWS_NAMESPACE);
	xml_attribute(xml, "xmlns:xlink", "http://www.w3.org/1999/xlink");
	xml_attribute(xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	xml_attribute(xml, "xsi:schemaLocation",
		      "http://www.opengis.net/wmts/1.0 "
		      "http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd");
	xml_attribute(xml, "version", WMTS_VERSION);
	write_identification(xml, scope);
	write_provider(xml, scope);
	write_operations(xml, scope, document.bytes);
	wmts_write_contents(xml, scope);
	xml_open(xml, "ServiceMetadataURL");
	xml_attribute(xml, "xlink:href", document.bytes);
	xml_end(xml);
	xml_end(xml);
	buf_release(&document);
}
