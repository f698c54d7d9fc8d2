/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/clip.h"
#include "tiler/companion.h"
#include "tiler/footprint.h"
#include "tiler/lattice.h"
#include "tiler/memory.h"
#include "tiler/mvt.h"
#include "tiler/repair.h"
#include "tiler/showing.h"
#include "tiler/snap.h"
#include "tiler/transforms.h"
#include "tiler/untangle.h"

/* One tile: for each theme the features of one level whose boxes touch the tile's ground go through
 * cut (in the source CRS, to what the lattice covers) -> project -> clip (in the target plane) ->
 * snap -> repair -> encode. Each feature's memory is dropped before the next one. */

struct renderer {
	struct arena *arena;
	struct transforms *transforms;
	struct repairer *repairer;
	struct mvt_layer layer;
};

/* The making of one layer. */
struct drawing {
	struct renderer *renderer;
	struct lattice lattice;
	struct box clip; /* tile units: the tile and its buffer */
	struct render_stats stats;
};

struct renderer *renderer_new(void)
{
	struct renderer *renderer = memory_zeroed(1, sizeof(*renderer));

	renderer->arena = arena_new();
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
	arena_free(renderer->arena);
	free(renderer);
}

/* Cuts the long segments of a path whose image bends. Both neighbours of a shared border get the
 * same points, since each point is reckoned from the same end of its segment. */
static struct path densified(const struct lattice *lattice, struct path path, struct arena *arena)
{
	uint64_t total = 1;
	struct path out = {NULL, 0, path.exterior};

	if (!lattice_bends(lattice))
		return path;
	for (uint32_t i = 1; i < path.count; i++)
		total += lattice_pieces(lattice, path.points[i - 1], path.points[i]);
	if (total == path.count || path.count < 2)
		return path;
	out.points = arena_alloc(arena, total * sizeof(*out.points));
	out.points[out.count++] = path.points[0];
	for (uint32_t i = 1; i < path.count; i++) {
		struct point a = path.points[i - 1], b = path.points[i];
		uint32_t pieces = lattice_pieces(lattice, a, b);
		bool back = b.x < a.x || (b.x == a.x && b.y < a.y);
		struct point from = back ? b : a, to = back ? a : b;

		for (uint32_t k = 1; k < pieces; k++) {
			double t = (double)(back ? pieces - k : k) / pieces;

			out.points[out.count++] = (struct point){from.x + t * (to.x - from.x),
								 from.y + t * (to.y - from.y)};
		}
		out.points[out.count++] = b;
	}
	return out;
}

/* Takes out the points that have no image in the target CRS. */
static void drop_imageless(struct path *path)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		if (path->points[i].x != HUGE_VAL)
			path->points[kept++] = path->points[i];
	}
	path->count = kept;
}

static struct path projected(const struct lattice *lattice, struct path path, struct arena *arena)
{
	struct path out = {arena_alloc(arena, path.count * sizeof(*out.points)), path.count,
			   path.exterior};

	if (lattice_project(lattice, path.points, out.points, path.count))
		drop_imageless(&out);
	return out;
}

static uint32_t draw_points(const struct drawing *drawing, const struct geometry *geometry,
			    struct tile_path *out)
{
	struct arena *arena = drawing->renderer->arena;
	uint32_t count = 0;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		struct path path = clip_points(geometry->paths[i], drawing->lattice.source, arena);

		struct path image = {arena_alloc(arena, path.count * sizeof(*image.points)),
				     path.count, false};

		if (lattice_project_points(&drawing->lattice, path.points, image.points,
					   path.count))
			drop_imageless(&image);
		image = clip_points(image, drawing->clip, arena);
		if (image.count)
			out[count++] = snap_points(image, arena);
	}
	return count;
}

/* The pieces of one piece of a line that lies where the lattice is right. */
static struct tile_path *draw_line_piece(const struct drawing *drawing, struct path piece,
					 struct tile_path *paths, uint32_t *count,
					 uint32_t *capacity)
{
	struct arena *arena = drawing->renderer->arena;
	struct path *pieces;
	uint32_t piece_count;

	piece = densified(&drawing->lattice, piece, arena);
	piece = projected(&drawing->lattice, piece, arena);
	piece_count = clip_line(piece, drawing->clip, arena, &pieces);
	if (*count + piece_count > *capacity) {
		struct tile_path *grown;

		*capacity = 2 * (*count + piece_count);
		grown = arena_alloc(arena, *capacity * sizeof(*grown));
		memcpy(grown, paths, *count * sizeof(*grown));
		paths = grown;
	}
	for (uint32_t i = 0; i < piece_count; i++) {
		paths[*count] = snap_line(pieces[i], arena);
		*count += paths[*count].count > 0;
	}
	return paths;
}

