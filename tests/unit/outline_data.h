/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* Outlines of shapes made up on the fly, and a mosaic of polygons that share their borders. To be
 * included behind cmocka.h. */

#include <math.h>

#include "ogr_data.h"
#include "shapes.h"
#include "tiler/fgb_writer.h"
#include "tiler/outline.h"

struct drawn_outline {
	struct fgb *fgb;
	struct outline *outline;
	uint32_t *shapes; /* by number of the feature as it was given: its first shape */
};

struct id_search {
	uint32_t *shapes;
	uint32_t shape;
};

static inline enum error_code note_id(const struct feature *feature, void *context,
				      struct error *error)
{
	struct id_search *search = context;

	(void)error;
	search->shapes[feature->id] = search->shape;
	return ERROR_NONE;
}

static inline void write_shapes(const char *path, enum geometry_kind kind,
				const struct geometry *shapes, uint32_t count)
{
	struct crs *crs = NULL;
	struct fgb_writer *writer = NULL;
	struct fgb_writer_layout layout = {.layer = "shapes", .kind = kind};
	struct error error;

	assert_int_equal(crs_new("EPSG:3948", &crs, &error), ERROR_NONE);
	layout.crs = crs;
	assert_int_equal(fgb_writer_new(path, &layout, &writer, &error), ERROR_NONE);
	for (uint32_t i = 0; i < count; i++) {
		struct feature feature = {
			.id = i, .has_id = true, .geometry_count = 1, .geometries = &shapes[i]};

		assert_int_equal(fgb_writer_add(writer, &feature, &error), ERROR_NONE);
	}
	assert_int_equal(fgb_writer_finish(writer, &error), ERROR_NONE);
	crs_free(crs);
}

/* The outline of SHAPES, a feature each, through a file in FOLDER as a level is read. */
static inline struct drawn_outline outline_of(const char *folder, enum geometry_kind kind,
					      const struct geometry *shapes, uint32_t count)
{
	char *path = memory_print("%s/shapes.fgb", folder);
	struct drawn_outline drawn = {.shapes = memory_zeroed(count, sizeof(uint32_t))};
	struct arena *arena = arena_new();
	struct error error;

	write_shapes(path, kind, shapes, count);
	assert_int_equal(fgb_open(path, &drawn.fgb, &error), ERROR_NONE);
	assert_int_equal(outline_new(drawn.fgb, NULL, &drawn.outline, &error), ERROR_NONE);
	assert_int_equal(drawn.outline->feature_count, count);
	for (uint32_t s = (uint32_t)drawn.outline->shape_count; s-- > 0;) {
		struct id_search search = {drawn.shapes, s};
		uint64_t place = drawn.outline->places[drawn.outline->shapes[s].feature];

		assert_int_equal(fgb_visit_at(drawn.fgb, place, arena, note_id, &search, &error),
				 ERROR_NONE);
		arena_reset(arena);
	}
	arena_free(arena);
	free(path);
	return drawn;
}

static inline void drawn_outline_release(struct drawn_outline *drawn)
{
	outline_free(drawn->outline);
	fgb_close(drawn->fgb);
	free(drawn->shapes);
}

/* "x y, x y | x y, x y": paths; of a polygon, those after "/" are holes. */
static inline struct geometry shape_of(struct arena *arena, enum geometry_kind kind,
				       const char *text)
{
	struct geometry shape = {kind, 0, arena_alloc(arena, 64 * sizeof(*shape.paths))};
	bool exterior = true;

	while (*text) {
		size_t length = strcspn(text, "|/");
		char *one = arena_alloc(arena, length + 1);
		struct path *path = &shape.paths[shape.path_count++];

		memcpy(one, text, length);
		one[length] = '\0';
		*path = path_of(arena, one);
		path->exterior = exterior;
		if (kind == GEOMETRY_POLYGON)
			path->points[path->count++] = path->points[0];
		exterior = text[length] == '|';
		text += length + (text[length] != '\0');
	}
	return shape;
}

/* A mosaic: SIDE x SIDE polygons of about a hundred metres whose borders wind, with an enclave in
 * the middle of every fifth. Each polygon begins where it likes and is wound as it likes. */
enum {
	MOSAIC_TILE = 100,
	MOSAIC_WINDINGS = 12,
	MOSAIC_ENCLAVE = 20 /* corners */
};

struct mosaic {
	struct geometry *shapes; /* in rows; then the enclaves */
	uint32_t count;
};

static inline struct point mosaic_corner(uint64_t seed, uint32_t column, uint32_t row)
{
	struct chance chance = {seed ^ ((uint64_t)column << 32 | row)};
	double x = chance_between(&chance, -15, 15), y = chance_between(&chance, -15, 15);

	return (struct point){1350000 + column * MOSAIC_TILE + x, 7220000 + row * MOSAIC_TILE + y};
}

