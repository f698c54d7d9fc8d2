/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_frame.h"
#include "tiler/catalogue.h"
#include "tiler/engine.h"

/* What is wrong with the data, theme by theme and layer by layer: themes that could not be
 * prepared, layers that are not served. Nothing when all is well. */
void page_troubles(struct page *page, struct engine *engine, const struct catalogue *catalogue);

/* A reason, escaped, with the folders left out of the paths in it: everybody reads the pages, and
 * where files lie on the server is the operator's affair; the log tells it to him. */
void trouble_text(struct buf *html, const char *text);
