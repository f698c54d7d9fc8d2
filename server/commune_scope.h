/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/pyramid_scope.h"
#include "server/settings.h"
#include "tiler/catalogue.h"
#include "tiler/commune_join.h"
#include "tiler/commune_outline.h"
#include "tiler/render.h"
#include "tiler/tile_request.h"

/* A commune that is named to the commands on pyramids: the tiles that its outline touches, and of
 * themes the features that are its. */
struct commune_scope {
	const char *code; /* borrowed; NULL: no commune was named, all below is empty */
	struct commune_source source;
	struct prepared *prepared; /* the communes */
	const struct grid *grid;   /* borrowed */
	struct box bounds;	   /* degrees */
	bool clips; /* what is limited to it is cut to it, too; for who opened it to say */
	struct commune_outline outline;
	struct region **outlines; /* in the grid's CRS: its parts, for each job */
	uint32_t part_count, jobs;
	struct commune_join *joins[TILE_THEMES_MOST];
	struct commune_limit limits[TILE_THEMES_MOST];
	uint32_t limit_count;
};

/* Finds the commune of that CODE (NULL: none was named) in CATALOGUE, whose theme of communes is
 * prepared if it is not, and narrows SCOPE to it. For as many JOBS as ask at once. Released
 * whatever the code. ERROR_NOT_FOUND: there is none. */
MUST_CHECK enum error_code commune_scope_open(struct commune_scope *commune,
					      const struct settings *settings,
					      const struct catalogue *catalogue, const char *code,
					      unsigned jobs, struct pyramid_scope *scope,
					      struct error *error);
void commune_scope_release(struct commune_scope *commune);

/* Does the tile not touch the commune? Of each JOB one thread may ask at once. */
bool commune_scope_skips(struct commune_scope *commune, struct tile_id tile, unsigned job);

/* Makes LAYER, of its theme as it is prepared below the settings' state folder, show the commune's
 * features only, cut to it if it clips, as long as COMMUNE stands. */
MUST_CHECK enum error_code commune_scope_limit(struct commune_scope *commune,
					       const struct settings *settings,
					       struct render_layer *layer, struct error *error);