/* Appends the border from corner to corner without its end; the same either way. */
static inline void mosaic_border(struct path *ring, uint64_t seed, const uint32_t from[2],
				 const uint32_t to[2])
{
	bool back = to[0] < from[0] || to[1] < from[1];
	const uint32_t *first = back ? to : from, *last = back ? from : to;
	struct point a = mosaic_corner(seed, first[0], first[1]);
	struct point b = mosaic_corner(seed, last[0], last[1]);
	struct chance chance = {seed * 31 ^ ((uint64_t)first[0] << 40 | (uint64_t)first[1] << 8 |
					     (last[0] > first[0]))};
	struct point points[MOSAIC_WINDINGS + 1];

	points[0] = back ? b : a;
	for (uint32_t k = 1; k <= MOSAIC_WINDINGS; k++) {
		double t = (double)k / (MOSAIC_WINDINGS + 1);
		double off = chance_between(&chance, -0.1, 0.1) * sin(t * 3.14159265);

		points[back ? MOSAIC_WINDINGS + 1 - k : k] = (struct point){
			a.x + t * (b.x - a.x) - off * (b.y - a.y),
			a.y + t * (b.y - a.y) + off * (b.x - a.x)};
	}
	for (uint32_t k = 0; k <= MOSAIC_WINDINGS; k++)
		ring->points[ring->count++] = points[k];
}

/* Closes an open ring, from another start and maybe the other way round. */
static inline void mosaic_turn(struct arena *arena, struct chance *chance, struct path *ring)
{
	struct point *turned = arena_alloc(arena, (ring->count + 1) * sizeof(*turned));
	uint32_t start = chance_below(chance, ring->count);
	bool back = chance_below(chance, 2);

	for (uint32_t i = 0; i <= ring->count; i++)
		turned[i] = ring->points[(start + (back ? ring->count - i : i)) % ring->count];
	ring->points = turned;
	ring->count++;
}

static inline struct path mosaic_enclave(struct arena *arena, struct chance *chance, uint64_t seed,
					 uint32_t column, uint32_t row, bool exterior)
{
	struct point middle = {1350000 + (column + 0.5) * MOSAIC_TILE,
			       7220000 + (row + 0.5) * MOSAIC_TILE};
	struct path ring = {arena_alloc(arena, MOSAIC_ENCLAVE * sizeof(struct point)),
			    MOSAIC_ENCLAVE, exterior};
	struct chance form = {seed * 17 ^ ((uint64_t)column << 32 | row)};

	for (uint32_t k = 0; k < MOSAIC_ENCLAVE; k++) {
		double angle = 2 * 3.14159265 * k / MOSAIC_ENCLAVE;
		double reach = chance_between(&form, 8, 16);

		ring.points[k] = (struct point){middle.x + reach * cos(angle),
						middle.y + reach * sin(angle)};
	}
	mosaic_turn(arena, chance, &ring);
	return ring;
}

static inline struct mosaic mosaic_of(struct arena *arena, uint64_t seed, uint32_t side)
{
	struct mosaic mosaic = {
		arena_alloc(arena, 2 * (size_t)side * side * sizeof(*mosaic.shapes)), side * side};
	struct chance chance = {seed};

	for (uint32_t n = 0; n < side * side; n++) {
		uint32_t c = n % side, r = n / side;
		uint32_t corners[5][2] = {{c, r}, {c + 1, r}, {c + 1, r + 1}, {c, r + 1}, {c, r}};
		struct geometry *shape = &mosaic.shapes[n];
		size_t room = 4 * (MOSAIC_WINDINGS + 1);

		*shape = (struct geometry){GEOMETRY_POLYGON, 1,
					   arena_alloc(arena, 2 * sizeof(*shape->paths))};
		shape->paths[0] = (struct path){arena_alloc(arena, room * sizeof(struct point)), 0,
						true};
		for (uint32_t k = 0; k < 4; k++)
			mosaic_border(&shape->paths[0], seed, corners[k], corners[k + 1]);
		mosaic_turn(arena, &chance, &shape->paths[0]);
		if (n % 5)
			continue;
		shape->paths[shape->path_count++] = mosaic_enclave(arena, &chance, seed, c, r,
								   false);
		mosaic.shapes[mosaic.count] = (struct geometry){
			GEOMETRY_POLYGON, 1, arena_alloc(arena, sizeof(struct path))};
		mosaic.shapes[mosaic.count++].paths[0] = mosaic_enclave(arena, &chance, seed, c, r,
									true);
	}
	return mosaic;
}
