/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/ogc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/dcat.h"
#include "server/html.h"
#include "tiler/memory.h"

const char *const ogc_conformance[] = {
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/json",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
	"http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
	"http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
	"http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
	"http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
	"http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
	NULL,
};

bool ogc_conforms(const char *class)
{
	for (const char *const *known = ogc_conformance; *known; known++)
		if (strcmp(*known, class) == 0)
			return true;
	return false;
}

void ogc_link(struct json *json, const char *rel, const char *type, const char *title,
	      const char *format, ...)
{
	va_list arguments;
	char *href;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	href = memory_new((size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(href, (size_t)length + 1, format, arguments);
	va_end(arguments);
	json_open_object(json);
	json_text_member(json, "rel", rel);
	json_text_member(json, "type", type);
	json_text_member(json, "title", title);
	json_text_member(json, "href", href);
	json_end(json);
	free(href);
}

void ogc_template(struct json *json, const char *rel, const char *type, const char *href)
{
	json_open_object(json);
	json_text_member(json, "rel", rel);
	json_text_member(json, "type", type);
	json_boolean_member(json, "templated", true);
	json_text_member(json, "href", href);
	json_end(json);
}

void ogc_write_landing_links(struct json *json, const char *base)
{
	json_array_member(json, "links");
	ogc_link(json, "self", OGC_JSON, "This document", "%s/?f=json", base);
	ogc_link(json, "alternate", OGC_HTML, "The same as a page", "%s/?f=html", base);
	ogc_link(json, "service-desc", OGC_OPENAPI, "Definition of the API", "%s/api?f=json", base);
	ogc_link(json, "service-doc", OGC_HTML, "The API explained", "%s/api?f=html", base);
	ogc_link(json, "conformance", OGC_JSON, "What it conforms to", "%s/conformance", base);
	ogc_link(json, OGC_REL "conformance", OGC_JSON, "What it conforms to", "%s/conformance",
		 base);
	ogc_link(json, "data", OGC_JSON, "The themes", "%s/collections", base);
	ogc_link(json, OGC_REL "data", OGC_JSON, "The themes", "%s/collections", base);
	ogc_link(json, OGC_REL "tilesets-vector", OGC_JSON, "Tiles of several themes at once",
		 "%s/tiles?f=json", base);
	ogc_link(json, "alternate", DCAT_TYPE, "The catalogue as DCAT-AP", "%s/catalogue.jsonld",
		 base);
	ogc_link(json, OGC_REL "tiling-schemes", OGC_JSON, "The grids", "%s/tileMatrixSets", base);
	json_end(json);
}

/* A centimetre, which also spares the search for the digits of lists a thousand themes long. */
static const double DEGREES_SHOWN = 1e7;

void ogc_write_box(struct json *json, struct box box)
{
	json_number(json, floor(box.minx * DEGREES_SHOWN) / DEGREES_SHOWN);
	json_number(json, floor(box.miny * DEGREES_SHOWN) / DEGREES_SHOWN);
	json_number(json, ceil(box.maxx * DEGREES_SHOWN) / DEGREES_SHOWN);
	json_number(json, ceil(box.maxy * DEGREES_SHOWN) / DEGREES_SHOWN);
}
