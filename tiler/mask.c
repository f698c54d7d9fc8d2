/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mask.h"

#include <string.h>

#include "tiler/clip.h"

/* A quadtree of boxes that overlap, so that what is small finds a small one; made as it is asked.
 * Each place has the outline as it is in its box, cut out of that of the place around it. How much
 * of a box is in the mask is told by the area of the rings that the cut leaves, holes and parts
 * joined along the sides of the box and all. */

static const double OVERLAP = 0.125; /* of its width, by which a quarter is wider at each side */
static const double AROUND = 1;	     /* units around a box that are looked at with it */
static const double NOTHING = 0.01;  /* square units, doubled: less is a rounding error */

enum {
	POINTS_FEW = 24, /* of an outline: it is not worth to look for a smaller place */
};

struct place {
	struct box box;
	enum mask_answer answer;
	struct geometry part; /* of a border */
	uint32_t points;
	struct place *quarters[4]; /* NULL: not asked yet */
};

struct mask {
	struct arena *arena;
	struct place *whole;
};

/* What is left of WHOLE in BOX. */
static enum mask_answer cut_out(const struct geometry *whole, struct box box, struct arena *arena,
				struct geometry *part)
{
	double room = 2 * (box.maxx - box.minx) * (box.maxy - box.miny), area = 0;

	part->kind = GEOMETRY_POLYGON;
	part->path_count = 0;
	part->paths = arena_alloc(arena, whole->path_count * sizeof(*part->paths));
	for (uint32_t i = 0; i < whole->path_count; i++) {
		struct path ring = clip_ring(whole->paths[i], box, arena);

		if (ring.count < 4)
			continue;
		part->paths[part->path_count++] = ring;
		area += 2 * path_area(ring);
	}
	if (area <= NOTHING)
		return MASK_OUTSIDE;
	return area >= room - NOTHING ? MASK_INSIDE : MASK_BORDER;
}

static struct place *place_new(struct box box, const struct geometry *around, struct arena *arena)
{
	struct place *place = arena_alloc(arena, sizeof(*place));

	*place = (struct place){.box = box};
	place->answer = cut_out(around, box, arena, &place->part);
	for (uint32_t i = 0; i < place->part.path_count; i++)
		place->points += place->part.paths[i].count;
	return place;
}

struct mask *mask_new(struct tile_rings rings, struct box clip, struct arena *arena)
{
	struct mask *mask = arena_alloc(arena, sizeof(*mask));
	struct geometry all = {GEOMETRY_POLYGON, rings.count,
			       arena_alloc(arena, rings.count * sizeof(*all.paths))};

	for (uint32_t r = 0; r < rings.count; r++) {
		const struct tile_path *ring = &rings.rings[r];
		struct path path = {arena_alloc(arena, (ring->count + 1) * sizeof(*path.points)),
				    ring->count + 1, ring->exterior};

		for (uint32_t i = 0; i <= ring->count; i++) {
			struct tile_point point = ring->points[i == ring->count ? 0 : i];

			path.points[i] = (struct point){point.x, point.y};
		}
		all.paths[r] = path;
	}
	*mask = (struct mask){arena, place_new(box_grown(clip, AROUND), &all, arena)};
	return mask;
}

/* The quarter of PLACE that holds BOX; NULL: none does. */
static struct place *quarter_of(struct mask *mask, struct place *place, struct box box)
{
	double width = (place->box.maxx - place->box.minx) * (0.5 + OVERLAP);
	double height = (place->box.maxy - place->box.miny) * (0.5 + OVERLAP);
	bool east = box.minx + box.maxx > place->box.minx + place->box.maxx;
	bool north = box.miny + box.maxy > place->box.miny + place->box.maxy;
	struct place **quarter = &place->quarters[2 * north + east];
	struct box there = place->box;

	if (east)
		there.minx = there.maxx - width;
	else
		there.maxx = there.minx + width;
	if (north)
		there.miny = there.maxy - height;
	else
		there.maxy = there.miny + height;
	if (!box_contains(there, box))
		return NULL;
	if (!*quarter)
		*quarter = place_new(there, &place->part, mask->arena);
	return *quarter;
}

enum mask_answer mask_look(struct mask *mask, struct box box, struct arena *arena,
			   struct geometry *part)
{
	struct place *place = mask->whole, *quarter;

	box = box_grown(box, AROUND);
	while (place->answer == MASK_BORDER && place->points > POINTS_FEW) {
		quarter = quarter_of(mask, place, box);
		if (!quarter)
			break;
		place = quarter;
	}
	if (place->answer != MASK_BORDER)
		return place->answer;
	return cut_out(&place->part, box, arena, part);
}
