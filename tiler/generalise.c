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
	STEPS_MOST = 24,
	HALVINGS = 5,
	WELL_FILLED = 90, /* per cent of the budget: good enough */
	FEATURES_BETWEEN_QUESTIONS = 1000,
};

/* What can be seen, in tile units; lines at first stray by one. Of a coverage all is kept that the
 * tile's grid can hold: it is not seen for itself, but its neighbour must not cover it. */
static const double CELL = 8, LENGTH = 8, AREA = 2, AREA_COVERED = 1;
/* Side of the blocks in which density is measured, likewise. */
static const double BLOCK = 512;
/* Tile units that lines, and borders, may stray from the data, however hard the budget presses:
 * half a pixel, or a whole one where the alternative is to lose a neighbour. */
static const double COARSEST_FORM = 4, COARSEST_BORDER = 8;
/* By how much a level is made coarser at a time while its tiles are too large. */
static const double STEP = 1.5;
/* A level is worth its file when it has less than this share of the vertices or features. */
static const double WORTH_VERTICES = 0.75, WORTH_FEATURES = 0.9;

struct generaliser {
	const struct generalise_job *job;
	struct prepared *made;
	struct fgb *data; /* level 0 */
	struct outline *outline;
	struct tile_budget *budget;
	double resolution; /* of zoom 0: see prepared_resolution */

	/* What the level made last shows, and how much coarser it had to be than asked. */
	struct selection selection;
	struct level_look look;
	double coarser;
	uint64_t features, vertices;
};

/* A level under way. */
struct attempt {
	uint32_t zoom;
	double unit; /* source units a tile unit */
	double coarser;
	struct selection selection;
	struct level_look look;
	uint64_t features, vertices;
	struct level_losses losses;
	size_t largest; /* tile, gzipped bytes */
};

static char *level_path(const struct generaliser *generaliser, uint32_t level)
{
	char *file = prepared_level_file(level);
	char *path = memory_print("%s/%s", generaliser->job->folder, file);

	free(file);
	return path;
}

static void attempt_release(struct attempt *attempt)
{
	selection_release(&attempt->selection);
	level_look_release(&attempt->look);
}

/* Lets the densest places go down to the share of what they hold that COARSER leaves. */
static void thin_dense(const struct outline *outline, struct attempt *attempt, double thinner)
{
	float *weights = memory_new(outline->shape_count * sizeof(*weights));

	for (uint64_t s = 0; s < outline->shape_count; s++)
		weights[s] = (float)tile_budget_weight(&attempt->look, s);
	selection_cap(&attempt->selection, outline, weights, BLOCK * attempt->unit,
		      1 / (thinner * thinner));
	free(weights);
}

static void count_shown(const struct outline *outline, struct attempt *attempt)
{
	const struct selection *selection = &attempt->selection;

	attempt->features = attempt->vertices = 0;
	attempt->losses = (struct level_losses){0};
	for (uint64_t s = 0, end; s < outline->shape_count; s = end) {
		bool any = false;

		for (end = s; end < outline->shape_count &&
			      outline->shapes[end].feature == outline->shapes[s].feature;
		     end++) {
			any = any || selection->kept[end];
			attempt->vertices += level_shape_vertices(&attempt->look, end);
		}
		if (any)
			attempt->features++;
		else
			attempt->losses.features[selection->loss[s]]++;
	}
}

/* Chooses what ATTEMPT shows, out of what the level before shows. Lines and rings first lose detail
 * that nobody sees; then the smallest polygons of a coverage join others, and of all else the
 * densest places show less. */
static void choose(const struct generaliser *generaliser, struct attempt *attempt)
{
	struct outline *outline = generaliser->outline;
	double form = fmin(attempt->coarser, outline->twins ? COARSEST_BORDER : COARSEST_FORM);
	double thinner = attempt->coarser / form;
	double area = outline->twins ? AREA_COVERED * thinner * thinner : AREA;

	attempt_release(attempt);
	selection_copy(&attempt->selection, &generaliser->selection);
	attempt->look = (struct level_look){
		.outline = outline,
		.selection = &attempt->selection,
		.rule = {CELL * attempt->unit, LENGTH * attempt->unit,
			 area * attempt->unit * attempt->unit},
		.tolerance = (float)(form * attempt->unit),
	};
	attempt->look.tolerance = fmaxf(attempt->look.tolerance, generaliser->look.tolerance);
	selection_thin(&attempt->selection, outline, &attempt->look.rule);
	level_look_init(&attempt->look);
	if (!outline->twins && thinner > 1)
		thin_dense(outline, attempt, thinner);
	count_shown(outline, attempt);
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

static enum error_code write_level(const struct generaliser *generaliser,
				   const struct attempt *attempt, struct error *error)
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
	char *path = level_path(generaliser, generaliser->made->level_count);
	struct fgb_writer *writer;
	enum error_code code = fgb_writer_new(path, &layout, &writer, error);

	if (code)
		goto out;
	code = write_features(generaliser, attempt, writer, error);
	if (code)
		fgb_writer_free(writer);
	else
		code = fgb_writer_finish(writer, error);
out:
	free(path);
	return code;
}

