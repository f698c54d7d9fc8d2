/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"
#include "tiler/geometry.h"

/* Coordinate reference systems and exact transformation between them: the one room that knows
 * PROJ. Coordinates are always in the order easting, northing (longitude, latitude), in the unit
 * of the CRS; degrees for geographic ones. */

/* What is known of a CRS; immutable, shared by all threads. */
struct crs {
	char *definition;	/* what PROJ is given: "EPSG:3948", or WKT */
	char *name;		/* for people: "RGF93 v1 / CC48" */
	char *authority;	/* "EPSG", or NULL when the CRS is in no register */
	char *code;		/* "3948", or NULL */
	bool geographic;	/* coordinates are degrees */
	double metres_per_unit; /* of its axes; for degrees, of one at the equator */
	struct box area_of_use; /* degrees; empty when the register does not say; minx > maxx never:
				   an area over the antimeridian is widened to the whole turn */
	bool northing_first;	/* its authority names the northing (latitude) before the easting */
	char axes[2][16];	/* its axes' short names in that order: "Lat", "Lon"; "X", "Y" */
};

/* New CRS from anything PROJ understands: "EPSG:3948", WKT 1 or 2, PROJJSON, a URI, a URN. It gets
 * EPSG's code where EPSG has its like.
 * ERROR_INVALID when it does not, ERROR_UNSUPPORTED for engineering and other CRS without a place
 * on the Earth. */
MUST_CHECK enum error_code crs_new(const char *definition, struct crs **crs, struct error *error);
void crs_free(struct crs *crs);

/* New; spares the look into PROJ's database that crs_new takes (a millisecond). */
struct crs *crs_copy(const struct crs *crs);

/* The whole definition in other words, new, for clients that do not know the code: PROJJSON, WKT 2
 * (2019), or WKT 1 as ArcGIS writes it. NULL where PROJ has none. */
char *crs_projjson(const struct crs *crs);
char *crs_wkt(const struct crs *crs);
char *crs_esri_wkt(const struct crs *crs);

bool crs_equal(const struct crs *a, const struct crs *b); /* same definition or same code */

/* Units of a whole circle of a geographic CRS: 360, where they are degrees. */
double crs_full_turn(const struct crs *crs);

/* After how many units eastward the same place comes again: the full turn of a geographic CRS and
 * of Web Mercator; 0 of others, which are not known to repeat. */
double crs_period(const struct crs *crs);

/* One thread's way from one CRS to another. Making it costs milliseconds (PROJ looks through its
 * database): make it once per thread and pair. */
struct transform;

/* New; both CRS are borrowed for the call. ERROR_UNSUPPORTED: PROJ knows no way. */
MUST_CHECK enum error_code transform_new(const struct crs *from, const struct crs *to,
					 struct transform **transform, struct error *error);
void transform_free(struct transform *transform);

/* Moves COUNT points in place, forward or back. A point that has no image becomes (HUGE_VAL,
 * HUGE_VAL). Returns how many have none. */
size_t transform_forward(struct transform *transform, struct point *points, size_t count);
size_t transform_back(struct transform *transform, struct point *points, size_t count);

/* How many target units a source unit is long at AT (source CRS): the square root of how much an
 * area is enlarged. 0 when AT has no image. */
double transform_scale(struct transform *transform, struct point at);

/* The period of the target CRS (crs_period). */
double transform_period(const struct transform *transform);

/* The northing of the north pole in the target CRS, its opposite that of the south pole;
 * infinite where the poles have no place on its map. Of CRS with a period only. */
double transform_pole(const struct transform *transform);

/* Source units that the equator is long, were it drawn in its true length. */
double transform_girth(const struct transform *transform);

/* Do both CRS repeat and come round at the same meridian? Then what lies in one turn of the source
 * lies in one of the target. */
bool transform_in_step(const struct transform *transform);

/* Source easting along which the map of the target is cut open: the meridian opposite to the middle
 * of a target that does not repeat (a cone cannot be laid flat uncut), of a source that does;
 * HUGE_VAL: there is none, or it is not known. */
double transform_cut(const struct transform *transform);

/* Points asked of PROJ since the transform was made. */
size_t transform_calls(const struct transform *transform);

/* Bounding box of the image of BOX, its boundary densified (and of a large one its inside sampled),
 * of the points that have an image; empty when none has. FAILED (may be NULL) counts the samples
 * without. */
struct box transform_box(struct transform *transform, struct box box, size_t *failed);

/* The same back. Where both CRS repeat and no more than the edge of BOX is beyond their seam (the
 * antimeridian), the image goes on beyond it rather than round the Earth. */
struct box transform_box_back(struct transform *transform, struct box box, size_t *failed);
