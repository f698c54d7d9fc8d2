/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_frame.h"

/* The part of the landing page for who builds on the data: which addresses there are. */
void page_developers(struct page *page);
