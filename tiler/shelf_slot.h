/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/shelf.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>

/* What the shelf is made of; for shelf.c, which answers the questions, and shelf_threads.c, which
 * opens and prepares. */

enum slot_state {
	SLOT_UNKNOWN, /* nobody has looked whether it is prepared */
	SLOT_OPENING,
	SLOT_TO_PREPARE,
	SLOT_PREPARING,
	SLOT_READY,
	SLOT_FAILED,
};

struct slot {
	UT_hash_handle hh;
	const struct theme *theme;
	/* Read by anyone, written under the shelf's lock. */
	_Atomic enum slot_state state;
	atomic_uint_least64_t asked; /* place in the row of those asked for; 0: nobody asked */

	pthread_mutex_t lock; /* guards the rest; taken after the shelf's */
	struct prepared *prepared;
	unsigned edition; /* versions that have been taken out of service */
	struct error failure;
	bool mended;
};

struct shelf {
	struct shelf_settings settings;
	struct catalogue *catalogue;
	struct slot *slots; /* one a theme, in the catalogue's order */
	struct slot *table; /* by theme id; does not change */
	size_t slot_count;

	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t something_to_do;
	uint64_t asked_count;
	bool swept;
	bool prepared_some; /* since the last summary in the log */
	pthread_t *threads;
	unsigned thread_count;

	atomic_bool stopping;
};

/* A line for the log, if anybody wants one. */
void shelf_log(struct shelf *shelf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Opens the version of the slot's theme that stands on disk and puts it into service. False: there
 * is none, or none fit for use. */
bool shelf_open_slot(struct shelf *shelf, struct slot *slot);