static bool is_worth_a_level(const struct generaliser *generaliser, const struct attempt *attempt)
{
	return (double)attempt->vertices < WORTH_VERTICES * (double)generaliser->vertices ||
	       (double)attempt->features < WORTH_FEATURES * (double)generaliser->features;
}

/* Takes ATTEMPT for the level made last. */
static void adopt(struct generaliser *generaliser, struct attempt *attempt)
{
	struct prepared *made = generaliser->made;

	selection_release(&generaliser->selection);
	level_look_release(&generaliser->look);
	generaliser->selection = attempt->selection;
	generaliser->look = attempt->look;
	generaliser->look.selection = &generaliser->selection;
	generaliser->coarser = attempt->coarser;
	generaliser->features = attempt->features;
	generaliser->vertices = attempt->vertices;
	made->levels[made->level_count++] = (struct prepared_level){
		.resolution = ldexp(generaliser->resolution, -(int)attempt->zoom),
		.zoom = attempt->zoom,
		.tolerance = attempt->look.tolerance * made->crs->metres_per_unit,
		.features = attempt->features,
		.vertices = attempt->vertices,
		.largest_tile = attempt->largest,
		.losses = attempt->losses,
	};
	attempt->selection = (struct selection){0};
	attempt->look = (struct level_look){0};
}

/* Chooses anew with COARSER, and weighs. */
static enum error_code try(struct generaliser *generaliser, struct attempt *attempt, double coarser,
			   struct error *error)
{
	attempt->coarser = coarser;
	choose(generaliser, attempt);
	return tile_budget_largest(generaliser->budget, &attempt->look, generaliser->data,
				   attempt->zoom, &attempt->largest, error);
}

/* Finds the least that ATTEMPT must be coarser than asked for its tiles to fit the budget: upwards
 * in steps until they do, then back by halves. */
static enum error_code fit(struct generaliser *generaliser, struct attempt *attempt,
			   struct error *error)
{
	size_t budget = generaliser->job->budget;
	double too_fine = 1, coarser = fmax(1, generaliser->coarser / 2);
	enum error_code code = try(generaliser, attempt, coarser, error);

	if (code || (attempt->largest <= budget && coarser == 1))
		return code;
	for (int step = 0; attempt->largest > budget && step < STEPS_MOST && !code; step++) {
		too_fine = coarser;
		coarser *= STEP;
		code = try(generaliser, attempt, coarser, error);
	}
	for (int halving = 0; halving < HALVINGS && !code; halving++) {
		double middle = sqrt(too_fine * coarser);

		if (attempt->coarser == coarser && attempt->largest > budget * WELL_FILLED / 100)
			break;
		code = try(generaliser, attempt, middle, error);
		if (attempt->largest <= budget)
			coarser = middle;
		else
			too_fine = middle;
	}
	if (!code && attempt->coarser != coarser)
		code = try(generaliser, attempt, coarser, error);
	return code;
}

/* Does the zoom need a level of its own? */
static enum error_code is_needed(const struct generaliser *generaliser,
				 const struct attempt *attempt, bool *needed, struct error *error)
{
	size_t largest = 0;
	enum error_code code = ERROR_NONE;

	*needed = is_worth_a_level(generaliser, attempt);
	if (!*needed)
		code = tile_budget_largest(generaliser->budget, &generaliser->look,
					   generaliser->data, attempt->zoom, &largest, error);
	*needed = *needed || largest > generaliser->job->budget;
	return code;
}

static enum error_code make_level(struct generaliser *generaliser, uint32_t zoom,
				  struct error *error)
{
	struct attempt attempt = {
		.zoom = zoom,
		.unit = ldexp(generaliser->resolution, -(int)zoom) * PIXELS / RENDER_EXTENT /
			generaliser->made->crs->metres_per_unit,
		.coarser = 1,
	};
	bool needed;
	enum error_code code;

	choose(generaliser, &attempt);
	code = is_needed(generaliser, &attempt, &needed, error);
	if (needed && !code) {
		code = fit(generaliser, &attempt, error);
		if (!code)
			code = write_level(generaliser, &attempt, error);
		if (!code)
			adopt(generaliser, &attempt);
	}
	attempt_release(&attempt);
	return code;
}

/* What level 0 shows: everything. */
static void begin_with_data(struct generaliser *generaliser)
{
	generaliser->resolution = tile_budget_resolution(generaliser->budget);
	simplify_outline(generaliser->outline);
	selection_init(&generaliser->selection, generaliser->outline);
	generaliser->look = (struct level_look){
		.outline = generaliser->outline,
		.selection = &generaliser->selection,
	};
	level_look_init(&generaliser->look);
	generaliser->coarser = 1;
	generaliser->features = generaliser->outline->feature_count;
	generaliser->vertices = generaliser->outline->reference_count;
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

	if (!code)
		code = outline_new(generaliser.data, &generaliser.outline, error);
	if (!code)
		code = tile_budget_new(generaliser.outline, made, &generaliser.budget, error);
	if (!code) {
		begin_with_data(&generaliser);
		code = make_levels(&generaliser, error);
	}
	level_look_release(&generaliser.look);
	selection_release(&generaliser.selection);
	tile_budget_free(generaliser.budget);
	outline_free(generaliser.outline);
	fgb_close(generaliser.data);
	free(path);
	return code;
}
