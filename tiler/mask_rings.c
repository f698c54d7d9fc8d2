/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mask.h"

#include <string.h>

#include "tiler/mend.h"

static void add_rings(struct tile_rings *rings, const struct tile_path *more, uint32_t count)
{
	memcpy(rings->rings + rings->count, more, count * sizeof(*more));
	rings->count += count;
}

/* What of RINGS lies inside and what reaches over the border, polygon by polygon; OVER is the box
 * of the latter. */
struct sorted {
	struct tile_rings inside, over;
	struct box box;
};

static struct sorted sort_polygons(struct mask *mask, struct tile_rings rings, struct arena *arena)
{
	size_t size = rings.count * sizeof(*rings.rings);
	struct sorted sorted = {
		{arena_alloc(arena, size), 0}, {arena_alloc(arena, size), 0}, box_empty()};

	for (uint32_t first = 0, next; first < rings.count; first = next) {
		struct arena_mark mark = arena_mark(arena);
		struct box box = box_of_tile_points(rings.rings[first].points,
						    rings.rings[first].count);
		struct geometry part;
		enum mask_answer answer = mask_look(mask, box, arena, &part);

		arena_rewind(arena, mark);
		for (next = first + 1; next < rings.count && !rings.rings[next].exterior;)
			next++;
		if (answer == MASK_INSIDE)
			add_rings(&sorted.inside, rings.rings + first, next - first);
		if (answer != MASK_BORDER)
			continue;
		add_rings(&sorted.over, rings.rings + first, next - first);
		sorted.box = box_union(sorted.box, box);
	}
	return sorted;
}

static struct tile_rings snapped(const struct geometry *part, struct arena *arena)
{
	struct tile_rings rings = {arena_alloc(arena, part->path_count * sizeof(*rings.rings)), 0};

	for (uint32_t i = 0; i < part->path_count; i++) {
		struct tile_path ring = snap_ring(part->paths[i], arena);

		if (ring.count)
			rings.rings[rings.count++] = ring;
	}
	return rings;
}

enum error_code mask_rings(struct mask *mask, struct tile_rings *rings, struct repairer *repairer,
			   struct arena *arena, struct error *error)
{
	struct sorted sorted = sort_polygons(mask, *rings, arena);
	struct tile_rings cut = sorted.over;
	struct geometry part;
	enum error_code code = ERROR_NONE;
	bool repaired;

	/* their box is on the border, too, since a part of it is */
	if (cut.count && mask_look(mask, sorted.box, arena, &part) == MASK_BORDER)
		code = meet_rings(repairer, &cut, snapped(&part, arena), arena, error);
	if (code)
		return code;
	rings->count = 0;
	rings->rings = arena_alloc(arena,
				   (cut.count + sorted.inside.count) * sizeof(*rings->rings));
	add_rings(rings, sorted.inside.rings, sorted.inside.count);
	add_rings(rings, cut.rings, cut.count);
	/* the cut moves edges by half a unit: neighbours may touch now that did not */
	if (!cut.count || !sorted.inside.count)
		return ERROR_NONE;
	return mend_rings(repairer, rings, arena, &repaired, error);
}
