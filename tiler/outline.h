/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"
#include "tiler/fgb.h"
#include "tiler/geometry.h"

/* The lines and rings of a whole theme in memory, each distinct vertex once: what generalising
 * looks at. A vertex that several features share is one vertex here, so whatever is decided of it
 * is decided for all of them, and borders that were shared stay shared. */

struct outline_path {
	uint64_t first; /* of its vertices in `vertices` */
	uint32_t count; /* rings are open: the first vertex is not repeated */
	bool exterior;	/* of a ring */
};

/* One geometry of one feature. */
struct outline_shape {
	uint32_t feature; /* number in the level read, in file order */
	uint32_t path_count;
	uint64_t first_path;
	enum geometry_kind kind;
};

struct outline {
	struct point *points; /* of the distinct vertices */
	float *significance;  /* of each: see simplify.h; source units */
	uint8_t *uses;	      /* of each: paths through it, up to 255 */
	bool *junction;	      /* of each: not the inside of one and the same run of line */
	uint32_t vertex_count;
	uint32_t *vertices; /* vertex numbers, path after path */
	uint64_t reference_count;
	struct outline_path *paths;
	uint64_t path_count;
	struct outline_shape *shapes;
	uint64_t shape_count;
	uint64_t *places; /* of each feature in its file: see fgb_visit_at */
	uint32_t feature_count;
	bool coverage; /* most of the length of its rings is the border of two polygons */
};

/* Reads every feature of FGB. ERROR_LIMIT: more than 2^32 - 2 features or distinct vertices. New.
 */
MUST_CHECK enum error_code outline_new(const struct fgb *fgb, struct outline **outline,
				       struct error *error);
void outline_free(struct outline *outline);
