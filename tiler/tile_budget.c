/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_budget.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/compress.h"
#include "tiler/grid.h"
#include "tiler/level_feature.h"
#include "tiler/memory.h"
#include "tiler/render.h"
#include "tiler/tile_weights.h"
#include "tiler/transforms.h"

enum {
	CANDIDATES = 3,
	MARGIN = 32, /* of tiles that look alike, one is this part heavier than some, at most */
	GZIP_LEVEL = 6,
};

/* Tiles that should weigh this share of the heaviest look like it. */
static const double ALIKE = 0.9;

struct tile_budget {
	const struct outline *outline;
	const struct prepared *made;
	struct grids *grids;
	const struct grid *grid;
	struct transform *transform; /* to the grid's CRS; NULL: it is the theme's */
	struct tile_weights *weights;
	struct box *boxes; /* of each shape, in the theme's CRS */
	double resolution;
	struct parallel *parallel;
	struct weighings *weighings; /* NULL: nothing is remembered */
	struct weigher *weighers;    /* one a worker */
};

/* What makes one tile at a time. */
struct weigher {
	struct renderer *renderer;
	struct compressor *compressor;
	struct buf tile, zipped;
};

static struct box box_of(const struct outline *outline, const struct outline_shape *shape)
{
	struct box box = box_empty();

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &outline->paths[shape->first_path + p];

		for (uint32_t i = 0; i < path->count; i++) {
			struct point point = outline->points[outline->vertices[path->first + i]];

			box = (struct box){point.x < box.minx ? point.x : box.minx,
					   point.y < box.miny ? point.y : box.miny,
					   point.x > box.maxx ? point.x : box.maxx,
					   point.y > box.maxy ? point.y : box.maxy};
		}
	}
	return box;
}

static enum error_code place_shapes(struct tile_budget *budget, struct error *error)
{
	const struct outline *outline = budget->outline;
	enum error_code code = ERROR_NONE;

	budget->boxes = memory_new(outline->shape_count * sizeof(*budget->boxes));
	for (uint64_t s = 0; s < outline->shape_count; s++)
		budget->boxes[s] = box_of(outline, &outline->shapes[s]);
	if (!crs_equal(budget->made->crs, budget->grid->crs))
		code = transform_new(budget->made->crs, budget->grid->crs, &budget->transform,
				     error);
	if (code)
		return code;
	budget->resolution = prepared_resolution(budget->made, budget->transform, budget->grid, 0);
	budget->weights = tile_weights_new(outline, budget->grid, budget->transform);
	return ERROR_NONE;
}

static struct weigher *weighers_new(uint32_t count)
{
	struct weigher *weighers = memory_zeroed(count, sizeof(*weighers));

	for (uint32_t i = 0; i < count; i++) {
		weighers[i].renderer = renderer_new();
		weighers[i].compressor = compressor_new(GZIP_LEVEL);
		buf_init(&weighers[i].tile, 0);
		buf_init(&weighers[i].zipped, 0);
	}
	return weighers;
}

static void weighers_free(struct weigher *weighers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_release(&weighers[i].tile);
		buf_release(&weighers[i].zipped);
		compressor_free(weighers[i].compressor);
		renderer_free(weighers[i].renderer);
	}
	free(weighers);
}

enum error_code tile_budget_new(const struct outline *outline, const struct prepared *made,
				struct parallel *parallel, struct weighings *weighings,
				struct tile_budget **result, struct error *error)
{
	struct tile_budget *budget = memory_zeroed(1, sizeof(*budget));
	enum error_code code = grids_new(&budget->grids, error);

	budget->outline = outline;
	budget->made = made;
	budget->parallel = parallel;
	budget->weighings = weighings;
	budget->weighers = weighers_new(parallel_workers(parallel));
	if (!code) {
		budget->grid = grids_find(budget->grids, "WebMercatorQuad");
		code = place_shapes(budget, error);
	}
	if (code)
		tile_budget_free(budget);
	else
		*result = budget;
	return code;
}

void tile_budget_free(struct tile_budget *budget)
{
	if (!budget)
		return;
	weighers_free(budget->weighers, parallel_workers(budget->parallel));
	tile_weights_free(budget->weights);
	free(budget->boxes);
	transform_free(budget->transform);
	grids_free(budget->grids);
	free(budget);
}

double tile_budget_resolution(const struct tile_budget *budget)
{
	return budget->resolution;
}

struct rounding_grid tile_budget_grid(const struct tile_budget *budget, uint32_t z, int32_t step)
{
	struct box tile = grid_tile_box(budget->grid, (struct tile_id){z, 0, 0});

