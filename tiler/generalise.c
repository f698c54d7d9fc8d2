/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/generalise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/level_fit.h"
#include "tiler/level_writing.h"
#include "tiler/memory.h"
#include "tiler/outline.h"
#include "tiler/prepared_document.h"
#include "tiler/render.h"
#include "tiler/simplify.h"
#include "tiler/tile_budget.h"

enum {
	FINEST_ZOOM = 15,    /* the first that may get a level of its own */
	PIXELS = 256,	     /* of a tile's side, as resolutions are counted */
	LARGE_THEME = 20000, /* vertices: what is smaller is done before a helper wakes */
	HELPERS = 1,	     /* beside the thread that writes levels */
	SMALLEST_THEME = 1,  /* pixels a side: below, all coarser zooms share a level */
};

/* A level is worth its file when it has less than this share of the vertices or features. */
static const double WORTH_VERTICES = 0.75, WORTH_FEATURES = 0.9;

struct generaliser {
	const struct generalise_job *job;
	struct prepared *made;
	struct fgb *data; /* level 0 */
	struct outline *outline;
	struct tile_budget *scales;
	struct parallel *parallel; /* NULL: the theme is small */
	double resolution;	   /* of zoom 0: see prepared_resolution */

	struct level_writing *writing; /* of the level made last; NULL: none is under way */
	struct level_attempt last;     /* the level made last; at first the data */
};

static char *level_path(const struct generaliser *generaliser, uint32_t level)
{
	char *file = prepared_level_file(level);
	char *path = memory_print("%s/%s", generaliser->job->folder, file);

	free(file);
	return path;
}

static void start_writing(struct generaliser *generaliser)
{
	const struct theme *theme = generaliser->job->theme;
	struct level_writing_job job = {
		.look = &generaliser->last.look,
		.data = generaliser->data,
		.layout = {.layer = theme->layer,
			   .crs = theme->crs,
			   .kind = generaliser->job->kind,
			   .columns = theme->columns,
			   .column_count = theme->column_count,
			   .in_order = generaliser->last.features},
		.path = level_path(generaliser, generaliser->made->level_count),
	};

	generaliser->writing = level_writing_start(&job);
}

static enum error_code finish_writing(struct generaliser *generaliser, struct error *error)
{
	struct level_writing *writing = generaliser->writing;

	generaliser->writing = NULL;
	return level_writing_finish(writing, generaliser->job->go_on, generaliser->job->context,
				    error);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

static void abandon_writing(struct generaliser *generaliser)
{
	struct error ignored;

	if (level_writing_finish(generaliser->writing, never, NULL, &ignored))
		generaliser->writing = NULL;
}

static bool is_worth_a_level(const struct generaliser *generaliser,
			     const struct level_attempt *attempt)
{
	return (double)attempt->vertices < WORTH_VERTICES * (double)generaliser->last.vertices ||
	       (double)attempt->features < WORTH_FEATURES * (double)generaliser->last.features;
}

/* Takes ATTEMPT for the level made last, and has it written. */
static void adopt(struct generaliser *generaliser, struct level_attempt *attempt)
{
	struct prepared *made = generaliser->made;

	level_attempt_release(&generaliser->last);
	level_attempt_move(attempt, &generaliser->last);
	start_writing(generaliser);
	made->levels[made->level_count++] = (struct prepared_level){
		.resolution = ldexp(generaliser->resolution, -(int)attempt->zoom),
		.zoom = attempt->zoom,
		.tolerance = generaliser->last.look.tolerance * made->crs->metres_per_unit,
		.features = attempt->features,
		.vertices = attempt->vertices,
		.largest_tile = attempt->largest,
		.losses = attempt->losses,
	};
}

/* What the largest tile of ZOOM weighs when it is drawn from the level made last; 0: nothing is
 * seen. */
static enum error_code weigh_last(const struct generaliser *generaliser, uint32_t zoom,
				  size_t *largest, struct error *error)
{
	return tile_budget_largest(generaliser->scales, &generaliser->last.look, generaliser->data,
				   zoom, generaliser->job->budget, largest, error);
}

/* Does the zoom need a level of its own? */
static enum error_code is_needed(const struct generaliser *generaliser,
				 const struct level_attempt *attempt, bool *needed,
				 struct error *error)
{
	size_t largest;
	enum error_code code;

