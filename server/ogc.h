/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/json.h"
#include "server/ogc_crs.h"
#include "server/page_frame.h"
#include "server/site.h"
#include "server/tile_limits.h"
#include "server/tileset.h"

/* What the documents of OGC API share (Common 1 and 2, Tiles 1): links, and the tilesets of a theme
 * and of the whole. */

#define OGC_REL "http://www.opengis.net/def/rel/ogc/1.0/"
#define OGC_JSON "application/json"
#define OGC_HTML "text/html"
#define OGC_GEOJSON "application/geo+json"
#define OGC_OPENAPI "application/vnd.oai.openapi+json;version=3.0"
#define OGC_MVT "application/vnd.mapbox-vector-tile"

/* One object of a "links" array; HREF is printed from FORMAT. TITLE may be NULL. */
void ogc_link(struct json *json, const char *rel, const char *type, const char *title,
	      const char *format, ...) PRINTF_LIKE(5, 6);

/* A template's link: the same with "templated". */
void ogc_template(struct json *json, const char *rel, const char *type, const char *href);

/* Whose tilesets are asked for: those of one theme (/collections/{theme}/tiles) or of several at
 * once (/tiles?collections=a,b). */
struct ogc_subject {
	const struct theme *theme;     /* NULL: the data set */
	char *ids;		       /* with commas between */
	char *path;		       /* "/collections/a:b/tiles" or "/tiles", encoded */
	char *query;		       /* "?collections=a,b", or "": see ogc_subject_vary */
	size_t theme_count, all_count; /* of the data set: how many are meant, of how many */
};

/* Reads it from the address. CATALOGUE is borrowed for as long as the subject lives.
 * ERROR_NOT_FOUND: there is no such theme. */
MUST_CHECK enum error_code ogc_subject_init(struct ogc_subject *subject,
					    struct catalogue *catalogue,
					    const struct request *request, struct error *error);
/* Adds the parameters of a variant (NULL: none) to its query. */
void ogc_subject_vary(struct ogc_subject *subject, const struct variant *variant);
void ogc_subject_release(struct ogc_subject *subject);

/* Whose tileset in a grid; NULL where one of the themes is not served there. To be released. */
bool ogc_subject_open(const struct ogc_subject *subject, const struct site *site,
		      const struct grid *grid, struct tileset *tileset);

/* "BASE/collections/a:b/tiles/CC48_10cm?collections=..." and the template of its tiles. New. */
char *ogc_tileset_url(const struct ogc_subject *subject, const char *base, const struct grid *grid);
char *ogc_tile_template(const struct ogc_subject *subject, const char *base,
			const struct grid *grid);

/* The members "bbox" of degrees, as an array of four numbers. */
void ogc_write_box(struct json *json, struct box box);

/* Where a theme's features lie, in degrees; empty where that is not known. */
struct box ogc_bounds(const struct site *site, const struct theme *theme);

enum {
	OGC_TIME_SIZE = 32
};
/* Seconds since 1970 as RFC 3339 has them; false: 0, that is unknown. */
bool ogc_time(int64_t seconds, char text[OGC_TIME_SIZE]);

/* Members of a tileset's metadata: those of the list of tilesets, and the rest. */
void ogc_write_tileset_brief(struct json *json, const struct ogc_subject *subject,
			     const struct tileset *tileset, const struct tile_limits *limits,
			     const char *base);
void ogc_write_tileset_rest(struct json *json, const struct tileset *tileset);

/* A collection's members; BRIEF leaves out what only its own document says. */
void ogc_write_collection(struct json *json, const struct site *site, const struct theme *theme,
			  const char *base, bool brief);

/* The links of the landing page, as a member of its object. */
void ogc_write_landing_links(struct json *json, const char *base);

/* The classes this server conforms to; NULL ends the list. */
extern const char *const ogc_conformance[];
/* Is CLASS one of them? */
bool ogc_conforms(const char *class);
