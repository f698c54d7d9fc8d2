/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/arena.h"
#include "tiler/outline.h"

/* Polygons of a coverage that are too small to see join the neighbour they share most border with,
 * so that the ground stays covered without gap or overlap however few are drawn. The largest of a
 * group lends it its attributes. Groups only grow from level to level, so levels nest. */
struct merging;

/* New; OUTLINE (a coverage) is borrowed for its life. Each polygon is a group of its own. */
struct merging *merging_new(const struct outline *outline, const float *areas);
struct merging *merging_copy(const struct merging *merging);
void merging_free(struct merging *merging);

/* Joins groups until none with a neighbour is smaller than LEAST (square source units); tells
 * whether any did. */
bool merging_join(struct merging *merging, double least);

/* The shape whose group SHAPE is in: itself unless it has joined another. */
uint32_t merging_group(const struct merging *merging, uint32_t shape);

/* The member after SHAPE in its group, round and round: SHAPE itself when it is alone. */
uint32_t merging_next(const struct merging *merging, uint32_t shape);

/* Area of the group that SHAPE stands for. */
double merging_area(const struct merging *merging, uint32_t shape);
