/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/report.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

static const char *const flaw_names[FLAWS] = {
	[FLAW_SELF_INTERSECTION] = "self_intersection",
	[FLAW_RING_SELF_INTERSECTION] = "ring_self_intersection",
	[FLAW_HOLE_OUTSIDE] = "hole_outside",
	[FLAW_NESTED_HOLES] = "nested_holes",
	[FLAW_NESTED_SHELLS] = "nested_shells",
	[FLAW_CUT_INTERIOR] = "cut_interior",
	[FLAW_DUPLICATE_RINGS] = "duplicate_rings",
	[FLAW_FEW_RING_POINTS] = "few_ring_points",
	[FLAW_OTHERWISE_INVALID] = "otherwise_invalid",
	[FLAW_NOT_A_NUMBER] = "not_a_number",
	[FLAW_FAR_AWAY] = "far_away",
	[FLAW_FEW_POINTS] = "few_points",
	[FLAW_NESTED_DEEP] = "nested_deep",
	[FLAW_CURVES] = "curves",
	[FLAW_NO_AREA] = "no_area",
	[FLAW_UNREAD] = "unread",
	[FLAW_EMPTY] = "empty",
	[FLAW_LONG_TEXT] = "long_text",
	[FLAW_DUPLICATE_ID] = "duplicate_id",
	[FLAW_OUT_OF_AREA] = "out_of_area",
};

static const char *const loss_names[LOSSES] = {
	[LOSS_CROWDED] = "crowded",
	[LOSS_SHORT] = "short",
	[LOSS_SMALL] = "small",
	[LOSS_MERGED] = "merged",
	[LOSS_OVER_BUDGET] = "over_budget",
};

void report_note(struct prepare_report *report, enum flaw flaw, const struct flaw_example *example)
{
	struct flaw_count *count = &report->flaws[flaw];

	report->repaired += flaw_is_repaired(flaw);
	report->unreadable += flaw_is_unreadable(flaw);
	report->without_geometry += flaw == FLAW_EMPTY;
	if (count->features++)
		return;
	count->example = *example;
	count->example.detail = memory_text(example->detail);
}

void report_release(struct prepare_report *report)
{
	for (int flaw = 0; flaw < FLAWS; flaw++)
		free(report->flaws[flaw].example.detail);
	*report = (struct prepare_report){0};
}

const char *flaw_name(enum flaw flaw)
{
	return flaw_names[flaw];
}

const char *loss_name(enum loss loss)
{
	assert(loss < LOSSES);
	return loss_names[loss];
}

enum flaw flaw_of_geos(const char *text, struct point *place, bool *has_place)
{
	static const struct {
		const char *words;
		enum flaw flaw;
	} reasons[] = {
		{"Ring Self-intersection", FLAW_RING_SELF_INTERSECTION},
		{"Self-intersection", FLAW_SELF_INTERSECTION},
		{"Hole lies outside shell", FLAW_HOLE_OUTSIDE},
		{"Holes are nested", FLAW_NESTED_HOLES},
		{"Nested shells", FLAW_NESTED_SHELLS},
		{"Interior is disconnected", FLAW_CUT_INTERIOR},
		{"Duplicate Rings", FLAW_DUPLICATE_RINGS},
		{"Too few points", FLAW_FEW_RING_POINTS},
	};
	static const char near[] = "at or near point ";
	const char *at = strstr(text, near);
	char *end, *last;

	*has_place = false;
	if (at) {
		place->x = strtod(at + strlen(near), &end);
		place->y = strtod(end, &last);
		*has_place = end > at + strlen(near) && last > end && isfinite(place->x) &&
			     isfinite(place->y);
	}
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strncmp(text, reasons[i].words, strlen(reasons[i].words)) == 0)
			return reasons[i].flaw;
	return FLAW_OTHERWISE_INVALID;
}