static uint32_t draw_lines(const struct drawing *drawing, const struct geometry *geometry,
			   struct tile_path **out)
{
	struct arena *arena = drawing->renderer->arena;
	uint32_t count = 0, capacity = geometry->path_count;
	struct tile_path *paths = *out;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		struct path *pieces;
		uint32_t piece_count = clip_line(geometry->paths[i], drawing->lattice.source, arena,
						 &pieces);

		for (uint32_t k = 0; k < piece_count; k++)
			paths = draw_line_piece(drawing, pieces[k], paths, &count, &capacity);
	}
	*out = paths;
	return count;
}

static struct tile_path draw_ring(const struct drawing *drawing, struct path ring)
{
	struct arena *arena = drawing->renderer->arena;
	struct tile_path none = {NULL, 0, ring.exterior};

	ring = clip_ring(ring, drawing->lattice.source, arena);
	if (ring.count < 4)
		return none;
	ring = densified(&drawing->lattice, ring, arena);
	ring = projected(&drawing->lattice, ring, arena);
	ring = clip_ring(ring, drawing->clip, arena);
	return ring.count < 4 ? none : snap_ring(ring, arena);
}

static void orient(struct tile_rings rings)
{
	for (uint32_t i = 0; i < rings.count; i++)
		tile_path_orient(rings.rings[i], rings.rings[i].exterior);
}

static enum error_code draw_polygons(struct drawing *drawing, const struct geometry *geometry,
				     struct tile_path **out, uint32_t *count, struct error *error)
{
	struct arena *arena = drawing->renderer->arena;
	struct tile_rings rings = {*out, 0};
	bool polygon_kept = false, repaired = false;
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		struct path ring = geometry->paths[i];

		if (!ring.exterior && !polygon_kept)
			continue;
		rings.rings[rings.count] = draw_ring(drawing, ring);
		if (ring.exterior)
			polygon_kept = rings.rings[rings.count].count > 0;
		rings.count += rings.rings[rings.count].count > 0;
	}
	orient(rings);
	if (!rings_are_sound(rings, arena)) {
		repaired = true;
		if (!untangle_rings(&rings, arena)) {
			code = repair_rings(drawing->renderer->repairer, &rings, arena, &repaired,
					    error);
			orient(rings);
		}
	}
	drawing->stats.repaired += repaired;
	*out = rings.rings;
	*count = rings.count;
	return code;
}

static enum error_code draw_geometry(struct drawing *drawing, const struct geometry *geometry,
				     struct tile_path **paths, uint32_t *count, struct error *error)
{
	struct arena *arena = drawing->renderer->arena;

	*paths = arena_alloc(arena, geometry->path_count * sizeof(**paths));
	*count = 0;
	switch (geometry->kind) {
	case GEOMETRY_POINT:
		*count = draw_points(drawing, geometry, *paths);
		break;
	case GEOMETRY_LINE:
		*count = draw_lines(drawing, geometry, paths);
		break;
	case GEOMETRY_POLYGON:
		return draw_polygons(drawing, geometry, paths, count, error);
	case GEOMETRY_MIXED:
		break;
	}
	return ERROR_NONE;
}

/* A feature of several kinds becomes one MVT feature a kind, of which the first bears the id. */
static enum error_code draw_feature(const struct feature *feature, void *context,
				    struct error *error)
{
	struct drawing *drawing = context;
	bool with_id = true;

	drawing->stats.features_read++;
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];
		struct tile_path *paths;
		uint32_t count;
		enum error_code code = draw_geometry(drawing, geometry, &paths, &count, error);

		if (code)
			return code;
		if (!count)
			continue;
		mvt_layer_feature(&drawing->renderer->layer, feature, with_id, geometry->kind,
				  paths, count);
		with_id = false;
	}
	drawing->stats.features_drawn += !with_id;
	return ERROR_NONE;
}

