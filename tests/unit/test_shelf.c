/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/tally.h"
#include "tiler/memory.h"
#include "tiler/prepare.h"

/* How catalogues and versions change over. Catalogues, the disk and preparations are played here:
 * a theme's data are a number, and so is the version prepared of them. */

enum {
	THEMES = 3,
	THREADS = 2,
	ABSENT = -1,
	READERS = 4,
	CHANGES = 200,
};

static const char *const ids[THEMES] = {"a:one", "b:two", "c:three"};

struct stage {
	atomic_int disk[THEMES]; /* the version that stands, made of the data of that number */
	atomic_bool fails, slow;
	struct tally preparing, gate, settled, replaced;
	atomic_uint catalogues, versions, prepared;
	atomic_int older, newer; /* of the last replacement */
};

static struct stage *stage;

struct catalogue {
	atomic_uint references;
	struct theme *themes[THEMES];
	size_t count;
};

/* DATA: a number for each theme; ABSENT: there is no such theme. */
static struct catalogue *new_catalogue(const int data[THEMES])
{
	struct catalogue *catalogue = memory_zeroed(1, sizeof(*catalogue));

	atomic_init(&catalogue->references, 1);
	atomic_fetch_add(&stage->catalogues, 1);
	for (unsigned i = 0; i < THEMES; i++) {
		struct theme *theme;

		if (data[i] == ABSENT)
			continue;
		theme = theme_new();
		theme->id = memory_text(ids[i]);
		theme->origin.dataset = memory_text(ids[i]);
		theme->origin.layer = memory_text("layer");
		snprintf(theme->origin.stamp, sizeof(theme->origin.stamp), "%d", data[i]);
		theme->origin.changed_at = 1000 + data[i];
		catalogue->themes[catalogue->count++] = theme;
	}
	return catalogue;
}

struct catalogue *catalogue_ref(struct catalogue *catalogue)
{
	atomic_fetch_add(&catalogue->references, 1);
	return catalogue;
}

void catalogue_unref(struct catalogue *catalogue)
{
	if (!catalogue || atomic_fetch_sub(&catalogue->references, 1) > 1)
		return;
	for (size_t i = 0; i < catalogue->count; i++)
		theme_free(catalogue->themes[i]);
	free(catalogue);
	atomic_fetch_sub(&stage->catalogues, 1);
}

size_t catalogue_theme_count(const struct catalogue *catalogue)
{
	return catalogue->count;
}

const struct theme *catalogue_theme(const struct catalogue *catalogue, size_t index)
{
	return catalogue->themes[index];
}

const struct theme *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->count; i++)
		if (strcmp(catalogue->themes[i]->id, id) == 0)
			return catalogue->themes[i];
	return NULL;
}

static unsigned index_of(const char *id)
{
	unsigned i = 0;

	while (strcmp(ids[i], id) != 0)
		i++;
	return i;
}

struct version {
	struct prepared prepared;
	atomic_uint references;
};

enum error_code prepared_open(const char *state, const struct theme *theme,
			      struct prepared **prepared, struct error *error)
{
	int standing = atomic_load(&stage->disk[index_of(theme->id)]);
	struct version *version;

	(void)state;
	if (standing != atoi(theme->origin.stamp))
		return error_set(error, ERROR_NOT_FOUND, "not prepared");
	version = memory_zeroed(1, sizeof(*version));
	/* two stamps a version: data of an odd number were only touched */
	snprintf(version->prepared.version, 33, "v%d", standing / 2);
	version->prepared.prepared_at = 2000 + standing;
	atomic_init(&version->references, 1);
	atomic_fetch_add(&stage->versions, 1);
	*prepared = &version->prepared;
	return ERROR_NONE;
}

enum error_code prepared_open_older(const char *state, const struct theme *theme,
				    struct prepared **prepared, struct error *error)
{
	(void)state;
	(void)prepared;
	return error_set(error, ERROR_NOT_FOUND, "theme %s has no older version", theme->id);
}

struct prepared *prepared_ref(struct prepared *prepared)
{
	atomic_fetch_add(&((struct version *)prepared)->references, 1);
	return prepared;
}