	*needed = is_worth_a_level(generaliser, attempt);
	if (*needed)
		return ERROR_NONE;
	code = weigh_last(generaliser, attempt->zoom, &largest, error);
	*needed = largest == 0 || largest > generaliser->job->budget;
	return code;
}

static enum error_code make_level(struct generaliser *generaliser, uint32_t zoom,
				  struct error *error)
{
	struct level_attempt attempt = {
		.zoom = zoom,
		.unit = ldexp(generaliser->resolution, -(int)zoom) * PIXELS / RENDER_EXTENT /
			generaliser->made->crs->metres_per_unit,
		.coarser = 1,
	};
	const struct generalise_job *job = generaliser->job;
	struct level_fit fit = {
		.outline = generaliser->outline,
		.data = generaliser->data,
		.scales = generaliser->scales,
		.parallel = generaliser->parallel,
		.budget = job->budget,
		.go_on = job->go_on,
		.context = job->context,
		.before = &generaliser->last,
	};
	bool needed;
	enum error_code code;

	level_attempt_choose(&fit, &attempt);
	code = is_needed(generaliser, &attempt, &needed, error);
	if (needed && !code) {
		code = level_attempt_fit(&fit, &attempt, error);
		/* A level in which nothing is seen would help nobody: see find_lowest. */
		if (!code && attempt.largest)
			code = finish_writing(generaliser, error);
		if (!code && attempt.largest)
			adopt(generaliser, &attempt);
	}
	level_attempt_release(&attempt);
	return code;
}

/* What level 0 shows: everything. */
static void begin_with_data(struct generaliser *generaliser)
{
	struct level_attempt *data = &generaliser->last;

	generaliser->resolution = tile_budget_resolution(generaliser->scales);
	simplify_outline(generaliser->outline);
	selection_init(&data->selection, generaliser->outline);
	data->look = (struct level_look){
		.outline = generaliser->outline,
		.selection = &data->selection,
	};
	level_look_init(&data->look);
	data->coarser = 1;
	data->features = generaliser->outline->feature_count;
	data->vertices = generaliser->outline->reference_count;
}

/* Below the ZOOM that was looked at last, all are drawn from the level made last, as far down as
 * anything of it is seen. */
static enum error_code find_lowest(struct generaliser *generaliser, int zoom, struct error *error)
{
	enum error_code code = ERROR_NONE;
	size_t largest = 1;

	while (!code && largest && zoom >= 0) {
		code = weigh_last(generaliser, (uint32_t)zoom, &largest, error);
		zoom -= largest > 0;
	}
	generaliser->made->min_zoom = (uint32_t)(zoom + 1);
	return code;
}

static enum error_code make_levels(struct generaliser *generaliser, struct error *error)
{
	struct prepared *made = generaliser->made;
	double side = fmax(made->extent.maxx - made->extent.minx,
			   made->extent.maxy - made->extent.miny) *
		      made->crs->metres_per_unit;
	enum error_code code = ERROR_NONE;
	int zoom;

	for (zoom = FINEST_ZOOM; zoom >= 0 && !code; zoom--) {
		if (made->level_count == PREPARED_LEVELS_MOST ||
		    side / ldexp(generaliser->resolution, -zoom) < SMALLEST_THEME)
			break;
		code = make_level(generaliser, (uint32_t)zoom, error);
	}
	if (!code)
		code = find_lowest(generaliser, zoom < FINEST_ZOOM ? zoom + 1 : zoom, error);
	if (!code)
		code = finish_writing(generaliser, error);
	if (made->centre_zoom < made->min_zoom)
		made->centre_zoom = made->min_zoom;
	return code;
}

enum error_code generalise(const struct generalise_job *job, struct prepared *made,
			   struct error *error)
{
	struct generaliser generaliser = {.job = job, .made = made};
	char *path = level_path(&generaliser, 0);
	enum error_code code = fgb_open(path, &generaliser.data, error);

	if (!code)
		code = outline_new(generaliser.data, made->first_zooms, &generaliser.outline,
				   error);
	if (!code)
		fgb_rest(generaliser.data);
	if (!code && generaliser.outline->vertex_count > LARGE_THEME)
		generaliser.parallel = parallel_new(HELPERS);
	if (!code && job->precedence)
		precedence_apply(job->precedence, generaliser.outline);
	if (!code)
		code = tile_budget_new(generaliser.outline, made, generaliser.parallel,
				       job->weighings, &generaliser.scales, error);
	if (!code) {
		begin_with_data(&generaliser);
		code = make_levels(&generaliser, error);
	}
	abandon_writing(&generaliser);
	level_attempt_release(&generaliser.last);
	tile_budget_free(generaliser.scales);
	parallel_free(generaliser.parallel);
	outline_free(generaliser.outline);
	fgb_close(generaliser.data);
	free(path);
	return code;
}
