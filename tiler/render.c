/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/companion.h"
#include "tiler/drawing.h"
#include "tiler/footprint.h"
#include "tiler/lattice.h"
#include "tiler/memory.h"
#include "tiler/mvt.h"
#include "tiler/repair.h"
#include "tiler/showing.h"
#include "tiler/transforms.h"

/* One tile: for each theme the features of one level whose boxes touch the tile's ground are drawn
 * (drawing.h) and encoded. Each feature's memory is dropped before the next one. */

struct renderer {
	struct arena *arena;
	struct arena *mask_arena; /* of what a layer's shapes are cut to */
	struct transforms *transforms;
	struct repairer *repairer;
	struct mvt_layer layer;
};

/* The making of one layer. */
struct making {
	struct renderer *renderer;
	const struct render_layer *layer;
	bool companions;   /* are drawn now */
	struct box ground; /* that is read */
	struct drawing drawing;
	struct render_stats stats;
};

struct renderer *renderer_new(void)
{
	struct renderer *renderer = memory_zeroed(1, sizeof(*renderer));

	renderer->arena = arena_new();
	renderer->mask_arena = arena_new();
	renderer->transforms = transforms_new();
	renderer->repairer = repairer_new();
	mvt_layer_init(&renderer->layer, 0);
	return renderer;
}

void renderer_free(struct renderer *renderer)
{
	if (!renderer)
		return;
	mvt_layer_release(&renderer->layer);
	repairer_free(renderer->repairer);
	transforms_free(renderer->transforms);
	arena_free(renderer->mask_arena);
	arena_free(renderer->arena);
	free(renderer);
}

/* A feature of several kinds becomes one MVT feature a kind, of which the first bears the id. */
static enum error_code draw_feature(const struct feature *feature, void *context,
				    struct error *error)
{
	struct making *making = context;
	bool with_id = true;

	making->stats.features_read++;
	if (making->layer->keeps &&
	    !making->layer->keeps(feature, making->companions, making->layer->keeps_context))
		return ERROR_NONE;
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];
		struct tile_path *paths;
		uint32_t count;
		enum error_code code = drawing_geometry(&making->drawing, geometry, &paths, &count,
							error);

		if (code)
			return code;
		if (!count)
			continue;
		mvt_layer_feature(&making->renderer->layer, feature, with_id, geometry->kind, paths,
				  count);
		with_id = false;
	}
	making->stats.features_drawn += !with_id;
	return ERROR_NONE;
}

/* Whole degrees: an eye sees no more, and a tile holds few different ones. */
static enum error_code draw_turned(const struct feature *feature, void *context,
				   struct error *error)
{
	struct making *making = context;
	uint32_t last = making->renderer->layer.column_count - 1;
	size_t size = (last + 1) * sizeof(struct value);
	struct value *values = arena_alloc(making->renderer->arena, size);
	struct feature shown = *feature;

	memcpy(values, feature->values, size);
	if (values[last].type == VALUE_REAL) {
		double angle = lattice_direction(&making->drawing.lattice,
						 feature->geometries[0].paths[0].points[0],
						 values[last].real);

		values[last] = (struct value){.type = VALUE_INTEGER,
					      .integer = lround(angle) % 360};
	}
	shown.values = values;
	return draw_feature(&shown, context, error);
}

static enum error_code draw_companions(struct making *making, const struct render_layer *layer,
				       const struct showing *showing, struct buf *out,
				       struct error *error)
{
	struct renderer *renderer = making->renderer;
	size_t length = strlen(layer->name) + sizeof(COMPANION_SUFFIX);
	char *name = arena_alloc(renderer->arena, length);
	bool turns = layer->prepared->companion_turns && !layer->read_points;
	struct box ground = making->ground;
	enum error_code code;

	making->companions = true;
	snprintf(name, length, "%s" COMPANION_SUFFIX, layer->name);
	mvt_layer_begin(&renderer->layer, name, RENDER_EXTENT, showing->companion_names,
			layer->prepared->column_count + turns);
	code = layer->read_points
		       ? layer->read_points(ground, renderer->arena, draw_feature, making,
					    layer->source, error)
		       : fgb_query_by_id(showing->level->points, ground, renderer->arena,
					 turns ? draw_turned : draw_feature, making, error);
	return code ? code : mvt_layer_end(&renderer->layer, out, error);
}

