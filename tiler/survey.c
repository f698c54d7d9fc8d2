/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/arena.h"
#include "tiler/fgb.h"
#include "tiler/memory.h"

enum {
	FIRST_ROOM = 1 << 10, /* a power of two */
};

/* Ids seen: a table with open addressing, of ids + 1 so that 0 is an empty place. */
struct survey {
	uint64_t *seen;
	size_t room, count;
	bool last_seen; /* the one id of which id + 1 is 0 */
};

struct survey *survey_new(void)
{
	struct survey *survey = memory_zeroed(1, sizeof(*survey));

	survey->room = FIRST_ROOM;
	survey->seen = memory_zeroed(survey->room, sizeof(*survey->seen));
	return survey;
}

void survey_free(struct survey *survey)
{
	if (!survey)
		return;
	free(survey->seen);
	free(survey);
}

/* The place of KEY, or the empty one where it belongs. */
static uint64_t *place_of(const struct survey *survey, uint64_t key)
{
	size_t at = (size_t)((key * 0x9e3779b97f4a7c15) >> 20) & (survey->room - 1);

	while (survey->seen[at] && survey->seen[at] != key)
		at = (at + 1) & (survey->room - 1);
	return &survey->seen[at];
}

static void grow(struct survey *survey)
{
	struct survey larger = {.room = 2 * survey->room};

	larger.seen = memory_zeroed(larger.room, sizeof(*larger.seen));
	for (size_t i = 0; i < survey->room; i++)
		if (survey->seen[i])
			*place_of(&larger, survey->seen[i]) = survey->seen[i];
	free(survey->seen);
	survey->seen = larger.seen;
	survey->room = larger.room;
}

/* False: it was there. */
static bool see(struct survey *survey, uint64_t id)
{
	uint64_t *place;
	bool first;

	if (id == UINT64_MAX) {
		first = !survey->last_seen;
		survey->last_seen = true;
		return first;
	}
	place = place_of(survey, id + 1);
	if (*place)
		return false;
	*place = id + 1;
	if (++survey->count > survey->room / 4 * 3)
		grow(survey);
	return true;
}

static struct box box_of(const struct feature *feature)
{
	return box_of_geometries(feature->geometries, feature->geometry_count);
}

static struct flaw_example example_of(const struct feature *feature)
{
	struct box box = box_of(feature);

	return (struct flaw_example){
		.has_id = feature->has_id,
		.id = feature->id,
		.has_place = !box_is_empty(box),
		.place = {box.minx + (box.maxx - box.minx) / 2,
			  box.miny + (box.maxy - box.miny) / 2},
	};
}

void survey_add(struct survey *survey, const struct feature *feature, struct prepare_report *report)
{
	struct flaw_example example;

	if (!feature->has_id || see(survey, feature->id))
		return;
	example = example_of(feature);
	report_note(report, FLAW_DUPLICATE_ID, &example);
}

/* Degrees: registers round their areas of use to hundredths. */
static const double MARGIN = 0.01;

struct area {
	struct box box;
	struct transform *to_degrees;
	struct prepare_report *report;
};

static bool is_within(struct box area, struct point degrees)
{
	return degrees.x >= area.minx && degrees.x <= area.maxx && degrees.y >= area.miny &&
	       degrees.y <= area.maxy;
}

static enum error_code look_at(const struct feature *feature, void *context, struct error *error)
{
	struct area *area = context;
	struct flaw_count *count = &area->report->flaws[FLAW_OUT_OF_AREA];
	struct flaw_example example = example_of(feature);
	struct point degrees = example.place;

	(void)error;
	transform_forward(area->to_degrees, &degrees, 1);
	if (is_within(area->box, degrees))
		return ERROR_NONE;
	report_note(area->report, FLAW_OUT_OF_AREA, &example);
	if (example.id < count->example.id)
		count->example = example;
	return ERROR_NONE;
}

enum error_code survey_places(const char *path, const struct crs *crs, struct transform *to_degrees,
			      struct box bounds, struct prepare_report *report, struct error *error)
{
	static const struct box everywhere = {-INFINITY, -INFINITY, INFINITY, INFINITY};
	struct area area = {.to_degrees = to_degrees, .report = report};
	struct arena *arena;
	enum error_code code;
	struct fgb *fgb;

	if (box_is_empty(crs->area_of_use))
		return ERROR_NONE;
	area.box = (struct box){crs->area_of_use.minx - MARGIN, crs->area_of_use.miny - MARGIN,
				crs->area_of_use.maxx + MARGIN, crs->area_of_use.maxy + MARGIN};
	if (!box_is_empty(bounds) &&
	    is_within(area.box, (struct point){bounds.minx, bounds.miny}) &&
	    is_within(area.box, (struct point){bounds.maxx, bounds.maxy}))
		return ERROR_NONE;
	code = fgb_open(path, &fgb, error);
	if (code)
		return code;
	arena = arena_new();
	code = fgb_query(fgb, everywhere, arena, look_at, &area, error);
	arena_free(arena);
	fgb_close(fgb);
	return code;
}

void survey_examples(struct prepare_report *report, struct transform *to_degrees)
{
	for (int flaw = 0; flaw < FLAWS; flaw++) {
		struct flaw_example *example = &report->flaws[flaw].example;

		if (!example->has_place || flaw == FLAW_FAR_AWAY)
			continue;
		example->degrees = example->place;
		example->has_degrees = transform_forward(to_degrees, &example->degrees, 1) == 0;
	}
}
