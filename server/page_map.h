/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_frame.h"
#include "tiler/catalogue.h"
#include "tiler/commune_list.h"
#include "server/site.h"

/* A theme as its pages show it: the catalogue's description and, once there is one, the version
 * prepared. */
struct theme_view {
	const struct theme *theme; /* borrowed */
	struct catalogue *catalogue;
	enum theme_state state;
	struct prepared *prepared; /* or NULL */
	struct theme_freshness freshness;
	struct error error; /* of THEME_FAILED */
	enum geometry_kind kind;
	struct box bounds;		 /* degrees */
	uint32_t min_zoom, max_zoom;	 /* of the tiles, WebMercatorQuad */
	struct commune_list *communes;	 /* or NULL */
	char commune[COMMUNE_CODE_SIZE]; /* it is limited to; "": none */
	struct variant *variant;	 /* that the address asks for, or NULL */
	uint64_t count; /* features, of the commune where it is limited to one ... */
	bool counted;	/* ... if that is known yet */
};
/* ERROR_NOT_FOUND: the address limits the theme to a commune that there is not; other errors of
 * variant_new. To be released whatever the code. */
MUST_CHECK enum error_code theme_view_init(struct theme_view *view, const struct site *site,
					   const struct request *request, const struct theme *theme,
					   struct error *error);
void theme_view_release(struct theme_view *view);

/* The element the map is drawn in, with what map.js must know. */
void page_map(struct page *page, const struct theme_view *view);
