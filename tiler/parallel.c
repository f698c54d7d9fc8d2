/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/parallel.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/thread.h"

struct helper {
	struct parallel *parallel;
	pthread_t thread;
	uint32_t worker;
};

struct parallel {
	struct helper *helpers;
	uint32_t helper_count;
	/* Guards what follows, up to the pieces. */
	pthread_mutex_t lock;
	pthread_cond_t wanted, left;
	uint64_t run;  /* its number */
	bool open;     /* a helper may join it */
	bool ends;     /* no more runs will come */
	uint32_t busy; /* helpers that have joined and not left */
	/* Of the run; set before it opens. */
	parallel_f piece;
	void *context;
	uint32_t count;
	atomic_uint next;
};

static void do_pieces(struct parallel *parallel, uint32_t worker)
{
	uint32_t number;

	while ((number = atomic_fetch_add(&parallel->next, 1)) < parallel->count)
		parallel->piece(parallel->context, number, worker);
}

static void *help(void *context)
{
	struct helper *helper = context;
	struct parallel *parallel = helper->parallel;
	uint64_t seen = 0;

	pthread_mutex_lock(&parallel->lock);
	while (!parallel->ends) {
		if (!parallel->open || parallel->run == seen) {
			pthread_cond_wait(&parallel->wanted, &parallel->lock);
			continue;
		}
		seen = parallel->run;
		parallel->busy++;
		pthread_mutex_unlock(&parallel->lock);
		do_pieces(parallel, helper->worker);
		pthread_mutex_lock(&parallel->lock);
		if (--parallel->busy == 0)
			pthread_cond_signal(&parallel->left);
	}
	pthread_mutex_unlock(&parallel->lock);
	return NULL;
}

struct parallel *parallel_new(uint32_t helpers)
{
	struct parallel *parallel = memory_zeroed(1, sizeof(*parallel));
	uint32_t processors = thread_processors();
	struct error ignored;

	pthread_mutex_init(&parallel->lock, NULL);
	pthread_cond_init(&parallel->wanted, NULL);
	pthread_cond_init(&parallel->left, NULL);
	parallel->helpers = memory_zeroed(helpers, sizeof(*parallel->helpers));
	while (parallel->helper_count < helpers && parallel->helper_count + 1 < processors) {
		struct helper *helper = &parallel->helpers[parallel->helper_count];

		*helper = (struct helper){.parallel = parallel,
					  .worker = parallel->helper_count + 1};
		if (thread_start(&helper->thread, "parallel", help, helper, &ignored))
			break;
		parallel->helper_count++;
	}
	return parallel;
}

void parallel_free(struct parallel *parallel)
{
	if (!parallel)
		return;
	pthread_mutex_lock(&parallel->lock);
	parallel->ends = true;
	pthread_cond_broadcast(&parallel->wanted);
	pthread_mutex_unlock(&parallel->lock);
	for (uint32_t i = 0; i < parallel->helper_count; i++)
		pthread_join(parallel->helpers[i].thread, NULL);
	pthread_cond_destroy(&parallel->wanted);
	pthread_cond_destroy(&parallel->left);
	pthread_mutex_destroy(&parallel->lock);
	free(parallel->helpers);
	free(parallel);
}

uint32_t parallel_workers(const struct parallel *parallel)
{
	return parallel ? parallel->helper_count + 1 : 1;
}

/* A helper that is late (the machine has other work) is not waited for: it finds the run closed. */
static void close_run(struct parallel *parallel)
{
	pthread_mutex_lock(&parallel->lock);
	parallel->open = false;
	while (parallel->busy)
		pthread_cond_wait(&parallel->left, &parallel->lock);
	pthread_mutex_unlock(&parallel->lock);
}

void parallel_run(struct parallel *parallel, uint32_t count, parallel_f piece, void *context)
{
	if (parallel_workers(parallel) == 1 || count < 2) {
		for (uint32_t i = 0; i < count; i++)
			piece(context, i, 0);
		return;
	}
	pthread_mutex_lock(&parallel->lock);
	parallel->piece = piece;
	parallel->context = context;
	parallel->count = count;
	atomic_store(&parallel->next, 0);
	parallel->run++;
	parallel->open = true;
	pthread_cond_broadcast(&parallel->wanted);
	pthread_mutex_unlock(&parallel->lock);
	do_pieces(parallel, 0);
	close_run(parallel);
}
