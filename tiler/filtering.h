/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/prepared.h"
#include "tiler/variant.h"

/* One thread's filters: what binding them to a prepared theme takes (transformations, GEOS), and
 * the last one bound, since the tiles of a map are asked for one after the other. */
struct filtering;
struct filtering *filtering_new(void);
void filtering_free(struct filtering *filtering);

/* Makes ready for one tile of PREPARED in VARIANT, which has a filter. ERROR_BUSY: what is in
 * service has not the columns yet that the theme has now; ERROR_UNSUPPORTED: the filter's place
 * cannot be found in the theme's CRS. */
MUST_CHECK enum error_code filtering_begin(struct filtering *filtering, struct variant *variant,
					   const struct prepared *prepared, struct error *error);

/* Where the features are that it may keep; see filter_box. */
struct box filtering_box(const struct filtering *filtering);

/* A render_keeps_f; CONTEXT is the filtering. A companion is kept if its feature is: where the
 * filter asks for a place, if that feature was kept in this tile. */
bool filtering_keeps(const struct feature *feature, bool companion, void *context);
