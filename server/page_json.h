/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"
#include "tiler/catalogue.h"

/* The landing page for programs: the same list of themes as JSON (?q= narrows it likewise). */
void page_landing_json(const struct site *site, const struct request *request,
		       const struct catalogue *catalogue, struct reply *reply);
