/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "server/configuration.h"
#include "server/log.h"
#include "server/settings.h"
#include "tiler/engine.h"

/* Keeps the server's catalogue true to the data and the configuration: watches both, looks again
 * when they have changed and are quiet, and puts what it found into service. What is broken leaves
 * in service what was. */
struct reload;

struct reload_settings {
	const struct settings *settings;      /* borrowed, like all of them */
	const struct config_request *request; /* where it is said what to serve */
	const struct config *config;	      /* what was said at the start */
	struct log *log;
};

/* New: begins to watch, and lists the data. CATALOGUE: of what was found, a new reference. */
MUST_CHECK enum error_code reload_new(const struct reload_settings *settings,
				      struct reload **reload, struct catalogue **catalogue,
				      struct error *error);

/* From now on changes go into service in ENGINE (borrowed until reload_free). */
MUST_CHECK enum error_code reload_start(struct reload *reload, struct engine *engine,
					struct error *error);

/* Looks again now, whatever has changed, and tries again what failed. */
void reload_ask(struct reload *reload);

/* How the last look ended. */
struct reload_status {
	int64_t looked_at; /* seconds since 1970 */
	uint64_t looks;	   /* since the server was started, that at the start included */
	bool failed;	   /* the configuration is broken: what was served before is */
};
struct reload_status reload_status(struct reload *reload);

/* Looks no more; waits for a look that is under way. */
void reload_stop(struct reload *reload);
void reload_free(struct reload *reload);
