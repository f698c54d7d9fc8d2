/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/commune_scope.h"

#include <stdlib.h>
#include <string.h>

#include "server/preparation.h"
#include "tiler/commune_list.h"
#include "tiler/memory.h"
#include "tiler/region.h"

/* The gathering of a commune's parts. */
struct gathering {
	struct commune_scope *commune;
	struct transform *transform; /* from the communes to the grid; NULL: it is the same CRS */
	struct region **parts;
	uint32_t count;
};

static enum error_code prepare(struct commune_scope *commune, const struct settings *settings,
			       struct error *error)
{
	const struct theme *theme = commune->source.theme;
	struct preparation_result result;

	preparation_run(settings->state, &theme, 1, 1, settings->quiet, &result);
	if (result.outcome != PREPARATION_FAILED)
		return prepared_open(settings->state, theme, &commune->prepared, error);
	*error = result.error;
	return error_prefix(error, "%s: ", theme->id);
}

static enum error_code add_part(const char code[COMMUNE_CODE_SIZE], const char *name,
				const struct feature *feature, void *context, struct error *error)
{
	struct gathering *gathering = context;
	struct region *part = NULL, *moved = NULL;
	enum error_code result;

	(void)name;
	if (strcmp(code, gathering->commune->code) != 0)
		return ERROR_NONE;
	result = region_of_geometries(feature->geometries, feature->geometry_count, &part, error);
	if (!result && gathering->transform) {
		struct box image = transform_box(gathering->transform, region_box(part), NULL);

		result = region_moved(part, gathering->transform, gathering->commune->grid->crs,
				      image, &moved, error);
		region_free(part);
		part = moved;
	}
	if (result)
		return result;
	gathering->parts = memory_resize(gathering->parts, gathering->count + 1,
					 sizeof(*gathering->parts));
	gathering->parts[gathering->count++] = part;
	return ERROR_NONE;
}

static void share_parts(struct commune_scope *commune, struct region *const *parts, uint32_t count)
{
	commune->part_count = count;
	commune->outlines = memory_zeroed((size_t)count * commune->jobs + 1,
					  sizeof(*commune->outlines));
	for (uint32_t i = 0; i < count * commune->jobs; i++)
		commune->outlines[i] = i < count ? parts[i] : region_copy(parts[i % count]);
}

static enum error_code gather_outline(struct commune_scope *commune, struct error *error)
{
	const struct prepared *prepared = commune->prepared;
	struct gathering gathering = {.commune = commune};
	struct arena *arena = arena_new();
	enum error_code code = ERROR_NONE;

	if (!crs_equal(prepared->crs, commune->grid->crs))
		code = transform_new(prepared->crs, commune->grid->crs, &gathering.transform,
				     error);
	if (!code)
		code = commune_visit(prepared, &commune->source, prepared->extent, arena, add_part,
				     &gathering, NULL, error);
	share_parts(commune, gathering.parts, gathering.count);
	free(gathering.parts);
	transform_free(gathering.transform);
	arena_free(arena);
	return code;
}

static enum error_code find_bounds(struct commune_scope *commune, struct error *error)
{
	struct commune_list *list = NULL;
	const struct commune *found;
	enum error_code code = commune_list_new(commune->prepared, &commune->source, &list, error);

	if (code)
		return error_prefix(error, "communes: ");
	found = commune_list_find(list, commune->code);
	if (found) {
		commune->bounds = found->bounds;
		commune->outline = commune_list_outline(list, found);
	} else {
		code = error_set(error, ERROR_NOT_FOUND,
				 "--commune: the theme %s has no commune %.40s; the first of its "
				 "%u is %s, %s",
				 list->theme_id, commune->code, list->count, list->communes[0].code,
				 list->communes[0].name);
	}
	commune_list_unref(list);
	return code;
}

enum error_code commune_scope_open(struct commune_scope *commune, const struct settings *settings,
				   const struct catalogue *catalogue, const char *code,
				   unsigned jobs, struct pyramid_scope *scope, struct error *error)
{
	struct commune_settings communes = {settings->communes_theme, settings->communes_code,
					    settings->communes_name};
	struct box area = box_empty();
	enum error_code result;

	*commune = (struct commune_scope){.code = code, .grid = scope->grid, .jobs = jobs};
	if (!code)
		return ERROR_NONE;
	result = commune_source_find(catalogue, &communes, &commune->source, error);
	if (result)
		return commune_source_refuse(&communes, error);
	result = prepare(commune, settings, error);
	if (!result)
		result = find_bounds(commune, error);
	if (!result)
		result = gather_outline(commune, error);
	if (result)
		return result;
	for (uint32_t i = 0; i < commune->part_count; i++)
		area = box_union(area, region_box(commune->outlines[i]));
	scope->area = box_intersection(scope->area, area);
	scope->bounds = box_intersection(scope->bounds, commune->bounds);
	return ERROR_NONE;
}

void commune_scope_release(struct commune_scope *commune)
{
	for (uint32_t i = 0; i < commune->part_count * commune->jobs; i++)
		region_free(commune->outlines[i]);
	free(commune->outlines);
	for (uint32_t i = 0; i < commune->limit_count; i++)
		commune_join_unref(commune->joins[i]);
	prepared_unref(commune->prepared);
	*commune = (struct commune_scope){0};
}

bool commune_scope_skips(struct commune_scope *commune, struct tile_id tile, unsigned job)
{
	struct box box = grid_tile_box(commune->grid, tile);
	struct point corners[] = {{box.minx, box.miny},
				  {box.maxx, box.miny},
				  {box.maxx, box.maxy},
				  {box.minx, box.maxy},
				  {box.minx, box.miny}};
	struct path ring = {corners, 5, true};
	struct geometry ground = {GEOMETRY_POLYGON, 1, &ring};

	if (!commune->code)
		return false;
	for (uint32_t i = 0; i < commune->part_count; i++)
		if (region_intersects(commune->outlines[job * commune->part_count + i], &ground))
			return false;
	return true;
}

static bool keeps(const struct feature *feature, bool companion, void *context)
{
	(void)companion;
	return commune_limit_keeps(context, feature->id);
}

enum error_code commune_scope_limit(struct commune_scope *commune, const struct settings *settings,
				    struct render_layer *layer, struct error *error)
{
	struct commune_join_of of = {settings->state, layer->prepared, commune->prepared,
				     &commune->source};
	struct commune_limit *limit = &commune->limits[commune->limit_count];
	struct commune_join *join = NULL;
	enum error_code code;

	if (!commune->code)
		return ERROR_NONE;
	code = commune_join_open(&of, &join, error);
	if (code)
		code = commune_join_make(&of, NULL, NULL, error);
	if (!code && !join)
		code = commune_join_open(&of, &join, error);
	if (code)
		return code;
	*limit = commune_join_limit(join, commune->code);
	commune->joins[commune->limit_count++] = join;
	layer->within = &limit->box;
	layer->cut_to = commune->clips ? &commune->outline : NULL;
	layer->keeps = keeps;
	layer->keeps_context = limit;
	return ERROR_NONE;
}
