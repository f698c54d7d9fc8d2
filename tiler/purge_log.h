/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/purge.h"

/* The lines of STATE/purges.log, each of one purge: when, by which process, of what, how many
 * tiles. */

/* Adds a line. */
MUST_CHECK enum error_code purge_log_add(const char *state, const struct purge *purge,
					 uint64_t removed, struct error *error);

/* Follows the log from where it ends now. */
struct purge_log;
struct purge_log *purge_log_follow(const char *state);
void purge_log_free(struct purge_log *log);

/* Calls VISIT for each purge that another process has added since. */
typedef void (*purge_visit_f)(const struct purge *purge, void *context);
void purge_log_read(struct purge_log *log, purge_visit_f visit, void *context);
