/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/drawing.h"

#include <math.h>
#include <string.h>

#include "tiler/clip.h"
#include "tiler/mend.h"
#include "tiler/seam.h"
#include "tiler/snap.h"

static const double CUT = 1e-9; /* of a turn: how far to the sides of a cut the parts end */

/* What the source is drawn in: all of it, or its parts to both sides of where the map is cut. */
struct parts {
	struct box boxes[2];
	uint32_t count;
};

static struct parts parts_of(const struct lattice *lattice)
{
	struct box all = lattice->source, west = all, east = all;
	double cut = lattice->exact && lattice->transform ? transform_cut(lattice->transform)
							  : HUGE_VAL;
	double gap = cut == HUGE_VAL ? 0 : CUT * transform_girth(lattice->transform);

	west.maxx = cut - gap;
	east.minx = cut + gap;
	if (cut == HUGE_VAL || box_is_empty(west) || box_is_empty(east))
		return (struct parts){{all, all}, 1};
	return (struct parts){{west, east}, 2};
}

/* Takes out the points that have no image in the target CRS. */
static void drop_imageless(struct path *path)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		if (path->points[i].x != HUGE_VAL)
			path->points[kept++] = path->points[i];
	}
	path->count = kept;
}

static struct path projected(const struct lattice *lattice, struct path path, struct arena *arena)
{
	struct path out = {arena_alloc(arena, path.count * sizeof(*out.points)), path.count,
			   path.exterior};

	if (lattice_project(lattice, path.points, out.points, path.count))
		drop_imageless(&out);
	return out;
}

static uint32_t draw_points(const struct drawing *drawing, const struct geometry *geometry,
			    struct tile_path *out)
{
	struct arena *arena = drawing->arena;
	uint32_t count = 0;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		struct path path = clip_points(geometry->paths[i], drawing->lattice.source, arena);

		struct path image = {arena_alloc(arena, path.count * sizeof(*image.points)),
				     path.count, false};

		if (lattice_project_points(&drawing->lattice, path.points, image.points,
					   path.count))
			drop_imageless(&image);
		image = clip_points(image, drawing->clip, arena);
		if (image.count)
			out[count++] = snap_points(image, arena);
	}
	return count;
}

/* PATHS, of which COUNT are used, with room for MORE. */
static struct tile_path *with_room(struct tile_path *paths, uint32_t count, uint32_t more,
				   uint32_t *capacity, struct arena *arena)
{
	struct tile_path *grown;

	if (count + more <= *capacity)
		return paths;
	*capacity = 2 * (count + more);
	grown = arena_alloc(arena, *capacity * sizeof(*grown));
	if (count)
		memcpy(grown, paths, count * sizeof(*grown));
	return grown;
}

/* The pieces of one piece of a line that lies where the lattice is right. */
static struct tile_path *draw_line_piece(const struct drawing *drawing, struct path piece,
					 struct tile_path *paths, uint32_t *count,
					 uint32_t *capacity)
{
	struct arena *arena = drawing->arena;
	struct path *pieces;
	uint32_t piece_count;

	if (seam_concerns(&drawing->lattice)) {
		piece_count = seam_line(&drawing->lattice, piece, drawing->clip, arena, &pieces);
	} else {
		piece = lattice_densify(&drawing->lattice, piece, arena);
		piece = projected(&drawing->lattice, piece, arena);
		piece_count = clip_line(piece, drawing->clip, arena, &pieces);
	}
	paths = with_room(paths, *count, piece_count, capacity, arena);
	for (uint32_t i = 0; i < piece_count; i++) {
		paths[*count] = snap_line(pieces[i], arena);
		*count += paths[*count].count > 0;
	}
	return paths;
}

static uint32_t draw_lines(const struct drawing *drawing, const struct geometry *geometry,
			   struct tile_path **out)
{
	struct arena *arena = drawing->arena;
	struct parts parts = parts_of(&drawing->lattice);
	uint32_t count = 0, capacity = geometry->path_count;
	struct tile_path *paths = *out;

	for (uint32_t i = 0; i < parts.count * geometry->path_count; i++) {
		struct path *pieces;
		uint32_t piece_count = clip_line(geometry->paths[i / parts.count],
						 parts.boxes[i % parts.count], arena, &pieces);

		for (uint32_t k = 0; k < piece_count; k++)
			paths = draw_line_piece(drawing, pieces[k], paths, &count, &capacity);
	}
	*out = paths;
	return count;
}

