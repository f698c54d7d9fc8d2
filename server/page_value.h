/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_frame.h"
#include "tiler/feature.h"

enum {
	PAGE_VALUE_WHOLE = 0, /* a text is not shortened */
};

/* A value of a column as people of the page's language write it; a text longer than LONGEST bytes
 * is shortened between two characters. */
void page_value(struct page *page, const struct value *value, uint32_t longest);
