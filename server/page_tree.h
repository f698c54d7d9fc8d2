/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/page_frame.h"

/* Shows JSON as nested lists, what is long folded: its names and values as they are, web addresses
 * as links, those of this server in the page's language. False: TEXT is not JSON, and nothing was
 * written. Of lists that are very long only the beginning is shown, and
 * in a long document the elements of long lists by their name and address alone. */
bool page_tree(struct page *page, const char *text, size_t length);
