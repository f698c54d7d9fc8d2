/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "tiler/error.h"

/* Threads and waiting as the engine does them. */

/* Starts RUN(CONTEXT) on a new thread called NAME (at most 15 bytes, for `top -H`), deaf to
 * signals: those belong to the program's first thread. */
MUST_CHECK enum error_code thread_start(pthread_t *thread, const char *name, void *(*run)(void *),
					void *context, struct error *error);

/* Lets the calling thread yield the processor to the others of the machine: by half to those that
 * compete with it (somebody waits for what it does), or nearly altogether. */
enum thread_niceness {
	THREAD_YIELDS = 3,
	THREAD_IN_BACKGROUND = 10,
};
void thread_be_nice(enum thread_niceness niceness);

/* How many processors the system has to give; at least 1. */
unsigned thread_processors(void);

/* Milliseconds on a clock that nobody sets back, from no particular moment. */
int64_t clock_ms(void);

/* The same to some hundredths of a second, for who asks often: it costs no look at the hardware. */
int64_t clock_rough_ms(void);

/* Microseconds on the same clock. */
int64_t clock_us(void);

/* Microseconds of processor time the calling thread has had. */
uint64_t clock_cpu_us(void);

/* A condition whose timed waits go by clock_ms(). */
void condition_init(pthread_cond_t *condition);
void condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until_ms);
