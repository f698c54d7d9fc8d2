/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/work.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>
#include <utlist.h>

/* The jobs of the work queue and those who wait for them: the lists behind work.c's lock. For
 * work.c alone. */

struct job;

struct waiter {
	struct waiter *prev, *next;	/* of the same job */
	struct waiter *earlier, *later; /* among those with a deadline */
	struct job *job;
	struct work_waiter who;
	int64_t deadline; /* by clock_ms(); 0: none */
};

enum job_state {
	JOB_HELD,
	JOB_QUEUED,
	JOB_RUNNING
};

struct job {
	UT_hash_handle hh;
	struct job *prev, *next; /* in its queue, or among the held */
	enum job_state state;
	enum work_class class;
	void *content;
	struct waiter *waiters;
	char key[];
};

struct work {
	struct work_settings settings;
	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t job_queued;
	pthread_cond_t deadline_set;
	struct job *table; /* by key: held, queued and running */
	struct job *queues[WORK_CLASSES];
	struct job *held;
	/* All deadlines are equally long, so the order of asking is the order of deadlines. */
	struct waiter *earliest;
	struct work_stats stats;
	bool stopping;	     /* workers start no more jobs */
	bool clock_stopping; /* nobody waits any more */

	bool clock_idle; /* the clock waits for somebody with a deadline */

	pthread_t clock;
	bool clock_started;
	pthread_t *workers;
	unsigned worker_count;
};

/* These need no lock: new with CONTENT, which is the caller's until the job is placed; the end of a
 * list of jobs, and of a list of waiters, each told BLOB or ERROR, that nothing else points at. */
struct job *job_new(const char *key, enum work_class class, void *content);
void jobs_free(struct work *work, struct job *first);
void waiters_answer(struct waiter *first, struct blob *blob, const struct error *error);

/* All others are called with the lock held. */

/* Held, queued or running; NULL: there is none. */
struct job *job_find(struct work *work, const char *key);

/* A place for a job nobody has asked for yet, or ERROR_BUSY. */
MUST_CHECK enum error_code job_place(struct work *work, struct job *job, struct error *error);

/* A held job that is ready by now goes into its queue. */
void job_release(struct work *work, struct job *job);

/* A running job that needs another turn goes back into a queue, behind the requests. False: nobody
 * waits for it any more, or the work ends. */
bool job_put_back(struct work *work, struct job *job);

/* The job counts as asked for by CLASS as well. */
void job_promote(struct work *work, struct job *job, enum work_class class);

/* WAITER waits for JOB from now on. */
void job_attach(struct work *work, struct job *job, struct waiter *waiter, enum work_class class);

/* Takes all waiters of JOB, to be answered without the lock. */
struct waiter *job_detach_all(struct work *work, struct job *job);

/* The next job to run, taken out of its queue, or NULL. */
struct job *jobs_next(struct work *work);

/* Takes all jobs that have not started, with their waiters. */
void jobs_take_all(struct work *work, struct job **jobs, struct waiter **waiters);

/* Take the waiters whose deadline has passed, and the one with a ticket (NULL: it waits no more);
 * and the jobs that only they were waiting for, which are dropped. */
struct waiter *waiters_take_late(struct work *work, int64_t now, struct job **dropped);
struct waiter *waiter_take(struct work *work, uint64_t ticket, struct job **dropped);
