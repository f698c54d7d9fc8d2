/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reply.h"
#include "server/request.h"
#include "tiler/catalogue.h"
#include "tiler/grid.h"

/* How to have all themes in QGIS in a minute: the file to download, all or a part, and what to do
 * with it, step by step with pictures. */
void page_qgis(const struct request *request, const struct catalogue *catalogue,
	       const struct grids *grids, struct reply *reply);
