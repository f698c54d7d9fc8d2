/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/thread.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum error_code thread_start(pthread_t *thread, const char *name, void *(*run)(void *),
			     void *context, struct error *error)
{
	sigset_t all, before;
	int failure;

	sigfillset(&all);
	/* A fault is its own thread's affair: blocked, it would end the process (mapped_file.c). */
	sigdelset(&all, SIGBUS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failure = pthread_create(thread, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failure)
		return error_set(error, ERROR_IO,
				 "the system refuses another thread (%s): raise its limit of "
				 "processes, or ask for fewer workers",
				 strerror(failure));
	pthread_setname_np(*thread, name);
	return ERROR_NONE;
}

void thread_be_nice(enum thread_niceness niceness)
{
	/* On Linux niceness belongs to the thread, not to the process. */
	setpriority(PRIO_PROCESS, (id_t)gettid(), (int)niceness);
}

int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

unsigned thread_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : (unsigned)count;
}

int64_t clock_ms(void)
{
	return clock_us() / 1000;
}

int64_t clock_rough_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t clock_cpu_us(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
	return (uint64_t)spent.tv_sec * 1000000 + (uint64_t)spent.tv_nsec / 1000;
}

void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

void condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until_ms)
{
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = (until_ms % 1000) * 1000000};

	pthread_cond_timedwait(condition, lock, &until);
}
