/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "tiler/communes.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>

/* What the communes are made of; for communes.c, which answers the questions, and
 * communes_thread.c, which reads the list and makes the joins. */

/* Of which a join is; "" at first: of none. */
struct versions {
	char theme[33], communes[33];
};

/* What is known of one join. */
struct told {
	struct versions of;
	struct commune_join *join;
	struct commune_list *list; /* of the communes of that version; NULL: there is no join */
	struct error failure;	   /* why there is none */
};

/* Of a theme: the latest, and the one before it, which serves until the shelf changes over. */
struct entry {
	UT_hash_handle hh;
	char *theme_id;
	bool asked;
	struct told told[2];
	struct versions stands; /* a file that is not open */
};

struct communes {
	struct communes_settings settings;
	pthread_t thread;
	bool threaded;
	atomic_bool stopping;

	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t something_to_do;
	bool woken, somebody_asks;
	struct commune_list *list;
	struct error failure; /* why there is no list */
	struct entry *entries;
};

void told_release(struct told *told);

/* With the lock: the entry of a theme, never NULL; what it tells of these versions, NULL: nothing
 * yet. */
struct entry *communes_entry(struct communes *communes, const char *theme_id);
struct told *communes_told(struct entry *entry, const char *theme, const char *communes);

/* Are they these? */
static inline bool versions_are(const struct versions *versions, const char *theme,
				const char *communes)
{
	return strcmp(versions->theme, theme) == 0 && strcmp(versions->communes, communes) == 0;
}
