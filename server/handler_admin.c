/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include "server/admin.h"

void handle_purge(const struct site *site, const struct request *request, struct reply *reply)
{
	if (admin_allows(site->admin, request, reply))
		admin_purge(site->admin, request, reply);
}
