/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/commune_outline.h"
#include "tiler/error.h"
#include "tiler/grid.h"
#include "tiler/prepared.h"

/* Prepared themes -> one Mapbox Vector Tile (version 2.1), in any grid. */

enum {
	/* Raised with each change after which some tile holds something else: tiles on disk of
	 * another edition are made anew. */
	RENDER_EDITION = 1,
	RENDER_EXTENT = 4096, /* tile units a side */
	RENDER_BUFFER = 64,   /* tile units kept beyond each side */
};

/* Features that lie in no file yet: calls VISIT for each that touches BOX (the theme's CRS). */
typedef enum error_code (*render_source_f)(struct box box, struct arena *arena, fgb_visit_f visit,
					   void *visit_context, void *source, struct error *error);

/* Is FEATURE drawn? COMPANION: it is the point that accompanies it, asked of after all of the
 * tile's shapes. */
typedef bool (*render_keeps_f)(const struct feature *feature, bool companion, void *context);

/* One layer of the tile to make: a theme and the name its layer bears; that of its companions,
 * where it has them, follows with a name of its own (companion.h). */
struct render_layer {
	struct prepared *prepared;   /* borrowed */
	const char *name;	     /* borrowed */
	render_source_f read_source; /* where not NULL, read instead of the theme's level */
	render_source_f read_points; /* likewise, of the companions; with no angle */
	void *source;
	const struct box *within; /* NULL: everywhere; else what is drawn touches it (theme's CRS):
				     nothing is read elsewhere. Borrowed */
	const bool *carries;	  /* which of the theme's columns; NULL: all. Borrowed */
	/* What lines and polygons are cut to; NULL: they are drawn whole. Borrowed */
	const struct commune_outline *cut_to;
	render_keeps_f keeps; /* NULL: all features are drawn */
	void *keeps_context;
};

struct render_stats {
	uint64_t features_read;
	uint64_t features_drawn;
	uint64_t repaired;   /* polygons that snapping to the integer grid had broken */
	uint64_t proj_calls; /* points asked of PROJ */
};

/* One thread's renderer: transformations, arena and scratch memory, made once and kept. */
struct renderer;
struct renderer *renderer_new(void);
void renderer_free(struct renderer *renderer);

/* Appends the tile to OUT, uncompressed; nothing when no feature shows in it. The tile must be
 * inside its matrix. STATS may be NULL. ERROR_INVALID: a level is damaged on disk (prepare anew);
 * ERROR_LIMIT: the tile passes OUT's limit; ERROR_UNSUPPORTED: PROJ knows no way between the CRS.
 */
MUST_CHECK enum error_code renderer_tile(struct renderer *renderer,
					 const struct render_layer *layers, uint32_t layer_count,
					 const struct grid *grid, struct tile_id tile,
					 struct buf *out, struct render_stats *stats,
					 struct error *error);
