/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/communes.h"
#include "tiler/error.h"
#include "tiler/filtering.h"
#include "tiler/prepared.h"
#include "tiler/render.h"
#include "tiler/variant.h"

/* A variant as one thread shows it of one prepared theme. */
struct variant_view {
	bool *carries;		     /* of each of its columns; NULL: all are carried */
	struct filtering *filtering; /* NULL: all features are drawn */
	bool limited;		     /* to the features of a commune: */
	struct commune_limit limit;
	bool clipped; /* and cut to it: */
	struct commune_outline outline;
	bool somewhere; /* nothing is read but in this box (theme's CRS) */
	struct box within;
};

/* VARIANT may be NULL; it, PREPARED and COMMUNE (of a variant limited to a commune; else not looked
 * at) are borrowed as long as the view lives, and so is FILTERING, the thread's own, which one view
 * uses at a time. To be released whatever the code. Errors are those of filtering_begin. */
MUST_CHECK enum error_code variant_view_init(struct variant_view *view, struct variant *variant,
					     const struct prepared *prepared,
					     const struct commune_taken *commune,
					     struct filtering *filtering, struct error *error);
void variant_view_release(struct variant_view *view);

/* Sets what LAYER shows, from now until the view is released. */
void variant_view_show(struct variant_view *view, struct render_layer *layer);