void prepared_unref(struct prepared *prepared)
{
	struct version *version = (struct version *)prepared;

	if (!version || atomic_fetch_sub(&version->references, 1) > 1)
		return;
	free(version);
	atomic_fetch_sub(&stage->versions, 1);
}

void prepare_sweep(const char *state)
{
	assert_string_equal(state, "state");
}

enum error_code prepare_theme(const char *state, const struct theme *theme,
			      prepare_progress_f progress, void *context, struct error *error)
{
	bool fails = atomic_load(&stage->fails);

	(void)state;
	atomic_fetch_add(&stage->prepared, 1);
	tally_add(&stage->preparing);
	while (atomic_load(&stage->slow) && !tally_count(&stage->gate)) {
		if (!progress(1, 2, context))
			return error_set(error, ERROR_STOPPED, "asked to stop");
		usleep(500);
	}
	if (fails)
		return error_set(error, ERROR_IO, "the file is broken");
	atomic_store(&stage->disk[index_of(theme->id)], atoi(theme->origin.stamp));
	return ERROR_NONE;
}

static void settled(void *context)
{
	(void)context;
	tally_add(&stage->settled);
}

static struct shelf_carried replace(const struct theme *theme, struct prepared *older,
				    struct prepared *newer, void *context)
{
	(void)theme;
	(void)context;
	atomic_store(&stage->older, atoi(older->version + 1));
	atomic_store(&stage->newer, atoi(newer->version + 1));
	tally_add(&stage->replaced);
	return (struct shelf_carried){1, 20, 3};
}

static int stage_up(void **state)
{
	struct tally zero = TALLY_ZERO;

	(void)state;
	stage = memory_zeroed(1, sizeof(*stage));
	stage->preparing = stage->gate = stage->settled = stage->replaced = zero;
	for (unsigned i = 0; i < THEMES; i++)
		atomic_store(&stage->disk[i], ABSENT);
	return 0;
}

static int stage_down(void **state)
{
	unsigned left = stage->catalogues + stage->versions;

	(void)state;
	free(stage);
	return left ? -1 : 0;
}

/* With the data numbered 0, all prepared. */
static struct shelf *new_shelf(void)
{
	static const int data[THEMES] = {0, 0, 0};
	struct shelf_settings settings = {.state = "state",
					  .threads = THREADS,
					  .mend_again_ms = 20,
					  .settled = settled,
					  .replace = replace};
	struct catalogue *catalogue = new_catalogue(data);
	struct shelf *shelf = shelf_new(&settings, catalogue);
	struct error error;

	catalogue_unref(catalogue);
	assert_int_equal(shelf_start(shelf, &error), ERROR_NONE);
	tally_wait(&stage->settled, THEMES);
	return shelf;
}

static void adopt(struct shelf *shelf, int a, int b, int c, bool retry)
{
	const int data[THEMES] = {a, b, c};
	struct catalogue *catalogue = new_catalogue(data);

	shelf_adopt(shelf, catalogue, retry);
	catalogue_unref(catalogue);
}

/* The version in service, by its number, or the error in words. */
static void expect(struct shelf *shelf, const struct theme *theme, const char *wanted)
{
	struct prepared *prepared;
	struct error error;

	if (shelf_take(shelf, theme, &prepared, &error)) {
		if (!strstr(error.text, wanted))
			fail_msg("\"%s\" not in \"%s\"", wanted, error.text);
		return;
	}
	assert_string_equal(prepared->version, wanted);
	prepared_unref(prepared);
}

static const struct theme *theme_now(struct shelf *shelf, const char *id)
{
	struct catalogue *catalogue = shelf_catalogue(shelf);
	const struct theme *theme = catalogue_find(catalogue, id);

	/* the shelf's own reference keeps it */
	catalogue_unref(catalogue);
	return theme;
}

