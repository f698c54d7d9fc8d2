/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct slot *slot_of(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot;

	HASH_FIND_STR(shelf->table, theme->id, slot);
	assert(slot);
	return slot;
}

struct shelf *shelf_new(const struct shelf_settings *settings, struct catalogue *catalogue)
{
	struct shelf *shelf = memory_zeroed(1, sizeof(*shelf));

	shelf->settings = *settings;
	shelf->catalogue = catalogue_ref(catalogue);
	shelf->slot_count = catalogue_theme_count(catalogue);
	shelf->slots = memory_zeroed(shelf->slot_count, sizeof(*shelf->slots));
	for (size_t i = 0; i < shelf->slot_count; i++) {
		struct slot *slot = &shelf->slots[i];

		slot->theme = catalogue_theme(catalogue, i);
		pthread_mutex_init(&slot->lock, NULL);
		HASH_ADD_KEYPTR(hh, shelf->table, slot->theme->id, strlen(slot->theme->id), slot);
	}
	pthread_mutex_init(&shelf->lock, NULL);
	pthread_cond_init(&shelf->something_to_do, NULL);
	return shelf;
}

void shelf_free(struct shelf *shelf)
{
	if (!shelf)
		return;
	shelf_stop(shelf);
	HASH_CLEAR(hh, shelf->table);
	for (size_t i = 0; i < shelf->slot_count; i++) {
		prepared_unref(shelf->slots[i].prepared);
		pthread_mutex_destroy(&shelf->slots[i].lock);
	}
	free(shelf->slots);
	catalogue_unref(shelf->catalogue);
	pthread_mutex_destroy(&shelf->lock);
	pthread_cond_destroy(&shelf->something_to_do);
	free(shelf->threads);
	free(shelf);
}

struct catalogue *shelf_catalogue(struct shelf *shelf)
{
	return shelf->catalogue;
}

bool shelf_version(struct shelf *shelf, const struct theme *theme, char version[33])
{
	struct slot *slot = slot_of(shelf, theme);
	bool in_service;

	pthread_mutex_lock(&slot->lock);
	in_service = slot->prepared != NULL;
	if (in_service)
		memcpy(version, slot->prepared->version, sizeof(slot->prepared->version));
	pthread_mutex_unlock(&slot->lock);
	return in_service;
}

unsigned shelf_edition(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(shelf, theme);
	unsigned edition;

	pthread_mutex_lock(&slot->lock);
	edition = slot->edition;
	pthread_mutex_unlock(&slot->lock);
	return edition;
}

bool shelf_is_settled(struct shelf *shelf, const struct theme *theme)
{
	return atomic_load(&slot_of(shelf, theme)->state) >= SLOT_READY;
}

bool shelf_has_failed(struct shelf *shelf, const struct theme *theme)
{
	return atomic_load(&slot_of(shelf, theme)->state) == SLOT_FAILED;
}

void shelf_ask(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(shelf, theme);

	if (shelf_is_settled(shelf, theme) || atomic_load(&slot->asked))
		return;
	pthread_mutex_lock(&shelf->lock);
	atomic_store(&slot->asked, ++shelf->asked_count);
	pthread_mutex_unlock(&shelf->lock);
}

enum error_code shelf_take(struct shelf *shelf, const struct theme *theme,
			   struct prepared **prepared, struct error *error)
{
	struct slot *slot = slot_of(shelf, theme);
	enum error_code code = ERROR_NONE;

	pthread_mutex_lock(&slot->lock);
	if (slot->prepared)
		*prepared = prepared_ref(slot->prepared);
	else if (shelf_has_failed(shelf, theme))
		code = error_set(error, slot->failure.code, "%s", slot->failure.text);
	else
		code = error_set(error, ERROR_BUSY, "theme %s is being prepared; ask again",
				 theme->id);
	pthread_mutex_unlock(&slot->lock);
	return code;
}

bool shelf_is_mending(struct shelf *shelf, const struct theme *theme,
		      const struct prepared *prepared, const struct error *reason)
{
	struct slot *slot = slot_of(shelf, theme);
	struct prepared *damaged = NULL;
	bool mending;

	pthread_mutex_lock(&shelf->lock);
	pthread_mutex_lock(&slot->lock);
	mending = slot->prepared == prepared ? !slot->mended : !shelf_has_failed(shelf, theme);
	if (slot->prepared == prepared && mending) {
		damaged = slot->prepared;
		slot->prepared = NULL;
		slot->edition++;
		slot->mended = true;
		atomic_store(&slot->asked, ++shelf->asked_count);
		atomic_store(&slot->state, SLOT_TO_PREPARE);
		pthread_cond_signal(&shelf->something_to_do);
	}
	pthread_mutex_unlock(&slot->lock);
	pthread_mutex_unlock(&shelf->lock);
	if (damaged)
		shelf_log(shelf, "%s; the theme is prepared anew", reason->text);
	prepared_unref(damaged);
	return mending;
}

static enum theme_state public_state(enum slot_state state)
{
	switch (state) {
	case SLOT_PREPARING:
		return THEME_PREPARING;
	case SLOT_READY:
		return THEME_READY;
	case SLOT_FAILED:
		return THEME_FAILED;
	default:
		return THEME_WAITING;
	}
}

enum theme_state shelf_theme(struct shelf *shelf, const struct theme *theme,
			     struct prepared **prepared, struct error *error)
{
	struct slot *slot = slot_of(shelf, theme);
	enum slot_state state = atomic_load(&slot->state);

	if (state == SLOT_UNKNOWN || state == SLOT_OPENING)
		shelf_open_slot(shelf, slot);
	pthread_mutex_lock(&slot->lock);
	state = atomic_load(&slot->state);
	if (prepared)
		*prepared = slot->prepared ? prepared_ref(slot->prepared) : NULL;
	if (error && state == SLOT_FAILED)
		*error = slot->failure;
	pthread_mutex_unlock(&slot->lock);
	return public_state(state);
}

struct shelf_count shelf_count(struct shelf *shelf)
{
	struct shelf_count count = {0};

	for (size_t i = 0; i < shelf->slot_count; i++) {
		enum slot_state state = atomic_load(&shelf->slots[i].state);

		if (state == SLOT_READY)
			count.ready++;
		else if (state == SLOT_FAILED)
			count.failed++;
		else
			count.waiting++;
	}
	return count;
}
