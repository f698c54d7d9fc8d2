/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/seam.h"

#include <math.h>
#include <string.h>

#include "tiler/clip.h"

/* Between neighbours of a path, in turns: more is near a pole, where the path must be looked at
 * more closely to tell on which side of it it goes. */
static const double LEAP_MOST = 1.0 / 8;
/* Tile units: how long a piece is not to be looked at, and how far the image of its middle may be
 * from the middle of its image. */
static const double SHORT = 8, STRAY_MOST = 0.2;
/* Turns, on either map: what is longer is halved at any rate. */
static const double LONG = 1.0 / 32;
enum {
	HALVINGS_MOST = 24, /* to get away from a pole */
	HALVINGS_LEAST = 16 /* what is then left of them when pieces only bend */
};

/* A path in tile units that goes on beyond the seam. Of a ring: how many turns eastward it makes,
 * and whether it goes counterclockwise on the source's map. */
struct walk {
	struct path path;
	uint32_t capacity;
	double turns;
	bool counterclockwise;
	struct box box;
};

static void walk_to(struct walk *walk, struct point point, struct arena *arena)
{
	if (walk->path.count == walk->capacity) {
		struct point *grown;

		walk->capacity = 2 * walk->capacity + 16;
		grown = arena_alloc(arena, walk->capacity * sizeof(*grown));
		if (walk->path.count)
			memcpy(grown, walk->path.points, walk->path.count * sizeof(*grown));
		walk->path.points = grown;
	}
	walk->path.points[walk->path.count++] = point;
	walk->box = box_include(walk->box, point);
}

static double nearest_turn(const struct lattice *lattice, double x, double near)
{
	return x - lattice->turn * round((x - near) / lattice->turn);
}

/* From A, which the walk has come to, to B, whose image is IMAGE. */
static void walk_segment(struct walk *walk, const struct lattice *lattice, struct point a,
			 struct point b, struct point image, int halvings, struct arena *arena)
{
	struct point last = walk->path.points[walk->path.count - 1];
	struct point middle = {(a.x + b.x) / 2, (a.y + b.y) / 2}, seen = middle;
	double length;
	bool leaps, is_straight;

	image.x = nearest_turn(lattice, image.x, last.x);
	leaps = fabs(image.x - last.x) > LEAP_MOST * lattice->turn ||
		hypot(b.x - a.x, b.y - a.y) > LONG * transform_girth(lattice->transform);
	length = fmax(fabs(image.x - last.x), fabs(image.y - last.y));
	if ((length < SHORT && !leaps) || halvings < (leaps ? 1 : HALVINGS_LEAST) ||
	    lattice_project(lattice, &seen, &seen, 1) > 0) {
		walk_to(walk, image, arena);
		return;
	}
	seen.x = nearest_turn(lattice, seen.x, last.x);
	is_straight = hypot(seen.x - (last.x + image.x) / 2, seen.y - (last.y + image.y) / 2) <
		      STRAY_MOST;
	if (is_straight && !leaps && length < LONG * lattice->turn) {
		walk_to(walk, image, arena);
		return;
	}
	walk_segment(walk, lattice, a, middle, seen, halvings - 1, arena);
	walk_segment(walk, lattice, middle, b, image, halvings - 1, arena);
}

/* Points without an image, poles for the most part, are passed by. */
static struct walk walk_path(const struct lattice *lattice, struct path path, struct arena *arena)
{
	struct walk walk = {.path.exterior = path.exterior, .box = box_empty()};
	struct point *images, last = {0, 0};

	path = lattice_densify(lattice, path, arena);
	images = arena_alloc(arena, path.count * sizeof(*images));
	lattice_project(lattice, path.points, images, path.count);
	for (uint32_t i = 0; i < path.count; i++) {
		if (images[i].x == HUGE_VAL)
			continue;
		if (walk.path.count)
			walk_segment(&walk, lattice, last, path.points[i], images[i], HALVINGS_MOST,
				     arena);
		else
			walk_to(&walk, images[i], arena);
		last = path.points[i];
	}
	return walk;
}

