/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/feature.h"
#include "tiler/geometry.h"

/* MapLibre styles (Style Specification 8, https://maplibre.org/maplibre-style-spec/). */

struct style_subject {
	const char *id;	   /* "eq_educ:ecole": the source's name, and the seed of its colour */
	const char *layer; /* MVT layer */
	const char *title;
	enum geometry_kind kind;  /* GEOMETRY_MIXED: drawn as all three */
	const char *tilejson_url; /* absolute */
	const char *attribution;  /* or NULL */
};

/* The style of a theme that has none of its own: a calm colour that depends on its id, by geometry
 * kind, legible on white, in expressions that QGIS converts without a warning. New JSON text, owned
 * by the caller (free()). */
char *style_default(const struct style_subject *subject);
