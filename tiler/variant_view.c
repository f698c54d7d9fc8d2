/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/variant_view.h"

#include <stdlib.h>

#include "tiler/memory.h"

static bool *carried_of(const struct variant *variant, const struct prepared *prepared)
{
	bool *carries = memory_zeroed(prepared->column_count + 1, sizeof(*carries));

	for (uint32_t i = 0; i < prepared->column_count; i++)
		carries[i] = variant_carries(variant, prepared->columns[i].name);
	return carries;
}

static void keep_within(struct variant_view *view, struct box box)
{
	view->within = view->somewhere ? box_intersection(view->within, box) : box;
	view->somewhere = true;
}

static void limit(struct variant_view *view, const struct variant *variant,
		  const struct commune_taken *taken)
{
	const struct commune *commune = commune_list_find(taken->list, variant->commune);

	view->limit = commune_join_limit(taken->join, variant->commune);
	keep_within(view, view->limit.box);
	view->clipped = variant->clip && commune;
	if (view->clipped)
		view->outline = commune_list_outline(taken->list, commune);
}

enum error_code variant_view_init(struct variant_view *view, struct variant *variant,
				  const struct prepared *prepared,
				  const struct commune_taken *commune, struct filtering *filtering,
				  struct error *error)
{
	*view = (struct variant_view){0};
	if (variant && !variant->all_columns)
		view->carries = carried_of(variant, prepared);
	view->limited = variant_is_limited(variant);
	if (view->limited)
		limit(view, variant, commune);
	if (!variant || !variant->filter)
		return ERROR_NONE;
	view->filtering = filtering;
	if (filtering_begin(filtering, variant, prepared, error))
		return error->code;
	/* the companion of what reaches into the box may lie outside */
	if (!prepared->companion)
		keep_within(view, filtering_box(filtering));
	return ERROR_NONE;
}

void variant_view_release(struct variant_view *view)
{
	free(view->carries);
}

/* A companion bears the id of its feature. */
static bool keeps(const struct feature *feature, bool companion, void *context)
{
	const struct variant_view *view = context;

	return commune_limit_keeps(&view->limit, feature->id) &&
	       (!view->filtering || filtering_keeps(feature, companion, view->filtering));
}

void variant_view_show(struct variant_view *view, struct render_layer *layer)
{
	layer->carries = view->carries;
	if (view->filtering) {
		layer->keeps = filtering_keeps;
		layer->keeps_context = view->filtering;
	}
	if (view->somewhere)
		layer->within = &view->within;
	if (view->clipped)
		layer->cut_to = &view->outline;
	if (view->limited) {
		layer->keeps = keeps;
		layer->keeps_context = view;
	}
}
