/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/grid.h"
#include "tiler/lattice.h"
#include "tiler/memory.h"

/* The promise of lattice.h, on tiles drawn at random: every grid, every pair of CRS of SOURCES, all
 * levels, inside the areas of use and far from them, themes of any size. */

/* Where a CRS has another datum, PROJ takes another way beyond its area of use than inside: the
 * image jumps, by tens of metres, and no lattice follows a jump. Such themes are drawn inside it.
 */
static const struct {
	const char *code;
	double margin; /* degrees inside its area of use; 0: no jump */
} SOURCES[] = {
	{"EPSG:3948", 0},  {"EPSG:2154", 0},	{"EPSG:4326", 0},   {"EPSG:3857", 0},
	{"EPSG:32630", 0}, {"EPSG:27572", 1.2}, {"EPSG:2056", 0.4}, {"EPSG:3035", 0},
	{"EPSG:2193", 0},  {"EPSG:3413", 0},	{"EPSG:3031", 0},   {"EPSG:32661", 0},
};
enum {
	SOURCE_COUNT = sizeof(SOURCES) / sizeof(SOURCES[0]),
	TILES_A_PAIR = 200,
	POINTS_A_TILE = 250,
	SEGMENTS_A_TILE = 12,
	EXTENT = 4096,
};
/* Points that may be asked of PROJ for a tile, by the least level. */
static const struct {
	uint32_t level;
	size_t calls;
} CALLS_MOST[] = {{0, 33 * 33 + 65 * 65}, {10, 300}, {13, 90}};

static const double BEND_MOST = 0.2 + 2 * LATTICE_ERROR; /* its ends may be off too */

struct world {
	struct grids *grids;
	struct crs *degrees;
	struct crs *sources[SOURCE_COUNT];
	struct arena *arena;
};

/* The ways between one source CRS and one grid. */
struct pair {
	const struct crs *source;
	double margin;
	const struct grid *grid;
	struct transform *source_to_grid, *degrees_to_source, *degrees_to_grid;
};

static struct transform *transform_between(const struct crs *from, const struct crs *to)
{
	struct transform *transform = NULL;
	struct error error;

	if (!crs_equal(from, to) && transform_new(from, to, &transform, &error))
		fail_msg("%s", error.text);
	return transform;
}

static int make_world(void **state)
{
	struct world *world = memory_new(sizeof(*world));
	struct error error;

	*state = world;
	world->arena = arena_new();
	if (grids_new(&world->grids, &error) || crs_new("EPSG:4326", &world->degrees, &error))
		return -1;
	for (uint32_t i = 0; i < SOURCE_COUNT; i++) {
		if (crs_new(SOURCES[i].code, &world->sources[i], &error))
			return -1;
	}
	return 0;
}

static int drop_world(void **state)
{
	struct world *world = *state;

	for (uint32_t i = 0; i < SOURCE_COUNT; i++)
		crs_free(world->sources[i]);
	crs_free(world->degrees);
	grids_free(world->grids);
	arena_free(world->arena);
	free(world);
	return 0;
}

static void move(struct transform *transform, struct point *points, size_t count)
{
	if (transform)
		transform_forward(transform, points, count);
}

static struct point within(struct chance *chance, struct box box)
{
	return (struct point){chance_between(chance, box.minx, box.maxx),
			      chance_between(chance, box.miny, box.maxy)};
}

struct drawn {
	struct tile_id tile;
	struct box source; /* coordinates that a renderer would ask for */
	bool far;	   /* maybe beyond where the grid's CRS is meant to be used */
};

/* Where a theme in the source CRS may lie, degrees. */
static struct box ground_of(struct chance *chance, const struct pair *pair, bool *far)
{
	struct box area = box_intersection(pair->source->area_of_use,
					   (struct box){-180, -85, 180, 85});
	struct box common = box_intersection(area, pair->grid->crs->area_of_use);

	*far = pair->margin > 0 || box_is_empty(common) || chance_below(chance, 5) == 0;
	return *far ? box_grown(area, -pair->margin) : common;
}

