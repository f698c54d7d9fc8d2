/* SPDX-License-Identifier: EUPL-1.2 */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "tiler/buf.h"
#include "tiler/catalogue.h"
#include "tiler/prepare.h"
#include "tiler/prepared.h"

static const struct box EVERYWHERE = {-INFINITY, -INFINITY, INFINITY, INFINITY};

static const char *const SQUARES[] = {
	"POLYGON((1351000 7222000,1351100 7222000,1351100 7222100,1351000 7222100,1351000 7222000))",
	NULL, /* ends the list: rows without geometry are added by hand */
};

/* A state folder, a source and its only theme. */
struct room {
	char *state;
	char *source;
	struct catalogue *catalogue;
	const struct theme *theme;
};

static void room_list(struct room *room)
{
	const char *path = room->source;
	struct error error;

	catalogue_unref(room->catalogue);
	assert_int_equal(catalogue_new(&path, 1, &room->catalogue, &error), ERROR_NONE);
	assert_int_equal(catalogue_theme_count(room->catalogue), 1);
	room->theme = catalogue_theme(room->catalogue, 0);
}

/* NAME: of both, so that tests do not meet. */
static struct room room_open(void **state, const char *name, OGRwkbGeometryType type,
			     const char *const *wkts)
{
	struct room room = {.state = memory_print("%s/%s", (const char *)*state, name),
			    .source = memory_print("%s/%s.gpkg", (const char *)*state, name)};

	gpkg_make(room.source, "a", type, wkts);
	room_list(&room);
	return room;
}

static void room_close(struct room *room)
{
	catalogue_unref(room->catalogue);
	free(room->state);
	free(room->source);
}

/* The data again, other ones. */
static void room_change(struct room *room, OGRwkbGeometryType type, const char *const *wkts)
{
	assert_int_equal(unlink(room->source), 0);
	gpkg_make(room->source, "a", type, wkts);
	room_list(room);
}

static void prepare(const struct room *room)
{
	struct error error;

	if (prepare_theme(room->state, room->theme, NULL, NULL, &error))
		fail_msg("%s", error.text);
}

static struct prepared *open_prepared(const struct room *room)
{
	struct prepared *prepared = NULL;
	struct error error;

	if (prepared_open(room->state, room->theme, &prepared, &error))
		fail_msg("%s", error.text);
	return prepared;
}

static char *theme_folder(const struct room *room)
{
	char *name = theme_folder_name(room->theme->id);
	char *folder = memory_print("%s/themes/%s", room->state, name);

	free(name);
	return folder;
}

/* Entries of the theme's folder, hidden ones too. */
static unsigned entry_count(const struct room *room)
{
	char *folder = theme_folder(room);
	DIR *entries = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	while (entries && (entry = readdir(entries)))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (entries)
		closedir(entries);
	free(folder);
	return count;
}

static char *file_of(const struct room *room, const struct prepared *prepared, const char *name)
{
	char *folder = theme_folder(room);
	char *path = memory_print("%s/%s/%s", folder, prepared->version, name);

	free(folder);
	return path;
}

static enum error_code keep_ids(const struct feature *feature, void *context, struct error *error)
{
	uint64_t *sum = context;

	(void)error;
	assert_true(feature->has_id);
	*sum += feature->id;
	return ERROR_NONE;
}

/* Sum of the ids of level 0. */
static uint64_t ids_of(const struct prepared *prepared)
{
	struct arena *arena = arena_new();
	struct error error;
	uint64_t sum = 0;

	assert_int_equal(
		fgb_query(prepared->levels[0].fgb, EVERYWHERE, arena, keep_ids, &sum, &error),
		ERROR_NONE);
	arena_free(arena);
	return sum;
}

