/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

/* Work in pieces that do not depend on one another, done by the calling thread and, as far as
 * processors are free, by helpers that wait for it. Which thread does which piece is left to
 * chance, so a result must not depend on it. */
struct parallel;

/* Does piece NUMBER; WORKER, below parallel_workers(), tells the threads of one run apart. */
typedef void (*parallel_f)(void *context, uint32_t number, uint32_t worker);

/* New, with HELPERS threads, fewer where the system has none, or where all of them and the caller
 * would be more than there are processors. They are as nice as the calling thread. */
struct parallel *parallel_new(uint32_t helpers);
void parallel_free(struct parallel *parallel);

/* How many threads at most work at a time, the caller included. NULL: one. */
uint32_t parallel_workers(const struct parallel *parallel);

/* Does COUNT pieces, begun in their order; returns when all are done. For one caller at a time.
 * PARALLEL may be NULL: the caller does them. */
void parallel_run(struct parallel *parallel, uint32_t count, parallel_f piece, void *context);