static enum error_code draw_shapes(struct making *making, const struct render_layer *layer,
				   const struct showing *showing, struct buf *out,
				   struct error *error)
{
	struct renderer *renderer = making->renderer;
	struct box ground = making->ground;
	enum error_code code;

	mvt_layer_begin(&renderer->layer, layer->name, RENDER_EXTENT, showing->names,
			layer->prepared->column_count);
	code = layer->read_source ? layer->read_source(ground, renderer->arena, draw_feature,
						       making, layer->source, error)
				  : fgb_query_by_id(showing->level->fgb, ground, renderer->arena,
						    draw_feature, making, error);
	return code ? code : mvt_layer_end(&renderer->layer, out, error);
}

/* The theme's extent, without what mistakes have put north of the north pole. */
static struct box between_poles(const struct prepared *prepared)
{
	double pole = crs_full_turn(prepared->crs) / 4;
	struct box extent = prepared->extent;

	if (prepared->crs->geographic) {
		extent.miny = fmax(extent.miny, -pole);
		extent.maxy = fmin(extent.maxy, pole);
	}
	return extent;
}

static enum error_code draw_layer(struct renderer *renderer, const struct render_layer *layer,
				  const struct grid *grid, struct tile_id tile, struct buf *out,
				  struct render_stats *stats, struct error *error)
{
	const struct prepared *prepared = layer->prepared;
	struct making making = {.renderer = renderer, .layer = layer};
	struct transform *transform = NULL;
	struct showing showing;
	struct box ground, ground_tile = grid_tile_box(grid, tile);
	size_t calls;
	enum error_code code;

	if (!prepared_shows(prepared, grid, tile.z))
		return ERROR_NONE;
	if (layer->cut_to) {
		code = commune_outline_mask(layer->cut_to, renderer->transforms, renderer->repairer,
					    grid, tile, renderer->mask_arena, renderer->arena,
					    &making.drawing.mask, error);
		if (code)
			return code;
	}
	code = transforms_get(renderer->transforms, prepared->crs, grid->crs, &transform, error);
	if (code)
		return code;
	calls = transform ? transform_calls(transform) : 0;
	showing = showing_of(prepared, transform, grid, tile.z, layer->carries, renderer->arena);
	ground = footprint(transform, ground_tile, footprint_buffer(ground_tile),
			   between_poles(prepared));
	making.ground = layer->within ? box_intersection(ground, *layer->within) : ground;
	if (box_is_empty(making.ground))
		return ERROR_NONE;
	lattice_init(&making.drawing.lattice, transform, ground, ground_tile, RENDER_EXTENT,
		     renderer->arena);
	making.drawing.clip = (struct box){-RENDER_BUFFER, -RENDER_BUFFER,
					   RENDER_EXTENT + RENDER_BUFFER,
					   RENDER_EXTENT + RENDER_BUFFER};
	making.drawing.arena = renderer->arena;
	making.drawing.repairer = renderer->repairer;
	code = draw_shapes(&making, layer, &showing, out, error);
	stats->features_drawn += making.stats.features_drawn;
	if (!code && prepared->companion)
		code = draw_companions(&making, layer, &showing, out, error);
	stats->features_read += making.stats.features_read;
	stats->repaired += making.drawing.repaired;
	stats->proj_calls += transform ? transform_calls(transform) - calls : 0;
	return code;
}

enum error_code renderer_tile(struct renderer *renderer, const struct render_layer *layers,
			      uint32_t layer_count, const struct grid *grid, struct tile_id tile,
			      struct buf *out, struct render_stats *stats, struct error *error)
{
	struct render_stats unwanted = {0};
	enum error_code code = ERROR_NONE;

	if (stats)
		*stats = unwanted;
	for (uint32_t i = 0; i < layer_count && !code; i++) {
		code = draw_layer(renderer, &layers[i], grid, tile, out, stats ? stats : &unwanted,
				  error);
		if (code)
			error_prefix(error, "theme %s: ", layers[i].prepared->theme_id);
		arena_reset(renderer->arena);
		if (layers[i].cut_to)
			arena_reset(renderer->mask_arena);
	}
	return code;
}
