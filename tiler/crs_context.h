/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <proj.h>

#include "tiler/crs.h"

/* New: PROJ that neither speaks nor asks the network. For crs*.c. */
static inline PJ_CONTEXT *crs_context_new(void)
{
	PJ_CONTEXT *context = proj_context_create();

	proj_log_level(context, PJ_LOG_NONE);
	proj_context_set_enable_network(context, 0);
	return context;
}
