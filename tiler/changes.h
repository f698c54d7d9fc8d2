/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/grid.h"
#include "tiler/prepared.h"

/* What differs between two versions of a theme, and which tiles show it: the others may be kept.
 * All levels are compared, since thinning and merging may change one far from a feature that
 * changed. For one thread at a time. */
struct changes;

/* New; keeps references of its own. */
struct changes *changes_new(struct prepared *older, struct prepared *newer);
void changes_free(struct changes *changes);

/* May the tile differ between the versions? False: both draw the same bytes. */
bool changes_touch(struct changes *changes, const struct grid *grid, struct tile_id tile);

/* Features of the data (level 0) that changed, came or went. */
uint64_t changes_features(const struct changes *changes);