	return (struct rounding_grid){budget->transform,
				      {tile.minx, tile.maxy},
				      (tile.maxx - tile.minx) / RENDER_EXTENT,
				      step};
}

/* What read_shapes reads from, and where it hands a feature over to. */
struct shape_reading {
	const struct tile_budget *budget;
	const struct level_look *look;
	const struct box *boxes; /* of each shape, or of the group it stands for */
	const struct fgb *data;
	struct arena *arena;
	uint64_t *shapes; /* of one feature, in `shape_count` */
	uint64_t shape_count;
	fgb_visit_f visit;
	void *visit_context;
};

static enum error_code hand_over(const struct feature *feature, void *context, struct error *error)
{
	struct shape_reading *reading = context;
	struct geometry geometries[GEOMETRY_KINDS - 1];
	struct feature shown = *feature;

	shown.geometry_count = level_feature(reading->look, reading->shapes, reading->shape_count,
					     reading->arena, geometries);
	if (!shown.geometry_count)
		return ERROR_NONE;
	shown.geometries = geometries;
	return reading->visit(&shown, reading->visit_context, error);
}

struct listed_shape {
	uint64_t id;
	uint64_t shape;
};

static int by_id(const void *left, const void *right)
{
	const struct listed_shape *a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->shape > b->shape) - (a->shape < b->shape);
}

/* The shapes kept that touch BOX, as a level's file hands them over: in the order of their ids. */
static uint64_t list_shapes(const struct shape_reading *reading, struct box box,
			    struct arena *arena, struct listed_shape **list)
{
	const struct outline *outline = reading->budget->outline;
	const uint8_t *kept = reading->look->selection->kept;
	uint64_t count = 0, at = 0;

	for (uint64_t s = 0; s < outline->shape_count; s++)
		count += kept[s] && box_intersects(reading->boxes[s], box);
	*list = arena_alloc(arena, count * sizeof(**list));
	for (uint64_t s = 0; s < outline->shape_count && at < count; s++) {
		if (kept[s] && box_intersects(reading->boxes[s], box))
			(*list)[at++] = (struct listed_shape){
				outline->ids[outline->shapes[s].feature], s};
	}
	qsort(*list, count, sizeof(**list), by_id);
	return count;
}

/* Each companion in the middle of its shape's box: where it really is makes no weight. */
static enum error_code hand_point(const struct feature *feature, void *context, struct error *error)
{
	struct shape_reading *reading = context;
	struct box box = reading->budget->boxes[reading->shapes[0]];
	struct point middle = {(box.minx + box.maxx) / 2, (box.miny + box.maxy) / 2};
	struct path path = {&middle, 1, false};
	struct geometry geometry = {GEOMETRY_POINT, 1, &path};
	struct feature shown = *feature;

	shown.geometries = &geometry;
	shown.geometry_count = 1;
	return reading->visit(&shown, reading->visit_context, error);
}

static enum error_code read_each(struct shape_reading *reading, fgb_visit_f hand, struct box box,
				 struct arena *arena, fgb_visit_f visit, void *visit_context,
				 struct error *error)
{
	const struct outline *outline = reading->budget->outline;
	enum error_code code = ERROR_NONE;
	struct listed_shape *list;
	uint64_t count = list_shapes(reading, box, arena, &list);

	reading->arena = arena;
	reading->visit = visit;
	reading->visit_context = visit_context;
	reading->shapes = arena_alloc(arena, count * sizeof(*reading->shapes));
	for (uint64_t i = 0; i < count && !code; i += reading->shape_count) {
		uint32_t feature = outline->shapes[list[i].shape].feature;

		reading->shape_count = 0;
		for (uint64_t k = i; k < count && outline->shapes[list[k].shape].feature == feature;
		     k++)
			reading->shapes[reading->shape_count++] = list[k].shape;
		code = fgb_visit_at(reading->data, outline->places[feature], arena, hand, reading,
				    error);
	}
	return code;
}

static enum error_code read_shapes(struct box box, struct arena *arena, fgb_visit_f visit,
				   void *visit_context, void *source, struct error *error)
{
	return read_each(source, hand_over, box, arena, visit, visit_context, error);
}

static enum error_code read_points(struct box box, struct arena *arena, fgb_visit_f visit,
				   void *visit_context, void *source, struct error *error)
{
	return read_each(source, hand_point, box, arena, visit, visit_context, error);
}

/* New: the boxes of the groups, by the shapes that stand for them. */
static struct box *group_boxes(const struct tile_budget *budget, const struct merging *merging)
{
	uint64_t count = budget->outline->shape_count;
	struct box *boxes = memory_new(count * sizeof(*boxes));

