/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/http.h"
#include "tiler/buf.h"

/* Requests counted since the server started: by class and status, how long they took, what was sent
 * and what was not. Nothing in it says who asked. */
struct metrics;

/* New, everything at 0. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* Counts one request; from any thread, without a lock. */
void metrics_count(struct metrics *metrics, const struct http_record *record);

/* The families tuilerie_http_*, in the Prometheus text format. A request under way may be in one
 * sum and not yet in another. */
void metrics_write(const struct metrics *metrics, struct buf *out);
