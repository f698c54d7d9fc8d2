/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/shelf_slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/message.h"
#include "tiler/thread.h"

enum {
	MEND_AGAIN_MS = 60000
};

static struct slot *slot_of(const struct theme *theme)
{
	assert(theme->slot);
	return theme->slot;
}

struct shelf *shelf_new(const struct shelf_settings *settings, struct catalogue *catalogue)
{
	struct shelf *shelf = NULL;

	if (posix_memalign((void **)&shelf, alignof(struct shelf), sizeof(*shelf)))
		abort();
	memset(shelf, 0, sizeof(*shelf));
	shelf->settings = *settings;
	for (unsigned i = 0; i < SHELF_POSTS; i++)
		pthread_mutex_init(&shelf->posts[i].lock, NULL);
	pthread_mutex_init(&shelf->lock, NULL);
	condition_init(&shelf->something_to_do);
	shelf_adopt(shelf, catalogue, false);
	return shelf;
}

void shelf_free(struct shelf *shelf)
{
	struct slot *slot, *next;

	if (!shelf)
		return;
	shelf_stop(shelf);
	HASH_ITER (hh, shelf->table, slot, next) {
		HASH_DEL(shelf->table, slot);
		prepared_unref(slot->prepared);
		theme_free(slot->theme);
		pthread_mutex_destroy(&slot->lock);
		free(slot->id);
		free(slot);
	}
	for (unsigned i = 0; i < SHELF_POSTS; i++) {
		catalogue_unref(shelf->posts[i].catalogue);
		pthread_mutex_destroy(&shelf->posts[i].lock);
	}
	pthread_mutex_destroy(&shelf->lock);
	pthread_cond_destroy(&shelf->something_to_do);
	free(shelf->threads);
	free(shelf);
}

struct catalogue *shelf_catalogue(struct shelf *shelf)
{
	pthread_t thread = pthread_self();
	struct shelf_post *post = &shelf->posts[hash_bytes(&thread, sizeof(thread)) % SHELF_POSTS];
	struct catalogue *catalogue;

	pthread_mutex_lock(&post->lock);
	catalogue = catalogue_ref(post->catalogue);
	pthread_mutex_unlock(&post->lock);
	return catalogue;
}

unsigned shelf_turn(struct shelf *shelf)
{
	return atomic_load(&shelf->turn);
}

struct prepared *shelf_place(struct shelf *shelf, struct slot *slot, struct prepared *prepared)
{
	struct prepared *before = slot->prepared;

	slot->prepared = prepared;
	atomic_store(&slot->in_service, prepared != NULL);
	atomic_fetch_add(&shelf->turn, 1);
	return before;
}

bool shelf_version(struct shelf *shelf, const struct theme *theme, char version[33])
{
	struct slot *slot = slot_of(theme);
	bool in_service;

	(void)shelf;
	pthread_mutex_lock(&slot->lock);
	in_service = slot->prepared != NULL;
	if (in_service)
		memcpy(version, slot->prepared->version, sizeof(slot->prepared->version));
	pthread_mutex_unlock(&slot->lock);
	return in_service;
}

/* How one theme stands, without the padding that would be hashed too. */
struct standing {
	char before[33], version[33], failure[33];
	char state, in_service;
};

static struct standing standing_of(struct slot *slot)
{
	struct standing standing = {.state = (char)atomic_load(&slot->state)};

	pthread_mutex_lock(&slot->lock);
	standing.in_service = slot->prepared != NULL;
	if (slot->prepared)
		memcpy(standing.version, slot->prepared->version, sizeof(standing.version));
	if (*slot->failure.text)
		hash_hex(slot->failure.text, strlen(slot->failure.text), standing.failure);
	pthread_mutex_unlock(&slot->lock);
	return standing;
}

void shelf_state(struct shelf *shelf, const struct catalogue *catalogue, char state[33])
{
	struct standing standing;

	(void)shelf;
	memset(state, 0, 33);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		standing = standing_of(slot_of(catalogue_theme(catalogue, i)));
		memcpy(standing.before, state, sizeof(standing.before));
		hash_hex(&standing, sizeof(standing), state);
	}
}

unsigned shelf_edition(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(theme);
	unsigned edition;

	(void)shelf;
	pthread_mutex_lock(&slot->lock);
	edition = slot->edition;
	pthread_mutex_unlock(&slot->lock);
	return edition;
}

bool shelf_is_settled(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(theme);

	(void)shelf;
	return atomic_load(&slot->in_service) || atomic_load(&slot->state) >= SLOT_READY;
}

bool shelf_has_failed(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(theme);

	(void)shelf;
	return !atomic_load(&slot->in_service) && atomic_load(&slot->state) >= SLOT_FAILED;
}

