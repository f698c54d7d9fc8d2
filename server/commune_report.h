/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "server/settings.h"
#include "tiler/buf.h"
#include "tiler/catalogue.h"

/* Says in TEXT which theme of CATALOGUE has the communes and how many it has, or why there are
 * none; nothing where none is named and none found. The theme must be prepared if it can be. False:
 * what the settings name is not there or cannot be used. */
bool commune_report(const struct settings *settings, const struct catalogue *catalogue,
		    struct buf *text);
