/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/crs.h"

/* One thread's transformations, each made at its first use and kept. */
struct transforms;

/* New, with no transformation yet. */
struct transforms *transforms_new(void);
void transforms_free(struct transforms *transforms);

/* The transformation of a pair, borrowed until the next call; NULL when both CRS are the same. */
MUST_CHECK enum error_code transforms_get(struct transforms *transforms, const struct crs *from,
					  const struct crs *to, struct transform **transform,
					  struct error *error);
