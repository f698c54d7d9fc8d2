/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/feature.h"
#include "tiler/geometry.h"

/* MapLibre styles (Style Specification 8, https://maplibre.org/maplibre-style-spec/). */

/* A theme to be drawn. */
struct style_theme {
	const char *id;		 /* "eq_educ:ecole": the seed of its colour */
	const char *layer;	 /* MVT layer */
	enum geometry_kind kind; /* GEOMETRY_MIXED: drawn as all three */
};

/* Themes that come in the same tiles. */
struct style_subject {
	const char *source; /* a name for where the tiles come from */
	const char *title;
	const char *tilejson_url; /* absolute */
	const char *attribution;  /* HTML, or NULL */
	const struct style_theme *themes;
	uint32_t theme_count;
};

/* The style of themes that have none of their own: a calm colour each that depends on its id, by
 * geometry kind, legible on white, in expressions that QGIS converts without a warning. Polygons
 * lie below lines and these below points, whosever they are. New JSON text, owned by the caller
 * (free()). */
char *style_default(const struct style_subject *subject);
