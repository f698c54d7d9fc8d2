/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"
#include "tiler/theme.h"

/* Prepares many themes at once, telling how far it is on standard error: a bar on a terminal, a
 * line now and then elsewhere. */

enum preparation_outcome {
	PREPARATION_STANDING, /* was prepared already, from the data as they are */
	PREPARATION_DONE,
	PREPARATION_FAILED,
};

struct preparation_result {
	enum preparation_outcome outcome;
	struct error error; /* of a failure */
};

/* Prepares the COUNT themes that are not, JOBS at a time; RESULTS has a place for each. */
void preparation_run(const char *state, const struct theme *const *themes, size_t count,
		     unsigned jobs, bool quiet, struct preparation_result *results);

/* Reads the value of --jobs; NULL: one a processor. ERROR_INVALID: no number from 1 to 64. */
MUST_CHECK enum error_code preparation_jobs(const char *text, unsigned *jobs, struct error *error);

/* Processors this process may run on. */
unsigned processor_count(void);
