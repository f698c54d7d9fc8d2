/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/thread.h"

enum {
	/* How long what is served of a theme stays after the theme has gone: longer than a request
	 * that was asked before waits for its tile. */
	FAREWELL_MS = 60000,
};

static struct slot *slot_find(struct shelf *shelf, const char *id)
{
	struct slot *slot;

	HASH_FIND_STR(shelf->table, id, slot);
	return slot;
}

static struct slot *slot_new(struct shelf *shelf, const char *id)
{
	struct slot *slot = memory_zeroed(1, sizeof(*slot));

	slot->id = memory_text(id);
	pthread_mutex_init(&slot->lock, NULL);
	atomic_init(&slot->state, SLOT_GONE);
	HASH_ADD_KEYPTR(hh, shelf->table, slot->id, strlen(slot->id), slot);
	return slot;
}

static void forget_failure(struct slot *slot)
{
	slot->failures = 0;
	slot->due = 0;
	pthread_mutex_lock(&slot->lock);
	slot->mended_at = 0;
	pthread_mutex_unlock(&slot->lock);
}

/* Looks what stands on disk and prepares anew. */
static void start_over(struct slot *slot)
{
	forget_failure(slot);
	slot->again = slot->working;
	atomic_store(&slot->state, SLOT_UNKNOWN);
}

/* A version that tells what the theme's options hide now goes at once. */
static void withdraw(struct shelf *shelf, struct slot *slot, const struct theme *before)
{
	struct prepared *withdrawn = NULL;

	pthread_mutex_lock(&slot->lock);
	if (slot->prepared && !shelf_may_show(slot, before, slot->prepared)) {
		withdrawn = shelf_place(shelf, slot, NULL);
		slot->edition++;
	}
	pthread_mutex_unlock(&slot->lock);
	prepared_unref(withdrawn);
}

static void settle_in(struct shelf *shelf, struct slot *slot, struct theme *theme, bool told,
		      bool retry)
{
	enum slot_state state = atomic_load(&slot->state);
	struct theme *before = slot->theme;
	bool same = before && theme_same_data(before, theme);

	slot->theme = theme_ref(theme);
	/* one that is served already has its slot, and is being read */
	if (theme->slot != slot)
		theme->slot = slot;
	if (before)
		withdraw(shelf, slot, before);
	if (told && state == SLOT_GONE)
		shelf_log(shelf, "theme %s is %s", theme->id, before ? "back" : "new");
	else if (told && !same)
		shelf_log(shelf, "theme %s: its data or options changed", theme->id);
	if (!same || state == SLOT_GONE || (state == SLOT_FAILED && retry))
		start_over(slot);
	theme_free(before);
}

static void send_away(struct shelf *shelf, struct slot *slot)
{
	if (atomic_load(&slot->state) == SLOT_GONE)
		return;
	shelf_log(shelf, "theme %s is gone: its data are no longer there", slot->id);
	slot->due = clock_ms() + FAREWELL_MS;
	atomic_store(&slot->state, SLOT_GONE);
}

/* Readers take the catalogue from one of several posts, so that a warm tile waits for nobody. */
static void post(struct shelf *shelf, struct catalogue *catalogue)
{
	for (unsigned i = 0; i < SHELF_POSTS; i++) {
		struct shelf_post *here = &shelf->posts[i];
		struct catalogue *before;

		pthread_mutex_lock(&here->lock);
		before = here->catalogue;
		here->catalogue = catalogue_ref(catalogue);
		pthread_mutex_unlock(&here->lock);
		catalogue_unref(before);
	}
	atomic_fetch_add(&shelf->turn, 1);
}

void shelf_adopt(struct shelf *shelf, struct catalogue *catalogue, bool retry)
{
	bool told = shelf->posts[0].catalogue != NULL;

	pthread_mutex_lock(&shelf->lock);
	for (struct slot *slot = shelf->table; slot; slot = slot->hh.next)
		if (!catalogue_find(catalogue, slot->id))
			send_away(shelf, slot);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct slot *slot = slot_find(shelf, theme->id);

		if (!slot)
			slot = slot_new(shelf, theme->id);
		/* the slot is the shelf's own part of a theme */
		settle_in(shelf, slot, (struct theme *)(uintptr_t)theme, told, retry);
	}
	post(shelf, catalogue);
	pthread_cond_broadcast(&shelf->something_to_do);
	pthread_mutex_unlock(&shelf->lock);
}
