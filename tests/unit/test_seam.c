/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiler/grid.h"
#include "tiler/seam.h"

/* At z0 of Web Mercator the Earth is as wide as the tile: 4096 units; of degrees, two tiles. */

enum {
	EXTENT = 4096,
	CORNERS = 72,
};
static const struct box CLIP = {-64, -64, EXTENT + 64, EXTENT + 64};

struct bench {
	struct arena *arena;
	struct grids *grids;
	struct crs *crs;
	struct transform *transform;
	struct lattice lattice;
};

static int make_bench(void **state)
{
	static struct bench bench;
	struct error error;

	bench = (struct bench){.arena = arena_new()};
	*state = &bench;
	return grids_new(&bench.grids, &error);
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	transform_free(bench->transform);
	crs_free(bench->crs);
	grids_free(bench->grids);
	arena_free(bench->arena);
	return 0;
}

/* The way of a tile at z0 from data in the CRS that cover BOX. */
static const struct lattice *way(struct bench *bench, const char *code, struct box box,
				 const char *name, uint32_t column)
{
	const struct grid *grid = grids_find(bench->grids, name);
	struct error error;

	if (crs_new(code, &bench->crs, &error) ||
	    transform_new(bench->crs, grid->crs, &bench->transform, &error))
		fail_msg("%s", error.text);
	lattice_init(&bench->lattice, bench->transform, box,
		     grid_tile_box(grid, (struct tile_id){0, column, 0}), EXTENT, bench->arena);
	return &bench->lattice;
}

/* Counterclockwise, or clockwise. */
static struct path circle(struct bench *bench, double x, double y, double radius, bool clockwise)
{
	struct path ring = {arena_alloc(bench->arena, (CORNERS + 1) * sizeof(*ring.points)),
			    CORNERS + 1, !clockwise};

	for (int i = 0; i <= CORNERS; i++) {
		double angle = 2 * M_PI * (i % CORNERS) / CORNERS * (clockwise ? -1 : 1);

		ring.points[i] = (struct point){x + radius * cos(angle), y + radius * sin(angle)};
	}
	return ring;
}

static double area(struct path ring)
{
	double sum = 0;

	for (uint32_t i = 1; i < ring.count; i++)
		sum += ring.points[i - 1].x * ring.points[i].y -
		       ring.points[i].x * ring.points[i - 1].y;
	return fabs(sum) / 2;
}

static struct box box_of(struct path path)
{
	return box_of_points(path.points, path.count);
}

static void what_crosses_the_antimeridian_is_on_both_sides(void **state)
{
	struct bench *bench = *state;
	struct path ring = circle(bench, 833978, 0, 300000, false), *pieces;
	const struct lattice *lattice = way(bench, "EPSG:32660", box_of(ring), "WebMercatorQuad",
					    0);
	/* The Earth's girth is 40,075 km, a unit 9,784 m, the circle 61.4 units wide. */
	double radius = 300000 / 9783.94;

	assert_true(seam_concerns(lattice));
	assert_int_equal(seam_polygon(lattice, &ring, 1, CLIP, bench->arena, &pieces), 2);
	for (int i = 0; i < 2; i++) {
		struct box box = box_of(pieces[i]);
		double middle = box.minx < 2048 ? 0 : EXTENT;

		assert_true(fabs(area(pieces[i]) - M_PI * radius * radius) < 30);
		assert_true(fabs(box.minx - (middle - radius)) < 1);
		assert_true(fabs(box.maxx - (middle + radius)) < 1);
	}
	assert_int_equal(seam_line(lattice, ring, CLIP, bench->arena, &pieces), 2);
}

static void a_cap_is_closed_along_the_pole(void **state)
{
	struct bench *bench = *state;
	struct path rings[2] = {circle(bench, 0, 0, 2000000, false),
				circle(bench, 0, 1000000, 100000, true)};
	struct path *pieces;
	const struct lattice *lattice = way(bench, "EPSG:3413", box_of(rings[0]), "WorldCRS84Quad",
					    1);

	for (int clockwise = 0; clockwise < 2; clockwise++) {
		struct box box;

		rings[0] = circle(bench, 0, 0, 2000000, clockwise);
		rings[0].exterior = true;
		assert_int_equal(seam_polygon(lattice, rings, 2, CLIP, bench->arena, &pieces), 2);
		box = box_of(pieces[0]);
		assert_true(box.minx == CLIP.minx && box.maxx == CLIP.maxx &&
			    fabs(box.miny) < 1e-6);
		/* 2,000 km are 18.4 degrees; a degree is 22.8 units. */
		assert_true(fabs(box.maxy - 18.4 * 22.76) < 3);
		assert_true(pieces[0].exterior && !pieces[1].exterior);
		box = box_of(pieces[1]); /* on the meridian of 135 degrees east */
		assert_true(fabs((box.minx + box.maxx) / 2 - 135 * 22.76) < 2);
	}
}

static void the_south_has_a_pole_too(void **state)
{
	struct bench *bench = *state;
	struct path ring = circle(bench, 500000, 0, 2000000, false), *pieces;
	const struct lattice *lattice = way(bench, "EPSG:3031", box_of(ring), "WorldCRS84Quad", 0);
	struct box box;

	assert_int_equal(seam_polygon(lattice, &ring, 1, CLIP, bench->arena, &pieces), 1);
	box = box_of(pieces[0]);
	assert_true(fabs(box.maxy - EXTENT) < 1e-6 && box.miny > EXTENT - 25 * 22.76);
}

/* Degrees and Web Mercator come round at the same place: nothing is to be opened. */
static void what_is_in_step_needs_no_seam(void **state)
{
	struct bench *bench = *state;
	struct box all = {-180, -90, 180, 90};

	assert_false(seam_concerns(way(bench, "EPSG:4326", all, "WebMercatorQuad", 0)));
	assert_true(bench->lattice.exact);
}

/* Of NTF, counted from Paris, 2.3 degrees lie on the other side. */
static void another_meridian_is_a_seam(void **state)
{
	struct bench *bench = *state;
	struct box box = {195, 0, 200, 40}; /* grads */
	struct point corners[] = {{195, 0}, {200, 0}, {200, 40}, {195, 40}, {195, 0}};
	struct path ring = {corners, 5, true}, *pieces;

	assert_false(way(bench, "EPSG:4807", box, "WebMercatorQuad", 0)->period > 0);
	assert_true(seam_concerns(&bench->lattice));
	assert_int_equal(seam_polygon(&bench->lattice, &ring, 1, CLIP, bench->arena, &pieces), 2);
	assert_true(box_of(pieces[0]).maxx - box_of(pieces[0]).minx < 64);
}

#define SEAM_TEST(name) cmocka_unit_test_setup_teardown(name, make_bench, drop_bench)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SEAM_TEST(what_crosses_the_antimeridian_is_on_both_sides),
		SEAM_TEST(a_cap_is_closed_along_the_pole),
		SEAM_TEST(the_south_has_a_pole_too),
		SEAM_TEST(what_is_in_step_needs_no_seam),
		SEAM_TEST(another_meridian_is_a_seam),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
