/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_feature.h"

#include <string.h>

/* All points of a feature are one path, as in its file. */
static struct geometry join_points(const struct geometry *parts, uint64_t count,
				   struct arena *arena)
{
	struct path *path = arena_alloc(arena, sizeof(*path));

	*path = (struct path){arena_alloc(arena, count * sizeof(*path->points)), 0, false};
	for (uint64_t i = 0; i < count; i++) {
		if (parts[i].kind == GEOMETRY_POINT)
			path->points[path->count++] = parts[i].paths[0].points[0];
	}
	return (struct geometry){GEOMETRY_POINT, path->count > 0, path};
}

static struct geometry join_paths(const struct geometry *parts, uint64_t count,
				  enum geometry_kind kind, struct arena *arena)
{
	struct geometry whole = {.kind = kind};
	uint64_t paths = 0;

	for (uint64_t i = 0; i < count; i++)
		paths += parts[i].kind == kind ? parts[i].path_count : 0;
	whole.paths = arena_alloc(arena, paths * sizeof(*whole.paths));
	for (uint64_t i = 0; i < count; i++) {
		if (parts[i].kind != kind)
			continue;
		memcpy(whole.paths + whole.path_count, parts[i].paths,
		       parts[i].path_count * sizeof(*whole.paths));
		whole.path_count += parts[i].path_count;
	}
	return whole;
}

uint32_t level_feature(const struct level_look *look, const uint64_t *shapes, uint64_t count,
		       struct arena *arena, struct geometry geometries[GEOMETRY_KINDS - 1])
{
	struct geometry *parts = arena_alloc(arena, count * sizeof(*parts));
	uint64_t shown = 0;
	uint32_t kinds = 0;

	for (uint64_t i = 0; i < count; i++)
		shown += level_shape(look, shapes[i], arena, &parts[shown]);
	if (shown == 1) {
		geometries[0] = parts[0];
		return 1;
	}
	for (int kind = GEOMETRY_POINT; kind <= GEOMETRY_POLYGON; kind++) {
		geometries[kinds] = kind == GEOMETRY_POINT
					    ? join_points(parts, shown, arena)
					    : join_paths(parts, shown, (enum geometry_kind)kind,
							 arena);
		kinds += geometries[kinds].path_count > 0;
	}
	return kinds;
}
