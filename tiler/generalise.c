/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/generalise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/fgb_writer.h"
#include "tiler/level_shape.h"
#include "tiler/memory.h"
#include "tiler/outline.h"
#include "tiler/prepared_document.h"
#include "tiler/render.h"
#include "tiler/selection.h"
#include "tiler/simplify.h"
#include "tiler/tile_budget.h"

enum {
	FINEST_ZOOM = 15,   /* the first that may get a level of its own */
	PIXELS = 256,	    /* of a tile's side, as resolutions are counted */
	SMALLEST_THEME = 8, /* pixels a side: below, all coarser zooms share a level */
	TIGHTENINGS_MOST = 12,
	FEATURES_BETWEEN_QUESTIONS = 1000,
};

/* What can be seen, in tile units. */
static const double TOLERANCE = 1, CELL = 8, LENGTH = 8, AREA = 2;
/* A level is worth its file when it has less than this share of the vertices or features. */
static const double WORTH_VERTICES = 0.75, WORTH_FEATURES = 0.9;

struct generaliser {
	const struct generalise_job *job;
	struct prepared *made;
	struct fgb *data; /* level 0 */
	struct outline *outline;
	struct tile_budget *budget;
	double resolution; /* of zoom 0: see prepared_resolution */

	/* The level made last, and what it shows. */
	struct fgb *current;
	struct selection selection;
	float tolerance;
	uint64_t vertices;
};

/* A level under way: how much coarser than asked it has to be to fit the budget. */
struct attempt {
	uint32_t zoom;
	double unit; /* source units a tile unit */
	double coarser;
	struct selection selection;
	struct level_look look;
	uint64_t features, vertices;
};

static char *level_path(const struct generaliser *generaliser, uint32_t level)
{
	char *file = prepared_level_file(level);
	char *path = memory_print("%s/%s", generaliser->job->folder, file);

	free(file);
	return path;
}

static void selection_copy(struct selection *to, const struct selection *from)
{
	uint64_t count = from->shape_count;

	*to = *from;
	to->kept = memory_new(count);
	memcpy(to->kept, from->kept, count);
	to->size = memory_new(count * sizeof(*to->size));
	memcpy(to->size, from->size, count * sizeof(*to->size));
	to->standing = memory_new(count * sizeof(*to->standing));
	memcpy(to->standing, from->standing, count * sizeof(*to->standing));
	to->rank = NULL;
}

/* Chooses what ATTEMPT shows, out of what the level before shows. */
static void choose(const struct generaliser *generaliser, struct attempt *attempt)
{
	const struct outline *outline = generaliser->outline;
	double coarser = attempt->coarser;
	uint32_t last = UINT32_MAX;

	selection_release(&attempt->selection);
	selection_copy(&attempt->selection, &generaliser->selection);
	attempt->look = (struct level_look){
		.outline = outline,
		.selection = &attempt->selection,
		.rule = {CELL * coarser * attempt->unit, LENGTH * coarser * attempt->unit,
			 AREA * coarser * coarser * attempt->unit * attempt->unit},
		/* Shapes are thinned out before they lose their form. */
		.tolerance = (float)(TOLERANCE * sqrt(coarser) * attempt->unit),
	};
	if (outline->coverage)
		attempt->look.tolerance = (float)(TOLERANCE * coarser * attempt->unit);
	attempt->look.tolerance = fmaxf(attempt->look.tolerance, generaliser->tolerance);
	selection_thin(&attempt->selection, outline, &attempt->look.rule);
	simplify_keep_rings(generaliser->outline, attempt->look.tolerance);
	attempt->features = attempt->vertices = 0;
	for (uint64_t s = 0; s < outline->shape_count; s++) {
		if (!attempt->selection.kept[s])
			continue;
		attempt->vertices += level_shape_vertices(&attempt->look, s);
		attempt->features += outline->shapes[s].feature != last;
		last = outline->shapes[s].feature;
	}
}

/* The writing of one feature of a level. */
struct level_writing {
	const struct level_look *look;
	struct fgb_writer *writer;
	struct arena *arena;
	uint64_t first_shape, shape_count;
};

