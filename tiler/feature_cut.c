/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/feature_cut.h"

#include <string.h>

enum error_code feature_cut_init(struct feature_cut *cut, const struct commune_outline *outline,
				 const struct prepared *theme, double step,
				 struct transforms *transforms, struct arena *arena,
				 struct error *error)
{
	struct error reason;
	enum error_code code;

	*cut = (struct feature_cut){.step = step};
	code = commune_outline_region(outline, theme, transforms, arena, &cut->ground, &reason);
	if (code == ERROR_NOT_FOUND)
		return ERROR_NONE;
	if (code && error)
		*error = reason;
	return code;
}

void feature_cut_release(struct feature_cut *cut)
{
	region_free(cut->ground);
}

void feature_move(struct feature *feature, struct transform *transform)
{
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		for (uint32_t k = 0; k < geometry->path_count; k++)
			(void)transform_forward(transform, geometry->paths[k].points,
						geometry->paths[k].count);
	}
}

static enum region_share share_of(struct feature_cut *cut, struct geometry *geometry,
				  struct arena *arena)
{
	if (geometry->kind == GEOMETRY_POINT)
		return REGION_ALL;
	return cut->ground ? region_cut(cut->ground, geometry, arena) : REGION_NOTHING;
}

/* What is left of FEATURE; PARTS: of each geometry that is, whether it was cut. */
static void cut_out(struct feature_cut *cut, struct feature *feature, bool parts[GEOMETRY_KINDS],
		    struct arena *arena)
{
	uint32_t count = feature->geometry_count;
	struct geometry *left = arena_alloc(arena, (count ? count : 1) * sizeof(*left));

	feature->geometry_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct geometry geometry = feature->geometries[i];
		enum region_share share = share_of(cut, &geometry, arena);

		if (share == REGION_NOTHING)
			continue;
		parts[feature->geometry_count] = share == REGION_PART;
		left[feature->geometry_count++] = geometry;
	}
	feature->geometries = left;
}

/* The same once its coordinates are rounded, which may leave nothing of slivers. */
static void round_parts(struct feature_cut *cut, struct feature *feature,
			const bool parts[GEOMETRY_KINDS], struct arena *arena)
{
	uint32_t count = feature->geometry_count;
	struct geometry *left = arena_alloc(arena, (count ? count : 1) * sizeof(*left));

	feature->geometry_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct geometry geometry = feature->geometries[i];

		if (parts[i] && !region_round(cut->ground, &geometry, cut->step, arena))
			continue;
		left[feature->geometry_count++] = geometry;
	}
	feature->geometries = left;
}

bool feature_cut_apply(struct feature_cut *cut, struct feature *feature,
		       struct transform *transform, struct arena *arena)
{
	bool parts[GEOMETRY_KINDS] = {false};

	cut_out(cut, feature, parts, arena);
	if (transform)
		feature_move(feature, transform);
	round_parts(cut, feature, parts, arena);
	return feature->geometry_count > 0;
}
