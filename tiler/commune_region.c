/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/commune_outline.h"
#include "tiler/memory.h"

/* The geometries of the features of one code: in the data, a commune may be in several parts. */
struct parts {
	struct geometry *geometries;
	uint32_t count, capacity;
};

static void add_parts(struct parts *parts, const struct feature *feature)
{
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		if (feature->geometries[i].kind != GEOMETRY_POLYGON)
			continue;
		if (parts->count == parts->capacity) {
			parts->capacity = parts->capacity ? 2 * parts->capacity : 8;
			parts->geometries = memory_resize(parts->geometries, parts->capacity,
							  sizeof(*parts->geometries));
		}
		parts->geometries[parts->count++] = feature->geometries[i];
	}
}

bool commune_outline_has(const struct commune_outline *outline, const struct feature *feature)
{
	char code[COMMUNE_CODE_SIZE];

	return commune_code_of(&feature->values[outline->code_column], code) &&
	       strcmp(code, outline->code) == 0;
}

/* What it finds stays in ARENA. */
static enum error_code find_parts(const struct commune_outline *outline, struct arena *arena,
				  struct parts *parts, struct error *error)
{
	const struct fgb *fgb = outline->prepared->levels[0].fgb;
	struct feature feature;
	uint64_t index = 0;
	enum error_code code = fgb_seek(fgb, outline->box, &index, error);

	while (!code && index < fgb_feature_count(fgb)) {
		struct arena_mark mark = arena_mark(arena);

		code = fgb_read(fgb, index++, arena, &feature, error);
		if (!code && commune_outline_has(outline, &feature))
			add_parts(parts, &feature);
		else
			arena_rewind(arena, mark);
		if (!code)
			code = fgb_seek(fgb, outline->box, &index, error);
	}
	return code;
}

static enum error_code move_to(const struct region *whole, const struct commune_outline *outline,
			       const struct prepared *theme, struct transforms *transforms,
			       struct region **region, struct error *error)
{
	struct transform *transform = NULL;
	enum error_code code = transforms_get(transforms, outline->prepared->crs, theme->crs,
					      &transform, error);

	return code ? code
		    : region_moved(whole, transform, theme->crs, theme->extent, region, error);
}

enum error_code commune_outline_region(const struct commune_outline *outline,
				       const struct prepared *theme, struct transforms *transforms,
				       struct arena *arena, struct region **region,
				       struct error *error)
{
	struct arena_mark mark = arena_mark(arena);
	struct parts parts = {NULL, 0, 0};
	struct region *whole = NULL;
	enum error_code code = find_parts(outline, arena, &parts, error);

	if (!code)
		code = region_of_geometries(parts.geometries, parts.count, &whole, error);
	free(parts.geometries);
	arena_rewind(arena, mark);
	if (code || crs_equal(outline->prepared->crs, theme->crs)) {
		*region = whole;
		return code;
	}
	code = move_to(whole, outline, theme, transforms, region, error);
	region_free(whole);
	return code;
}