/* A tile with something in it; false when chance has not found any. */
static bool draw_tile(struct chance *chance, const struct pair *pair, struct drawn *drawn)
{
	struct box ground = ground_of(chance, pair, &drawn->far), theme, box;
	struct point seen = within(chance, ground);
	double reach = pow(10, chance_between(chance, -2, 2.5)); /* degrees */
	struct tile_range range;

	theme = box_intersection(ground, box_grown(box_of_points(&seen, 1), reach));
	if (pair->degrees_to_source)
		theme = transform_box(pair->degrees_to_source, theme, NULL);
	move(pair->degrees_to_grid, &seen, 1);
	drawn->tile.z = chance_below(chance, pair->grid->level_count);
	if (!grid_range(pair->grid, drawn->tile.z, box_of_points(&seen, 1), &range))
		return false;
	drawn->tile.x = range.min_x;
	drawn->tile.y = range.min_y;
	box = grid_tile_box(pair->grid, drawn->tile);
	box = box_grown(box, (box.maxx - box.minx) / 50);
	drawn->source = box_intersection(transform_box_back(pair->source_to_grid, box, NULL),
					 theme);
	return !box_is_empty(drawn->source) && box_is_finite(drawn->source);
}

static struct point exact_image(const struct lattice *lattice, struct point point)
{
	move(lattice->transform, &point, 1);
	return (struct point){(point.x - lattice->tile.minx) * lattice->scale_x,
			      (lattice->tile.maxy - point.y) * lattice->scale_y};
}

/* The exact image next to OURS, of those that are whole turns of the Earth apart. */
static struct point image_near(const struct lattice *lattice, struct point point, struct point ours)
{
	struct point image = exact_image(lattice, point);

	if (lattice->period > 0 && isfinite(image.x))
		image.x -= lattice->period * round((image.x - ours.x) / lattice->period);
	return image;
}

