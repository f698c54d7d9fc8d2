/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <geos_c.h>

#include "tiler/region.h"

/* What is in a region, and geometries as GEOS sees them; private to region*.c. */

struct region {
	GEOSContextHandle_t geos;
	GEOSGeometry *shape;
	const GEOSPreparedGeometry *prepared;
	struct box box;
	struct box inside;   /* in it, wholly; empty: none is known */
	char complaint[256]; /* GEOS's last */
};

/* New, empty, with a context. */
struct region *region_new(void);

/* Gives it its SHAPE, of the region's context, which is stolen. ERROR_INVALID and nothing of REGION
 * left when SHAPE is NULL (GEOS failed), empty or not finite. */
MUST_CHECK enum error_code region_take(struct region *region, GEOSGeometry *shape,
				       struct error *error);

/* The same, ready to be asked. */
MUST_CHECK enum error_code region_fill(struct region *region, GEOSGeometry *shape,
				       struct error *error);

/* New multipoint, multilinestring or multipolygon of GEOMETRY; NULL when GEOS takes it not. */
GEOSGeometry *geos_of_geometry(GEOSContextHandle_t geos, const struct geometry *geometry);

/* New rectangle; a line or a point when BOX is no wider. */
GEOSGeometry *geos_of_box(GEOSContextHandle_t geos, struct box box);

/* What GEOS makes valid of SHAPE, which is stolen (may be NULL); NULL when it cannot. */
GEOSGeometry *geos_valid(GEOSContextHandle_t geos, GEOSGeometry *shape);