static void a_prepared_theme_tells_what_it_is(void **state)
{
	struct room room = room_open(state, "faits", wkbPolygon, SQUARES);
	struct prepared *prepared, *none = NULL;
	struct error error;

	assert_int_equal(prepared_open(room.state, room.theme, &none, &error), ERROR_NOT_FOUND);
	assert_non_null(strstr(error.text, "is not prepared"));
	prepare(&room);
	prepared = open_prepared(&room);
	assert_string_equal(prepared->theme_id, "faits:a");
	assert_int_equal(strlen(prepared->version), 32);
	assert_string_equal(prepared->crs->definition, "EPSG:3948");
	assert_int_equal(prepared->kind, GEOMETRY_POLYGON);
	assert_int_equal(prepared->feature_count, 1);
	assert_int_equal(prepared->report.rows, 1);
	assert_true(prepared->extent.minx == 1351000 && prepared->extent.maxy == 7222100);
	assert_true(prepared->bounds.minx < -1.68 && prepared->bounds.maxx > -1.70);
	assert_true(fabs(prepared->centre.x + 1.689) < 0.01);
	assert_true(prepared->prepared_at > 1600000000);
	assert_true(prepared->level_count >= 1);
	assert_int_equal(fgb_feature_count(prepared->levels[0].fgb), 1);
	assert_int_equal(ids_of(prepared), 1);
	prepared_unref(prepared_ref(prepared));
	prepared_unref(prepared);
	prepared_unref(NULL);
	room_close(&room);
}

static void a_theme_without_features_has_no_level(void **state)
{
	struct room room = room_open(state, "vide", wkbPoint, SQUARES + 1);
	struct prepared *prepared;

	prepare(&room);
	prepared = open_prepared(&room);
	assert_int_equal(prepared->feature_count, 0);
	assert_int_equal(prepared->level_count, 0);
	assert_int_equal(prepared->kind, GEOMETRY_POINT);
	assert_true(box_is_empty(prepared->extent));
	assert_true(box_is_empty(prepared->bounds));
	assert_null(prepared_level(prepared, 1));
	prepared_unref(prepared);
	room_close(&room);
}

static void bad_rows_are_counted_and_the_rest_is_kept(void **state)
{
	struct room room = {.state = memory_print("%s/rangs", (const char *)*state),
			    .source = memory_print("%s/rangs.gpkg", (const char *)*state)};
	GDALDatasetH data = data_make("GPKG", room.source);
	OGRLayerH layer = layer_make(data, "a", "EPSG:3948", wkbPolygon);
	const struct flaw_count *crossing;
	struct prepared *prepared;

	row_add(layer, NULL);
	row_add(layer, SQUARES[0]);
	row_add(layer, "POLYGON((0 0,10 10,10 0,0 10,0 0))");
	row_add(layer, "POLYGON((0 0,777 10,10 0,0 10,0 0))");
	row_add(layer, "POLYGON EMPTY");
	GDALClose(data);
	room_list(&room);
	prepare(&room);
	prepared = open_prepared(&room);
	assert_int_equal(prepared->report.rows, 5);
	assert_int_equal(prepared->report.without_geometry, 2);
	assert_int_equal(prepared->report.repaired, 1);
	assert_int_equal(prepared->report.unreadable, 1);
	assert_int_equal(prepared->report.flaws[FLAW_EMPTY].features, 2);
	assert_int_equal(prepared->report.flaws[FLAW_EMPTY].example.id, 1);
	assert_false(prepared->report.flaws[FLAW_EMPTY].example.has_place);
	assert_int_equal(prepared->report.flaws[FLAW_NOT_A_NUMBER].features, 1);
	assert_int_equal(prepared->report.flaws[FLAW_NOT_A_NUMBER].example.id, 4);
	crossing = &prepared->report.flaws[FLAW_SELF_INTERSECTION];
	assert_int_equal(crossing->features, 1);
	assert_int_equal(crossing->example.id, 3);
	assert_true(crossing->example.place.x == 5 && crossing->example.place.y == 5);
	assert_non_null(strstr(crossing->example.detail, "Self-intersection"));
	assert_int_equal(prepared->feature_count, 2);
	assert_int_equal(ids_of(prepared), 2 + 3);
	prepared_unref(prepared);
	room_close(&room);
}

