/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/footprint.h"

#include <math.h>

#include "tiler/render.h"

/* How far the ground asked for exceeds the tile and its buffer, as a share of its sides: more than
 * what the sampled outline of a curved image can miss. */
static const double MARGIN = 0.02;

double footprint_buffer(struct box tile)
{
	return fmax(tile.maxx - tile.minx, tile.maxy - tile.miny) * RENDER_BUFFER / RENDER_EXTENT;
}

struct box footprint(struct transform *transform, struct box ground, double buffer,
		     struct box extent)
{
	double width, height;
	size_t failed = 0;

	ground = box_grown(ground, buffer);
	if (transform) {
		ground = transform_box_back(transform, ground, &failed);
		/* Where part of the ground has no place in the source CRS, what is beyond cannot
		 * be told from the rest: look at the whole theme. */
		if (failed)
			return extent;
		if (box_is_empty(ground))
			return ground;
	}
	width = (ground.maxx - ground.minx) * MARGIN;
	height = (ground.maxy - ground.miny) * MARGIN;
	ground = (struct box){ground.minx - width, ground.miny - height, ground.maxx + width,
			      ground.maxy + height};
	return box_intersection(ground, box_grown(extent, buffer * 1e-9));
}
