/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tiler/thread.h"

enum {
	LONGEST_LINE = 1024,
	FIRST_RETRY_MS = 15000, /* after a failure; then twice as long each time */
	LAST_RETRY_MS = 3600000,
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

static int64_t seconds_now(void)
{
	return (int64_t)time(NULL);
}

/* Both locks are held. What was in service, if anything, to be let go without them. */
static struct prepared *change_over(struct shelf *shelf, struct slot *slot,
				    struct prepared *prepared, const struct shelf_carried *carried)
{
	struct prepared *older = shelf_place(shelf, slot, prepared);

	if (older && strcmp(older->version, prepared->version) != 0) {
		slot->edition++;
		slot->replaced_at = seconds_now();
		slot->replaced = *carried;
		shelf->replaced++;
		shelf->carried.features_changed += carried->features_changed;
		shelf->carried.tiles_kept += carried->tiles_kept;
		shelf->carried.tiles_dropped += carried->tiles_dropped;
	}
	return older;
}

static struct prepared *in_service(struct slot *slot)
{
	struct prepared *prepared;

	pthread_mutex_lock(&slot->lock);
	prepared = slot->prepared ? prepared_ref(slot->prepared) : NULL;
	pthread_mutex_unlock(&slot->lock);
	return prepared;
}

/* Makes ready what of the version in service can be kept. */
static struct shelf_carried carry(struct shelf *shelf, struct slot *slot, const struct theme *theme,
				  struct prepared *prepared)
{
	struct prepared *older = in_service(slot);
	struct shelf_carried carried = {0};

	if (older && strcmp(older->version, prepared->version) != 0 && shelf->settings.replace)
		carried = shelf->settings.replace(theme, older, prepared,
						  shelf->settings.settled_context);
	prepared_unref(older);
	return carried;
}

static void tell_carried(struct shelf *shelf, const struct theme *theme,
			 const struct shelf_carried *carried)
{
	shelf_log(shelf,
		  "theme %s: %" PRIu64 " feature%s changed; %" PRIu64 " tiles dropped, %" PRIu64
		  " kept",
		  theme->id, carried->features_changed, carried->features_changed == 1 ? "" : "s",
		  carried->tiles_dropped, carried->tiles_kept);
}

void shelf_leave(struct shelf *shelf, struct slot *slot, enum slot_state state)
{
	enum slot_state now = atomic_load(&slot->state);

	if (slot->again && now != SLOT_GONE)
		state = SLOT_UNKNOWN;
	if (now != SLOT_GONE)
		atomic_store(&slot->state, state);
	slot->working = slot->again = false;
	pthread_cond_signal(&shelf->something_to_do);
}

bool shelf_may_show(const struct slot *slot, const struct theme *older,
		    const struct prepared *prepared)
{
	return theme_may_show(slot->theme, older, prepared->columns, prepared->column_count);
}

void shelf_stand_in(struct shelf *shelf, struct slot *slot, const struct theme *theme,
		    struct prepared *prepared)
{
	bool stands;

	pthread_mutex_lock(&shelf->lock);
	pthread_mutex_lock(&slot->lock);
	stands = !slot->prepared && atomic_load(&slot->state) != SLOT_GONE &&
		 shelf_may_show(slot, theme, prepared);
	if (stands)
		shelf_place(shelf, slot, prepared);
	pthread_mutex_unlock(&slot->lock);
	pthread_mutex_unlock(&shelf->lock);
	if (!stands) {
		prepared_unref(prepared);
		return;
	}
	shelf_log(shelf,
		  "theme %s: its data or options changed since it was prepared; it is served as it "
		  "was until it is prepared anew",
		  theme->id);
	shelf->settings.settled(shelf->settings.settled_context);
}

void shelf_put_in_service(struct shelf *shelf, struct slot *slot, const struct theme *theme,
			  struct prepared *prepared)
{
	struct shelf_carried carried = carry(shelf, slot, theme, prepared);
	struct prepared *older = prepared;
	bool replaced;

	pthread_mutex_lock(&shelf->lock);
	if (atomic_load(&slot->state) != SLOT_GONE && shelf_may_show(slot, theme, prepared)) {
		pthread_mutex_lock(&slot->lock);
		older = change_over(shelf, slot, prepared, &carried);
		pthread_mutex_unlock(&slot->lock);
		slot->failures = 0;
		slot->due = 0;
	}
	replaced = older && strcmp(older->version, prepared->version) != 0;
	shelf_leave(shelf, slot, SLOT_READY);
	pthread_mutex_unlock(&shelf->lock);
	if (replaced)
		tell_carried(shelf, theme, &carried);
	prepared_unref(older);
	shelf->settings.settled(shelf->settings.settled_context);
}

static int64_t patience(unsigned failures)
{
	int64_t wait = FIRST_RETRY_MS;

	while (failures-- > 1 && wait < LAST_RETRY_MS)
		wait *= 2;
	return wait < LAST_RETRY_MS ? wait : LAST_RETRY_MS;
}

void shelf_give_up(struct shelf *shelf, struct slot *slot, const struct error *failure)
{
	pthread_mutex_lock(&shelf->lock);
	pthread_mutex_lock(&slot->lock);
	slot->failure = *failure;
	pthread_mutex_unlock(&slot->lock);
	if (!slot->again)
		slot->due = clock_ms() + patience(++slot->failures);
	shelf_leave(shelf, slot, SLOT_FAILED);
	pthread_mutex_unlock(&shelf->lock);
	shelf->settings.settled(shelf->settings.settled_context);
}

struct theme *shelf_theme_of(struct shelf *shelf, struct slot *slot)
{
	struct theme *theme;

	pthread_mutex_lock(&shelf->lock);
	theme = theme_ref(slot->theme);
	pthread_mutex_unlock(&shelf->lock);
	return theme;
}

/* A first look by somebody who cannot wait for the threads: not where one is at it, so that none
 * finds its work undone. */
void shelf_open_slot(struct shelf *shelf, struct slot *slot)
{
	struct theme *theme = shelf_theme_of(shelf, slot);
	struct prepared *prepared = NULL;
	struct error error;

	if (prepared_open(shelf->settings.state, theme, &prepared, &error) == ERROR_NONE) {
		pthread_mutex_lock(&shelf->lock);
		pthread_mutex_lock(&slot->lock);
		if (!slot->prepared && slot->theme == theme) {
			shelf_place(shelf, slot, prepared);
			prepared = NULL;
		}
		pthread_mutex_unlock(&slot->lock);
		pthread_mutex_unlock(&shelf->lock);
		shelf->settings.settled(shelf->settings.settled_context);
	}
	prepared_unref(prepared);
	theme_free(theme);
}