/* GeoPackages exist whose rows do not keep to the kind the layer declares. */
static void rows_of_another_kind_than_declared_are_kept(void **state)
{
	static const char *const wkts[] = {"POINT(1351000 7222000)",
					   "LINESTRING(1351000 7222000,1351100 7222100)", NULL};
	struct room room = room_open(state, "genres", wkbPoint, wkts);
	struct prepared *prepared;

	assert_int_equal(room.theme->kind, GEOMETRY_POINT);
	prepare(&room);
	prepared = open_prepared(&room);
	assert_int_equal(prepared->kind, GEOMETRY_MIXED);
	assert_int_equal(prepared->feature_count, 2);
	assert_int_equal(prepared->report.rows, 2);
	assert_int_equal(ids_of(prepared), 3);
	prepared_unref(prepared);
	room_close(&room);
}

static void the_kind_seen_is_told_where_the_source_says_any(void **state)
{
	struct room room = room_open(state, "tous", wkbUnknown, SQUARES);
	struct prepared *prepared;

	assert_int_equal(room.theme->kind, GEOMETRY_MIXED);
	prepare(&room);
	prepared = open_prepared(&room);
	assert_int_equal(prepared->kind, GEOMETRY_POLYGON);
	prepared_unref(prepared);
	room_close(&room);
}

static void equal_content_is_one_version(void **state)
{
	struct room room = room_open(state, "meme", wkbPolygon, SQUARES);
	struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
	struct prepared *first, *second;

	prepare(&room);
	first = open_prepared(&room);
	assert_int_equal(utimensat(AT_FDCWD, room.source, times, 0), 0);
	room_list(&room);
	prepare(&room);
	second = open_prepared(&room);
	assert_string_equal(first->version, second->version);
	assert_int_equal(entry_count(&room), 1);
	prepared_unref(first);
	prepared_unref(second);
	room_close(&room);
}

static void a_new_version_replaces_the_old_and_spares_its_readers(void **state)
{
	static const char *const points[] = {"POINT(1351000 7222000)", "POINT(1352000 7222000)",
					     NULL};
	struct room room = room_open(state, "suite", wkbPoint, points + 1);
	struct prepared *first, *second, *none = NULL;
	struct error error;

	prepare(&room);
	first = open_prepared(&room);
	room_change(&room, wkbPoint, points);
	assert_int_equal(prepared_open(room.state, room.theme, &none, &error), ERROR_NOT_FOUND);
	prepare(&room);
	second = open_prepared(&room);
	assert_string_not_equal(first->version, second->version);
	assert_int_equal(entry_count(&room), 1);
	assert_int_equal(ids_of(first), 1);
	assert_int_equal(ids_of(second), 3);
	prepared_unref(first);
	prepared_unref(second);
	room_close(&room);
}

static void a_failed_preparation_leaves_the_old_version(void **state)
{
	struct room room = room_open(state, "echec", wkbPolygon, SQUARES);
	struct prepared *prepared;
	struct error error;

	prepare(&room);
	unlink(room.source);
	assert_int_equal(prepare_theme(room.state, room.theme, NULL, NULL, &error),
			 ERROR_NOT_FOUND);
	assert_non_null(strstr(error.text, "echec.gpkg"));
	prepared = open_prepared(&room);
	assert_int_equal(entry_count(&room), 1);
	prepared_unref(prepared);
	room_close(&room);
}

static bool stop_at_once(uint64_t rows_done, uint64_t rows, void *context)
{
	unsigned *asked = context;

	assert_true(rows_done <= rows);
	++*asked;
	return false;
}

static struct room room_of_many(void **state, const char *name, int count)
{
	struct room room = {.state = memory_print("%s/%s", (const char *)*state, name),
			    .source = memory_print("%s/%s.gpkg", (const char *)*state, name)};
	GDALDatasetH data = data_make("GPKG", room.source);
	OGRLayerH layer = layer_make(data, "a", "EPSG:3948", wkbPoint);

	assert_int_equal(GDALDatasetStartTransaction(data, false), OGRERR_NONE);
	for (int i = 0; i < count; i++) {
		char *wkt = memory_print("POINT(%d %d)", 1351000 + i % 100, 7222000 + i / 100);

		row_add(layer, wkt);
		free(wkt);
	}
	assert_int_equal(GDALDatasetCommitTransaction(data), OGRERR_NONE);
	GDALClose(data);
	room_list(&room);
	return room;
}

