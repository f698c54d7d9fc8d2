/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/blob.h"
#include "tiler/error.h"

/* The bounded work queue: one producer a key, everyone else waits on it. Workers take the classes
 * in order, oldest job first. A long job is done in turns, and others go between them. A job that
 * nobody waits for any more is dropped before it starts, or before its next turn. One lock guards
 * all of it; no callback but `ready` is called under it. */
struct work;

enum work_class {
	WORK_REQUEST = 0, /* somebody waits for the answer, until a deadline */
	WORK_LONG,	  /* for the queue alone: a request that has had a turn and needs more */
	WORK_SEED,	  /* no deadline; a request that joins one makes it a request */
	WORK_CLASSES,
};

/* Makes the blob of a job, on a worker's thread; WORKER is what worker_new gave for that thread.
 * Sets *BLOB to a new reference, or fails, or leaves NULL: the job has not ended, and is called
 * again once those that wait have had their turn. */
typedef enum error_code (*work_make_f)(void *worker, void *job, struct blob **blob,
				       struct error *error);

struct work_settings {
	unsigned workers;
	unsigned queue_limit; /* jobs waiting for a worker, all classes; as many again may be held
				 back by `ready` */
	unsigned deadline_ms; /* of a request, from the moment it asks; 0: none */
	void *(*worker_new)(void *context); /* on the worker's own thread */
	void (*worker_free)(void *worker);
	work_make_f make;
	/* What a job leaves to be done when those who wait have their answer. NULL: nothing. */
	void (*finish)(void *worker);
	void (*job_free)(void *job);
	/* May the job start? Asked when it is submitted and at each work_recheck, under the lock:
	 * must be quick and take no lock. NULL: all may. */
	bool (*ready)(const void *job, void *context);
	void *context;
};

/* Called exactly once a waiter, from a worker's or the clock's thread: with the blob (borrowed for
 * the call: take a reference), or with NULL and the error (ERROR_BUSY past the deadline). */
typedef void (*work_done_f)(struct blob *blob, const struct error *error, void *context);

/* One who waits. */
struct work_waiter {
	work_done_f done;
	void *context;
	uint64_t ticket; /* no other waiter's, for work_leave; 0: it will not leave */
};

/* New, with its threads. ERROR_IO: the system gives no more threads. */
MUST_CHECK enum error_code work_new(const struct work_settings *settings, struct work **work,
				    struct error *error);

/* Finishes what runs and answers who waits for it, gives every other waiter ERROR_STOPPED, joins
 * the threads. */
void work_free(struct work *work);

/* Joins the job of KEY if one waits or runs, else queues JOB (stolen in every case, freed by
 * job_free). ERROR_BUSY when the queue is full, ERROR_STOPPED when it ends: WAITER's `done`
 * will then not be called. */
MUST_CHECK enum error_code work_submit(struct work *work, enum work_class class, const char *key,
				       void *job, const struct work_waiter *waiter,
				       struct error *error);

/* The waiter with that TICKET needs no answer any more: its `done` is called with ERROR_STOPPED,
 * from here, unless it has been or is being called already. A job nobody else waits for is dropped
 * if it has not started. */
void work_leave(struct work *work, uint64_t ticket);

/* Queues the jobs held back that are ready by now. */
void work_recheck(struct work *work);

struct work_stats {
	uint64_t done, failed; /* jobs made, or not */
	uint64_t joined;       /* waiters that found their job there already */
	uint64_t refused;      /* for want of room */
	uint64_t late;	       /* waiters answered by the deadline */
	uint64_t left;	       /* waiters that left */
	uint64_t dropped;      /* jobs given up before they started or ended, nobody waiting */
	unsigned queued, held, running;
};
struct work_stats work_stats(struct work *work);
