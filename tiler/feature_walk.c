/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/feature_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/feature_cut.h"
#include "tiler/fgb.h"
#include "tiler/memory.h"
#include "tiler/region.h"
#include "tiler/thread.h"

static const struct box EVERYWHERE = {-INFINITY, -INFINITY, INFINITY, INFINITY};

struct feature_walk {
	const struct prepared *prepared;
	const struct fgb *fgb; /* NULL: the theme has no features */
	struct arena *arena;
	struct arena_mark mark;
	struct transform *transform; /* to the query's CRS; NULL: it is the theme's */
	struct region *region;	     /* what features must meet; NULL: nothing */
	struct box box;		     /* where they can be */
	bool chooses;		     /* not all features are kept */
	const struct render_layer *showing;
	bool cuts;
	struct feature_cut cut;
	uint64_t next, place, end;
	uint64_t patience_us; /* left; UINT64_MAX: it needs none */
	bool paused;
	struct feature feature;
};

/* When the search for a feature began. The wall clock, which costs a tenth, is asked first: of
 * processor time there was never more. */
struct search {
	int64_t wall_ms;
	uint64_t cpu_us;
};

/* Does one of the boxes hold the whole theme? Then they need not be asked for each feature. */
static bool is_within(const struct prepared *prepared, const struct feature_query *query)
{
	bool degrees = strcmp(query->box_crs->definition, "OGC:CRS84") == 0 ||
		       strcmp(query->box_crs->definition, "EPSG:4326") == 0;

	for (uint32_t i = 0; i < query->box_count; i++) {
		if (crs_equal(query->box_crs, prepared->crs) &&
		    box_contains(query->boxes[i], prepared->extent))
			return true;
		if (degrees && box_contains(query->boxes[i], prepared->bounds))
			return true;
	}
	return false;
}

/* The boxes as one region of their own CRS. */
static enum error_code region_of_boxes(const struct feature_query *query, struct region **region,
				       struct error *error)
{
	struct point corners[FEATURE_BOXES_MOST][5];
	struct path rings[FEATURE_BOXES_MOST];
	struct geometry boxes[FEATURE_BOXES_MOST];

	if (query->box_count == 1) {
		*region = region_of_box(query->boxes[0]);
		return ERROR_NONE;
	}
	for (uint32_t i = 0; i < query->box_count; i++) {
		struct box box = query->boxes[i];

		corners[i][0] = corners[i][4] = (struct point){box.minx, box.miny};
		corners[i][1] = (struct point){box.maxx, box.miny};
		corners[i][2] = (struct point){box.maxx, box.maxy};
		corners[i][3] = (struct point){box.minx, box.maxy};
		rings[i] = (struct path){corners[i], 5, true};
		boxes[i] = (struct geometry){GEOMETRY_POLYGON, 1, &rings[i]};
	}
	return region_of_geometries(boxes, query->box_count, region, error);
}

/* ASKED in the theme's CRS; NULL where nothing of it is near the theme. */
static enum error_code bring(const struct region *asked, struct transform *transform,
			     const struct prepared *prepared, struct region **region,
			     struct error *error)
{
	struct error reason;
	enum error_code code = region_moved(asked, transform, prepared->crs, prepared->extent,
					    region, &reason);

	if (code == ERROR_NOT_FOUND) {
		*region = NULL;
		return ERROR_NONE;
	}
	if (code && error)
		*error = reason;
	return code;
}

static enum error_code set_region(struct feature_walk *walk, const struct feature_query *query,
				  struct transforms *transforms, struct error *error)
{
	const struct prepared *prepared = walk->prepared;
	struct transform *transform;
	struct region *asked;
	enum error_code code = region_of_boxes(query, &asked, error);

	if (code)
		return code;
	code = transforms_get(transforms, query->box_crs, prepared->crs, &transform, error);
	if (!code && !transform) {
		walk->region = asked;
	} else {
		if (!code)
			code = bring(asked, transform, prepared, &walk->region, error);
		region_free(asked);
	}
	walk->box = walk->region ? region_box(walk->region) : box_empty();
	return code;
}

/* Points are never cut. */
static enum error_code set_cut(struct feature_walk *walk, const struct feature_query *query,
			       struct transforms *transforms, struct error *error)
{
	if (!walk->showing || !walk->showing->cut_to || walk->prepared->kind == GEOMETRY_POINT)
		return ERROR_NONE;
	walk->cuts = true;
	return feature_cut_init(&walk->cut, walk->showing->cut_to, walk->prepared, query->step,
				transforms, walk->arena, error);
}

enum error_code feature_walk_new(const struct prepared *prepared, const struct feature_query *query,
				 struct arena *arena, struct transforms *transforms,
				 struct feature_walk **result, struct error *error)
{
	struct feature_walk *walk = memory_zeroed(1, sizeof(*walk));
	enum error_code code = ERROR_NONE;