/* What is kept of the older version to spare work makes no difference to what comes out. */
static void what_was_there_before_makes_no_difference(void **state)
{
	struct room grown = room_of_many(state, "avant", 3000), room;
	struct prepared *first, *second;

	prepare(&grown);
	assert_int_equal(unlink(grown.source), 0);
	room = room_of_many(state, "avant", 3001);
	prepare(&room);
	first = open_prepared(&room);
	assert_int_equal(first->feature_count, 3001);
	folder_remove(room.state);
	prepare(&room);
	second = open_prepared(&room);
	assert_string_equal(first->version, second->version);
	prepared_unref(first);
	prepared_unref(second);
	room_close(&room);
	room_close(&grown);
}

static void a_preparation_stops_when_asked(void **state)
{
	struct room room = room_of_many(state, "arret", 5000);
	struct prepared *none = NULL;
	struct error error;
	unsigned asked = 0;

	assert_int_equal(prepare_theme(room.state, room.theme, stop_at_once, &asked, &error),
			 ERROR_STOPPED);
	assert_int_equal(asked, 1);
	assert_int_equal(entry_count(&room), 0);
	assert_int_equal(prepared_open(room.state, room.theme, &none, &error), ERROR_NOT_FOUND);
	room_close(&room);
}

/* A limit on the size of files stands in for the full disk. In a process of its own, which has no
 * other thread that writes. */
static int prepare_on_full_disk(const struct room *room, rlim_t limit)
{
	struct rlimit most = {limit, limit};
	struct error error = {.text = ""};
	enum error_code code;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &most);
	code = prepare_theme(room->state, room->theme, NULL, NULL, &error);
	return code == ERROR_IO && *error.text ? 0 : 1;
}

static void a_full_disk_is_an_error_and_leaves_nothing(void **state)
{
	enum {
		STEPS = 12
	};
	struct room room = room_of_many(state, "plein", 5000);
	struct prepared *prepared;
	struct stat facts;
	char *path;
	int status;

	prepare(&room);
	prepared = open_prepared(&room);
	path = file_of(&room, prepared, "level-0.fgb");
	assert_int_equal(stat(path, &facts), 0);
	prepared_unref(prepared);
	folder_remove(room.state);
	for (int i = 0; i <= STEPS; i++) {
		rlim_t limit = (rlim_t)(facts.st_size - 1) * (rlim_t)i / STEPS;
		pid_t child = fork();

		if (child == 0)
			_exit(prepare_on_full_disk(&room, limit));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("limit of %lu bytes: status %d", (unsigned long)limit, status);
		assert_int_equal(entry_count(&room), 0);
	}
	free(path);
	room_close(&room);
}

static void a_state_folder_that_cannot_be_made_is_an_error(void **state)
{
	struct room room = room_open(state, "impossible", wkbPolygon, SQUARES);
	struct error error;

	file_make(room.state, "", 0);
	assert_int_equal(prepare_theme(room.state, room.theme, NULL, NULL, &error), ERROR_IO);
	assert_non_null(strstr(error.text, room.state));
	room_close(&room);
}

/* Whatever happens to a byte of the description, opening gives an answer. */
static void a_damaged_description_is_noticed(void **state)
{
	static const char scars[] = {'x', '9', '-', '"', '\0'};
	struct room room = room_open(state, "griffe", wkbPolygon, SQUARES);
	struct prepared *prepared;
	struct error error;
	char *path, bytes[8192];
	size_t length;
	FILE *file;

	prepare(&room);
	prepared = open_prepared(&room);
	path = file_of(&room, prepared, "theme.json");
	prepared_unref(prepared);
	file = fopen(path, "rb");
	assert_non_null(file);
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_in_range(length, 100, sizeof(bytes) - 1);
	for (size_t i = 0; i < length; i++) {
		char byte = bytes[i];
		enum error_code code;

		bytes[i] = scars[i % sizeof(scars)];
		file_make(path, bytes, length);
		code = prepared_open(room.state, room.theme, &prepared, &error);
		if (code == ERROR_NONE)
			prepared_unref(prepared);
		else if (code != ERROR_NOT_FOUND && code != ERROR_INVALID)
			fail_msg("byte %zu: code %d", i, code);
		bytes[i] = byte;
	}
	file_make(path, bytes, length / 2);
	assert_int_equal(prepared_open(room.state, room.theme, &prepared, &error), ERROR_INVALID);
	assert_non_null(strstr(error.text, "prepare it anew"));
	prepare(&room);
	prepared_unref(open_prepared(&room));
	assert_int_equal(entry_count(&room), 1);
	free(path);
	room_close(&room);
}

