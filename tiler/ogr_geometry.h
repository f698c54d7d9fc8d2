/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <ogr_api.h>

#include "tiler/arena.h"
#include "tiler/feature.h"
#include "tiler/report.h"

/* GDAL's geometries <-> ours; private to the files that know GDAL. */

enum shape_state {
	SHAPE_NONE,	  /* null or empty */
	SHAPE_SOUND,	  /* as it came */
	SHAPE_REPAIRED,	  /* its polygons were invalid and are not any more */
	SHAPE_UNREADABLE, /* cannot be drawn */
};

struct shape {
	uint32_t count; /* of the kinds in it */
	struct geometry geometries[GEOMETRY_KINDS - 1];
	/* Of SHAPE_REPAIRED and SHAPE_UNREADABLE: */
	enum flaw flaw;
	struct point place; /* where it is */
	bool has_place;
	char reason[240]; /* GDAL's own words, or "" */
};

/* How a source writes its coordinates. */
struct coordinate_habit {
	bool swapped;	 /* northing first */
	double farthest; /* beyond, from the origin, is no place: a mistake */
};

/* Makes SHAPE of GEOMETRY (borrowed; may be NULL): two-dimensional, finite, straight, flat (at most
 * one geometry a kind, whatever it was nested in), polygons valid. Memory from ARENA. */
enum shape_state shape_of(OGRGeometryH geometry, struct coordinate_habit habit, struct arena *arena,
			  struct shape *shape);

/* A MultiPoint, MultiLineString or MultiPolygon of the same coordinates. New. */
OGRGeometryH ogr_geometry_new(const struct geometry *geometry);

/* GEOMETRY (borrowed, of a geographic CRS of which TURN units are the whole circle) with what lies
 * beyond the antimeridian moved to where it belongs. New; NULL when nothing does. */
OGRGeometryH ogr_within_a_turn(OGRGeometryH geometry, double turn);
