/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "tiler/prepare.h"
#include "tiler/thread.h"

enum {
	LONGEST_LINE = 1024,
	PROGRESS_INTERVAL_MS = 10000,
};

void shelf_log(struct shelf *shelf, const char *format, ...)
{
	char line[LONGEST_LINE];
	va_list arguments;

	if (!shelf->settings.log)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	shelf->settings.log(line, shelf->settings.log_context);
}

/* From one state to the next, unless another thread has changed it meanwhile. */
static void change_state(struct shelf *shelf, struct slot *slot, enum slot_state from,
			 enum slot_state to)
{
	pthread_mutex_lock(&shelf->lock);
	if (atomic_load(&slot->state) == from)
		atomic_store(&slot->state, to);
	pthread_cond_signal(&shelf->something_to_do);
	pthread_mutex_unlock(&shelf->lock);
}

/* Puts PREPARED (stolen) into service, unless another thread has been quicker. */
static void put_in_service(struct shelf *shelf, struct slot *slot, struct prepared *prepared)
{
	pthread_mutex_lock(&shelf->lock);
	if (atomic_load(&slot->state) != SLOT_READY) {
		pthread_mutex_lock(&slot->lock);
		assert(!slot->prepared);
		slot->prepared = prepared;
		pthread_mutex_unlock(&slot->lock);
		atomic_store(&slot->state, SLOT_READY);
		prepared = NULL;
	}
	pthread_mutex_unlock(&shelf->lock);
	prepared_unref(prepared);
	shelf->settings.settled(shelf->settings.settled_context);
}

static void give_up(struct shelf *shelf, struct slot *slot, const struct error *failure)
{
	pthread_mutex_lock(&slot->lock);
	slot->failure = *failure;
	pthread_mutex_unlock(&slot->lock);
	change_state(shelf, slot, SLOT_PREPARING, SLOT_FAILED);
	shelf->settings.settled(shelf->settings.settled_context);
}

bool shelf_open_slot(struct shelf *shelf, struct slot *slot)
{
	struct prepared *prepared;
	struct error error;
	enum error_code code = prepared_open(shelf->settings.state, slot->theme, &prepared, &error);

	if (!code)
		put_in_service(shelf, slot, prepared);
	else if (code != ERROR_NOT_FOUND)
		shelf_log(shelf, "%s", error.text);
	return !code;
}

struct progress {
	struct shelf *shelf;
	const struct theme *theme;
	int64_t next_line;
};

static bool note_progress(uint64_t rows_done, uint64_t rows, void *context)
{
	struct progress *progress = context;
	int64_t now = clock_ms();

	if (now >= progress->next_line) {
		const char *id = progress->theme->id;

		if (rows)
			shelf_log(progress->shelf,
				  "preparing theme %s: %" PRIu64 " of %" PRIu64 " rows", id,
				  rows_done, rows);
		else
			shelf_log(progress->shelf, "preparing theme %s: %" PRIu64 " rows", id,
				  rows_done);
		progress->next_line = now + PROGRESS_INTERVAL_MS;
	}
	return !atomic_load(&progress->shelf->stopping);
}

static enum error_code prepare_and_open(struct shelf *shelf, const struct theme *theme,
					struct prepared **prepared, struct error *error)
{
	struct progress progress = {shelf, theme, clock_ms() + PROGRESS_INTERVAL_MS};
	enum error_code code = prepare_theme(shelf->settings.state, theme, note_progress, &progress,
					     error);

	return code ? code : prepared_open(shelf->settings.state, theme, prepared, error);
}

static void prepare_slot(struct shelf *shelf, struct slot *slot)
{
	const struct theme *theme = slot->theme;
	int64_t started = clock_ms();
	struct prepared *prepared;
	struct error error;

	if (!prepare_and_open(shelf, theme, &prepared, &error)) {
		shelf_log(shelf, "prepared theme %s: %" PRIu64 " features in %.1f s", theme->id,
			  prepared->feature_count, (double)(clock_ms() - started) / 1000);
		put_in_service(shelf, slot, prepared);
	} else if (atomic_load(&shelf->stopping)) {
		change_state(shelf, slot, SLOT_PREPARING, SLOT_TO_PREPARE);
	} else {
		error_prefix(&error, "theme %s could not be prepared: ", theme->id);
		error.code = ERROR_INVALID;
		shelf_log(shelf, "%s", error.text);
		give_up(shelf, slot, &error);
	}
}

