/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/feature_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "tiler/catalogue.h"
#include "tiler/feature_ids.h"
#include "tiler/mapped_file.h"
#include "tiler/prepare.h"
#include "tiler/thread.h"

/* What the walk finds is judged from outside, in tests/http/test_features.py; here is how it
 * pauses, and how single features are found. */

enum {
	POINTS = 300,
};

static void make_points(const char *path)
{
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_make(data, "a", "EPSG:3948", wkbPoint);

	for (int i = 0; i < POINTS; i++) {
		char wkt[64];

		snprintf(wkt, sizeof(wkt), "POINT(%d %d)", 1351000 + i * 7919 % 1000,
			 7222000 + i * 104729 % 1000);
		row_add(layer, wkt);
	}
	GDALClose(data);
}

/* A prepared theme of points, whose ids are 1 to POINTS. */
struct room {
	char *state_folder;
	struct catalogue *catalogue;
	struct prepared *prepared;
	struct arena *arena;
	struct transforms *transforms;
};

static struct room room_open(void **state, const char *name)
{
	struct room room = {.state_folder = memory_print("%s/%s", (const char *)*state, name),
			    .arena = arena_new(),
			    .transforms = transforms_new()};
	char *source = memory_print("%s/%s.gpkg", (const char *)*state, name);
	const char *path = source;
	struct error error;

	make_points(source);
	assert_int_equal(catalogue_new(&path, 1, &room.catalogue, &error), ERROR_NONE);
	assert_int_equal(prepare_theme(room.state_folder, catalogue_theme(room.catalogue, 0), NULL,
				       NULL, &error),
			 ERROR_NONE);
	assert_int_equal(prepared_open(room.state_folder, catalogue_theme(room.catalogue, 0),
				       &room.prepared, &error),
			 ERROR_NONE);
	free(source);
	return room;
}

static void room_close(struct room *room)
{
	prepared_unref(room->prepared);
	catalogue_unref(room->catalogue);
	transforms_free(room->transforms);
	arena_free(room->arena);
	free(room->state_folder);
}

/* Takes its time over each feature, and keeps those whose id is a multiple of KEPT. */
struct slow {
	uint64_t kept;
	unsigned asked;
};

static bool keeps_slowly(const struct feature *feature, bool companion, void *context)
{
	struct slow *slow = context;
	uint64_t begun = clock_cpu_us();

	(void)companion;
	while (clock_cpu_us() - begun < 100)
		;
	slow->asked++;
	return feature->id % slow->kept == 0;
}

/* Walks on from *PLACE until the end (false) or a pause; counts in SEEN. */
static bool walk(const struct room *room, struct slow *slow, uint64_t *place,
		 unsigned seen[POINTS + 1])
{
	struct render_layer showing = {.keeps = keeps_slowly, .keeps_context = slow};
	struct feature_query query = {
		.from = *place, .crs = room->prepared->crs, .showing = &showing, .patience_ms = 1};
	const struct feature *feature;
	struct feature_walk *walk;
	struct error error;
	bool paused;

	assert_int_equal(feature_walk_new(room->prepared, &query, room->arena, room->transforms,
					  &walk, &error),
			 ERROR_NONE);
	do {
		assert_int_equal(feature_walk_next(walk, &feature, &error), ERROR_NONE);
		if (feature)
			seen[feature->id]++;
	} while (feature);
	paused = feature_walk_is_paused(walk);
	*place = feature_walk_place(walk);
	/* it stays as it is */
	assert_int_equal(feature_walk_next(walk, &feature, &error), ERROR_NONE);
	assert_null(feature);
	feature_walk_free(walk);
	return paused;
}

static void a_walk_pauses_and_another_goes_on(void **state)
{
	struct room room = room_open(state, "pauses");

	for (unsigned kept = 1; kept <= 2 * POINTS; kept = kept * 3 + 1) {
		unsigned seen[POINTS + 1] = {0}, pauses = 0;
		struct slow slow = {kept, 0};
		uint64_t place = 0;

		while (walk(&room, &slow, &place, seen))
			pauses++;
		for (unsigned id = 1; id <= POINTS; id++)
			assert_int_equal(seen[id], id % kept == 0);
		assert_int_equal(slow.asked, POINTS);
		/* not for ever, and not at each feature */
		assert_in_range(pauses, 1, POINTS / 5);
	}
	room_close(&room);
}

static void assert_all_found(const struct room *room)
{
	struct arena *arena = room->arena;
	struct feature feature;
	struct error error;
	uint64_t place;

	for (uint64_t id = 1; id <= POINTS; id++) {
		assert_int_equal(feature_find(room->prepared, id, &place, &error), ERROR_NONE);
		assert_int_equal(
			fgb_read(room->prepared->levels[0].fgb, place, arena, &feature, &error),
			ERROR_NONE);
		assert_int_equal(feature.id, id);
	}
	assert_int_equal(feature_find(room->prepared, 0, &place, &error), ERROR_NOT_FOUND);
	assert_int_equal(feature_find(room->prepared, POINTS + 1, &place, &error), ERROR_NOT_FOUND);
	assert_int_equal(feature_find(room->prepared, UINT64_MAX, &place, &error), ERROR_NOT_FOUND);
}

static void a_feature_is_found_by_its_id(void **state)
{
	struct room room = room_open(state, "found");

	assert_non_null(room.prepared->ids);
	assert_all_found(&room);
	room_close(&room);
}

/* As in themes prepared before there was a file of ids, or when somebody damaged it. */
static void without_the_order_all_are_looked_at(void **state)
{
	struct room room = room_open(state, "lacking");
	uint8_t nonsense[4 * POINTS] = {0};
	char *path = memory_print("%s/nonsense", (const char *)*state);

	mapped_file_close(room.prepared->ids);
	room.prepared->ids = NULL;
	assert_all_found(&room);

	file_make(path, nonsense, sizeof(nonsense) - 1);
	assert_null(feature_ids_open(path, room.prepared->levels[0].fgb));
	for (unsigned i = 0; i < 2; i++) {
		memset(nonsense, i ? 0xff : 0, sizeof(nonsense));
		file_make(path, nonsense, sizeof(nonsense));
		room.prepared->ids = feature_ids_open(path, room.prepared->levels[0].fgb);
		assert_non_null(room.prepared->ids);
		assert_all_found(&room);
		mapped_file_close(room.prepared->ids);
		room.prepared->ids = NULL;
	}
	free(path);
	room_close(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_walk_pauses_and_another_goes_on),
		cmocka_unit_test(a_feature_is_found_by_its_id),
		cmocka_unit_test(without_the_order_all_are_looked_at),
	};

	return cmocka_run_group_tests_name("feature_walk", tests, scratch_make, scratch_remove);
}
