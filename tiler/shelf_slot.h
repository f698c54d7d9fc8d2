/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/shelf.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>

/* What the shelf is made of; for shelf.c, which answers the questions, shelf_adopt.c, which changes
 * catalogues over, shelf_threads.c, which opens and prepares, and shelf_service.c, which puts into
 * service. */

enum slot_state {
	SLOT_UNKNOWN, /* nobody has looked whether its data are prepared */
	SLOT_OPENING,
	SLOT_TO_PREPARE,
	SLOT_PREPARING,
	SLOT_READY, /* from its data as they are */
	SLOT_FAILED,
	SLOT_GONE, /* not in the catalogue in service */
};

/* Where the versions of a theme stand. Slots live as long as the shelf, so that who holds a
 * catalogue of the past finds them, and a theme that comes back finds its own. */
struct slot {
	UT_hash_handle hh;
	char *id;
	/* Read by anyone, written under the shelf's lock. */
	_Atomic enum slot_state state;
	atomic_bool in_service;	     /* is there a version? */
	atomic_uint_least64_t asked; /* place in the row of those asked for; 0: nobody asked */

	/* Guarded by the shelf's lock. */
	struct theme *theme; /* a reference: as the catalogue in service has it, or had it last */
	bool working;	     /* a thread of the shelf is at it */
	bool again;	     /* the data changed while it was */
	unsigned failures;   /* one after the other */
	int64_t due; /* by clock_ms(): when one that failed is tried again, or what is left of one
			that is gone is let go; 0: never */

	pthread_mutex_t lock; /* guards the rest; taken after the shelf's */
	struct prepared *prepared;
	unsigned edition; /* versions that have been taken out of service */
	struct error failure;
	int64_t mended_at; /* by clock_ms(): when it was last found damaged; 0: never */
	int64_t replaced_at;
	struct shelf_carried replaced;
};

enum {
	SHELF_POSTS = 16
};

/* One of the places where the catalogue in service is taken. */
struct shelf_post {
	alignas(64) pthread_mutex_t lock;
	struct catalogue *catalogue;
};

struct shelf {
	struct shelf_post posts[SHELF_POSTS];
	struct shelf_settings settings;

	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t something_to_do;
	struct slot *table; /* by theme id */
	uint64_t asked_count;
	bool swept;
	bool prepared_some; /* since the last summary in the log */
	uint64_t replaced;
	struct shelf_carried carried;
	pthread_t *threads;
	unsigned thread_count;

	atomic_bool stopping;
	alignas(64) atomic_uint turn; /* read for each tile, so beside nothing that changes */
};

/* Puts PREPARED (stolen; or NULL) in the slot's place in service; what was there before is the
 * caller's. With both locks. */
struct prepared *shelf_place(struct shelf *shelf, struct slot *slot, struct prepared *prepared);

/* A line for the log, if anybody wants one. */
void shelf_log(struct shelf *shelf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Opens the version of the slot's theme that stands on disk, made of its present data, and puts it
 * into service where none is. */
void shelf_open_slot(struct shelf *shelf, struct slot *slot);

/* May PREPARED, made of OLDER, be shown as what the slot's theme is now? With the shelf's lock. */
bool shelf_may_show(const struct slot *slot, const struct theme *older,
		    const struct prepared *prepared);

/* Puts PREPARED (stolen), made of data of before, into service until the present ones, THEME, are
 * prepared. */
void shelf_stand_in(struct shelf *shelf, struct slot *slot, const struct theme *theme,
		    struct prepared *prepared);

/* What the threads do at a slot that they are working at; see shelf_service.c. The theme as it is
 * now: a new reference. */
struct theme *shelf_theme_of(struct shelf *shelf, struct slot *slot);

/* Puts PREPARED (stolen), made of THEME, into service in place of what is, and leaves the slot. */
void shelf_put_in_service(struct shelf *shelf, struct slot *slot, const struct theme *theme,
			  struct prepared *prepared);

/* Notes why the slot's theme could not be prepared, and leaves the slot. */
void shelf_give_up(struct shelf *shelf, struct slot *slot, const struct error *failure);

/* The end of a thread's work at the slot, which is at STATE now unless its data changed meanwhile.
 * With the shelf's lock. */
void shelf_leave(struct shelf *shelf, struct slot *slot, enum slot_state state);