/* 0 rows may be any number: those themes come last. */
static uint64_t rows_to_expect(const struct theme *theme)
{
	return theme->feature_count ? theme->feature_count : UINT64_MAX;
}

/* Does A come before B? Those asked for first, in the order of asking; then the small ones, so that
 * most themes are soon there. */
static bool is_before(struct slot *a, struct slot *b)
{
	uint64_t a_asked = atomic_load(&a->asked), b_asked = atomic_load(&b->asked);

	if (a_asked || b_asked)
		return a_asked && (!b_asked || a_asked < b_asked);
	return rows_to_expect(a->theme) < rows_to_expect(b->theme);
}

static struct slot *first_in(struct shelf *shelf, enum slot_state state)
{
	struct slot *first = NULL;

	for (size_t i = 0; i < shelf->slot_count; i++) {
		struct slot *slot = &shelf->slots[i];

		if (atomic_load(&slot->state) == state && (!first || is_before(slot, first)))
			first = slot;
	}
	return first;
}

/* A line once the last theme of a round is done. */
static void sum_up(struct shelf *shelf)
{
	struct shelf_count count = shelf_count(shelf);
	bool done;

	pthread_mutex_lock(&shelf->lock);
	done = shelf->prepared_some && !count.waiting;
	shelf->prepared_some = shelf->prepared_some && !done;
	pthread_mutex_unlock(&shelf->lock);
	if (done)
		shelf_log(shelf, "preparation is done: %zu themes ready, %zu failed", count.ready,
			  count.failed);
}

/* One step of a thread of the shelf, with its lock held on entry and return: looking at what stands
 * on disk comes before preparing, being a thousand times quicker. */
static void step(struct shelf *shelf)
{
	struct slot *unknown = first_in(shelf, SLOT_UNKNOWN);
	struct slot *to_prepare = unknown ? NULL : first_in(shelf, SLOT_TO_PREPARE);

	if (unknown) {
		atomic_store(&unknown->state, SLOT_OPENING);
		pthread_mutex_unlock(&shelf->lock);
		if (!shelf_open_slot(shelf, unknown))
			change_state(shelf, unknown, SLOT_OPENING, SLOT_TO_PREPARE);
		pthread_mutex_lock(&shelf->lock);
	} else if (to_prepare) {
		atomic_store(&to_prepare->state, SLOT_PREPARING);
		shelf->prepared_some = true;
		pthread_mutex_unlock(&shelf->lock);
		prepare_slot(shelf, to_prepare);
		sum_up(shelf);
		pthread_mutex_lock(&shelf->lock);
	} else {
		pthread_cond_wait(&shelf->something_to_do, &shelf->lock);
	}
}

static void *run_thread(void *context)
{
	struct shelf *shelf = context;
	bool sweep;

	thread_be_nice();
	pthread_mutex_lock(&shelf->lock);
	sweep = !shelf->swept;
	shelf->swept = true;
	pthread_mutex_unlock(&shelf->lock);
	if (sweep)
		prepare_sweep(shelf->settings.state);

	pthread_mutex_lock(&shelf->lock);
	while (!atomic_load(&shelf->stopping))
		step(shelf);
	pthread_mutex_unlock(&shelf->lock);
	return NULL;
}

enum error_code shelf_start(struct shelf *shelf, struct error *error)
{
	shelf->threads = memory_zeroed(shelf->settings.threads, sizeof(*shelf->threads));
	while (shelf->thread_count < shelf->settings.threads) {
		enum error_code code = thread_start(&shelf->threads[shelf->thread_count],
						    "preparation", run_thread, shelf, error);

		if (code)
			return code;
		shelf->thread_count++;
	}
	return ERROR_NONE;
}

void shelf_stop(struct shelf *shelf)
{
	pthread_mutex_lock(&shelf->lock);
	atomic_store(&shelf->stopping, true);
	pthread_cond_broadcast(&shelf->something_to_do);
	pthread_mutex_unlock(&shelf->lock);
	while (shelf->thread_count)
		pthread_join(shelf->threads[--shelf->thread_count], NULL);
}
