/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/geometry.h"

/* What the preparation of a theme met in its data (quality report). It speaks no language: whoever
 * shows it finds the words. */

enum flaw {
	/* A polygon that was invalid and is repaired, by what GEOS finds wrong with it. */
	FLAW_SELF_INTERSECTION,
	FLAW_RING_SELF_INTERSECTION,
	FLAW_HOLE_OUTSIDE,
	FLAW_NESTED_HOLES,
	FLAW_NESTED_SHELLS,
	FLAW_CUT_INTERIOR,
	FLAW_DUPLICATE_RINGS,
	FLAW_FEW_RING_POINTS,
	FLAW_OTHERWISE_INVALID,
	/* A feature that cannot be drawn. */
	FLAW_NOT_A_NUMBER, /* a coordinate is infinite or not a number */
	FLAW_FAR_AWAY,	   /* a coordinate is farther out than the Earth is large */
	FLAW_FEW_POINTS,   /* a line of one point, a ring of two */
	FLAW_NESTED_DEEP,  /* collections in collections in ... */
	FLAW_CURVES,	   /* that GDAL cannot straighten */
	FLAW_NO_AREA,	   /* an invalid polygon of which nothing with an area can be made */
	FLAW_UNREAD,	   /* GDAL cannot read the geometry */
	/* A feature that is drawn, or has nothing to draw. */
	FLAW_EMPTY,	   /* null or empty geometry */
	FLAW_LONG_TEXT,	   /* a text longer than tiles carry is left out */
	FLAW_DUPLICATE_ID, /* another feature has the same id */
	FLAW_OUT_OF_AREA,  /* it lies outside the CRS's area of use */
	FLAWS
};

/* The first feature found with a flaw. */
struct flaw_example {
	bool has_id, has_place, has_degrees;
	uint64_t id; /* the one the tiles carry */
	struct point
		place; /* in the theme's CRS: where the flaw is, or about where the feature is */
	struct point degrees; /* the same, longitude and latitude */
	char *detail;	      /* the source's own words, or a column's name; may be NULL. Owned */
};

struct flaw_count {
	uint64_t features;
	struct flaw_example example;
};

struct prepare_report {
	uint64_t rows;		   /* read from the source */
	uint64_t without_geometry; /* null or empty */
	uint64_t unreadable;	   /* cannot be drawn */
	uint64_t repaired;	   /* invalid polygons made valid */
	struct flaw_count flaws[FLAWS];
};

static inline bool flaw_is_repaired(enum flaw flaw)
{
	return flaw <= FLAW_OTHERWISE_INVALID;
}

static inline bool flaw_is_unreadable(enum flaw flaw)
{
	return flaw > FLAW_OTHERWISE_INVALID && flaw <= FLAW_UNREAD;
}

/* Counts a feature with FLAW; the first becomes the example (its detail is copied). */
void report_note(struct prepare_report *report, enum flaw flaw, const struct flaw_example *example);
void report_release(struct prepare_report *report);

/* A flaw's name in documents: "self_intersection". */
const char *flaw_name(enum flaw flaw);

/* What GEOS says is wrong with a polygon ("Self-intersection at or near point 5 5") as a flaw, and
 * where. */
enum flaw flaw_of_geos(const char *text, struct point *place, bool *has_place);

/* Why a feature of the data does not show at a level. */
enum loss {
	LOSS_CROWDED,	  /* a point: another shows for the same small square */
	LOSS_SHORT,	  /* a line: too short to see; a longer one shows for several */
	LOSS_SMALL,	  /* a polygon: too small to see; a larger one shows for several */
	LOSS_MERGED,	  /* a polygon of a coverage: too small to see; it has joined a neighbour */
	LOSS_OVER_BUDGET, /* seen, but too many of them for the tile's budget */
	LOSSES
};

/* How many features of the data a level leaves out, by reason: with those it shows they add up to
 * all of the data. */
struct level_losses {
	uint64_t features[LOSSES];
};

/* A loss's name in documents: "crowded". */
const char *loss_name(enum loss loss);
