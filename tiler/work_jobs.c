/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/work_jobs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/thread.h"

struct job *job_new(const char *key, enum work_class class, void *content)
{
	size_t size = strlen(key) + 1;
	struct job *job = memory_zeroed(1, sizeof(*job) + size);

	job->class = class;
	job->content = content;
	memcpy(job->key, key, size);
	return job;
}

void jobs_free(struct work *work, struct job *first)
{
	struct job *job, *next;

	DL_FOREACH_SAFE (first, job, next) {
		work->settings.job_free(job->content);
		free(job);
	}
}

void waiters_answer(struct waiter *first, struct blob *blob, const struct error *error)
{
	struct waiter *waiter, *next;

	DL_FOREACH_SAFE (first, waiter, next) {
		waiter->who.done(blob, error, waiter->who.context);
		free(waiter);
	}
}

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

void job_promote(struct work *work, struct job *job, enum work_class class)
{
	if (class >= job->class || job->state == JOB_RUNNING)
		return;
	DL_DELETE(*list_of(work, job), job);
	job->class = class;
	DL_APPEND(*list_of(work, job), job);
}

void job_attach(struct work *work, struct job *job, struct waiter *waiter, enum work_class class)
{
	waiter->job = job;
	DL_APPEND(job->waiters, waiter);
	if (class != WORK_REQUEST || !work->settings.deadline_ms)
		return;
	waiter->deadline = clock_ms() + work->settings.deadline_ms;
	/* a clock that waits for an older deadline wakes in time for this one */
	if (work->clock_idle)
		pthread_cond_signal(&work->deadline_set);
	DL_APPEND2(work->earliest, waiter, earlier, later);
}

static void forget_deadline(struct work *work, struct waiter *waiter)
{
	if (waiter->deadline)
		DL_DELETE2(work->earliest, waiter, earlier, later);
	waiter->deadline = 0;
}

struct waiter *job_detach_all(struct work *work, struct job *job)
{
	struct waiter *waiters = job->waiters, *waiter;

	DL_FOREACH (waiters, waiter)
		forget_deadline(work, waiter);
	job->waiters = NULL;
	return waiters;
}

struct job *job_find(struct work *work, const char *key)
{
	struct job *job;

	HASH_FIND_STR(work->table, key, job);
	return job;
}

enum error_code job_place(struct work *work, struct job *job, struct error *error)
{
	const struct work_settings *settings = &work->settings;
	bool ready = !settings->ready || settings->ready(job->content, settings->context);

	if ((ready ? work->stats.queued : work->stats.held) >= settings->queue_limit) {
		work->stats.refused++;
		return error_set(error, ERROR_BUSY,
				 "too much is being asked for at once; ask again in a "
				 "moment");
	}
	HASH_ADD_STR(work->table, key, job);
	if (ready)
		enqueue(work, job);
	else
		hold(work, job);
	return ERROR_NONE;
}

void job_release(struct work *work, struct job *job)
{
	unlist(work, job);
	enqueue(work, job);
}

bool job_put_back(struct work *work, struct job *job)
{
	if (!job->waiters || work->stopping)
		return false;
	if (job->class < WORK_LONG)
		job->class = WORK_LONG;
	work->stats.running--;
	enqueue(work, job);
	return true;
}

/* Takes a waiter from its job; a job that nobody else waits for and that has not started goes to
 * DROPPED. */
static void detach(struct work *work, struct waiter *waiter, struct job **dropped)
{
	struct job *job = waiter->job;

	forget_deadline(work, waiter);
	DL_DELETE(job->waiters, waiter);
	if (job->waiters || job->state == JOB_RUNNING)
		return;
	unlist(work, job);
	HASH_DEL(work->table, job);
	DL_APPEND(*dropped, job);
	work->stats.dropped++;
}

struct waiter *waiters_take_late(struct work *work, int64_t now, struct job **dropped)
{
	struct waiter *late = NULL, *waiter;

	while ((waiter = work->earliest) && waiter->deadline <= now) {
		detach(work, waiter, dropped);
		DL_APPEND(late, waiter);
		work->stats.late++;
	}
	return late;
}

struct waiter *waiter_take(struct work *work, uint64_t ticket, struct job **dropped)
{
	struct waiter *waiter, *taken = NULL;
	struct job *job, *next;

	/* rare, and the queue is bounded: no index for it */
	HASH_ITER (hh, work->table, job, next) {
		DL_SEARCH_SCALAR(job->waiters, waiter, who.ticket, ticket);
		if (!waiter)
			continue;
		detach(work, waiter, dropped);
		DL_APPEND(taken, waiter);
		work->stats.left++;
		break;
	}
	return taken;
}

struct job *jobs_next(struct work *work)
{
	for (unsigned class = 0; class < WORK_CLASSES; class ++) {
		struct job *job = work->queues[class];

		if (!job)
			continue;
		unlist(work, job);
		job->state = JOB_RUNNING;
		work->stats.running++;
		return job;
	}
	return NULL;
}

void jobs_take_all(struct work *work, struct job **jobs, struct waiter **waiters)
{
	struct job *job, *next;

	for (unsigned class = 0; class < WORK_CLASSES; class ++) {
		DL_CONCAT(*jobs, work->queues[class]);
		work->queues[class] = NULL;
	}
	DL_CONCAT(*jobs, work->held);
	work->held = NULL;
	work->stats.queued = work->stats.held = 0;
	DL_FOREACH_SAFE (*jobs, job, next) {
		struct waiter *of_job = job_detach_all(work, job);

		HASH_DEL(work->table, job);
		DL_CONCAT(*waiters, of_job);
	}
}
