/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/work.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

#define HASH_FUNCTION(key, length, hash) (hash) = (unsigned)hash_bytes(key, length)
#define uthash_malloc(size) memory_new(size)
#include <uthash.h>
#include <utlist.h>

struct job;

struct waiter {
	struct waiter *prev, *next;	/* of the same job */
	struct waiter *earlier, *later; /* among those with a deadline */
	struct job *job;
	work_done_f done;
	void *context;
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

	pthread_t clock;
	bool clock_started;
	pthread_t *workers;
	unsigned worker_count;
};

static struct job *job_new(const char *key, enum work_class class, void *content)
{
	size_t size = strlen(key) + 1;
	struct job *job = memory_zeroed(1, sizeof(*job) + size);

	job->class = class;
	job->content = content;
	memcpy(job->key, key, size);
	return job;
}

static void free_jobs(struct work *work, struct job *first)
{
	struct job *job, *next;

	DL_FOREACH_SAFE (first, job, next) {
		work->settings.job_free(job->content);
		free(job);
	}
}

/* Without the lock. Ends a list of waiters that nothing else points at. */
static void answer(struct waiter *first, struct blob *blob, const struct error *error)
{
	struct waiter *waiter, *next;

	DL_FOREACH_SAFE (first, waiter, next) {
		waiter->done(blob, error, waiter->context);
		free(waiter);
	}
}

/* The functions from here to the next mark are called with the lock held. */

static struct job **list_of(struct work *work, const struct job *job)
{
	assert(job->state != JOB_RUNNING);
	return job->state == JOB_HELD ? &work->held : &work->queues[job->class];
}

static void enqueue(struct work *work, struct job *job)
{
	job->state = JOB_QUEUED;
	DL_APPEND(work->queues[job->class], job);
	work->stats.queued++;
	pthread_cond_signal(&work->job_queued);
}

static void hold(struct work *work, struct job *job)
{
	job->state = JOB_HELD;
	DL_APPEND(work->held, job);
	work->stats.held++;
}

/* Takes a job that has not started out of its list. */
static void unlist(struct work *work, struct job *job)
{
	struct job **list = list_of(work, job);

	DL_DELETE(*list, job);
	if (job->state == JOB_HELD)
		work->stats.held--;
	else
		work->stats.queued--;
}

static void promote(struct work *work, struct job *job, enum work_class class)
{
	if (class >= job->class || job->state == JOB_RUNNING)
		return;
	DL_DELETE(*list_of(work, job), job);
	job->class = class;
	DL_APPEND(*list_of(work, job), job);
}

static void attach(struct work *work, struct job *job, struct waiter *waiter, enum work_class class)
{
	waiter->job = job;
	DL_APPEND(job->waiters, waiter);
	if (class != WORK_REQUEST || !work->settings.deadline_ms)
		return;
	waiter->deadline = clock_ms() + work->settings.deadline_ms;
	if (!work->earliest)
		pthread_cond_signal(&work->deadline_set);
	DL_APPEND2(work->earliest, waiter, earlier, later);
}

static void forget_deadline(struct work *work, struct waiter *waiter)
{
	if (waiter->deadline)
		DL_DELETE2(work->earliest, waiter, earlier, later);
	waiter->deadline = 0;
}

/* Takes the waiters of JOB, to be answered without the lock. */
static struct waiter *detach_all(struct work *work, struct job *job)
{
	struct waiter *waiters = job->waiters, *waiter;

	DL_FOREACH (waiters, waiter)
		forget_deadline(work, waiter);
	job->waiters = NULL;
	return waiters;
}

static struct job *job_find(struct work *work, const char *key)
{
	struct job *job;

	HASH_FIND_STR(work->table, key, job);
	return job;
}

/* A place for a job nobody has asked for yet, or ERROR_BUSY. */
static enum error_code place(struct work *work, struct job *job, struct error *error)
{
	const struct work_settings *settings = &work->settings;
	bool ready = !settings->ready || settings->ready(job->content, settings->context);

