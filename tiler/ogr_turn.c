/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>

#include "tiler/ogr_geometry.h"

/* Data that cross the antimeridian often count on beyond it: 181 degrees east for 179 west. Each
 * turn's share is cut out and moved back. */

static const double BEYOND = 1e-9;  /* of a turn: rounding of 180 degrees is no crossing */
static const double TURNS_MOST = 4; /* farther out are no longitudes */

static OGRGeometryH strip(double west, double east, const OGREnvelope *all)
{
	OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
	OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
	double south = all->MinY - 1, north = all->MaxY + 1;

	OGR_G_AddPoint_2D(ring, west, south);
	OGR_G_AddPoint_2D(ring, east, south);
	OGR_G_AddPoint_2D(ring, east, north);
	OGR_G_AddPoint_2D(ring, west, north);
	OGR_G_AddPoint_2D(ring, west, south);
	OGR_G_AddGeometryDirectly(polygon, ring);
	return polygon;
}

static void shift(OGRGeometryH geometry, double by)
{
	for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
		shift(OGR_G_GetGeometryRef(geometry, i), by);
	if (OGR_G_GetGeometryCount(geometry) > 0)
		return;
	for (int i = 0; i < OGR_G_GetPointCount(geometry); i++)
		OGR_G_SetPoint_2D(geometry, i, OGR_G_GetX(geometry, i) + by,
				  OGR_G_GetY(geometry, i));
}

/* Adds to PARTS what of PIECE (stolen) has DIMENSION: a cut may also touch in points and lines. */
static void take_parts(OGRGeometryH parts, OGRGeometryH piece, int dimension)
{
	OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(piece));

	if (type == wkbGeometryCollection) {
		for (int i = 0; i < OGR_G_GetGeometryCount(piece); i++)
			take_parts(parts, OGR_G_Clone(OGR_G_GetGeometryRef(piece, i)), dimension);
	} else if (!OGR_G_IsEmpty(piece) && OGR_G_GetDimension(piece) == dimension) {
		OGR_G_AddGeometryDirectly(parts, piece);
		return;
	}
	OGR_G_DestroyGeometry(piece);
}

/* Cuts the share of turn NUMBER out of GEOMETRY, of one kind, and adds it to PARTS in its place. */
static void take_share(OGRGeometryH parts, OGRGeometryH geometry, double number, double turn,
		       const OGREnvelope *all)
{
	OGRGeometryH frame = strip((number - 0.5) * turn, (number + 0.5) * turn, all);
	OGRGeometryH piece = OGR_G_Intersection(geometry, frame);

	OGR_G_DestroyGeometry(frame);
	if (!piece)
		return;
	shift(piece, -number * turn);
	take_parts(parts, piece, OGR_G_GetDimension(geometry));
}

/* Straight, and what GEOS can cut. */
static OGRGeometryH prepared_for_cuts(OGRGeometryH geometry)
{
	OGRGeometryH straight = OGR_G_GetLinearGeometry(geometry, 0, NULL), valid;

	if (!straight || OGR_G_IsValid(straight))
		return straight;
	valid = OGR_G_MakeValid(straight);
	OGR_G_DestroyGeometry(straight);
	return valid;
}

/* The turns that GEOMETRY reaches into; false: the first alone, or no turns at all. */
static bool turns_of(OGRGeometryH geometry, double turn, double *first, double *last)
{
	OGREnvelope all;

	OGR_G_GetEnvelope(geometry, &all);
	*first = floor(all.MinX / turn + 0.5 + BEYOND);
	*last = ceil(all.MaxX / turn - 0.5 - BEYOND);
	/* On the seam itself. */
	if (*first > *last)
		*first = *last = *last >= 0 ? *last : *first;
	return fabs(*first) <= TURNS_MOST && fabs(*last) <= TURNS_MOST &&
	       (*first != 0 || *last != 0);
}

static void cut_into_turns(OGRGeometryH parts, OGRGeometryH geometry, double turn)
{
	OGREnvelope all;
	double first, last;

	if (wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbGeometryCollection) {
		for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
			cut_into_turns(parts, OGR_G_GetGeometryRef(geometry, i), turn);
		return;
	}
	if (OGR_G_IsEmpty(geometry))
		return;
	if (!turns_of(geometry, turn, &first, &last)) {
		OGR_G_AddGeometry(parts, geometry);
		return;
	}
	OGR_G_GetEnvelope(geometry, &all);
	for (double number = first; number <= last; number++)
		take_share(parts, geometry, number, turn, &all);
}

OGRGeometryH ogr_within_a_turn(OGRGeometryH geometry, double turn)
{
	OGRGeometryH whole, parts;
	double first, last;

	if (!geometry || OGR_G_IsEmpty(geometry) || !turns_of(geometry, turn, &first, &last))
		return NULL;
	whole = prepared_for_cuts(geometry);
	if (!whole)
		return NULL;
	parts = OGR_G_CreateGeometry(wkbGeometryCollection);
	cut_into_turns(parts, whole, turn);
	OGR_G_DestroyGeometry(whole);
	return parts;
}