void shelf_ask(struct shelf *shelf, const struct theme *theme)
{
	struct slot *slot = slot_of(theme);

	if (shelf_is_settled(shelf, theme) || atomic_load(&slot->asked))
		return;
	pthread_mutex_lock(&shelf->lock);
	atomic_store(&slot->asked, ++shelf->asked_count);
	pthread_mutex_unlock(&shelf->lock);
}

enum error_code shelf_take(struct shelf *shelf, const struct theme *theme,
			   struct prepared **prepared, struct error *error)
{
	struct slot *slot = slot_of(theme);
	enum error_code code = ERROR_NONE;
	enum slot_state state;

	(void)shelf;
	pthread_mutex_lock(&slot->lock);
	state = atomic_load(&slot->state);
	if (slot->prepared)
		*prepared = prepared_ref(slot->prepared);
	else if (state == SLOT_FAILED)
		code = error_set(error, slot->failure.code, "%s", slot->failure.text);
	else if (state == SLOT_GONE)
		code = error_set(error, ERROR_NOT_FOUND, "theme %s is gone", theme->id);
	else
		code = error_tell(error, ERROR_BUSY, MESSAGE_PREPARING, theme->id);
	pthread_mutex_unlock(&slot->lock);
	return code;
}

/* With the slot's lock. */
static bool may_mend(const struct shelf *shelf, const struct slot *slot)
{
	unsigned pause = shelf->settings.mend_again_ms ? shelf->settings.mend_again_ms
						       : MEND_AGAIN_MS;

	return !slot->mended_at || clock_ms() >= slot->mended_at + pause;
}

bool shelf_is_mending(struct shelf *shelf, const struct theme *theme,
		      const struct prepared *prepared, const struct error *reason)
{
	struct slot *slot = slot_of(theme);
	struct prepared *damaged = NULL;
	bool mending;

	pthread_mutex_lock(&shelf->lock);
	pthread_mutex_lock(&slot->lock);
	mending = slot->prepared == prepared ? may_mend(shelf, slot)
					     : !shelf_has_failed(shelf, theme);
	if (slot->prepared == prepared && mending) {
		damaged = shelf_place(shelf, slot, NULL);
		slot->edition++;
		slot->mended_at = clock_ms();
		slot->again = slot->working;
		atomic_store(&slot->asked, ++shelf->asked_count);
		if (atomic_load(&slot->state) != SLOT_GONE)
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

static enum theme_state public_state(enum slot_state state, bool in_service)
{
	if (state == SLOT_FAILED)
		return THEME_FAILED;
	if (in_service)
		return THEME_READY;
	return state == SLOT_PREPARING ? THEME_PREPARING : THEME_WAITING;
}

enum theme_state shelf_theme(struct shelf *shelf, const struct theme *theme,
			     struct prepared **prepared, struct error *error)
{
	struct slot *slot = slot_of(theme);
	enum slot_state state = atomic_load(&slot->state);
	bool in_service;

	if (!atomic_load(&slot->in_service) && (state == SLOT_UNKNOWN || state == SLOT_OPENING))
		shelf_open_slot(shelf, slot);
	pthread_mutex_lock(&slot->lock);
	state = atomic_load(&slot->state);
	in_service = slot->prepared != NULL;
	if (prepared)
		*prepared = in_service ? prepared_ref(slot->prepared) : NULL;
	if (error && state == SLOT_FAILED)
		*error = slot->failure;
	pthread_mutex_unlock(&slot->lock);
	return public_state(state, in_service);
}

static bool is_outdated(struct slot *slot)
{
	enum slot_state state = atomic_load(&slot->state);

	return atomic_load(&slot->in_service) && state != SLOT_READY && state != SLOT_GONE;
}

struct theme_freshness shelf_freshness(struct shelf *shelf, const struct theme *theme)
{
	struct theme_freshness freshness = {.data_changed_at = theme->origin.changed_at};
	struct slot *slot = slot_of(theme);

	(void)shelf;
	pthread_mutex_lock(&slot->lock);
	if (slot->prepared)
		freshness.prepared_at = slot->prepared->prepared_at;
	freshness.replaced_at = slot->replaced_at;
	freshness.replaced = slot->replaced;
	freshness.outdated = is_outdated(slot);
	pthread_mutex_unlock(&slot->lock);
	return freshness;
}

struct shelf_count shelf_count(struct shelf *shelf)
{
	struct shelf_count count = {0};

	pthread_mutex_lock(&shelf->lock);
	for (struct slot *slot = shelf->table; slot; slot = slot->hh.next) {
		enum slot_state state = atomic_load(&slot->state);

		if (state == SLOT_GONE)
			continue;
		if (state == SLOT_FAILED)
			count.failed++;
		else if (atomic_load(&slot->in_service))
			count.ready++;
		else
			count.waiting++;
		count.outdated += is_outdated(slot);
	}
	count.replaced = shelf->replaced;
	count.carried = shelf->carried;
	pthread_mutex_unlock(&shelf->lock);
	return count;
}