static double distance(struct point a, struct point b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

static double error_of_points(struct chance *chance, const struct lattice *lattice)
{
	double worst = 0;

	for (int i = 0; i < POINTS_A_TILE; i++) {
		struct point point = within(chance, lattice->source);
		struct point truth, ours;

		lattice_project(lattice, &point, &ours, 1);
		truth = image_near(lattice, point, ours);
		if (isfinite(truth.x) && isfinite(truth.y))
			worst = fmax(worst, distance(ours, truth));
	}
	return worst;
}

/* How far the middle of a straight piece strays from the image of the middle. */
static double error_of_piece(const struct lattice *lattice, struct point a, struct point b)
{
	struct point middle = {(a.x + b.x) / 2, (a.y + b.y) / 2};
	struct point from, to, ours;

	lattice_project(lattice, &a, &from, 1);
	lattice_project(lattice, &b, &to, 1);
	ours = (struct point){(from.x + to.x) / 2, (from.y + to.y) / 2};
	return distance(image_near(lattice, middle, ours), ours);
}

static double error_of_segments(struct chance *chance, const struct lattice *lattice)
{
	double worst = 0;

	for (int i = 0; i < SEGMENTS_A_TILE; i++) {
		struct point a = within(chance, lattice->source);
		struct point b = within(chance, lattice->source);
		uint32_t pieces = lattice_pieces(lattice, a, b);

		assert_int_equal(lattice_pieces(lattice, b, a), pieces);
		for (uint32_t k = 0; k < pieces; k++) {
			double t = (double)k / pieces, u = (k + 1.0) / pieces;
			struct point from = {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
			struct point to = {a.x + u * (b.x - a.x), a.y + u * (b.y - a.y)};

			worst = fmax(worst, error_of_piece(lattice, from, to));
		}
	}
	return worst;
}

static void try_tile(struct world *world, struct chance *chance, const struct pair *pair)
{
	struct lattice lattice;
	struct drawn drawn;
	size_t calls = transform_calls(pair->source_to_grid);
	double points, segments;
	char name[80];

	if (!draw_tile(chance, pair, &drawn))
		return;
	snprintf(name, sizeof(name), "%s to %s %u/%u/%u", pair->source->definition, pair->grid->id,
		 drawn.tile.z, drawn.tile.x, drawn.tile.y);
	lattice_init(&lattice, pair->source_to_grid, drawn.source,
		     grid_tile_box(pair->grid, drawn.tile), EXTENT, world->arena);
	calls = transform_calls(pair->source_to_grid) - calls;
	for (size_t i = 0; i < sizeof(CALLS_MOST) / sizeof(*CALLS_MOST); i++)
		if (!drawn.far && drawn.tile.z >= CALLS_MOST[i].level &&
		    calls > CALLS_MOST[i].calls)
			fail_msg("%s: %zu points asked of PROJ", name, calls);
	/* Where a tile is meant to be, asking PROJ for every point is never needed. */
	assert_false(lattice.exact && !drawn.far && drawn.tile.z >= CALLS_MOST[1].level);
	points = error_of_points(chance, &lattice);
	segments = lattice.exact ? 0 : error_of_segments(chance, &lattice);
	if (!(points < LATTICE_ERROR) || !(segments < BEND_MOST))
		fail_msg("%s, %g,%g to %g,%g: points are %g units off, segments %g", name,
			 drawn.source.minx, drawn.source.miny, drawn.source.maxx, drawn.source.maxy,
			 points, segments);
	arena_reset(world->arena);
}

static void the_promise_is_kept(void **state)
{
	struct world *world = *state;
	struct chance chance = {48};

	for (uint32_t s = 0; s < SOURCE_COUNT; s++) {
		for (uint32_t g = 0; g < grids_count(world->grids); g++) {
			struct pair pair = {.source = world->sources[s],
					    .margin = SOURCES[s].margin,
					    .grid = grids_at(world->grids, g)};

			if (crs_equal(pair.source, pair.grid->crs))
				continue;
			pair.source_to_grid = transform_between(pair.source, pair.grid->crs);
			pair.degrees_to_source = transform_between(world->degrees, pair.source);
			pair.degrees_to_grid = transform_between(world->degrees, pair.grid->crs);
			for (int i = 0; i < TILES_A_PAIR; i++)
				try_tile(world, &chance, &pair);
			transform_free(pair.source_to_grid);
			transform_free(pair.degrees_to_source);
			transform_free(pair.degrees_to_grid);
		}
	}
}

/* Latitudes are symmetric about the equator: at the middle of the world the error of a straight
 * line is nought, and on both sides of it large. */
static void symmetry_deceives_nobody(void **state)
{
	struct world *world = *state;
	const struct grid *grid = grids_find(world->grids, "WebMercatorQuad");
	struct transform *transform = transform_between(world->degrees, grid->crs);
	struct chance chance = {7};
	struct lattice lattice;

	lattice_init(&lattice, transform, (struct box){-180, -80, 180, 80},
		     grid_tile_box(grid, (struct tile_id){0, 0, 0}), EXTENT, world->arena);
	assert_true(error_of_points(&chance, &lattice) < LATTICE_ERROR);
	assert_true(error_of_segments(&chance, &lattice) < BEND_MOST);
	assert_true(lattice_pieces(&lattice, (struct point){0, -80}, (struct point){0, 80}) > 10);
	transform_free(transform);
	arena_reset(world->arena);
}

static void one_crs_needs_no_lattice(void **state)
{
	struct world *world = *state;
	struct lattice lattice;
	struct point points[] = {{1000, 2000}, {1256, 1744}, {1128, 1872}};
	struct point out[3];

	lattice_init(&lattice, NULL, (struct box){1000, 1744, 1256, 2000},
		     (struct box){1000, 1744, 1256, 2000}, EXTENT, world->arena);
	assert_true(lattice.exact);
	assert_int_equal(lattice_project(&lattice, points, out, 3), 0);
	assert_true(out[0].x == 0 && out[0].y == 0);
	assert_true(out[1].x == EXTENT && out[1].y == EXTENT);
	assert_true(out[2].x == EXTENT / 2.0 && out[2].y == EXTENT / 2.0);
	assert_int_equal(lattice_pieces(&lattice, points[0], points[1]), 1);
	assert_int_equal(lattice_project(&lattice, points, points, 3), 0);
	assert_true(points[1].x == EXTENT);
}

static void a_single_point_is_a_box_too(void **state)
{
	struct world *world = *state;
	const struct grid *grid = grids_find(world->grids, "WebMercatorQuad");
	struct transform *transform = transform_between(world->sources[0], grid->crs);
	struct point hall = {1351800, 7222700}, image = hall, ours;
	struct tile_range range;
	struct lattice lattice;
	struct tile_id tile = {14, 0, 0};

	move(transform, &image, 1);
	assert_true(grid_range(grid, tile.z, box_of_points(&image, 1), &range));
	tile.x = range.min_x, tile.y = range.min_y;
	lattice_init(&lattice, transform, box_of_points(&hall, 1), grid_tile_box(grid, tile),
		     EXTENT, world->arena);
	assert_int_equal(lattice_project(&lattice, &hall, &ours, 1), 0);
	assert_true(distance(ours, exact_image(&lattice, hall)) < LATTICE_ERROR);
	transform_free(transform);
	arena_reset(world->arena);
}

static void points_without_image_are_told(void **state)
{
	struct world *world = *state;
	const struct grid *grid = grids_find(world->grids, "WebMercatorQuad");
	struct transform *transform = transform_between(world->degrees, grid->crs);
	struct point points[] = {{0, 95}, {0, 45}};
	struct lattice lattice;

	lattice_init(&lattice, transform, (struct box){-180, -80, 180, 95},
		     grid_tile_box(grid, (struct tile_id){0, 0, 0}), EXTENT, world->arena);
	assert_true(lattice.exact);
	assert_int_equal(lattice_project(&lattice, points, points, 2), 1);
	assert_true(points[0].x == HUGE_VAL && points[0].y == HUGE_VAL);
	assert_true(fabs(points[1].x - EXTENT / 2.0) < 1e-6);
	transform_free(transform);
	arena_reset(world->arena);
}

/* A tile at the western edge of the world shows what lies just east of it, on both sides of the
 * antimeridian, without asking PROJ for every point. */
static void the_antimeridian_tears_nothing(void **state)
{
	struct world *world = *state;
	const struct grid *grid = grids_find(world->grids, "WebMercatorQuad");
	struct crs *fiji;
	struct error error;
	struct transform *transform, *to_grid = transform_between(world->degrees, grid->crs);
	struct chance chance = {60};
	struct lattice lattice;

	assert_int_equal(crs_new("EPSG:32760", &fiji, &error), 0);
	transform = transform_between(fiji, grid->crs);
	for (uint32_t z = 4; z <= 22; z++) {
		uint32_t last = (1u << z) - 1;

		for (int side = 0; side < 2; side++) {
			struct point place = {side ? 179.9999999 : -179.9999999, -17};
			struct box box, source;
			struct tile_range range;

			transform_forward(to_grid, &place, 1);
			assert_true(grid_range(grid, z, box_of_points(&place, 1), &range));
			assert_int_equal(range.min_x, side ? last : 0);
			box = grid_tile_box(grid, (struct tile_id){z, range.min_x, range.min_y});
			source = transform_box_back(
				transform, box_grown(box, (box.maxx - box.minx) / 50), NULL);
			lattice_init(&lattice, transform, source, box, EXTENT, world->arena);
			assert_false(lattice.exact);
			assert_true(error_of_points(&chance, &lattice) < LATTICE_ERROR);
			arena_reset(world->arena);
		}
	}
	transform_free(transform);
	transform_free(to_grid);
	crs_free(fiji);
}

/* What a tile at the edge asks of degrees does not go round the Earth. */
static void the_footprint_stays_on_its_side(void **state)
{
	struct world *world = *state;
	const struct grid *grid = grids_find(world->grids, "WebMercatorQuad");
	struct transform *transform = transform_between(world->degrees, grid->crs);
	struct box west = grid_tile_box(grid, (struct tile_id){5, 0, 12});
	struct box east = grid_tile_box(grid, (struct tile_id){5, 31, 12});
	struct box all = grid_tile_box(grid, (struct tile_id){0, 0, 0});
	double margin = (west.maxx - west.minx) / 50;

	west = transform_box_back(transform, box_grown(west, margin), NULL);
	east = transform_box_back(transform, box_grown(east, margin), NULL);
	all = transform_box_back(transform, all, NULL);
	assert_true(west.minx < -180 && west.minx > -181 && west.maxx < -168);
	assert_true(east.maxx > 180 && east.maxx < 181 && east.minx > 168);
	assert_true(all.maxx - all.minx > 350);
	transform_free(transform);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_promise_is_kept),
		cmocka_unit_test(symmetry_deceives_nobody),
		cmocka_unit_test(one_crs_needs_no_lattice),
		cmocka_unit_test(a_single_point_is_a_box_too),
		cmocka_unit_test(points_without_image_are_told),
		cmocka_unit_test(the_antimeridian_tears_nothing),
		cmocka_unit_test(the_footprint_stays_on_its_side),
	};

	return cmocka_run_group_tests(tests, make_world, drop_world);
}
