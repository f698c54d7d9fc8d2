/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <geos_c.h>

#include "shapes.h"
#include "tiler/memory.h"
#include "tiler/repair.h"

/* GEOS judges by itself here: what is built below is not the repairer's own. */

enum {
	RINGS_MOST = 4,
	CORNERS_MOST = 12,
	POLYGONS_TRIED = 20000
};

struct bench {
	struct arena *arena;
	struct repairer *repairer;
	GEOSContextHandle_t geos;
};

static int make_bench(void **state)
{
	struct bench *bench = memory_new(sizeof(*bench));

	bench->arena = arena_new();
	bench->repairer = repairer_new();
	bench->geos = GEOS_init_r();
	*state = bench;
	return 0;
}

static int drop_bench(void **state)
{
	struct bench *bench = *state;

	arena_free(bench->arena);
	repairer_free(bench->repairer);
	GEOS_finish_r(bench->geos);
	free(bench);
	return 0;
}

static GEOSGeometry *geos_ring(const struct bench *bench, struct tile_path ring)
{
	GEOSCoordSequence *points = GEOSCoordSeq_create_r(bench->geos, ring.count + 1, 2);

	for (uint32_t i = 0; i <= ring.count; i++)
		GEOSCoordSeq_setXY_r(bench->geos, points, i, ring.points[i % ring.count].x,
				     ring.points[i % ring.count].y);
	return GEOSGeom_createLinearRing_r(bench->geos, points);
}

/* New multipolygon of the rings as they are. */
static GEOSGeometry *geos_of(const struct bench *bench, struct tile_rings rings)
{
	GEOSGeometry *polygons[64];
	uint32_t count = 0;

	for (uint32_t i = 0; i < rings.count && count < 64;) {
		GEOSGeometry *exterior = geos_ring(bench, rings.rings[i++]), *holes[64];
		uint32_t hole_count = 0;

		for (; i < rings.count && !rings.rings[i].exterior && hole_count < 64; i++)
			holes[hole_count++] = geos_ring(bench, rings.rings[i]);
		polygons[count++] = GEOSGeom_createPolygon_r(bench->geos, exterior, holes,
							     hole_count);
	}
	return GEOSGeom_createCollection_r(bench->geos, GEOS_MULTIPOLYGON, polygons, count);
}

static bool is_valid(const struct bench *bench, struct tile_rings rings)
{
	GEOSGeometry *geometry = geos_of(bench, rings);
	char valid = GEOSisValid_r(bench->geos, geometry);

	GEOSGeom_destroy_r(bench->geos, geometry);
	return valid == 1;
}

static double area_of(const struct bench *bench, struct tile_rings rings)
{
	GEOSGeometry *geometry = geos_of(bench, rings);
	double area = 0;

	assert_int_equal(GEOSArea_r(bench->geos, geometry, &area), 1);
	GEOSGeom_destroy_r(bench->geos, geometry);
	return area;
}

/* For people, when a random polygon fails. */
static const char *text_of(const struct bench *bench, struct tile_rings rings)
{
	static char text[4096];
	GEOSGeometry *geometry = geos_of(bench, rings);
	GEOSWKTWriter *writer = GEOSWKTWriter_create_r(bench->geos);
	char *wkt;

	GEOSWKTWriter_setTrim_r(bench->geos, writer, 1);
	wkt = GEOSWKTWriter_write_r(bench->geos, writer, geometry);
	strncpy(text, wkt, sizeof(text) - 1);
	GEOSFree_r(bench->geos, wkt);
	GEOSWKTWriter_destroy_r(bench->geos, writer);
	GEOSGeom_destroy_r(bench->geos, geometry);
	return text;
}

/* "ring / ring": an exterior and its holes; "ring ; ring": two exteriors. */
static struct tile_rings rings_of(struct bench *bench, const char *text)
{
	struct tile_rings rings = {arena_alloc(bench->arena, 16 * sizeof(*rings.rings)), 0};
	bool exterior = true;

