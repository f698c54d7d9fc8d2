/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reload.h"
#include "server/site.h"

/* How the service is, for programs (handler_health.c) and for people (page_health.c). */
struct health {
	struct engine_stats stats;
	struct reload_status reload;
	bool degraded; /* a part is to be mended; the rest is served */
};

/* As it is now. */
struct health health_of(const struct site *site);