static struct tile_path draw_ring(const struct drawing *drawing, struct path ring, struct box part)
{
	struct arena *arena = drawing->arena;
	struct tile_path none = {NULL, 0, ring.exterior};

	ring = clip_ring(ring, part, arena);
	if (ring.count < 4)
		return none;
	ring = lattice_densify(&drawing->lattice, ring, arena);
	ring = projected(&drawing->lattice, ring, arena);
	ring = clip_ring(ring, drawing->clip, arena);
	return ring.count < 4 ? none : snap_ring(ring, arena);
}

static void draw_rings_of_part(const struct drawing *drawing, const struct geometry *geometry,
			       struct box part, struct tile_rings *rings)
{
	bool polygon_kept = false;

	for (uint32_t i = 0; i < geometry->path_count; i++) {
		struct path ring = geometry->paths[i];
		struct tile_path drawn;

		if (!ring.exterior && !polygon_kept)
			continue;
		drawn = draw_ring(drawing, ring, part);
		if (ring.exterior)
			polygon_kept = drawn.count > 0;
		if (drawn.count)
			rings->rings[rings->count++] = drawn;
	}
}

static struct tile_rings draw_rings(const struct drawing *drawing, const struct geometry *geometry,
				    struct tile_path *room)
{
	struct parts parts = parts_of(&drawing->lattice);
	struct tile_rings rings = {room, 0};

	if (parts.count > 1)
		rings.rings = arena_alloc(drawing->arena,
					  2 * (size_t)geometry->path_count * sizeof(*rings.rings));
	for (uint32_t i = 0; i < parts.count; i++)
		draw_rings_of_part(drawing, geometry, parts.boxes[i], &rings);
	return rings;
}

/* The same, of polygons that may be cut by the map's seam. */
static struct tile_rings draw_cut_rings(const struct drawing *drawing,
					const struct geometry *geometry, struct tile_path *room)
{
	struct arena *arena = drawing->arena;
	struct tile_rings rings = {room, 0};
	struct path *inside = arena_alloc(arena, geometry->path_count * sizeof(*inside));
	uint32_t capacity = geometry->path_count, count;

	for (uint32_t first = 0, next; first < geometry->path_count; first = next) {
		struct path *pieces;

		count = 0;
		for (next = first; next == first ||
				   (next < geometry->path_count && !geometry->paths[next].exterior);
		     next++) {
			struct path ring = clip_ring(geometry->paths[next], drawing->lattice.source,
						     arena);

			if (ring.count >= 4 && (next == first || count > 0))
				inside[count++] = ring;
		}
		if (count)
			count = seam_polygon(&drawing->lattice, inside, count, drawing->clip, arena,
					     &pieces);
		rings.rings = with_room(rings.rings, rings.count, count, &capacity, arena);
		for (uint32_t i = 0; i < count; i++) {
			struct tile_path ring = snap_ring(pieces[i], arena);

			if (ring.count && (ring.exterior || rings.count))
				rings.rings[rings.count++] = ring;
		}
	}
	return rings;
}

static enum error_code draw_polygons(struct drawing *drawing, const struct geometry *geometry,
				     struct tile_path **out, uint32_t *count, struct error *error)
{
	struct arena *arena = drawing->arena;
	struct tile_rings rings = seam_concerns(&drawing->lattice)
					  ? draw_cut_rings(drawing, geometry, *out)
					  : draw_rings(drawing, geometry, *out);
	bool repaired = false;
	enum error_code code = mend_rings(drawing->repairer, &rings, arena, &repaired, error);

	drawing->repaired += repaired;
	if (!code && drawing->mask)
		code = mask_rings(drawing->mask, &rings, drawing->repairer, arena, error);
	*out = rings.rings;
	*count = rings.count;
	return code;
}

enum error_code drawing_geometry(struct drawing *drawing, const struct geometry *geometry,
				 struct tile_path **paths, uint32_t *count, struct error *error)
{
	struct arena *arena = drawing->arena;

	*paths = arena_alloc(arena, geometry->path_count * sizeof(**paths));
	*count = 0;
	switch (geometry->kind) {
	case GEOMETRY_POINT:
		*count = draw_points(drawing, geometry, *paths);
		break;
	case GEOMETRY_LINE:
		*count = draw_lines(drawing, geometry, paths);
		if (drawing->mask)
			*count = mask_lines(drawing->mask, paths, *count, arena);
		break;
	case GEOMETRY_POLYGON:
		return draw_polygons(drawing, geometry, paths, count, error);
	case GEOMETRY_MIXED:
		break;
	}
	return ERROR_NONE;
}
