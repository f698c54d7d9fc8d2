/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/box_tree.h"
#include "tiler/footprint.h"
#include "tiler/level_changes.h"
#include "tiler/memory.h"
#include "tiler/render.h"
#include "tiler/showing.h"

/* A tile is drawn from one level, by a lattice over its footprint, of the features that reach it.
 * So it is the same where both versions draw it from the same level, its footprint is the same
 * (which ends where the theme's extent does), and no feature that differs has an image near it. The
 * images of what changed are found once a grid and level, so that a tile costs no projection. */

enum {
	IMAGES_MOST = 1024, /* boxes projected a grid and level; beyond, fewer that cover them */
	BLOCK = 16,	    /* tiles a side that are asked together whether they are inside */
	BLOCKS_KEPT = 256,
};

/* How far from a tile an image still counts, as a share of the tile's side: more than the tile's
 * buffer. And how much larger an image is taken than its sampled outline. */
static const double TILE_MARGIN = 0.125;
static const double IMAGE_MARGIN = 0.02;

/* The images of a level's changes in a grid. */
struct images {
	bool found, everywhere;
	struct box_tree boxes;
};

/* A square of tiles, and whether both extents hold all that it shows. */
struct block {
	bool known, inside;
	struct tile_id first;
};

/* What is true of all tiles of a zoom. */
enum {
	ZOOM_UNKNOWN,	/* not asked yet */
	ZOOM_UNTOUCHED, /* neither version shows there */
	ZOOM_TOUCHED,	/* they draw from different levels, or one alone shows */
	ZOOM_LEVEL,	/* from here on: both draw from this level */
};

struct view {
	struct view *next;
	const struct grid *grid;
	struct transform *transform; /* NULL: the CRS are the same */
	bool unknown;		     /* PROJ knows no way */
	uint8_t zooms[GRID_LEVELS_MOST];
	struct images images[PREPARED_LEVELS_MOST];
	struct block blocks[BLOCKS_KEPT];
};

struct changes {
	struct prepared *older, *newer;
	bool everywhere;
	bool same_extent;
	struct box common; /* of the extents */
	struct level_changes levels[PREPARED_LEVELS_MOST], points[PREPARED_LEVELS_MOST];
	struct view *views;
};

static uint32_t first_zoom(const struct prepared *prepared, uint32_t column)
{
	return prepared->first_zooms ? prepared->first_zooms[column] : 0;
}

static bool same_attributes(const struct prepared *a, const struct prepared *b)
{
	bool same = a->column_count == b->column_count && a->zoom_limit == b->zoom_limit &&
		    a->companion == b->companion && a->companion_turns == b->companion_turns;

	for (uint32_t i = 0; same && i < a->column_count; i++)
		same = a->columns[i].type == b->columns[i].type &&
		       strcmp(a->columns[i].name, b->columns[i].name) == 0 &&
		       first_zoom(a, i) == first_zoom(b, i);
	return same;
}

static bool same_box(struct box a, struct box b)
{
	return a.minx == b.minx && a.miny == b.miny && a.maxx == b.maxx && a.maxy == b.maxy;
}

struct changes *changes_new(struct prepared *older, struct prepared *newer)
{
	struct changes *changes = memory_zeroed(1, sizeof(*changes));
	uint32_t levels = older->level_count > newer->level_count ? older->level_count
								  : newer->level_count;

	changes->older = prepared_ref(older);
	changes->newer = prepared_ref(newer);
	changes->everywhere = !crs_equal(older->crs, newer->crs) || !same_attributes(older, newer);
	changes->same_extent = same_box(older->extent, newer->extent);
	changes->common = box_intersection(older->extent, newer->extent);
	for (uint32_t i = 0; i < levels; i++) {
		level_changes_find(&changes->levels[i], older->levels[i].fgb, newer->levels[i].fgb);
		level_changes_find(&changes->points[i], older->levels[i].points,
				   newer->levels[i].points);
	}
	return changes;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	for (struct view *view = changes->views, *next; view; view = next) {
		next = view->next;
		for (uint32_t i = 0; i < PREPARED_LEVELS_MOST; i++)
			box_tree_release(&view->images[i].boxes);
		transform_free(view->transform);
		free(view);
	}
	for (uint32_t i = 0; i < PREPARED_LEVELS_MOST; i++) {
		level_changes_release(&changes->levels[i]);
		level_changes_release(&changes->points[i]);
	}
	prepared_unref(changes->older);
	prepared_unref(changes->newer);
	free(changes);
}

uint64_t changes_features(const struct changes *changes)
{
	return changes->levels[0].features;
}

static struct view *view_of(struct changes *changes, const struct grid *grid)
{
	const struct crs *crs = changes->newer->crs;
	struct view *view = changes->views;
	struct error ignored;

	while (view && view->grid != grid)
		view = view->next;
	if (view)
		return view;
	view = memory_zeroed(1, sizeof(*view));
	view->grid = grid;
	if (!crs_equal(crs, grid->crs))
		view->unknown = transform_new(crs, grid->crs, &view->transform, &ignored) != 0;
	view->next = changes->views;
	changes->views = view;
	return view;
}