static bool is_counterclockwise(struct path ring)
{
	struct point origin = ring.points[0];
	double area = 0;

	for (uint32_t i = 1; i < ring.count; i++) {
		struct point a = ring.points[i - 1], b = ring.points[i];

		area += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	return area > 0;
}

static struct walk walk_ring(const struct lattice *lattice, struct path ring, struct arena *arena)
{
	struct walk walk = walk_path(lattice, ring, arena);
	struct point first, last;

	if (!walk.path.count)
		return walk;
	first = walk.path.points[0], last = walk.path.points[walk.path.count - 1];
	walk.turns = round((last.x - first.x) / lattice->turn);
	first.x += walk.turns * lattice->turn;
	if (first.x != last.x || first.y != last.y)
		walk_to(&walk, first, arena);
	walk.counterclockwise = is_counterclockwise(ring);
	return walk;
}

/* The path, BY units farther east. */
static struct path turned(struct path path, double by, struct arena *arena)
{
	struct path out = {arena_alloc(arena, path.count * sizeof(*out.points)), path.count,
			   path.exterior};

	for (uint32_t i = 0; i < path.count; i++)
		out.points[i] = (struct point){path.points[i].x + by, path.points[i].y};
	return out;
}

/* The turns, by how many units each, that bring some of BOX into CLIP. */
struct turn_range {
	double first, last;
};

static struct turn_range turns_into(const struct lattice *lattice, struct box box, struct box clip)
{
	return (struct turn_range){ceil((clip.minx - box.maxx) / lattice->turn) * lattice->turn,
				   floor((clip.maxx - box.minx) / lattice->turn) * lattice->turn};
}

/* What a ring round a pole goes round: all between it and the pole. Its turns follow each other to
 * beyond both sides of CLIP, where it is led to the pole. Of a ring that goes counterclockwise, the
 * inside is to its left: north, where it goes east. */
static struct path cap_of(const struct lattice *lattice, const struct walk *walk, struct box clip,
			  struct arena *arena)
{
	double stride = walk->turns * lattice->turn;
	double outward = stride > 0 ? floor((clip.minx - walk->box.maxx) / stride)
				    : floor((clip.maxx - walk->box.minx) / stride);
	double homeward = stride > 0 ? ceil((clip.maxx - walk->box.minx) / stride)
				     : ceil((clip.minx - walk->box.maxx) / stride);
	bool north = (walk->turns > 0) == walk->counterclockwise;
	double pole = north ? fmax(fmin(walk->box.miny, clip.miny) - 1, lattice->north)
			    : fmin(fmax(walk->box.maxy, clip.maxy) + 1, lattice->south);
	uint32_t laps = (uint32_t)(homeward - outward) + 1, steps = walk->path.count - 1;
	struct path out = {NULL, 0, walk->path.exterior};

	out.points = arena_alloc(arena, ((size_t)laps * steps + 4) * sizeof(*out.points));
	for (uint32_t lap = 0; lap < laps; lap++) {
		for (uint32_t i = 0; i < steps + (lap + 1 == laps); i++) {
			struct point point = walk->path.points[i];

			point.x += (outward + lap) * stride;
			out.points[out.count++] = point;
		}
	}
	out.points[out.count] = (struct point){out.points[out.count - 1].x, pole};
	out.points[out.count + 1] = (struct point){out.points[0].x, pole};
	out.points[out.count + 2] = out.points[0];
	out.count += 3;
	return clip_ring(out, clip, arena);
}

bool seam_concerns(const struct lattice *lattice)
{
	return lattice->turn > 0;
}

uint32_t seam_line(const struct lattice *lattice, struct path line, struct box clip,
		   struct arena *arena, struct path **pieces)
{
	struct walk walk = walk_path(lattice, line, arena);
	struct turn_range range = turns_into(lattice, walk.box, clip);
	uint32_t count = 0;

	*pieces = NULL;
	for (double turn = range.first; turn <= range.last; turn += lattice->turn) {
		struct path *found, *all;
		uint32_t more = clip_line(turned(walk.path, turn, arena), clip, arena, &found);

		if (!more)
			continue;
		all = arena_alloc(arena, (count + more) * sizeof(*all));
		if (count)
			memcpy(all, *pieces, count * sizeof(*all));
		memcpy(all + count, found, more * sizeof(*all));
		*pieces = all;
		count += more;
	}
	return count;
}

static void add(struct path piece, struct path *pieces, uint32_t *count)
{
	if (piece.count >= 4)
		pieces[(*count)++] = piece;
}

/* The hole among the turns where its exterior is. */
static void bring_into(const struct lattice *lattice, struct walk *hole, struct box exterior,
		       struct arena *arena)
{
	double by = ceil((exterior.minx - hole->box.minx) / lattice->turn - LEAP_MOST) *
		    lattice->turn;

	if (by == 0)
		return;
	hole->path = turned(hole->path, by, arena);
	hole->box.minx += by;
	hole->box.maxx += by;
}

/* RINGS, COUNT of them, as they are in each turn that the first of them shows in. */
static void draw_turns(const struct lattice *lattice, const struct walk *rings, uint32_t count,
		       struct box clip, struct arena *arena, struct path *pieces, uint32_t *drawn)
{
	struct turn_range range = turns_into(lattice, rings[0].box, clip);

	for (double turn = range.first; turn <= range.last; turn += lattice->turn) {
		uint32_t before = *drawn;

		for (uint32_t i = 0; i < count && (i == 0 || *drawn > before); i++) {
			if (rings[i].turns == 0 && rings[i].path.count >= 4)
				add(clip_ring(turned(rings[i].path, turn, arena), clip, arena),
				    pieces, drawn);
		}
	}
}

static uint32_t turn_count(const struct lattice *lattice, struct box box, struct box clip)
{
	return 2 + (uint32_t)((box.maxx - box.minx + clip.maxx - clip.minx) / lattice->turn);
}

uint32_t seam_polygon(const struct lattice *lattice, const struct path *rings, uint32_t count,
		      struct box clip, struct arena *arena, struct path **pieces)
{
	struct walk *walks = arena_alloc(arena, count * sizeof(*walks));
	uint32_t drawn = 0, most = 0;

	for (uint32_t i = 0; i < count; i++) {
		walks[i] = walk_ring(lattice, rings[i], arena);
		if (walks[0].path.count < 4)
			return 0;
		if (walks[i].path.count)
			most += turn_count(lattice, walks[i].box, clip);
		if (i > 0 && walks[i].path.count)
			bring_into(lattice, &walks[i], walks[0].box, arena);
	}
	*pieces = arena_alloc(arena, (size_t)most * count * sizeof(**pieces));
	if (walks[0].turns == 0) {
		draw_turns(lattice, walks, count, clip, arena, *pieces, &drawn);
		return drawn;
	}
	for (uint32_t i = 0; i < count && (i == 0 || drawn > 0); i++) {
		if (walks[i].turns != 0)
			add(cap_of(lattice, &walks[i], clip, arena), *pieces, &drawn);
		else if (walks[i].path.count)
			draw_turns(lattice, &walks[i], 1, clip, arena, *pieces, &drawn);
	}
	return drawn;
}