static void test_changed_data_replace_the_old(void **state)
{
	struct shelf *shelf = new_shelf();
	const struct theme *theme;
	struct theme_freshness fresh;
	unsigned edition;

	(void)state;
	theme = theme_now(shelf, ids[0]);
	expect(shelf, theme, "v0");
	edition = shelf_edition(shelf, theme);
	atomic_store(&stage->slow, true);
	adopt(shelf, 2, 0, 0, false);
	theme = theme_now(shelf, ids[0]);
	tally_wait(&stage->preparing, THEMES + 1);
	expect(shelf, theme, "v0");
	assert_true(shelf_is_settled(shelf, theme));
	assert_int_equal(shelf_edition(shelf, theme), edition);
	assert_true(shelf_freshness(shelf, theme).outdated);
	assert_int_equal(shelf_count(shelf).outdated, 1);
	assert_int_equal(shelf_count(shelf).ready, THEMES);
	tally_add(&stage->gate);
	tally_wait(&stage->settled, THEMES + 1);
	expect(shelf, theme, "v1");
	assert_int_not_equal(shelf_edition(shelf, theme), edition);
	assert_int_equal(stage->older, 0);
	assert_int_equal(stage->newer, 1);
	fresh = shelf_freshness(shelf, theme);
	assert_false(fresh.outdated);
	assert_int_equal(fresh.data_changed_at, 1002);
	assert_int_equal(fresh.prepared_at, 2002);
	assert_int_equal(fresh.replaced.tiles_kept, 20);
	assert_int_equal(shelf_count(shelf).carried.tiles_dropped, 3);
	assert_int_equal(stage->prepared, THEMES + 1);
	shelf_free(shelf);
}

static void test_touched_data_change_nothing(void **state)
{
	struct shelf *shelf = new_shelf();
	const struct theme *theme;
	unsigned edition;

	(void)state;
	edition = shelf_edition(shelf, theme_now(shelf, ids[1]));
	adopt(shelf, 0, 1, 0, false);
	tally_wait(&stage->settled, THEMES + 1);
	theme = theme_now(shelf, ids[1]);
	expect(shelf, theme, "v0");
	assert_int_equal(shelf_edition(shelf, theme), edition);
	assert_int_equal(tally_count(&stage->replaced), 0);
	assert_int_equal(shelf_freshness(shelf, theme).prepared_at, 2001);
	shelf_free(shelf);
}

static void test_broken_data_leave_the_old_in_service(void **state)
{
	struct shelf *shelf = new_shelf();
	const struct theme *theme;
	struct prepared *prepared;
	struct error error;

	(void)state;
	atomic_store(&stage->fails, true);
	adopt(shelf, 0, 0, 2, false);
	tally_wait(&stage->settled, THEMES + 1);
	theme = theme_now(shelf, ids[2]);
	expect(shelf, theme, "v0");
	assert_false(shelf_has_failed(shelf, theme));
	assert_int_equal(shelf_theme(shelf, theme, &prepared, &error), THEME_FAILED);
	assert_non_null(strstr(error.text, "the file is broken"));
	prepared_unref(prepared);
	assert_int_equal(shelf_count(shelf).failed, 1);

	adopt(shelf, 0, 0, 2, false);
	assert_int_equal(stage->prepared, THEMES + 1);
	atomic_store(&stage->fails, false);
	adopt(shelf, 0, 0, 2, true);
	tally_wait(&stage->settled, THEMES + 2);
	expect(shelf, theme_now(shelf, ids[2]), "v1");
	assert_int_equal(shelf_count(shelf).failed, 0);
	shelf_free(shelf);
}

static void test_themes_go_and_come_back(void **state)
{
	struct shelf *shelf = new_shelf();
	struct catalogue *before = shelf_catalogue(shelf);
	const struct theme *theme = catalogue_find(before, ids[1]);

	(void)state;
	adopt(shelf, 0, ABSENT, 0, false);
	assert_null(theme_now(shelf, ids[1]));
	assert_int_equal(shelf_count(shelf).ready, THEMES - 1);
	expect(shelf, theme, "v0"); /* who asked before is answered */
	adopt(shelf, 0, 0, 0, false);
	tally_wait(&stage->settled, THEMES + 1);
	expect(shelf, theme_now(shelf, ids[1]), "v0");
	assert_int_equal(shelf_count(shelf).ready, THEMES);
	assert_int_equal(stage->prepared, THEMES);
	catalogue_unref(before);
	shelf_free(shelf);
}

