/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/crs.h"
#include "tiler/error.h"
#include "tiler/geometry.h"

/* A place on the map that features are asked against: the outline of a commune, the geometry of a
 * filter. Boxes answer first; GEOS, on a geometry prepared once (this and repair.h are the rooms
 * that know it), the rest.
 *
 * A region has a GEOS context of its own and indexes that grow as it is asked: it belongs to one
 * thread at a time. Others get a `region_copy`, which may be made while the first is being asked.
 */
struct region;

enum {
	REGION_TEXT_MOST = 64 * 1024, /* bytes of WKT */
	REGION_DEPTH_MOST = 8,	      /* parentheses in parentheses */
	REGION_POINTS_MOST = 1 << 20, /* of a region moved to another CRS */
};

/* New, of COUNT geometries of any kind in one CRS, together; they are borrowed for the call.
 * Invalid polygons are made valid. ERROR_INVALID: there is nothing in them. */
MUST_CHECK enum error_code region_of_geometries(const struct geometry *geometries, uint32_t count,
						struct region **region, struct error *error);

/* New, of a box (finite, not empty). */
struct region *region_of_box(struct box box);

/* New, of WKT as in OGC 06-103r4 (simple features) 7.2, of any kind, Z and M dropped; easting
 * before northing. ERROR_LIMIT: longer than REGION_TEXT_MOST or deeper than REGION_DEPTH_MOST.
 * ERROR_INVALID: not WKT, empty, not finite, or a polygon that is not valid; the text says where.
 */
MUST_CHECK enum error_code region_of_wkt(const char *text, struct region **region,
					 struct error *error);

/* Would region_of_wkt take it? The same errors; makes nothing of it, which can take seconds of a
 * collection whose parts cross each other thousands of times. */
MUST_CHECK enum error_code region_check_wkt(const char *text, struct error *error);

/* New, for another thread; cheaper than the first. */
struct region *region_copy(const struct region *region);
void region_free(struct region *region);

/* New: REGION in the target CRS of TRANSFORM, which is TO, for geometries that lie WITHIN (target
 * units; what lies far outside is not moved, since it may have no image). Straight sides stay what
 * they were, to a millimetre: they get more points where their image bends.
 * ERROR_NOT_FOUND: nothing of it is near WITHIN, so it meets nothing there. ERROR_UNSUPPORTED: a
 * part near WITHIN has no place in TO. ERROR_LIMIT: more than REGION_POINTS_MOST points. */
MUST_CHECK enum error_code region_moved(const struct region *region, struct transform *transform,
					const struct crs *to, struct box within,
					struct region **moved, struct error *error);

/* Not empty, in the region's CRS. */
struct box region_box(const struct region *region);

/* Have they a point in common? As OGC's Intersects: touching counts. GEOMETRY is in the region's
 * CRS. Exact for valid geometries; what GEOS cannot read at all meets the region if its box does.
 */
bool region_intersects(struct region *region, const struct geometry *geometry);

/* Is a part of GEOMETRY, of its own dimension, in the region (an area)? A point in it or on its
 * border; of a line a stretch, in it or along its border; of a polygon some ground. What only
 * touches the region has no part in it. */
bool region_has_part(struct region *region, const struct geometry *geometry);

enum region_share {
	REGION_NOTHING,
	REGION_PART,
	REGION_ALL,
};

/* Cuts GEOMETRY (valid lines or polygons in the region's CRS) to the region (an area): of a
 * REGION_PART it becomes what of its own dimension lies there, valid, in ARENA; lines along the
 * border stay. REGION_ALL: it stays as it is. What GEOS cannot cut is left out. */
enum region_share region_cut(struct region *region, struct geometry *geometry, struct arena *arena);

/* Moves GEOMETRY (lines or polygons, of whatever CRS) to whole multiples of STEP such that it is
 * valid there, in ARENA; one with points that are not finite stays as it is. False: nothing is left
 * of it. REGION lends what GEOS needs. */
bool region_round(struct region *region, struct geometry *geometry, double step,
		  struct arena *arena);
