/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/communes_table.h"
#include "tiler/thread.h"

struct communes *communes_new(const struct communes_settings *settings)
{
	struct communes *communes = memory_zeroed(1, sizeof(*communes));

	communes->settings = *settings;
	pthread_mutex_init(&communes->lock, NULL);
	condition_init(&communes->something_to_do);
	error_set(&communes->failure, ERROR_BUSY, "the communes are being prepared; ask again");
	return communes;
}

void told_release(struct told *told)
{
	commune_join_unref(told->join);
	commune_list_unref(told->list);
}

void communes_free(struct communes *communes)
{
	struct entry *entry, *next;

	if (!communes)
		return;
	communes_stop(communes);
	HASH_ITER (hh, communes->entries, entry, next) {
		HASH_DEL(communes->entries, entry);
		told_release(&entry->told[0]);
		told_release(&entry->told[1]);
		free(entry->theme_id);
		free(entry);
	}
	commune_list_unref(communes->list);
	pthread_mutex_destroy(&communes->lock);
	pthread_cond_destroy(&communes->something_to_do);
	free(communes);
}

void communes_wake(struct communes *communes)
{
	pthread_mutex_lock(&communes->lock);
	communes->woken = true;
	pthread_cond_signal(&communes->something_to_do);
	pthread_mutex_unlock(&communes->lock);
}

void communes_retry(struct communes *communes)
{
	struct entry *entry, *next;

	pthread_mutex_lock(&communes->lock);
	HASH_ITER (hh, communes->entries, entry, next)
		for (int i = 0; i < 2; i++)
			if (!entry->told[i].join)
				entry->told[i] = (struct told){0};
	pthread_mutex_unlock(&communes->lock);
	communes_wake(communes);
}

struct entry *communes_entry(struct communes *communes, const char *theme_id)
{
	struct entry *entry;

	HASH_FIND_STR(communes->entries, theme_id, entry);
	if (!entry) {
		entry = memory_zeroed(1, sizeof(*entry));
		entry->theme_id = memory_text(theme_id);
		HASH_ADD_KEYPTR(hh, communes->entries, entry->theme_id, strlen(theme_id), entry);
	}
	return entry;
}

struct told *communes_told(struct entry *entry, const char *theme, const char *communes)
{
	for (int i = 0; i < 2; i++)
		if (versions_are(&entry->told[i].of, theme, communes))
			return &entry->told[i];
	return NULL;
}

enum error_code communes_list(struct communes *communes, struct commune_list **list,
			      struct error *error)
{
	enum error_code code = ERROR_NONE;

	pthread_mutex_lock(&communes->lock);
	if (communes->list)
		*list = commune_list_ref(communes->list);
	else
		code = error_set(error, communes->failure.code, "%s", communes->failure.text);
	pthread_mutex_unlock(&communes->lock);
	return code;
}

static void mix(char version[33], const char *communes_version)
{
	char both[64];

	memcpy(both, version, 32);
	memcpy(both + 32, communes_version, 32);
	hash_hex(both, sizeof(both), version);
}

void communes_mix_edition(struct communes *communes, char edition[33])
{
	pthread_mutex_lock(&communes->lock);
	if (communes->list)
		mix(edition, communes->list->version);
	pthread_mutex_unlock(&communes->lock);
}

/* With the lock: what tells of the commune of that CODE of THEME's VERSION: the join of the
 * communes in service, or while that is being made the one before. NULL: there is none yet. */
static struct told *find_told(struct communes *communes, const char *theme, const char *version,
			      const char *code)
{
	struct entry *entry = communes_entry(communes, theme);
	struct told *told = communes_told(entry, version, communes->list->version);

	for (int i = 0; !told && i < 2; i++)
		if (entry->told[i].join && strcmp(entry->told[i].of.theme, version) == 0 &&
		    commune_list_find(entry->told[i].list, code))
			told = &entry->told[i];
	return told;
}

bool communes_mix_version(struct communes *communes, const struct theme *theme, const char *code,
			  char version[33])
{
	struct told *told = NULL;
	bool there;

	pthread_mutex_lock(&communes->lock);
	there = communes->list != NULL;
	if (there)
		told = find_told(communes, theme->id, version, code);
	if (there)
		mix(version, told ? told->of.communes : communes->list->version);
	pthread_mutex_unlock(&communes->lock);
	return there;
}

/* With the lock. */
static void ask(struct communes *communes, struct entry *entry)
{
	entry->asked = communes->woken = communes->somebody_asks = true;
	pthread_cond_signal(&communes->something_to_do);
}

void communes_ask(struct communes *communes, const struct theme *theme)
{
	pthread_mutex_lock(&communes->lock);
	ask(communes, communes_entry(communes, theme->id));
	pthread_mutex_unlock(&communes->lock);
}

bool communes_are_settled(struct communes *communes, const struct theme *theme, const char *code)
{
	char version[33];
	bool in_service = shelf_version(communes->settings.shelf, theme, version), settled;

	pthread_mutex_lock(&communes->lock);
	if (!communes->list)
		settled = communes->failure.code != ERROR_BUSY;
	else
		settled = in_service && find_told(communes, theme->id, version, code);
	pthread_mutex_unlock(&communes->lock);
	return settled;
}

/* Can what is told of a version be taken? */
static enum error_code check_told(const struct communes *communes, const struct told *told,
				  const char *theme, struct error *error)
{
	if (!communes->list)
		return error_set(error, communes->failure.code, "%s", communes->failure.text);
	if (!told)
		return error_set(error, ERROR_BUSY,
				 "which features of theme %s are in which commune is being found "
				 "out; ask again",
				 theme);
	if (!told->join)
		return error_set(error, told->failure.code, "%s", told->failure.text);
	return ERROR_NONE;
}

enum error_code communes_take(struct communes *communes, const struct prepared *theme,
			      const char *code, struct commune_taken *taken, struct error *error)
{
	struct told *told = NULL;
	enum error_code failed;

	*taken = (struct commune_taken){0};
	pthread_mutex_lock(&communes->lock);
	if (communes->list)
		told = find_told(communes, theme->theme_id, theme->version, code);
	failed = check_told(communes, told, theme->theme_id, error);
	if (communes->list && (!told || strcmp(told->of.communes, communes->list->version) != 0))
		ask(communes, communes_entry(communes, theme->theme_id));
	if (!failed) {
		taken->join = commune_join_ref(told->join);
		taken->list = commune_list_ref(told->list);
		memcpy(taken->version, theme->version, sizeof(taken->version));
		mix(taken->version, told->of.communes);
	}
	pthread_mutex_unlock(&communes->lock);
	return failed;
}

void commune_taken_release(struct commune_taken *taken)
{
	commune_join_unref(taken->join);
	commune_list_unref(taken->list);
}

void communes_mend(struct communes *communes, const struct commune_join *join)
{
	struct told damaged = {0};
	struct entry *entry, *next;

	pthread_mutex_lock(&communes->lock);
	HASH_ITER (hh, communes->entries, entry, next) {
		for (int i = 0; i < 2; i++) {
			if (entry->told[i].join != join)
				continue;
			damaged = entry->told[i];
			entry->told[i] = (struct told){0};
			ask(communes, entry);
		}
	}
	pthread_mutex_unlock(&communes->lock);
	told_release(&damaged);
}