static void a_damaged_level_is_noticed_and_mended(void **state)
{
	struct room room = room_of_many(state, "niveau", 100);
	struct prepared *prepared, *none = NULL;
	struct error error;
	char *path;

	prepare(&room);
	prepared = open_prepared(&room);
	path = file_of(&room, prepared, "level-0.fgb");
	prepared_unref(prepared);
	assert_int_equal(truncate(path, 1000), 0);
	assert_int_equal(prepared_open(room.state, room.theme, &none, &error), ERROR_INVALID);
	prepare(&room);
	prepared = open_prepared(&room);
	assert_int_equal(ids_of(prepared), 5050);
	assert_int_equal(entry_count(&room), 1);
	prepared_unref(prepared);

	unlink(path);
	assert_int_equal(prepared_open(room.state, room.theme, &none, &error), ERROR_INVALID);
	prepare(&room);
	prepared_unref(open_prepared(&room));
	free(path);
	room_close(&room);
}

static void what_a_killed_preparation_left_is_swept(void **state)
{
	struct room room = room_of_many(state, "balai", 5000);
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct rlimit most = {50000, 50000};

		/* The signal of the limit kills it in the midst of writing. */
		setrlimit(RLIMIT_FSIZE, &most);
		if (prepare_theme(room.state, room.theme, NULL, NULL, NULL))
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(entry_count(&room), 1);
	prepare_sweep(room.state);
	assert_int_equal(entry_count(&room), 0);
	prepare(&room);
	prepare_sweep(room.state);
	prepared_unref(open_prepared(&room));
	prepare_sweep("/nulle/part");
	room_close(&room);
}

static void *prepare_it(void *room)
{
	struct error error;

	return (void *)(intptr_t)prepare_theme(((struct room *)room)->state,
					       ((struct room *)room)->theme, NULL, NULL, &error);
}

static void two_threads_may_prepare_one_theme(void **state)
{
	struct room room = room_of_many(state, "deux", 3000);
	struct prepared *prepared;
	pthread_t threads[4];
	void *code;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, prepare_it, &room), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &code), 0);
		assert_null(code);
	}
	prepared = open_prepared(&room);
	assert_int_equal(prepared->feature_count, 3000);
	assert_int_equal(entry_count(&room), 1);
	prepared_unref(prepared);
	room_close(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prepared_theme_tells_what_it_is),
		cmocka_unit_test(a_theme_without_features_has_no_level),
		cmocka_unit_test(bad_rows_are_counted_and_the_rest_is_kept),
		cmocka_unit_test(rows_of_another_kind_than_declared_are_kept),
		cmocka_unit_test(the_kind_seen_is_told_where_the_source_says_any),
		cmocka_unit_test(equal_content_is_one_version),
		cmocka_unit_test(a_new_version_replaces_the_old_and_spares_its_readers),
		cmocka_unit_test(a_failed_preparation_leaves_the_old_version),
		cmocka_unit_test(what_was_there_before_makes_no_difference),
		cmocka_unit_test(a_preparation_stops_when_asked),
		cmocka_unit_test(a_full_disk_is_an_error_and_leaves_nothing),
		cmocka_unit_test(a_state_folder_that_cannot_be_made_is_an_error),
		cmocka_unit_test(a_damaged_description_is_noticed),
		cmocka_unit_test(a_damaged_level_is_noticed_and_mended),
		cmocka_unit_test(what_a_killed_preparation_left_is_swept),
		cmocka_unit_test(two_threads_may_prepare_one_theme),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