	if ((ready ? work->stats.queued : work->stats.held) >= settings->queue_limit) {
		work->stats.refused++;
		return error_set(error, ERROR_BUSY,
				 "too many tiles are being asked for at once; ask again in a "
				 "moment");
	}
	HASH_ADD_STR(work->table, key, job);
	if (ready)
		enqueue(work, job);
	else
		hold(work, job);
	return ERROR_NONE;
}

/* Takes the waiters whose deadline has passed, and the jobs that only they were waiting for. */
static struct waiter *take_late(struct work *work, int64_t now, struct job **dropped)
{
	struct waiter *late = NULL, *waiter;

	while ((waiter = work->earliest) && waiter->deadline <= now) {
		struct job *job = waiter->job;

		forget_deadline(work, waiter);
		DL_DELETE(job->waiters, waiter);
		DL_APPEND(late, waiter);
		work->stats.late++;
		if (job->waiters || job->state == JOB_RUNNING)
			continue;
		unlist(work, job);
		HASH_DEL(work->table, job);
		DL_APPEND(*dropped, job);
		work->stats.dropped++;
	}
	return late;
}

/* Waits for the next job and takes it; NULL when the work ends. */
static struct job *next_job(struct work *work)
{
	while (!work->stopping) {
		for (unsigned class = 0; class < WORK_CLASSES; class ++) {
			struct job *job = work->queues[class];

			if (!job)
				continue;
			unlist(work, job);
			job->state = JOB_RUNNING;
			work->stats.running++;
			return job;
		}
		pthread_cond_wait(&work->job_queued, &work->lock);
	}
	return NULL;
}

/* The functions from here on are called without the lock. */

static void run(struct work *work, void *worker, struct job *job)
{
	struct error error = {0};
	struct blob *blob = NULL;
	struct waiter *waiters;
	enum error_code code = work->settings.make(worker, job->content, &blob, &error);

	assert(code ? !blob && error.code : !!blob);
	pthread_mutex_lock(&work->lock);
	HASH_DEL(work->table, job);
	waiters = detach_all(work, job);
	work->stats.running--;
	if (code)
		work->stats.failed++;
	else
		work->stats.done++;
	pthread_mutex_unlock(&work->lock);

	answer(waiters, blob, code ? &error : NULL);
	blob_unref(blob);
	work->settings.job_free(job->content);
	free(job);
}

static void *run_worker(void *context)
{
	struct work *work = context;
	void *worker = work->settings.worker_new(work->settings.context);

	for (;;) {
		struct job *job;

		pthread_mutex_lock(&work->lock);
		job = next_job(work);
		pthread_mutex_unlock(&work->lock);
		if (!job)
			break;
		run(work, worker, job);
	}
	work->settings.worker_free(worker);
	return NULL;
}

static void answer_late(struct work *work, struct waiter *late, struct job *dropped)
{
	struct error error;

	error_set(&error, ERROR_BUSY, "the tile was not ready within %g seconds; ask again",
		  work->settings.deadline_ms / 1000.0);
	answer(late, NULL, &error);
	free_jobs(work, dropped);
}

static void *run_clock(void *context)
{
	struct work *work = context;

	pthread_mutex_lock(&work->lock);
	while (!work->clock_stopping) {
		int64_t now = clock_ms();
		struct job *dropped = NULL;
		struct waiter *late = take_late(work, now, &dropped);

		if (late) {
			pthread_mutex_unlock(&work->lock);
			answer_late(work, late, dropped);
			pthread_mutex_lock(&work->lock);
		} else if (work->earliest) {
			condition_wait_until(&work->deadline_set, &work->lock,
					     work->earliest->deadline);
		} else {
			pthread_cond_wait(&work->deadline_set, &work->lock);
		}
	}
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

static enum error_code start_threads(struct work *work, struct error *error)
{
	enum error_code code = thread_start(&work->clock, "deadlines", run_clock, work, error);

	if (code)
		return code;
	work->clock_started = true;
	work->workers = memory_zeroed(work->settings.workers, sizeof(*work->workers));
	while (work->worker_count < work->settings.workers) {
		code = thread_start(&work->workers[work->worker_count], "worker", run_worker, work,
				    error);
		if (code)
			return code;
		work->worker_count++;
	}
	return ERROR_NONE;
}

enum error_code work_new(const struct work_settings *settings, struct work **out,
			 struct error *error)
{
	struct work *work = memory_zeroed(1, sizeof(*work));
	enum error_code code;

	assert(settings->workers > 0);
	work->settings = *settings;
	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->job_queued, NULL);
	condition_init(&work->deadline_set);
	code = start_threads(work, error);
	if (code) {
		work_free(work);
		return code;
	}
	*out = work;
	return ERROR_NONE;
}

