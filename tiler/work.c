/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/work.h"

#include <assert.h>
#include <stdlib.h>

#include "tiler/thread.h"
#include "tiler/work_jobs.h"

/* Waits for the next job and takes it; NULL when the work ends. With the lock held. */
static struct job *next_job(struct work *work)
{
	struct job *job = NULL;

	while (!work->stopping && !(job = jobs_next(work)))
		pthread_cond_wait(&work->job_queued, &work->lock);
	return job;
}

static const char stopped_text[] = "the server is stopping; ask again in a moment";

static void count(struct work *work, enum error_code code, const struct blob *blob)
{
	work->stats.running--;
	if (code)
		work->stats.failed++;
	else if (blob)
		work->stats.done++;
	else
		work->stats.dropped++;
}

static void run(struct work *work, void *worker, struct job *job)
{
	struct error error = {0};
	struct blob *blob = NULL;
	struct waiter *waiters;
	enum error_code code = work->settings.make(worker, job->content, &blob, &error);

	assert(!code || (!blob && error.code));
	pthread_mutex_lock(&work->lock);
	if (!code && !blob && job_put_back(work, job)) {
		pthread_mutex_unlock(&work->lock);
		return;
	}
	HASH_DEL(work->table, job);
	waiters = job_detach_all(work, job);
	count(work, code, blob);
	pthread_mutex_unlock(&work->lock);
	if (!code && !blob) /* whoever waits still does so because the work ends */
		code = error_set(&error, ERROR_STOPPED, "%s", stopped_text);

	waiters_answer(waiters, blob, code ? &error : NULL);
	blob_unref(blob);
	if (work->settings.finish)
		work->settings.finish(worker);
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

	error_set(&error, ERROR_BUSY,
		  "what was asked for was not ready within %g seconds; ask again",
		  work->settings.deadline_ms / 1000.0);
	waiters_answer(late, NULL, &error);
	jobs_free(work, dropped);
}

static void *run_clock(void *context)
{
	struct work *work = context;

	pthread_mutex_lock(&work->lock);
	while (!work->clock_stopping) {
		int64_t now = clock_ms();
		struct job *dropped = NULL;
		struct waiter *late = waiters_take_late(work, now, &dropped);

		if (late) {
			pthread_mutex_unlock(&work->lock);
			answer_late(work, late, dropped);
			pthread_mutex_lock(&work->lock);
		} else if (work->earliest) {
			condition_wait_until(&work->deadline_set, &work->lock,
					     work->earliest->deadline);
		} else {
			work->clock_idle = true;
			pthread_cond_wait(&work->deadline_set, &work->lock);
			work->clock_idle = false;
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
	pthread_mutex_lock(&work->lock);
	work->stopping = true;
	jobs_take_all(work, jobs, waiters);
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

void work_free(struct work *work)
{
	struct waiter *waiters = NULL;
	struct job *jobs = NULL;
	struct error error;

	if (!work)
		return;
	error_set(&error, ERROR_STOPPED, "%s", stopped_text);
	stop(work, &jobs, &waiters);
	waiters_answer(waiters, NULL, &error);
	jobs_free(work, jobs);
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
			    void *content, const struct work_waiter *who, struct error *error)
{
	struct waiter *waiter = memory_zeroed(1, sizeof(*waiter));
	struct job *unused = job_new(key, class, content), *job;
	enum error_code code = ERROR_NONE;

	waiter->who = *who;
	pthread_mutex_lock(&work->lock);
	job = job_find(work, key);
	if (work->stopping) {
		code = error_set(error, ERROR_STOPPED, "%s", stopped_text);
	} else if (job) {
		work->stats.joined++;
		job_promote(work, job, class);
	} else {
		code = job_place(work, unused, error);
		if (!code) {
			job = unused;
			unused = NULL;
		}
	}
	if (!code)
		job_attach(work, job, waiter, class);
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
		if (settings->ready(job->content, settings->context))
			job_release(work, job);
	}
	pthread_mutex_unlock(&work->lock);
}

void work_leave(struct work *work, uint64_t ticket)
{
	struct job *dropped = NULL;
	struct waiter *waiter;
	struct error error;

	assert(ticket);
	pthread_mutex_lock(&work->lock);
	waiter = waiter_take(work, ticket, &dropped);
	pthread_mutex_unlock(&work->lock);
	error_set(&error, ERROR_STOPPED, "nobody waits for it any more");
	waiters_answer(waiter, NULL, &error);
	jobs_free(work, dropped);
}

struct work_stats work_stats(struct work *work)
{
	struct work_stats stats;

	pthread_mutex_lock(&work->lock);
	stats = work->stats;
	pthread_mutex_unlock(&work->lock);
	return stats;
}
