/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "server/json.h"
#include "server/request.h"
#include "server/site.h"
#include "tiler/tile_request.h"

struct tileset_levels {
	uint32_t first, last; /* of the grid */
};

/* What documents say of some themes in a grid. Facts come from the prepared themes where they
 * stand, else from what the catalogue knows of the data. */
struct tileset {
	struct tile_request request;		     /* its themes, grid and variant */
	struct prepared *prepared[TILE_THEMES_MOST]; /* of each theme, NULL: not yet */
	bool ready;				     /* all of them are prepared */
	struct box bounds;   /* degrees; of the whole world where no theme has a feature */
	struct point centre; /* degrees */
	uint32_t centre_zoom;
	uint32_t min_zoom, max_zoom; /* levels of the grid: of all the themes together */
	struct tileset_levels levels[TILE_THEMES_MOST]; /* of each theme */
	char version[24]; /* "1.0.N": N changes with the content, and with nothing else */
};

/* The deepest level that documents say holds tiles, of a theme for which nobody said otherwise. */
uint32_t tileset_last_level(const struct grid *grid);

/* Opens the tileset that the request's address names by {themes} (or {theme}) and {grid}, where its
 * route has one (WebMercatorQuad otherwise), and by its query where that asks for a variant.
 * ERROR_NOT_FOUND names what is unknown; errors of variant_new. */
MUST_CHECK enum error_code tileset_open(struct tileset *tileset, const struct site *site,
					const struct request *request, struct error *error);
/* The same of themes and a grid named otherwise, and no variant. */
MUST_CHECK enum error_code tileset_open_named(struct tileset *tileset, const struct site *site,
					      const char *ids, const char *grid_id,
					      struct error *error);
/* Makes it, once, that of the variant which the request's query asks for. On an error it is
 * released.
 */
MUST_CHECK enum error_code tileset_vary(struct tileset *tileset, const struct site *site,
					const struct request *request, struct error *error);
/* The same of a VARIANT that was read already; NULL: of none. */
void tileset_vary_to(struct tileset *tileset, const struct site *site, struct variant *variant);
void tileset_release(struct tileset *tileset);

/* The same without a server. PREPARED: of each theme of REQUEST; the references are stolen. */
void tileset_init(struct tileset *tileset, const struct tile_request *request,
		  struct prepared *const *prepared);

/* The transformations that tileset_extent needs, each made once and kept: for one thread at a time.
 */
struct tileset_transforms;
struct tileset_transforms *tileset_transforms_new(void);
void tileset_transforms_free(struct tileset_transforms *transforms);

/* The bounds in the grid's CRS; empty where they have no image there. TRANSFORMS may be NULL: then
 * one is made, which takes milliseconds. */
MUST_CHECK enum error_code tileset_extent(const struct tileset *tileset,
					  struct tileset_transforms *transforms, struct box *extent,
					  struct error *error);

/* Texts for documents, new: titles joined by " + "; attributions, each once, as HTML, since that
 * is what map libraries take them for (NULL: none); the ids as a part of a URL, percent-encoded. */
char *tileset_title(const struct tileset *tileset);
char *tileset_attribution(const struct tileset *tileset);
char *tileset_path(const struct tileset *tileset);

/* Do its tiles carry the column of that NAME? */
bool tileset_carries(const struct tileset *tileset, const char *name);

/* The member "vector_layers" of TileJSON. */
void tileset_write_layers(const struct tileset *tileset, struct json *json);

/* How long documents on the tileset may be kept: not at all until it is ready. */
const char *tileset_cache_control(const struct tileset *tileset, const struct site *site);
