/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/geometry.h"
#include "tiler/theme_options.h"

/* The point that accompanies a feature, whatever its shape: for its label or symbol. */
struct companion {
	struct point at;
	bool turned;  /* it lies on a line, which goes ... */
	double angle; /* ... this way: degrees clockwise from the direction of x, from 0 below 360;
			 an icon drawn to point right and turned by it points along the line */
};

#define COMPANION_SUFFIX "_pt"	/* of the layer's name */
#define COMPANION_ANGLE "angle" /* its column; takes the place of one of the theme's own */
#define COMPANION_ANGLE_STORED "tuilerie:angle" /* the same in the file of a level */

/* Do companions of features of this kind turn? */
bool companion_turns(enum geometry_kind kind);

/* Looks in the geometry of the highest dimension: START and END are those of its first and last
 * line, MIDDLE lies half-way along its longest. False: there is nothing (COMPANION_NONE, or no
 * vertex). Memory from ARENA. */
bool companion_find(enum companion_point point, const struct geometry *geometries, uint32_t count,
		    struct arena *arena, struct companion *found);

/* The polygons among the geometries; NULL: none. */
const struct geometry *companion_polygons(const struct geometry *geometries, uint32_t count);
