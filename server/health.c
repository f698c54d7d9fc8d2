/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/health.h"

struct health health_of(const struct site *site)
{
	struct health health = {engine_stats(site->engine), reload_status(site->reload), false};

	health.degraded = health.stats.themes_failed > 0 || health.reload.failed;
	return health;
}
