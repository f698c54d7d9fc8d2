/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/merging.h"
#include "tiler/outline.h"

/* The rings around the groups of a coverage: what is left of its borders when those inside a group
 * are gone. Followed from twin to twin along the data's own vertices, so nothing is computed that
 * could be rounded, and neighbours share every vertex. */

struct border_ring {
	uint64_t first; /* of its vertices in `vertices` */
	uint32_t count; /* open: the first is not repeated */
	bool exterior;	/* its area is positive */
};

struct borders {
	uint32_t references;
	uint32_t *vertices;
	bool *shared; /* of each: whether another ring walks the edge that starts there, the other
		       * way */
	uint64_t vertex_count;
	struct border_ring *rings;
	uint64_t ring_count;
	uint64_t *first_ring; /* of each shape that stands for a group; one more at
				 the end */
	bool *junction;	      /* of each vertex of the outline: borders of three groups meet
			       */
	float *significance;  /* likewise: see simplify.h */
};

/* New, one reference. */
struct borders *borders_new(const struct outline *outline, const struct merging *merging);
struct borders *borders_ref(struct borders *borders);
void borders_unref(struct borders *borders);
