/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>

#include "tiler/filter_binding.h"

static const struct box everywhere = {-INFINITY, -INFINITY, INFINITY, INFINITY};

static struct box box_of_region(const struct region *region)
{
	return region ? region_box(region) : box_empty();
}

static struct box box_of(const struct filter_binding *binding, const struct filter_node *node)
{
	struct box box = node->kind == FILTER_OR ? box_empty() : everywhere;

	if (node->kind == FILTER_INTERSECTS && !node->negated)
		return box_of_region(binding->regions[node->geometry->number]);
	if (node->kind == FILTER_CONSTANT && !node->negated)
		return box_empty();
	if (node->kind != FILTER_OR && node->kind != FILTER_AND)
		return everywhere;
	for (const struct filter_node *child = node->first; child; child = child->next) {
		struct box part = box_of(binding, child);

		box = node->kind == FILTER_OR ? box_union(box, part) : box_intersection(box, part);
	}
	return box;
}

struct box filter_box(const struct filter_binding *binding)
{
	return box_of(binding, binding->filter->root);
}
