/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/box_tree.h"
#include "tiler/fgb.h"

/* Where two versions of a level differ. Features are equal when their bytes are, their ids among
 * them. Starts zeroed. */
struct level_changes {
	bool everywhere; /* they cannot be compared: other columns, damage */
	uint64_t features;
	struct box_tree ground; /* of the features that changed, came or went, before and after */
};

/* Either level may be NULL: it has no features. */
void level_changes_find(struct level_changes *changes, const struct fgb *older,
			const struct fgb *newer);
void level_changes_release(struct level_changes *changes);