	while (*text) {
		size_t length = strcspn(text, "/;");
		char *one = arena_alloc(bench->arena, length + 1);

		memcpy(one, text, length);
		one[length] = '\0';
		rings.rings[rings.count] = tile_path_of(bench->arena, one);
		rings.rings[rings.count++].exterior = exterior;
		exterior = text[length] == ';';
		text += length + (text[length] != '\0');
	}
	return rings;
}

static struct tile_path random_ring(struct bench *bench, struct chance *chance, int32_t side)
{
	/* Mostly few corners: the more, the surer a ring crosses itself. */
	uint32_t count = 3 + chance_below(chance, 1 + chance_below(chance, CORNERS_MOST - 2));
	struct path ring = {arena_alloc(bench->arena, (count + 1) * sizeof(struct point)),
			    count + 1, true};

	for (uint32_t i = 0; i < count; i++)
		ring.points[i] = (struct point){chance_below(chance, (uint32_t)side),
						chance_below(chance, (uint32_t)side)};
	ring.points[count] = ring.points[0];
	return snap_ring(ring, bench->arena);
}

/* Up to RINGS_MOST rings as snapping leaves them, on a grid so small that they meet in every way.
 */
static struct tile_rings random_rings(struct bench *bench, struct chance *chance)
{
	struct tile_rings rings = {arena_alloc(bench->arena, RINGS_MOST * sizeof(*rings.rings)), 0};
	uint32_t wanted = 1 + chance_below(chance, RINGS_MOST);
	int32_t side = 4 + (int32_t)chance_below(chance, 20);

	for (uint32_t i = 0; i < wanted; i++) {
		struct tile_path ring = random_ring(bench, chance, side);

		ring.exterior = rings.count == 0 || chance_below(chance, 3) == 0;
		if (ring.count)
			rings.rings[rings.count++] = ring;
	}
	return rings;
}

static void move_ring(struct tile_path ring, int32_t scale, struct tile_point to)
{
	for (uint32_t i = 0; i < ring.count; i++)
		ring.points[i] = (struct tile_point){ring.points[i].x * scale + to.x,
						     ring.points[i].y * scale + to.y};
}

static struct tile_point middle_of(struct tile_path ring)
{
	struct tile_point sum = {0, 0};

	for (uint32_t i = 0; i < ring.count; i++)
		sum = (struct tile_point){sum.x + ring.points[i].x, sum.y + ring.points[i].y};
	return (struct tile_point){sum.x / (int32_t)ring.count, sum.y / (int32_t)ring.count};
}

/* The same with large exteriors, side by side or not, and small holes near their middles. */
static void scatter(struct tile_rings rings, struct chance *chance)
{
	struct tile_point to = {0, 0}, middle = {0, 0};

	for (uint32_t r = 0; r < rings.count; r++) {
		bool exterior = rings.rings[r].exterior;

		to = (struct tile_point){middle.x + (int32_t)chance_below(chance, 60) - 30,
					 middle.y + (int32_t)chance_below(chance, 60) - 30};
		if (exterior)
			to = (struct tile_point){(int32_t)chance_below(chance, 3) * 200, 0};
		move_ring(rings.rings[r], exterior ? 20 : 1, to);
		if (exterior)
			middle = middle_of(rings.rings[r]);
	}
}

static void what_is_sound_is_valid(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {2};
	uint32_t sound = 0, sound_with_holes = 0, sound_of_parts = 0;

	for (int i = 0; i < POLYGONS_TRIED; i++) {
		struct tile_rings rings = random_rings(bench, &chance);

		if (i % 2)
			scatter(rings, &chance);
		if (rings_are_sound(rings, bench->arena)) {
			if (!is_valid(bench, rings))
				fail_msg("not sound: %s", text_of(bench, rings));
			sound++;
			sound_with_holes += rings.count > 1 && !rings.rings[1].exterior;
			sound_of_parts += rings.count > 1 && rings.rings[1].exterior;
		}
		arena_reset(bench->arena);
	}
	/* The draw holds enough of each for the test to mean something. */
	assert_true(sound > POLYGONS_TRIED / 50);
	assert_true(sound_with_holes > 50);
	assert_true(sound_of_parts > 50);
}

