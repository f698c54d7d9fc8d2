/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/feature.h"
#include "tiler/prepared.h"

/* Features as GeoJSON (RFC 7946), written straight to a buffer. Outer rings run counterclockwise.
 * Degrees have seven decimals, a centimetre, other units three. */
struct geojson {
	struct buf *out;
	bool northing_first;	    /* in the order of axes of the CRS's authority */
	unsigned decimals;	    /* of coordinates */
	bool multi[GEOMETRY_KINDS]; /* of a kind: always as MultiPoint ..., which all features of
				       the theme can be; else only where there are several */
	uint32_t column_count;	    /* that are written */
	uint32_t *columns;	    /* of each its number among the values */
	struct buf names;	    /* of each `"name":`, ready to be written ... */
	uint32_t *name_ends;	    /* ... up to here */
};

/* For features of PREPARED in CRS, appended to OUT (borrowed). CHOSEN: of each of its columns, is
 * it written? NULL: all are. To be released. */
void geojson_init(struct geojson *geojson, const struct prepared *prepared, const struct crs *crs,
		  bool northing_first, const bool *chosen, struct buf *out);
void geojson_release(struct geojson *geojson);

/* The last decimal of coordinates of CRS, in its unit. */
double geojson_step(const struct crs *crs);

/* The members of a Feature without its braces, so that others can follow: type, id, geometry,
 * properties. Of a geometry with a point that has no image in the CRS nothing is written: null. */
void geojson_feature(struct geojson *geojson, const struct feature *feature);
