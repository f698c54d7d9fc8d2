/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/guide.h"
#include "server/reply.h"
#include "server/request.h"

/* Puts a page in place of the JSON document that REPLY holds: what GUIDE says of it, where it leads
 * to, and what is in it. A document that cannot be read stays as it is. */
void page_guide(const struct request *request, const struct guide *guide, struct reply *reply);

/* What else the reply is that has such a page, kept from before, as its body. */
void page_guide_kept(struct reply *reply);

/* Has REPLY its page already? */
bool page_guide_made(const struct reply *reply);
