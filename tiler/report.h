/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

/* What the preparation of a theme met in its data, for the operator (quality report). */
struct prepare_report {
	uint64_t rows;		   /* read from the source */
	uint64_t without_geometry; /* null or empty */
	uint64_t unreadable;	   /* NaN or infinite coordinates, kinds that cannot be drawn */
	uint64_t repaired;	   /* invalid polygons made valid */
	char *example; /* one sentence on the first invalid or unreadable one, or NULL */
};

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