/* Begins the end: takes all that has not started. */
static void stop(struct work *work, struct job **jobs, struct waiter **waiters)
{
	struct job *job, *next;

	pthread_mutex_lock(&work->lock);
	work->stopping = true;
	for (unsigned class = 0; class < WORK_CLASSES; class ++) {
		DL_CONCAT(*jobs, work->queues[class]);
		work->queues[class] = NULL;
	}
	DL_CONCAT(*jobs, work->held);
	work->held = NULL;
	work->stats.queued = work->stats.held = 0;
	DL_FOREACH_SAFE (*jobs, job, next) {
		struct waiter *of_job = detach_all(work, job);

		HASH_DEL(work->table, job);
		DL_CONCAT(*waiters, of_job);
	}
	pthread_cond_broadcast(&work->job_queued);
	pthread_mutex_unlock(&work->lock);
}

static void stop_clock(struct work *work)
{
	pthread_mutex_lock(&work->lock);
	work->clock_stopping = true;
	pthread_cond_signal(&work->deadline_set);
	pthread_mutex_unlock(&work->lock);
	if (work->clock_started)
		pthread_join(work->clock, NULL);
}

static const char stopped_text[] = "the server is stopping; ask again in a moment";

void work_free(struct work *work)
{
	struct waiter *waiters = NULL;
	struct job *jobs = NULL;
	struct error error;

	if (!work)
		return;
	error_set(&error, ERROR_STOPPED, "%s", stopped_text);
	stop(work, &jobs, &waiters);
	answer(waiters, NULL, &error);
	free_jobs(work, jobs);
	for (unsigned i = 0; i < work->worker_count; i++)
		pthread_join(work->workers[i], NULL);
	stop_clock(work);
	assert(!work->table && !work->earliest);
	pthread_cond_destroy(&work->job_queued);
	pthread_cond_destroy(&work->deadline_set);
	pthread_mutex_destroy(&work->lock);
	free(work->workers);
	free(work);
}

enum error_code work_submit(struct work *work, enum work_class class, const char *key,
			    void *content, work_done_f done, void *context, struct error *error)
{
	struct waiter *waiter = memory_zeroed(1, sizeof(*waiter));
	struct job *unused = job_new(key, class, content), *job;
	enum error_code code = ERROR_NONE;

	waiter->done = done;
	waiter->context = context;
	pthread_mutex_lock(&work->lock);
	job = job_find(work, key);
	if (work->stopping) {
		code = error_set(error, ERROR_STOPPED, "%s", stopped_text);
	} else if (job) {
		work->stats.joined++;
		promote(work, job, class);
	} else {
		code = place(work, unused, error);
		if (!code) {
			job = unused;
			unused = NULL;
		}
	}
	if (!code)
		attach(work, job, waiter, class);
	pthread_mutex_unlock(&work->lock);

	if (code)
		free(waiter);
	if (unused) {
		work->settings.job_free(unused->content);
		free(unused);
	}
	return code;
}

void work_recheck(struct work *work)
{
	const struct work_settings *settings = &work->settings;
	struct job *job, *next;

	pthread_mutex_lock(&work->lock);
	DL_FOREACH_SAFE (work->held, job, next) {
		if (!settings->ready(job->content, settings->context))
			continue;
		unlist(work, job);
		enqueue(work, job);
	}
	pthread_mutex_unlock(&work->lock);
}

struct work_stats work_stats(struct work *work)
{
	struct work_stats stats;

	pthread_mutex_lock(&work->lock);
	stats = work->stats;
	pthread_mutex_unlock(&work->lock);
	return stats;
}
