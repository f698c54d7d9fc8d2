/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/borders.h"
#include "tiler/merging.h"
#include "tiler/outline.h"
#include "tiler/report.h"

/* Which shapes of a theme a level shows. Levels are made from the finest to the coarsest, each out
 * of what the one before kept, so what shows at a zoom also shows at the next. What is too small to
 * see is not lost without trace: along the file's Hilbert curve it adds up, and each time it adds
 * up to something that can be seen, the largest of what was added stands for all of it. Nothing
 * depends on tiles, so both sides of a tile border agree. */

/* What can be seen at a level, in source units. */
struct selection_rule {
	double cell;   /* points: one for each square of this side */
	double length; /* lines shorter than this add up to one of this length */
	double area;   /* polygons smaller than this add up to one of this area */
	double symbol; /* the largest area of a square that stands for polygons smaller than it */
};

struct selection {
	uint64_t shape_count;
	uint8_t *kept;		 /* of each shape: 1 while it is */
	uint8_t *loss;		 /* of each shape that is not: enum loss */
	float *size;		 /* of each shape: length or area; 0 of points */
	float *standing;	 /* of each shape: what it stands for, itself included */
	struct merging *merging; /* of a coverage; else NULL */
	struct borders *borders; /* of its groups */
	uint64_t kept_count;
};

/* All shapes kept. */
void selection_init(struct selection *selection, const struct outline *outline);
void selection_copy(struct selection *to, const struct selection *from);
void selection_release(struct selection *selection);

/* Thins to RULE what is still kept. The small polygons of a coverage join their neighbours. */
void selection_thin(struct selection *selection, const struct outline *outline,
		    const struct selection_rule *rule);

/* Where shapes lie dense, lets the smallest go (of points, in a fixed order), the more the denser
 * they lie: WEIGHTS (one a shape) may add up to SHARE of what they do in the heaviest square block
 * of side BLOCK, in a lighter one to a larger share of its own. What stays stands for what goes. */
void selection_cap(struct selection *selection, const struct outline *outline, const float *weights,
		   double block, double share);

/* Half the side of the square that stands for a polygon which RULE keeps though it is too small to
 * see, or which is smaller than a symbol and stands for others: the square has the area of all it
 * stands for, as far as a symbol goes. 0 for one that is drawn as it is. */
double selection_stand_in(const struct selection *selection, uint64_t shape,
			  const struct selection_rule *rule);