/* Projects what changed at a level. */
static void add_images(const struct level_changes *changed, const struct view *view,
		       struct images *images)
{
	size_t count, failed = 0;
	const struct box *boxes = box_tree_cover(&changed->ground, IMAGES_MOST, &count);

	images->everywhere = images->everywhere || changed->everywhere;
	for (size_t i = 0; i < count && !images->everywhere; i++) {
		struct box box = boxes[i];

		if (view->transform)
			box = transform_box(view->transform, box, &failed);
		images->everywhere = failed > 0 || box_is_empty(box);
		box_tree_add(&images->boxes,
			     box_grown(box, IMAGE_MARGIN * fmax(box.maxx - box.minx,
								box.maxy - box.miny)));
	}
}

static void find_images(const struct changes *changes, struct view *view, uint32_t level)
{
	struct images *images = &view->images[level];

	images->found = true;
	add_images(&changes->levels[level], view, images);
	add_images(&changes->points[level], view, images);
	box_tree_finish(&images->boxes);
}

static bool holds_all(const struct changes *changes, const struct view *view, struct tile_id first)
{
	const struct tile_matrix *level = &view->grid->levels[first.z];
	struct tile_id last = {first.z, first.x + BLOCK - 1, first.y + BLOCK - 1};
	struct box ground;
	size_t failed = 0;

	last.x = last.x < level->matrix_width ? last.x : level->matrix_width - 1;
	last.y = last.y < level->matrix_height ? last.y : level->matrix_height - 1;
	ground = box_union(grid_tile_box(view->grid, first), grid_tile_box(view->grid, last));
	ground = box_grown(ground, (ground.maxx - ground.minx) * TILE_MARGIN);
	if (view->transform)
		ground = transform_box_back(view->transform, ground, &failed);
	return !failed && !box_is_empty(ground) && box_contains(changes->common, ground);
}

/* Is the tile well inside both extents? Asked for blocks of tiles at once, since it costs a
 * projection. */
static bool is_inside(const struct changes *changes, struct view *view, struct tile_id tile)
{
	struct tile_id first = {tile.z, tile.x / BLOCK * BLOCK, tile.y / BLOCK * BLOCK};
	struct block *block =
		&view->blocks[(first.x / BLOCK * 31 + first.y / BLOCK * 17 + first.z * 7) %
			      BLOCKS_KEPT];

	if (!block->known || block->first.z != first.z || block->first.x != first.x ||
	    block->first.y != first.y)
		*block = (struct block){true, holds_all(changes, view, first), first};
	return block->inside;
}

static bool same_footprint(const struct changes *changes, struct view *view, struct tile_id tile)
{
	struct box ground = grid_tile_box(view->grid, tile);
	double buffer = footprint_buffer(ground);
	struct box older, newer;

	if (changes->same_extent || is_inside(changes, view, tile))
		return true;
	older = footprint(view->transform, ground, buffer, changes->older->extent);
	newer = footprint(view->transform, ground, buffer, changes->newer->extent);
	return (box_is_empty(older) && box_is_empty(newer)) || same_box(older, newer);
}

static uint8_t judge_zoom(const struct changes *changes, const struct view *view, uint32_t z)
{
	bool shown = prepared_shows(changes->newer, view->grid, z);
	ptrdiff_t older, newer;

	if (prepared_shows(changes->older, view->grid, z) != shown)
		return ZOOM_TOUCHED;
	if (!shown)
		return ZOOM_UNTOUCHED;
	if (changes->everywhere || view->unknown)
		return ZOOM_TOUCHED;
	older = showing_level(changes->older, view->transform, view->grid, z) -
		changes->older->levels;
	newer = showing_level(changes->newer, view->transform, view->grid, z) -
		changes->newer->levels;
	return older == newer ? (uint8_t)(ZOOM_LEVEL + newer) : ZOOM_TOUCHED;
}

bool changes_touch(struct changes *changes, const struct grid *grid, struct tile_id tile)
{
	struct view *view = view_of(changes, grid);
	uint8_t *zoom = &view->zooms[tile.z];
	struct images *images;
	struct box ground;

	if (*zoom == ZOOM_UNKNOWN)
		*zoom = judge_zoom(changes, view, tile.z);
	if (*zoom < ZOOM_LEVEL)
		return *zoom == ZOOM_TOUCHED;
	if (!same_footprint(changes, view, tile))
		return true;
	images = &view->images[*zoom - ZOOM_LEVEL];
	if (!images->found)
		find_images(changes, view, (uint32_t)(*zoom - ZOOM_LEVEL));
	ground = grid_tile_box(grid, tile);
	ground = box_grown(ground, (ground.maxx - ground.minx) * TILE_MARGIN);
	return images->everywhere || box_tree_touches(&images->boxes, ground);
}