static enum error_code write_feature(const struct feature *feature, void *context,
				     struct error *error)
{
	struct level_writing *writing = context;
	struct geometry *geometries = arena_alloc(writing->arena,
						  writing->shape_count * sizeof(*geometries));
	struct feature shown = *feature;
	uint32_t count = 0;

	for (uint64_t i = 0; i < writing->shape_count; i++)
		count += level_shape(writing->look, writing->first_shape + i, writing->arena,
				     &geometries[count]);
	if (!count)
		return ERROR_NONE;
	shown.geometries = geometries;
	shown.geometry_count = count;
	return fgb_writer_add(writing->writer, &shown, error);
}

static enum error_code write_features(const struct generaliser *generaliser,
				      const struct attempt *attempt, struct fgb_writer *writer,
				      struct error *error)
{
	const struct outline *outline = generaliser->outline;
	struct level_writing writing = {&attempt->look, writer, arena_new(), 0, 0};
	enum error_code code = ERROR_NONE;
	uint64_t questions = 0;

	for (uint64_t s = 0; s < outline->shape_count && !code; s += writing.shape_count) {
		uint32_t feature = outline->shapes[s].feature;
		bool any = false;

		writing.first_shape = s;
		writing.shape_count = 0;
		for (uint64_t i = s;
		     i < outline->shape_count && outline->shapes[i].feature == feature;
		     i++, writing.shape_count++)
			any = any || attempt->selection.kept[i];
		if (generaliser->job->go_on && ++questions % FEATURES_BETWEEN_QUESTIONS == 0 &&
		    !generaliser->job->go_on(generaliser->job->context))
			code = error_set(error, ERROR_STOPPED, "stopped");
		if (any && !code)
			code = fgb_visit_at(generaliser->data, outline->places[feature],
					    writing.arena, write_feature, &writing, error);
		arena_reset(writing.arena);
	}
	arena_free(writing.arena);
	return code;
}

/* Writes the level of ATTEMPT to PATH and opens it. */
static enum error_code write_level(const struct generaliser *generaliser,
				   const struct attempt *attempt, const char *path,
				   struct fgb **fgb, struct error *error)
{
	const struct theme *theme = generaliser->job->theme;
	struct fgb_writer_layout layout = {
		.layer = theme->layer,
		.crs = theme->crs,
		.kind = generaliser->job->kind,
		.columns = theme->columns,
		.column_count = theme->column_count,
		.scratch = generaliser->job->folder,
	};
	struct fgb_writer *writer;
	enum error_code code = fgb_writer_new(path, &layout, &writer, error);

	if (code)
		return code;
	code = write_features(generaliser, attempt, writer, error);
	if (code) {
		fgb_writer_free(writer);
		return code;
	}
	code = fgb_writer_finish(writer, error);
	return code ? code : fgb_open(path, fgb, error);
}

static bool is_worth_a_level(const struct generaliser *generaliser, const struct attempt *attempt)
{
	return (double)attempt->vertices < WORTH_VERTICES * (double)generaliser->vertices ||
	       (double)attempt->features <
		       WORTH_FEATURES * (double)generaliser->selection.kept_count;
}

static void adopt(struct generaliser *generaliser, struct attempt *attempt, struct fgb *fgb,
		  size_t largest)
{
	struct prepared *made = generaliser->made;

	if (generaliser->current != generaliser->data)
		fgb_close(generaliser->current);
	generaliser->current = fgb;
	selection_release(&generaliser->selection);
	generaliser->selection = attempt->selection;
	attempt->selection = (struct selection){0};
	generaliser->tolerance = attempt->look.tolerance;
	generaliser->vertices = attempt->vertices;
	made->levels[made->level_count++] = (struct prepared_level){
		.resolution = ldexp(generaliser->resolution, -(int)attempt->zoom),
		.zoom = attempt->zoom,
		.tolerance = attempt->look.tolerance * made->crs->metres_per_unit,
		.features = fgb_feature_count(fgb),
		.vertices = attempt->vertices,
		.largest_tile = largest,
	};
}