	walk->prepared = prepared;
	walk->fgb = prepared->level_count ? prepared->levels[0].fgb : NULL;
	walk->arena = arena;
	walk->mark = arena_mark(arena);
	walk->box = EVERYWHERE;
	walk->next = query->from;
	walk->end = walk->fgb ? fgb_feature_count(walk->fgb) : 0;
	if (query->alone && query->from < walk->end)
		walk->end = query->from + 1;
	walk->showing = query->showing;
	walk->chooses = walk->showing && walk->showing->keeps;
	if (query->box_count && !is_within(prepared, query)) {
		walk->chooses = true;
		code = set_region(walk, query, transforms, error);
	}
	walk->patience_us = walk->chooses && query->patience_ms ? query->patience_ms * 1000ULL
								: UINT64_MAX;
	if (walk->showing && walk->showing->within)
		walk->box = box_intersection(walk->box, *walk->showing->within);
	if (!code)
		code = set_cut(walk, query, transforms, error);
	if (!code)
		code = transforms_get(transforms, prepared->crs, query->crs, &walk->transform,
				      error);
	if (code)
		feature_walk_free(walk);
	else
		*result = walk;
	return code;
}

void feature_walk_free(struct feature_walk *walk)
{
	if (!walk)
		return;
	region_free(walk->region);
	feature_cut_release(&walk->cut);
	free(walk);
}

static bool is_met(struct region *region, const struct feature *feature)
{
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		if (region_intersects(region, &feature->geometries[i]))
			return true;
	}
	return false;
}

static bool keeps(struct feature_walk *walk)
{
	const struct render_layer *showing = walk->showing;
	const struct feature *feature = &walk->feature;

	return (!showing || !showing->keeps ||
		showing->keeps(feature, false, showing->keeps_context)) &&
	       (!walk->region || is_met(walk->region, feature));
}

/* Is the feature handed out? What is cut is known to leave something once it is all done. */
static bool takes(struct feature_walk *walk)
{
	return keeps(walk) && (!walk->cuts || feature_cut_apply(&walk->cut, &walk->feature,
								walk->transform, walk->arena));
}

/* Has the walk been searching for too long? */
static bool loses_patience(const struct feature_walk *walk, const struct search *search)
{
	return walk->patience_us != UINT64_MAX &&
	       (uint64_t)(clock_ms() - search->wall_ms + 1) * 1000 >= walk->patience_us &&
	       clock_cpu_us() - search->cpu_us >= walk->patience_us;
}

/* Reads on until a feature is kept or the walk pauses; *FOUND: one was. */
static enum error_code find_next(struct feature_walk *walk, const struct search *search,
				 bool *found, struct error *error)
{
	enum error_code code = fgb_seek(walk->fgb, walk->box, &walk->next, error);

	*found = false;
	while (!code && !*found && walk->next < walk->end) {
		walk->paused = loses_patience(walk, search);
		if (walk->paused) {
			walk->place = walk->next;
			break;
		}
		arena_rewind(walk->arena, walk->mark);
		code = fgb_read(walk->fgb, walk->next, walk->arena, &walk->feature, error);
		if (code)
			break;
		walk->place = walk->next++;
		*found = takes(walk);
		if (!*found)
			code = fgb_seek(walk->fgb, walk->box, &walk->next, error);
	}
	return code;
}

static enum error_code search_next(struct feature_walk *walk, bool *found, struct error *error)
{
	struct search search = {0, 0};
	enum error_code code;
	uint64_t spent;

	if (walk->patience_us == UINT64_MAX)
		return find_next(walk, &search, found, error);
	search = (struct search){clock_ms(), clock_cpu_us()};
	code = find_next(walk, &search, found, error);
	spent = clock_cpu_us() - search.cpu_us;
	walk->patience_us -= spent < walk->patience_us ? spent : walk->patience_us;
	return code;
}

enum error_code feature_walk_next(struct feature_walk *walk, const struct feature **feature,
				  struct error *error)
{
	enum error_code code;
	bool found;

	*feature = NULL;
	if (!walk->fgb || walk->paused)
		return ERROR_NONE;
	code = search_next(walk, &found, error);
	if (code || !found)
		return code;
	/* the points lie in the arena: they are this walk's to move */
	if (walk->transform && !walk->cuts)
		feature_move(&walk->feature, walk->transform);
	*feature = &walk->feature;
	return ERROR_NONE;
}

enum error_code feature_walk_check(const struct feature_walk *walk, struct error *error)
{
	if (!walk->fgb || fgb_is_unchanged(walk->fgb))
		return ERROR_NONE;
	return error_set(error, ERROR_INVALID, "level 0 was cut or written to while it was read");
}

uint64_t feature_walk_place(const struct feature_walk *walk)
{
	return walk->place;
}

bool feature_walk_is_paused(const struct feature_walk *walk)
{
	return walk->paused;
}

bool feature_walk_count(const struct feature_walk *walk, uint64_t *count)
{
	*count = walk->fgb ? fgb_feature_count(walk->fgb) : 0;
	return !walk->chooses;
}
