/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <inttypes.h>
#include <string.h>

#include "tiler/prepare.h"
#include "tiler/thread.h"

enum {
	PROGRESS_INTERVAL_MS = 10000,
};

struct progress {
	struct shelf *shelf;
	struct slot *slot;
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
	return !atomic_load(&progress->shelf->stopping) &&
	       atomic_load(&progress->slot->state) != SLOT_GONE;
}

static enum error_code prepare_and_open(struct shelf *shelf, struct slot *slot,
					const struct theme *theme, struct prepared **prepared,
					struct error *error)
{
	struct progress progress = {shelf, slot, theme, clock_ms() + PROGRESS_INTERVAL_MS};
	enum error_code code = prepare_theme(shelf->settings.state, theme, note_progress, &progress,
					     error);

	return code ? code : prepared_open(shelf->settings.state, theme, prepared, error);
}

/* Is what was prepared what is in service already? */
static bool is_as_before(struct slot *slot, const struct prepared *prepared)
{
	bool same;

	pthread_mutex_lock(&slot->lock);
	same = slot->prepared && strcmp(slot->prepared->version, prepared->version) == 0;
	pthread_mutex_unlock(&slot->lock);
	return same;
}

static void prepare_slot(struct shelf *shelf, struct slot *slot)
{
	struct theme *theme = shelf_theme_of(shelf, slot);
	int64_t started = clock_ms();
	struct prepared *prepared;
	struct error error;
	enum error_code code = prepare_and_open(shelf, slot, theme, &prepared, &error);

	if (!code) {
		shelf_log(shelf, "prepared theme %s: %" PRIu64 " features in %.1f s%s", theme->id,
			  prepared->feature_count, (double)(clock_ms() - started) / 1000,
			  is_as_before(slot, prepared) ? "; nothing in its data changed" : "");
		shelf_put_in_service(shelf, slot, theme, prepared);
	} else if (atomic_load(&shelf->stopping) || atomic_load(&slot->state) == SLOT_GONE) {
		pthread_mutex_lock(&shelf->lock);
		shelf_leave(shelf, slot, SLOT_TO_PREPARE);
		pthread_mutex_unlock(&shelf->lock);
	} else {
		error_prefix(&error, "theme %s could not be prepared: ", theme->id);
		/* data on the move are no fault: whoever follows them comes with them */
		if (code != ERROR_BUSY)
			error.code = ERROR_INVALID;
		shelf_log(shelf, "%s%s", error.text,
			  atomic_load(&slot->in_service) ? "; its older version stays in service"
							 : "");
		shelf_give_up(shelf, slot, &error);
	}
	theme_free(theme);
}

static void open_slot(struct shelf *shelf, struct slot *slot)
{
	struct theme *theme = shelf_theme_of(shelf, slot);
	struct prepared *prepared;
	struct error error;
	enum error_code code = prepared_open(shelf->settings.state, theme, &prepared, &error);

	if (code && code != ERROR_NOT_FOUND)
		shelf_log(shelf, "%s", error.text);
	if (code) {
		if (!atomic_load(&slot->in_service) &&
		    prepared_open_older(shelf->settings.state, theme, &prepared, &error) ==
			    ERROR_NONE)
			shelf_stand_in(shelf, slot, theme, prepared);
		pthread_mutex_lock(&shelf->lock);
		shelf_leave(shelf, slot, SLOT_TO_PREPARE);
		pthread_mutex_unlock(&shelf->lock);
	} else {
		shelf_put_in_service(shelf, slot, theme, prepared);
	}
	theme_free(theme);
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

	for (struct slot *slot = shelf->table; slot; slot = slot->hh.next)
		if (!slot->working && atomic_load(&slot->state) == state &&
		    (!first || is_before(slot, first)))
			first = slot;
	return first;
}

/* A line once the last theme of a round is done. */
static void sum_up(struct shelf *shelf)
{
	struct shelf_count count = shelf_count(shelf);
	bool done;

	pthread_mutex_lock(&shelf->lock);
	done = shelf->prepared_some && !count.waiting && !count.outdated;
	shelf->prepared_some = shelf->prepared_some && !done;
	pthread_mutex_unlock(&shelf->lock);
	if (done)
		shelf_log(shelf, "preparation is done: %zu themes ready, %zu failed", count.ready,
			  count.failed);
}

/* What is left of a theme that went a while ago. */
static struct prepared *clear_out(struct shelf *shelf, struct slot *slot)
{
	struct prepared *prepared;

	pthread_mutex_lock(&slot->lock);
	prepared = shelf_place(shelf, slot, NULL);
	slot->edition += prepared != NULL;
	pthread_mutex_unlock(&slot->lock);
	return prepared;
}

/* Does one thing that is due; else says until when there is nothing (0: nothing at all). Locked. */
static bool do_due(struct shelf *shelf, int64_t *until)
{
	int64_t now = clock_ms();

	*until = 0;
	for (struct slot *slot = shelf->table; slot; slot = slot->hh.next) {
		struct prepared *cleared;

		if (!slot->due || slot->working)
			continue;
		if (slot->due > now) {
			*until = *until && *until < slot->due ? *until : slot->due;
			continue;
		}
		slot->due = 0;
		if (atomic_load(&slot->state) == SLOT_FAILED) {
			atomic_store(&slot->state, SLOT_TO_PREPARE);
			return true;
		}
		cleared = clear_out(shelf, slot);
		pthread_mutex_unlock(&shelf->lock);
		prepared_unref(cleared);
		pthread_mutex_lock(&shelf->lock);
		return true;
	}
	return false;
}

/* One step of a thread of the shelf, with its lock held on entry and return: looking at what stands
 * on disk comes before preparing, being a thousand times quicker. */
static void step(struct shelf *shelf)
{
	struct slot *unknown = first_in(shelf, SLOT_UNKNOWN);
	struct slot *slot = unknown ? unknown : first_in(shelf, SLOT_TO_PREPARE);
	int64_t until;

	if (slot) {
		atomic_store(&slot->state, unknown ? SLOT_OPENING : SLOT_PREPARING);
		slot->working = true;
		shelf->prepared_some |= !unknown;
		pthread_mutex_unlock(&shelf->lock);
		if (unknown) {
			open_slot(shelf, slot);
		} else {
			prepare_slot(shelf, slot);
			sum_up(shelf);
		}
		pthread_mutex_lock(&shelf->lock);
	} else if (do_due(shelf, &until)) {
		return;
	} else if (until) {
		condition_wait_until(&shelf->something_to_do, &shelf->lock, until);
	} else {
		pthread_cond_wait(&shelf->something_to_do, &shelf->lock);
	}
}

static void *run_thread(void *context)
{
	struct shelf *shelf = context;
	bool sweep;

	thread_be_nice(THREAD_YIELDS);
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
