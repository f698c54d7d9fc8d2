/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/crs.h"
#include "tiler/geometry.h"

/* Where the features of a theme crowd, and what follows for the zooms it is drawn at. */
struct density;

/* TO_DEGREES: from the CRS of the boxes to come; borrowed until density_free. */
struct density *density_new(struct transform *to_degrees);
void density_free(struct density *density);

/* Counts a feature, at the middle of its box. */
void density_add(struct density *density, struct box box, uint64_t vertices);

struct density_summary {
	uint32_t min_zoom;    /* WebMercatorQuad: from here on every tile is of bearable size */
	struct point centre;  /* degrees: of the whole where one screen can show it, else of the
				 densest place */
	uint32_t centre_zoom; /* never below min_zoom */
};

/* BOUNDS: of the theme, degrees. */
struct density_summary density_summary(struct density *density, struct box bounds);