/* A valid polygon of one ring touches itself nowhere. */
static void a_single_valid_ring_is_sound(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {9};

	for (int i = 0; i < POLYGONS_TRIED; i++) {
		struct tile_path ring = random_ring(bench, &chance, 4 + i % 20);
		struct tile_rings rings = {&ring, ring.count > 0};

		if (rings_are_sound(rings, bench->arena) != is_valid(bench, rings))
			fail_msg("%s", text_of(bench, rings));
		arena_reset(bench->arena);
	}
}

static void touching_is_left_to_a_closer_look(void **state)
{
	struct bench *bench = *state;

	assert_true(rings_are_sound(rings_of(bench, "0 0, 9 0, 9 9, 0 9"), bench->arena));
	assert_true(rings_are_sound(
		rings_of(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 3 1, 3 3 / 5 5, 7 5, 7 7"),
		bench->arena));
	assert_true(
		rings_are_sound(rings_of(bench, "0 0, 4 0, 4 4 ; 5 0, 9 0, 9 4"), bench->arena));
	/* A hole that touches its ring, one outside it, one in another hole, one as large as all.
	 */
	assert_false(rings_are_sound(rings_of(bench, "0 0, 9 0, 9 9, 0 9 / 0 3, 3 3, 3 5"),
				     bench->arena));
	assert_false(rings_are_sound(rings_of(bench, "0 0, 9 0, 9 9, 0 9 / 20 1, 23 1, 23 3"),
				     bench->arena));
	assert_false(rings_are_sound(
		rings_of(bench, "0 0, 9 0, 9 9, 0 9 / 1 1, 8 1, 8 8, 1 8 / 3 2, 5 2, 5 4"),
		bench->arena));
	assert_false(rings_are_sound(rings_of(bench, "2 2, 5 2, 5 5, 2 5 / 0 0, 9 0, 9 9, 0 9"),
				     bench->arena));
	/* One polygon in another, and two with a corner in common. */
	assert_false(rings_are_sound(rings_of(bench, "0 0, 9 0, 9 9, 0 9 ; 2 2, 4 2, 4 4"),
				     bench->arena));
	assert_false(
		rings_are_sound(rings_of(bench, "0 0, 4 0, 4 4 ; 4 4, 9 4, 9 9"), bench->arena));
	/* A bow-tie. */
	assert_false(rings_are_sound(rings_of(bench, "0 0, 9 9, 9 0, 0 9"), bench->arena));
}

static void repair(struct bench *bench, struct tile_rings *rings, bool *repaired)
{
	struct error error;

	if (repair_rings(bench->repairer, rings, bench->arena, repaired, &error))
		fail_msg("%s", error.text);
}

static void assert_repaired(struct bench *bench, const char *text, double area, uint32_t rings_left)
{
	struct tile_rings rings = rings_of(bench, text);
	bool repaired = false;

	repair(bench, &rings, &repaired);
	assert_true(repaired);
	assert_true(is_valid(bench, rings));
	if (area_of(bench, rings) != area || rings.count != rings_left)
		fail_msg("%s became %s", text, text_of(bench, rings));
}

static void what_is_valid_is_left_alone(void **state)
{
	struct bench *bench = *state;
	static const char *const texts[] = {
		"0 0, 9 0, 9 9, 0 9 / 0 3, 3 3, 3 5",
		"0 0, 4 0, 4 4 ; 4 4, 9 4, 9 9",
		"0 0, 9 0, 9 9, 0 9 / 1 1, 1 8, 8 8, 8 1 ; 3 2, 5 2, 5 4",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct tile_rings rings = rings_of(bench, texts[i]), before = rings;
		bool repaired = true;

		repair(bench, &rings, &repaired);
		assert_false(repaired);
		assert_ptr_equal(rings.rings, before.rings);
		assert_int_equal(rings.count, before.count);
	}
}

static void what_is_broken_is_mended_as_it_was_meant(void **state)
{
	struct bench *bench = *state;

	/* A bow-tie is two triangles; a hole that sticks out is a bite; parts that overlap are one.
	 */
	assert_repaired(bench, "0 0, 8 8, 8 0, 0 8", 32, 2);
	assert_repaired(bench, "0 0, 8 0, 8 8, 0 8 / 6 2, 12 2, 12 4, 6 4", 60, 1);
	assert_repaired(bench, "0 0, 8 0, 8 8, 0 8 ; 4 0, 12 0, 12 8, 4 8", 96, 1);
	/* A hole along a whole side moves the side. */
	assert_repaired(bench, "0 0, 8 0, 8 8, 0 8 / 0 0, 8 0, 8 2, 0 2", 48, 1);
	/* The same ring twice, and nothing at all. */
	assert_repaired(bench, "0 0, 8 0, 8 8, 0 8 ; 0 0, 8 0, 8 8, 0 8", 64, 1);
	assert_repaired(bench, "0 0, 8 0, 8 8, 0 8 / 0 0, 8 0, 8 8, 0 8", 0, 0);
}

static struct box box_of_rings(struct tile_rings rings)
{
	struct box box = box_empty();

	for (uint32_t r = 0; r < rings.count; r++)
		for (uint32_t i = 0; i < rings.rings[r].count; i++)
			box = box_include(box, (struct point){rings.rings[r].points[i].x,
							      rings.rings[r].points[i].y});
	return box;
}

static void what_is_repaired_is_valid(void **state)
{
	struct bench *bench = *state;
	struct chance chance = {4};
	uint32_t count = 0;

	for (int i = 0; i < POLYGONS_TRIED / 6; i++) {
		struct tile_rings rings = random_rings(bench, &chance);
		struct box before = box_of_rings(rings);
		bool repaired;

		repair(bench, &rings, &repaired);
		if (!is_valid(bench, rings))
			fail_msg("still invalid: %s", text_of(bench, rings));
		if (rings.count) {
			assert_true(box_contains(before, box_of_rings(rings)));
			assert_true(rings.rings[0].exterior);
		}
		for (uint32_t r = 0; r < rings.count; r++)
			assert_true(tile_path_double_area(rings.rings[r]) != 0);
		count += repaired;
		arena_reset(bench->arena);
	}
	assert_true(count > 1000);
}

/* A comb whose teeth all overlap in x: too many pairs for the quick test, which must say so soon.
 */
static void a_comb_ends_the_quick_test(void **state)
{
	struct bench *bench = *state;
	enum {
		TEETH = 20000
	};
	struct tile_path ring = {arena_alloc(bench->arena, (2 * TEETH + 2) * sizeof(*ring.points)),
				 0, true};

	for (int32_t i = 0; i < TEETH; i++) {
		ring.points[ring.count++] = (struct tile_point){i % 2 ? 4000 : 10, i * 2};
		ring.points[ring.count++] = (struct tile_point){i % 2 ? 4000 : 10, i * 2 + 1};
	}
	ring.points[ring.count++] = (struct tile_point){0, 2 * TEETH};
	ring.points[ring.count++] = (struct tile_point){0, -1};
	assert_false(rings_are_sound((struct tile_rings){&ring, 1}, bench->arena));
	assert_true(is_valid(bench, (struct tile_rings){&ring, 1}));
	arena_reset(bench->arena);
}

static void no_ring_is_sound(void **state)
{
	struct bench *bench = *state;
	struct tile_rings none = {NULL, 0};
	bool repaired = true;

	assert_true(rings_are_sound(none, bench->arena));
	repair(bench, &none, &repaired);
	assert_int_equal(none.count, 0);
	repairer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sound_is_valid),
		cmocka_unit_test(a_single_valid_ring_is_sound),
		cmocka_unit_test(touching_is_left_to_a_closer_look),
		cmocka_unit_test(what_is_valid_is_left_alone),
		cmocka_unit_test(what_is_broken_is_mended_as_it_was_meant),
		cmocka_unit_test(what_is_repaired_is_valid),
		cmocka_unit_test(a_comb_ends_the_quick_test),
		cmocka_unit_test(no_ring_is_sound),
	};

	return cmocka_run_group_tests(tests, make_bench, drop_bench);
}
