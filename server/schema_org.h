/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/site.h"

/* A theme as a schema.org Dataset, which search engines of data read in its page: JSON-LD that may
 * stand in a script element as it is, for it holds no markup. Appended to OUT. */
void schema_org_write(struct buf *out, const struct site *site, const struct theme *theme,
		      const char *base);