/* Does the zoom need a level of its own? */
static enum error_code is_needed(const struct generaliser *generaliser,
				 const struct attempt *attempt, bool *needed, struct error *error)
{
	struct level_look as_before = attempt->look;
	size_t largest;
	enum error_code code;

	*needed = is_worth_a_level(generaliser, attempt);
	if (*needed)
		return ERROR_NONE;
	as_before.selection = &generaliser->selection;
	as_before.tolerance = generaliser->tolerance;
	code = tile_budget_largest(generaliser->budget, &as_before, generaliser->current,
				   attempt->zoom, &largest, error);
	*needed = largest > generaliser->job->budget;
	return code;
}

static enum error_code make_level(struct generaliser *generaliser, uint32_t zoom,
				  struct error *error)
{
	struct prepared *made = generaliser->made;
	struct attempt attempt = {
		.zoom = zoom,
		.unit = ldexp(generaliser->resolution, -(int)zoom) * PIXELS / RENDER_EXTENT /
			made->crs->metres_per_unit,
		.coarser = 1,
	};
	char *path = level_path(generaliser, made->level_count);
	struct fgb *fgb = NULL;
	size_t largest = 0;
	bool needed;
	enum error_code code;

	choose(generaliser, &attempt);
	code = is_needed(generaliser, &attempt, &needed, error);
	for (int tightening = 0; needed && !code; tightening++) {
		code = write_level(generaliser, &attempt, path, &fgb, error);
		if (!code)
			code = tile_budget_largest(generaliser->budget, &attempt.look, fgb, zoom,
						   &largest, error);
		if (code || largest <= generaliser->job->budget || tightening == TIGHTENINGS_MOST)
			break;
		fgb_close(fgb);
		fgb = NULL;
		attempt.coarser *= fmin(
			2, fmax(1.15, sqrt((double)largest / (double)generaliser->job->budget)));
		choose(generaliser, &attempt);
	}
	if (fgb && !code)
		adopt(generaliser, &attempt, fgb, largest);
	else if (fgb)
		fgb_close(fgb);
	selection_release(&attempt.selection);
	free(path);
	return code;
}

static enum error_code make_levels(struct generaliser *generaliser, struct error *error)
{
	struct prepared *made = generaliser->made;
	double side = fmax(made->extent.maxx - made->extent.minx,
			   made->extent.maxy - made->extent.miny) *
		      made->crs->metres_per_unit;
	enum error_code code = ERROR_NONE;

	made->min_zoom = 0;
	for (int zoom = FINEST_ZOOM; zoom >= 0 && !code; zoom--) {
		if (made->level_count == PREPARED_LEVELS_MOST ||
		    side / ldexp(generaliser->resolution, -zoom) < SMALLEST_THEME)
			break;
		code = make_level(generaliser, (uint32_t)zoom, error);
	}
	return code;
}

enum error_code generalise(const struct generalise_job *job, struct prepared *made,
			   struct error *error)
{
	struct generaliser generaliser = {.job = job, .made = made};
	char *path = level_path(&generaliser, 0);
	enum error_code code = fgb_open(path, &generaliser.data, error);

	generaliser.current = generaliser.data;
	if (!code)
		code = outline_new(generaliser.data, &generaliser.outline, error);
	if (!code)
		code = tile_budget_new(generaliser.outline, made, &generaliser.budget, error);
	if (!code) {
		generaliser.resolution = tile_budget_resolution(generaliser.budget);
		simplify_outline(generaliser.outline);
		selection_init(&generaliser.selection, generaliser.outline);
		generaliser.vertices = generaliser.outline->reference_count;
		code = make_levels(&generaliser, error);
	}
	selection_release(&generaliser.selection);
	tile_budget_free(generaliser.budget);
	outline_free(generaliser.outline);
	if (generaliser.current != generaliser.data)
		fgb_close(generaliser.current);
	fgb_close(generaliser.data);
	free(path);
	return code;
}
