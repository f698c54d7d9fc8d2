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

static const uint32_t OUTLINE_NO_TWIN = UINT32_MAX;

struct outline_path {
	uint64_t first; /* of its vertices in `vertices` */
	uint32_t count; /* rings are open: the first vertex is not repeated */
	bool exterior;	/* of a ring: its area is positive, a hole's is negative */
};

/* A part of one feature: a point, a line, or a polygon with its holes. Those of a feature follow
 * one another. */
struct outline_shape {
	uint32_t feature; /* number in the level read, in file order */
	uint32_t path_count;
	uint64_t first_path;
	enum geometry_kind kind;
};

struct outline {
	struct point *points; /* of the distinct vertices */
	float *significance;  /* of each: see simplify.h; source units */
	bool *junction;	      /* of each: not the inside of one and the same run of line */
	uint32_t vertex_count;
	uint32_t *vertices; /* vertex numbers, path after path: references */
	uint64_t reference_count;
	struct outline_path *paths;
	uint64_t path_count;
	struct outline_shape *shapes;
	uint64_t shape_count;
	uint64_t *places;     /* of each feature in its file: see fgb_visit_at */
	uint64_t *ids;	      /* of each feature, as the source numbers it */
	uint32_t *weights;    /* of each feature's attributes: see value_weight.h */
	uint32_t *precedence; /* of each feature: the greater stays; NULL: it goes by size */
	uint32_t feature_count;
	/* Of a coverage, where most borders are those of two polygons: of each reference the shape,
	 * and the twin of the edge that starts there, which a polygon beside walks the other way;
	 * OUTLINE_NO_TWIN if it has none. Else NULL. */
	uint32_t *owners, *twins;
};

/* Reads every feature of FGB; FIRST_ZOOMS: of each column, as in struct prepared. ERROR_LIMIT: more
 * than 2^32 - 2 features or distinct vertices. New. */
MUST_CHECK enum error_code outline_new(const struct fgb *fgb, const uint32_t *first_zooms,
				       struct outline **outline, struct error *error);
void outline_free(struct outline *outline);

/* Of shape A and B, which the features' precedence lets stay: positive for A, 0 for either. */
int outline_precedence(const struct outline *outline, uint64_t a, uint64_t b);

/* The reference that follows in the ring of SHAPE that REFERENCE is in. */
uint32_t outline_next(const struct outline *outline, uint32_t shape, uint32_t reference);

/* Of each vertex the ones it is joined to, up to two; a third makes it a junction. AMONG (borrowed;
 * one a vertex) tells which can be; NULL: all. */
struct outline_ties {
	const bool *among;
	uint32_t *pairs;
	bool *junction;
};
struct outline_ties outline_ties_new(const struct outline *outline, const bool *among);
void outline_tie_path(struct outline_ties *ties, const uint32_t *vertices, uint32_t count,
		      bool ring);