	memcpy(boxes, budget->boxes, count * sizeof(*boxes));
	for (uint32_t s = 0; merging && s < count; s++) {
		uint32_t group = merging_group(merging, s);

		boxes[group] = box_union(boxes[group], budget->boxes[s]);
	}
	return boxes;
}

/* The gzipped size of WEIGHER's tile. */
static enum error_code weigh(struct weighings *weighings, struct weigher *weigher, size_t *weight,
			     struct error *error)
{
	const struct buf *tile = &weigher->tile;
	enum error_code code;

	if (weighings && weighings_find(weighings, tile->bytes, tile->length, weight))
		return ERROR_NONE;
	buf_empty(&weigher->zipped);
	code = compress_tile(weigher->compressor, tile->bytes, tile->length, &weigher->zipped,
			     error);
	*weight = weigher->zipped.length;
	if (weighings && !code)
		weighings_note(weighings, tile->bytes, tile->length, *weight);
	return code;
}

/* The weighing of a few tiles; each is a piece of work. */
struct weighing {
	struct tile_budget *budget;
	struct shape_reading reading; /* as each worker begins */
	struct prepared view;	      /* of the theme, at any zoom */
	size_t enough;
	struct heavy_tile tiles[CANDIDATES + 1];
	size_t weights[CANDIDATES];
	enum error_code codes[CANDIDATES];
	struct error errors[CANDIDATES];
	atomic_bool over; /* one weighs more than enough: those not begun need not be weighed */
};

static void weigh_tile(void *context, uint32_t number, uint32_t worker)
{
	struct weighing *weighing = context;
	struct weigher *weigher = &weighing->budget->weighers[worker];
	struct shape_reading reading = weighing->reading;
	struct render_layer layer = {.prepared = &weighing->view,
				     .name = weighing->view.theme_id,
				     .read_source = read_shapes,
				     .read_points = read_points,
				     .source = &reading};
	enum error_code code;

	if (atomic_load(&weighing->over))
		return;
	buf_empty(&weigher->tile);
	code = renderer_tile(weigher->renderer, &layer, 1, weighing->budget->grid,
			     weighing->tiles[number].id, &weigher->tile, NULL,
			     &weighing->errors[number]);
	if (!code && weigher->tile.length)
		code = weigh(weighing->budget->weighings, weigher, &weighing->weights[number],
			     &weighing->errors[number]);
	weighing->codes[number] = code;
	if (code || weighing->weights[number] > weighing->enough)
		atomic_store(&weighing->over, true);
}

/* Pieces begin in their order: what comes before one that is more than enough has been weighed. */
static enum error_code largest_of(const struct weighing *weighing, uint32_t count, size_t *largest,
				  struct error *error)
{
	*largest = 0;
	for (uint32_t i = 0; i < CANDIDATES && i < count && *largest <= weighing->enough; i++) {
		if (weighing->codes[i]) {
			*error = weighing->errors[i];
			return weighing->codes[i];
		}
		*largest = weighing->weights[i] > *largest ? weighing->weights[i] : *largest;
	}
	return ERROR_NONE;
}

enum error_code tile_budget_largest(struct tile_budget *budget, const struct level_look *look,
				    const struct fgb *data, uint32_t z, size_t enough,
				    size_t *largest, struct error *error)
{
	struct box *boxes = group_boxes(budget, look->selection->merging);
	struct weighing weighing = {
		.budget = budget,
		.reading = {.budget = budget, .look = look, .boxes = boxes, .data = data},
		.view = *budget->made,
		.enough = enough};
	const struct heavy_tile *tiles = weighing.tiles;
	uint32_t count = tile_weights_heaviest(budget->weights, look, z, weighing.tiles,
					       CANDIDATES + 1);
	enum error_code code;

	weighing.view.min_zoom = 0;
	atomic_init(&weighing.over, false);
	parallel_run(budget->parallel, count < CANDIDATES ? count : CANDIDATES, weigh_tile,
		     &weighing);
	code = largest_of(&weighing, count, largest, error);
	if (count > CANDIDATES && tiles[CANDIDATES].bytes > ALIKE * tiles[0].bytes)
		*largest += *largest / MARGIN;
	free(boxes);
	return code;
}

double tile_budget_guess(const struct tile_budget *budget, const struct level_look *look,
			 uint32_t z)
{
	struct heavy_tile tile = {.bytes = 0};

	tile_weights_heaviest(budget->weights, look, z, &tile, 1);
	return tile.bytes;
}