static void test_theme_gone_while_prepared(void **state)
{
	struct shelf *shelf = new_shelf();

	(void)state;
	atomic_store(&stage->slow, true);
	adopt(shelf, 2, 0, 0, false);
	tally_wait(&stage->preparing, THEMES + 1);
	adopt(shelf, ABSENT, 0, 0, false);
	adopt(shelf, 4, 0, 0, false);
	tally_add(&stage->gate);
	while (shelf_count(shelf).outdated)
		tally_wait(&stage->settled, tally_count(&stage->settled) + 1);
	expect(shelf, theme_now(shelf, ids[0]), "v2");
	shelf_free(shelf);
}

static void test_data_change_while_prepared(void **state)
{
	struct shelf *shelf = new_shelf();

	(void)state;
	atomic_store(&stage->slow, true);
	adopt(shelf, 2, 0, 0, false);
	tally_wait(&stage->preparing, THEMES + 1);
	adopt(shelf, 4, 0, 0, false);
	tally_add(&stage->gate);
	tally_wait(&stage->preparing, THEMES + 2);
	while (shelf_count(shelf).outdated)
		usleep(1000);
	expect(shelf, theme_now(shelf, ids[0]), "v2");
	shelf_free(shelf);
}

/* Damaged as often as may be, as long as not at once. */
static void test_damaged_again_is_mended_again(void **state)
{
	struct shelf *shelf = new_shelf();
	const struct theme *theme = theme_now(shelf, ids[0]);
	struct error error = {0};

	(void)state;
	for (unsigned times = 1; times <= 3; times++) {
		struct prepared *damaged;

		assert_int_equal(shelf_take(shelf, theme, &damaged, &error), ERROR_NONE);
		while (!shelf_is_mending(shelf, theme, damaged, &error))
			usleep(1000);
		prepared_unref(damaged);
		tally_wait(&stage->settled, THEMES + times);
		assert_int_equal(stage->prepared, THEMES + times);
		expect(shelf, theme, "v0");
	}
	shelf_free(shelf);
}

struct reader {
	struct shelf *shelf;
	atomic_bool *done;
	atomic_uint taken;
	unsigned failures;
};

/* What a request does, while catalogues change under it. */
static void *read_on(void *context)
{
	struct reader *reader = context;

	while (!atomic_load(reader->done)) {
		struct catalogue *catalogue = shelf_catalogue(reader->shelf);
		const struct theme *theme = catalogue_find(catalogue, ids[0]);
		struct prepared *prepared;
		struct error error;
		char version[33];

		shelf_ask(reader->shelf, theme);
		if (!shelf_version(reader->shelf, theme, version) ||
		    shelf_take(reader->shelf, theme, &prepared, &error)) {
			reader->failures++;
		} else {
			atomic_fetch_add(&reader->taken, 1);
			prepared_unref(prepared);
		}
		shelf_theme(reader->shelf, theme, NULL, &error);
		shelf_freshness(reader->shelf, theme);
		catalogue_unref(catalogue);
	}
	return NULL;
}

static void test_changes_under_load(void **state)
{
	struct shelf *shelf = new_shelf();
	struct reader readers[READERS];
	pthread_t threads[READERS];
	atomic_bool done = false;

	(void)state;
	for (unsigned i = 0; i < READERS; i++) {
		readers[i] = (struct reader){shelf, &done, 0, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
	}
	for (int i = 1; i <= CHANGES; i++) {
		adopt(shelf, i, i % 3 ? i : ABSENT, i % 7, i % 5 == 0);
		usleep(200);
	}
	while (shelf_count(shelf).outdated + shelf_count(shelf).waiting)
		usleep(1000);
	for (unsigned i = 0; i < READERS; i++)
		while (!atomic_load(&readers[i].taken))
			usleep(1000);
	atomic_store(&done, true);
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].failures, 0);
	}
	expect(shelf, theme_now(shelf, ids[0]), "v100");
	shelf_free(shelf);
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_up, stage_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(test_changed_data_replace_the_old),
		ON_STAGE(test_touched_data_change_nothing),
		ON_STAGE(test_broken_data_leave_the_old_in_service),
		ON_STAGE(test_themes_go_and_come_back),
		ON_STAGE(test_theme_gone_while_prepared),
		ON_STAGE(test_data_change_while_prepared),
		ON_STAGE(test_damaged_again_is_mended_again),
		ON_STAGE(test_changes_under_load),
	};

	alarm(120);
	return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
