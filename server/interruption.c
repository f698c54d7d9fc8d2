/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/interruption.h"

#include <stddef.h>
#include <time.h>

void interruption_begin(struct interruption *interruption)
{
	sigemptyset(&interruption->signals);
	sigaddset(&interruption->signals, SIGINT);
	sigaddset(&interruption->signals, SIGTERM);
	sigaddset(&interruption->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &interruption->signals, &interruption->before);
}

bool interruption_came(struct interruption *interruption)
{
	static const struct timespec at_once = {0, 0};

	if (sigtimedwait(&interruption->signals, NULL, &at_once) < 0)
		return false;
	interruption_end(interruption);
	return true;
}

void interruption_end(struct interruption *interruption)
{
	sigprocmask(SIG_SETMASK, &interruption->before, NULL);
}
