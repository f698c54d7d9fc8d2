/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>

/* A count that threads raise and a test waits for: what the tests of threads use instead of
 * sleeping. */
struct tally {
	pthread_mutex_t lock;
	pthread_cond_t raised;
	unsigned count;
};

#define TALLY_ZERO                                                     \
	{                                                              \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
	}

static inline void tally_add(struct tally *tally)
{
	pthread_mutex_lock(&tally->lock);
	tally->count++;
	pthread_cond_broadcast(&tally->raised);
	pthread_mutex_unlock(&tally->lock);
}

static inline unsigned tally_count(struct tally *tally)
{
	unsigned count;

	pthread_mutex_lock(&tally->lock);
	count = tally->count;
	pthread_mutex_unlock(&tally->lock);
	return count;
}

static inline void tally_wait(struct tally *tally, unsigned count)
{
	pthread_mutex_lock(&tally->lock);
	while (tally->count < count)
		pthread_cond_wait(&tally->raised, &tally->lock);
	pthread_mutex_unlock(&tally->lock);
}