/* Whole degrees: an eye sees no more, and a tile holds few different ones. */
static enum error_code draw_turned(const struct feature *feature, void *context,
				   struct error *error)
{
	struct drawing *drawing = context;
	uint32_t last = drawing->renderer->layer.column_count - 1;
	size_t size = (last + 1) * sizeof(struct value);
	struct value *values = arena_alloc(drawing->renderer->arena, size);
	struct feature shown = *feature;

	memcpy(values, feature->values, size);
	if (values[last].type == VALUE_REAL) {
		double angle = lattice_direction(&drawing->lattice,
						 feature->geometries[0].paths[0].points[0],
						 values[last].real);

		values[last] = (struct value){.type = VALUE_INTEGER,
					      .integer = lround(angle) % 360};
	}
	shown.values = values;
	return draw_feature(&shown, context, error);
}

static enum error_code draw_companions(struct drawing *drawing, const struct render_layer *layer,
				       const struct showing *showing, struct buf *out,
				       struct error *error)
{
	struct renderer *renderer = drawing->renderer;
	size_t length = strlen(layer->name) + sizeof(COMPANION_SUFFIX);
	char *name = arena_alloc(renderer->arena, length);
	bool turns = layer->prepared->companion_turns && !layer->read_points;
	struct box ground = drawing->lattice.source;
	enum error_code code;

	snprintf(name, length, "%s" COMPANION_SUFFIX, layer->name);
	mvt_layer_begin(&renderer->layer, name, RENDER_EXTENT, showing->companion_names,
			layer->prepared->column_count + turns);
	code = layer->read_points
		       ? layer->read_points(ground, renderer->arena, draw_feature, drawing,
					    layer->source, error)
		       : fgb_query_by_id(showing->level->points, ground, renderer->arena,
					 turns ? draw_turned : draw_feature, drawing, error);
	return code ? code : mvt_layer_end(&renderer->layer, out, error);
}

static enum error_code draw_shapes(struct drawing *drawing, const struct render_layer *layer,
				   const struct showing *showing, struct buf *out,
				   struct error *error)
{
	struct renderer *renderer = drawing->renderer;
	struct box ground = drawing->lattice.source;
	enum error_code code;

	mvt_layer_begin(&renderer->layer, layer->name, RENDER_EXTENT, showing->names,
			layer->prepared->column_count);
	code = layer->read_source ? layer->read_source(ground, renderer->arena, draw_feature,
						       drawing, layer->source, error)
				  : fgb_query_by_id(showing->level->fgb, ground, renderer->arena,
						    draw_feature, drawing, error);
	return code ? code : mvt_layer_end(&renderer->layer, out, error);
}

static enum error_code draw_layer(struct renderer *renderer, const struct render_layer *layer,
				  const struct grid *grid, struct tile_id tile, struct buf *out,
				  struct render_stats *stats, struct error *error)
{
	const struct prepared *prepared = layer->prepared;
	struct drawing drawing = {.renderer = renderer};
	struct transform *transform = NULL;
	struct showing showing;
	struct box ground, ground_tile = grid_tile_box(grid, tile);
	size_t calls;
	enum error_code code;

	if (!prepared_shows(prepared, grid, tile.z))
		return ERROR_NONE;
	code = transforms_get(renderer->transforms, prepared->crs, grid->crs, &transform, error);
	if (code)
		return code;
	calls = transform ? transform_calls(transform) : 0;
	showing = showing_of(prepared, transform, grid, tile.z, renderer->arena);
	ground = footprint(transform, ground_tile, footprint_buffer(ground_tile), prepared->extent);
	if (box_is_empty(ground))
		return ERROR_NONE;
	lattice_init(&drawing.lattice, transform, ground, ground_tile, RENDER_EXTENT,
		     renderer->arena);
	drawing.clip = (struct box){-RENDER_BUFFER, -RENDER_BUFFER, RENDER_EXTENT + RENDER_BUFFER,
				    RENDER_EXTENT + RENDER_BUFFER};
	code = draw_shapes(&drawing, layer, &showing, out, error);
	stats->features_drawn += drawing.stats.features_drawn;
	if (!code && prepared->companion)
		code = draw_companions(&drawing, layer, &showing, out, error);
	stats->features_read += drawing.stats.features_read;
	stats->repaired += drawing.stats.repaired;
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
	}
	return code;
}
