/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/variant.h"

/* The part of a variant that chooses features by a filter; for variant.c. */

/* Takes it from WISH. Errors are those of variant_new. */
MUST_CHECK enum error_code variant_take_filter(struct variant *variant,
					       const struct variant_wish *wish,
					       const struct theme *const *themes,
					       uint32_t theme_count, struct error *error);
