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

enum error_code variant_view_init(struct variant_view *view, struct variant *variant,
				  const struct prepared *prepared, struct filtering *filtering,
				  struct error *error)
{
	*view = (struct variant_view){0};
	if (variant && !variant->all_columns)
		view->carries = carried_of(variant, prepared);
	if (!variant || !variant->filter)
		return ERROR_NONE;
	view->filtering = filtering;
	return filtering_begin(filtering, variant, prepared, error);
}

void variant_view_release(struct variant_view *view)
{
	free(view->carries);
}

void variant_view_show(struct variant_view *view, struct render_layer *layer)
{
	layer->carries = view->carries;
	if (view->filtering) {
		layer->keeps = filtering_keeps;
		layer->keeps_context = view->filtering;
	}
}
