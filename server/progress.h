/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/error.h"

/* How far long work is, on standard error: a bar on a terminal, a line now and then elsewhere. */
struct progress {
	bool quiet, terminal;
	int64_t began, next; /* clock_ms */
};

/* From now on; nothing is shown when QUIET. */
void progress_begin(struct progress *progress, bool quiet);

/* Is it time to show something? Quick. */
bool progress_is_due(const struct progress *progress);

/* Shows SHARE (0 to 1) of the work as done, what it is at, and the time that is left if it goes on
 * as it has. */
void progress_show(struct progress *progress, double share, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Wipes the bar away. */
void progress_end(struct progress *progress);

/* Seconds since the beginning. */
double progress_seconds(const struct progress *progress);

/* BYTES for people, "46.1 MB", into TEXT. */
void print_bytes(char text[16], uint64_t bytes);
